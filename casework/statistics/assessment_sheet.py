"""The sheet of an assessment (考核) as spreadsheet, as CSV and as page: exact numbers, for those who assess staff."""

from __future__ import annotations

import csv
from collections.abc import Callable, Iterator, Sequence
from io import StringIO
from typing import Final

from casework.policy.policy import Policy
from casework.statistics.assessment import Assessment, Performance
from casework.statistics.figures import Period
from casework.statistics.report import Report, Say, Section
from casework.statistics.spreadsheet import Sheet, plain, spreadsheet
from casework.statistics.suppression import SMALL
from casework.words import Words, code_language

Assessed = tuple[Assessment, Policy, Words]
"""An assessment, its policy, and the name of its entity."""
Named = Callable[[str], str]
"""What a handler or department is called, by its id."""
Row = tuple[str | int, ...]

TITLE: Final = Words(zh="经办考核表", en="Assessment of those who handle cases")
COLUMNS: Final = (
    (Words(zh="单位", en="Entity"), 20),
    (Words(zh="适用制度", en="Policy"), 28),
    (Words(zh="考核对象", en="Assessed"), 12),
    (Words(zh="姓名或部门", en="Name or department"), 24),
    (Words(zh="案件数", en="Cases"), 8),
    (Words(zh="按期时限数", en="Limits kept"), 11),
    (Words(zh="超期完成数", en="Late"), 11),
    (Words(zh="超期未完成数", en="Overdue"), 12),
    (Words(zh="按期率", en="In time"), 9),
    (Words(zh="超期天数合计", en="Days late in all"), 14),
    (Words(zh="退回次数", en="Sent back"), 9),
)
OWN: Final = 3
"""The first columns that a table of one group leaves out: its headings say them."""
HANDLER, DEPARTMENT = Words(zh="经办人", en="handler"), Words(zh="部门", en="department")
HANDLERS, DEPARTMENTS = Words(zh="经办人", en="Handlers"), Words(zh="部门", en="Departments")
SWITCHED: Final = Words(
    zh="制度没有规定考核，由单位自行开启。", en="The policy asks for none; the entity switched it on."
)
NOTE: Final = Words(
    zh="考核只看时限是否遵守、案件是否退回，不看办理结论。换过经办人的案件不计入任何经办人，"
    f"承办不足 {SMALL} 件的不作考核。本表数目未作隐去，只供考核人员使用，不得并入报告或通报。",
    en="What counts is how limits were kept and what was sent back, never how a case was decided. A case that had "
    f"several handlers counts for none of them. Nobody is judged on fewer than {SMALL} cases. No number is withheld "
    "here: the sheet is for those who assess staff, and goes into no report or bulletin.",
)


def sheet_rows(found: Sequence[Assessed], named: Named, say: Say) -> Iterator[Row]:
    """A row for each handler and department with enough cases, in the order of COLUMNS."""
    for one, policy, entity in found:
        for kind, marks in ((HANDLER, one.handlers), (DEPARTMENT, one.departments)):
            for mark in marks:
                yield (say(entity), say(policy.title), say(kind), named(mark.who), *_numbers(mark))


def _numbers(mark: Performance) -> Row:
    share = mark.in_time
    percent = "–" if share is None else f"{100 * share.numerator // share.denominator}%"
    return (mark.cases, mark.satisfied, mark.late, mark.overdue, percent, mark.days_late, mark.sent_back)


def sheet_csv(found: Sequence[Assessed], named: Named, say: Say) -> bytes:
    """As CSV with the mark by which spreadsheets know UTF-8; no text becomes a formula."""
    out = StringIO()
    lines = csv.writer(out)
    lines.writerow([say(name) for name, _ in COLUMNS])
    for row in sheet_rows(found, named, say):
        lines.writerow([plain(one) if isinstance(one, str) else one for one in row])
    return out.getvalue().encode("utf-8-sig")


def sheet_book(found: Sequence[Assessed], named: Named, say: Say) -> bytes:
    """As an xlsx file; the same sheet gives the same bytes."""
    columns = [(say(name), width) for name, width in COLUMNS]
    return spreadsheet(Sheet(say(TITLE), columns, "A2"), sheet_rows(found, named, say))


def sheet_page(found: Sequence[Assessed], named: Named, office: Words, period: Period, language: str) -> Report:
    """As sections that become a page or a PDF."""
    language = code_language(language)

    def say(words: Words) -> str:
        return words.text_in(language)

    first, last = period.first.isoformat(), period.last.isoformat()
    span = say(Words(zh=f"{first} 至 {last}", en=f"{first} to {last}"))
    sections = [section for one in found for section in _sections(one, named, say)]
    notes = Section(say(Words(zh="说明", en="Notes")), 1, (say(NOTE),))
    return Report(language, f"{say(office)} · {say(TITLE)} · {span}", (*sections, notes))


def _sections(assessed: Assessed, named: Named, say: Say) -> Iterator[Section]:
    one, policy, entity = assessed
    asked = say(SWITCHED if one.rule is None else one.rule.text)
    few = "、".join(map(named, one.too_few)) if say(HANDLER) == HANDLER.zh else ", ".join(map(named, one.too_few))
    left_out = Words(zh=f"承办不足 {SMALL} 件，不作考核：{few}。", en=f"Fewer than {SMALL} cases, not judged: {few}.")
    sentences = (asked, say(left_out)) if one.too_few else (asked,)
    yield Section(f"{say(entity)} · {say(policy.title)}", 1, sentences)
    header = tuple(say(name) for name, _ in COLUMNS[OWN:])
    for title, marks in ((HANDLERS, one.handlers), (DEPARTMENTS, one.departments)):
        if marks:
            rows = tuple((named(mark.who), *map(str, _numbers(mark))) for mark in marks)
            yield Section(say(title), 2, (), header, rows)
