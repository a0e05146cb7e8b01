"""The register (台账) of a month or longer as a spreadsheet: one row a case, for whoever opened the cases."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO
from typing import Final
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Font
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.worksheet import Worksheet

from casework.engine.case import SEPARATOR
from casework.policy.policy import Policy
from casework.rules.acts import Act, Code
from casework.statistics.figures import Period
from casework.statistics.lines import Kept, Line
from casework.statistics.report import Say
from casework.words import Words

UNPRINTABLE: Final = re.compile(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
FORMULA: Final = re.compile(r"\s*[=+\-@＝＋－＠|]")
"""How a text begins that some program would take for a formula."""
LONGEST: Final = 32_000
"""Characters of a cell; a spreadsheet holds 32,767."""
EPOCH: Final = (1980, 1, 1, 0, 0, 0)
TITLE: Final = Words(zh="投诉举报台账", en="Register of complaints and reports")
COLUMNS: Final = (
    (Words(zh="序号", en="No."), 6),
    (Words(zh="案件编号", en="Case"), 26),
    (Words(zh="单位", en="Entity"), 20),
    (Words(zh="适用制度", en="Policy"), 28),
    (Words(zh="版本", en="Version"), 9),
    (Words(zh="收件日期", en="Received"), 12),
    (Words(zh="类别", en="Classification"), 18),
    (Words(zh="等级", en="Grade"), 12),
    (Words(zh="承办部门", en="Departments"), 20),
    (Words(zh="经办人", en="Handler"), 18),
    (Words(zh="当前环节", en="Stage"), 16),
    (Words(zh="办结日期", en="Ended"), 12),
    (Words(zh="按期时限数", en="Limits kept"), 11),
    (Words(zh="超期时限数", en="Limits missed"), 11),
    (Words(zh="最长超期（天）", en="Most days late"), 13),
    (Words(zh="办理结论", en="Verdict"), 24),
    (Words(zh="处理措施", en="Measures"), 30),
    (Words(zh="申诉", en="Appeals"), 8),
    (Words(zh="是否满意", en="Satisfied"), 10),
    (Words(zh="事由摘要", en="Summary"), 48),
)
YES, NO = Words(zh="是", en="yes"), Words(zh="否", en="no")


@dataclass(frozen=True, slots=True)
class Entry:
    """A case in the register; `summary` is what the member chose to write beside it."""

    line: Line
    summary: str = ""


def register(
    entries: Sequence[Entry],
    policies: Mapping[str, Policy],
    entities: Mapping[str, Words],
    period: Period,
    say: Say,
) -> bytes:
    """The register as an xlsx file; the cases received in the period, the earliest first. Holds names: keep it safe.

    No text becomes a formula: each is stored as text and marked as such, and one that a program might take for a
    formula once it is saved in another form begins with an apostrophe. The same register gives the same bytes.
    """
    book = Workbook()
    sheet = book.active
    assert isinstance(sheet, Worksheet)  # noqa: S101  # a new workbook has one
    sheet.title = say(TITLE)[:31]
    for column, (name, width) in enumerate(COLUMNS, 1):
        write_cell(sheet.cell(1, column), say(name))
        sheet.cell(1, column).font = Font(bold=True)
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.freeze_panes = "C2"
    within = [one for one in entries if period.first <= one.line.received <= period.last]
    for row, entry in enumerate(sorted(within, key=lambda one: (one.line.received, one.line.name)), 1):
        for column, value in enumerate((row, *_values(entry, policies, entities, say)), 1):
            write_cell(sheet.cell(row + 1, column), value)
    sheet.auto_filter.ref = sheet.dimensions
    sheet.print_title_rows, sheet.page_setup.orientation = "1:1", "landscape"
    return saved_book(book)


def _values(
    entry: Entry, policies: Mapping[str, Policy], entities: Mapping[str, Words], say: Say
) -> tuple[str | int | date | None, ...]:
    line = entry.line
    policy = policies[line.policy]
    late = [limit for limit in line.limits if limit.kept in (Kept.LATE, Kept.OVERDUE)]
    stage, sealed = policy.rules.stage(line.stage), line.opened.sealed if line.opened else None
    names = {str(one.id): one.name for one in (*policy.rules.outcomes, *policy.rules.measures)}
    return (
        line.name,
        say(entities[line.entity]),
        say(policy.title),
        line.version,
        line.received,
        _coded(policy, line.codes.get(Code.CLASSIFICATION), say),
        _coded(policy, line.codes.get(Code.GRADE), say),
        "、".join(filter(None, line.codes.get(Code.DEPARTMENTS, "").split(SEPARATOR))),
        line.handler,
        line.stage if stage is None else say(stage.name),
        line.ended,
        sum(limit.kept is Kept.MET for limit in line.limits),
        len(late),
        max((limit.late for limit in late), default=None),
        _listed((str(one) for one in sealed.outcomes), names, say) if sealed else None,
        _listed((str(one) for one in sealed.measures), names, say) if sealed else None,
        line.counts.get(Act.APPEALED, 0),
        None if line.opened is None or line.opened.satisfied is None else say(YES if line.opened.satisfied else NO),
        entry.summary,
    )


def _coded(policy: Policy, code: str | None, say: Say) -> str | None:
    rows = (*policy.rules.classifications, *policy.categories, *policy.rules.grades)
    return code if code is None else next((say(one.name) for one in rows if one.id == code), code)


def _listed(codes: Iterable[str], names: Mapping[str, Words], say: Say) -> str:
    return "、".join(say(names[one]) if one in names else one for one in codes)


def write_cell(cell: Cell | MergedCell, value: str | int | date | None) -> None:
    """Writes a value, a text as text and nothing else."""
    if isinstance(cell, MergedCell):
        return
    if not isinstance(value, str):
        cell.value = value
        return
    text = plain(value)
    cell.value = text
    # Whatever it looks like, it is text: a program that opens it asks nothing of it.
    cell.data_type = "s"
    cell.quotePrefix = FORMULA.match(value) is not None
    cell.alignment = Alignment(wrap_text=True, vertical="top")


def plain(text: str) -> str:
    """A text that no program takes for a formula, less what no cell can hold."""
    found = UNPRINTABLE.sub(" ", text)[:LONGEST]
    return f"'{found}" if FORMULA.match(found) else found


def saved_book(book: Workbook) -> bytes:
    """The file without the hour at which it was made, neither in it nor on its parts."""
    made = BytesIO()
    moment = book.properties.created.replace(year=1980, month=1, day=1, hour=0, minute=0, second=0, microsecond=0)
    book.properties.created = book.properties.modified = moment
    book.properties.creator = "yanlu"
    book.save(made)
    whole = BytesIO()
    with ZipFile(made) as parts, ZipFile(whole, "w", ZIP_DEFLATED) as out:
        for part in parts.infolist():
            content = parts.read(part)
            if part.filename == "docProps/core.xml":
                content = re.sub(rb"(<dcterms:modified[^>]*>)[^<]*", rb"\g<1>1980-01-01T00:00:00Z", content)
            out.writestr(ZipInfo(part.filename, EPOCH), content, ZIP_DEFLATED)
    return whole.getvalue()
