"""The register as a spreadsheet: a row a case, no text a formula, the same file each time."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date
from io import BytesIO
from typing import Any
from zipfile import ZipFile

from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl import load_workbook

from casework.engine.sealed_steps import SealedCase
from casework.rules.acts import Act, Attribute
from casework.rules.flow import MeasureId, OutcomeId
from casework.statistics.figures import Period
from casework.statistics.lines import Opened
from casework.statistics.register import COLUMNS, RegisterEntry, register
from casework.statistics.sealed_lines import opened_of
from casework.statistics.spreadsheet import FORMULA, plain
from casework.words import Words
from crypto import Event, b64encode
from crypto.case.payloads import Payload
from crypto.case.step_payloads import ActText, Decision, DecisionAct, Declaration
from tests.casework.policies import bound, opened
from tests.casework.test_statistics import ENTITIES, HANDLING, QUARTER, line

POLICY = bound(HANDLING)
NASTY = ("=1+1", "+cmd|' /C calc'!A0", "-2", "@SUM(A1)", "\t=1", ' =HYPERLINK("x")', "＝1", "\x00=1\x07", "a" * 40_000)


def zh(words: Words) -> str:
    """The Chinese half."""
    return words.zh


def rows(content: bytes, *, formulas: bool = False) -> list[list[Any]]:
    """The cells' values as a spreadsheet reads them."""
    sheet = load_workbook(BytesIO(content), data_only=not formulas).active
    assert sheet is not None
    return [[cell.value for cell in row] for row in sheet.iter_rows()]


def made(*entries: RegisterEntry, period: Period = QUARTER) -> bytes:
    """A register of these cases."""
    return register(entries, {POLICY.id: POLICY}, ENTITIES, period, zh)


def test_each_kind_has_its_register() -> None:
    """Under P17 the column of kinds parts grievances from reports: by the category, else as a member set it."""
    policy = bound("grievance-and-whistleblowing-scope")
    plain_line = line(policy, opened(policy), "A-1")
    entries = [
        RegisterEntry(plain_line, category="wages"),
        RegisterEntry(replace(plain_line, name="A-2"), category="corruption"),
        RegisterEntry(replace(plain_line, name="A-3", codes={Attribute.KIND: "report"}), category="wages"),
        RegisterEntry(replace(plain_line, name="A-4")),
    ]
    found = rows(register(entries, {policy.id: policy}, ENTITIES, QUARTER, zh))
    kinds = [dict(zip(found[0], row, strict=True))["种类"] for row in found[1:]]
    assert kinds == ["投诉", "举报", "举报", None]


def test_a_row_says_what_became_of_a_case() -> None:
    """Names in place of codes, verdict and measures of opened items, limits kept and missed; other months stay out."""
    outcome, measure = POLICY.rules.outcomes[0], POLICY.rules.measures[0]
    known = Opened(SealedCase(outcomes=(outcome.id,), measures=(measure.id,)), satisfied=False)
    plain_line = line(POLICY, opened(POLICY), "A-1")
    found = rows(
        made(
            RegisterEntry(replace(plain_line, name="B-2", opened=known, codes={Attribute.HANDLER: "li-wei"}), "第一句"),
            RegisterEntry(replace(plain_line, received=date(2026, 9, 1))),
            RegisterEntry(replace(plain_line, name="later", received=date(2026, 10, 1))),
        )
    )
    assert found[0] == [words.zh for words, _ in COLUMNS]
    assert [row[:3] for row in found[1:]] == [[1, "A-1", "北方公司"], [2, "B-2", "北方公司"]]
    told = dict(zip(found[0], found[2], strict=True))
    assert (told["办理结论"], told["处理措施"], told["是否满意"]) == (outcome.name.zh, measure.name.zh, "否")
    assert (told["经办人"], told["事由摘要"], told["超期时限数"] > 0) == ("li-wei", "第一句", True)
    assert rows(made(period=Period(date(2020, 1, 1), date(2020, 1, 31)))) == [found[0]]


def test_no_text_becomes_a_formula() -> None:
    """Whatever a name or a report begins with, the cell is text, and stays text when the sheet is saved as CSV."""
    one = line(POLICY, opened(POLICY))
    content = made(*(RegisterEntry(replace(one, name=f"{n}"), text) for n, text in enumerate(NASTY)))
    sheet = load_workbook(BytesIO(content)).active
    assert sheet is not None
    for row in sheet.iter_rows(min_row=2):
        cell = row[-1]
        assert cell.data_type == "s"
        assert not FORMULA.match(str(cell.value))
        assert str(cell.value).startswith("'") or str(cell.value) == "a" * 32_000


@settings(max_examples=60)
@given(st.text(max_size=40))
def test_any_text_is_taken_and_never_runs(text: str) -> None:
    """No text breaks the file, and none is read back as a formula."""
    one = line(POLICY, opened(POLICY))
    ((*_, told),) = rows(made(RegisterEntry(one, text)), formulas=True)[1:]
    assert told is None or not FORMULA.match(told)
    assert not FORMULA.match(plain(text))


def test_the_register_is_the_same_each_time() -> None:
    """Nothing in the file tells when it was made."""
    entry = RegisterEntry(line(POLICY, opened(POLICY)))
    assert made(entry) == made(entry)
    with ZipFile(BytesIO(made(entry))) as parts:
        told = parts.read("docProps/core.xml").decode()
        assert {part.date_time for part in parts.infolist()} == {(1980, 1, 1, 0, 0, 0)}
    assert set(re.findall(r"\d{4}-\d\d-\d\dT[\d:]*Z", told)) == {"1980-01-01T00:00:00Z"}


def test_what_was_sealed_counts_where_the_record_names_it() -> None:
    """A decision counts under its own act or `sealed`, not under another; the reporter's last word is the one."""
    verdict, measure = POLICY.rules.outcomes[0].id, POLICY.rules.measures[0].id
    contents: dict[bytes, Payload] = {
        b"1" * 32: Decision(DecisionAct.DECIDED, outcomes=[verdict]),
        b"2" * 32: Decision(DecisionAct.MEASURE_SET, measures=[measure]),
        b"3" * 32: Decision(DecisionAct.MEASURE_SET, measures=["other"]),
    }

    def event(n: int, kind: str, item: bytes) -> Event:
        return Event(bytes(16), n, kind, "2026-10-08", "li-wei", {"item": b64encode(item), "role": "hr"})

    told = [event(1, Act.DECIDED, b"1" * 32), event(2, Act.SEALED, b"2" * 32), event(3, Act.NOTED, b"3" * 32)]
    words = [ActText(Declaration.UNSATISFIED, ""), ActText(Declaration.SUPPLY, ""), ActText(Declaration.SATISFIED, "")]
    found = opened_of(told, contents, words)
    assert found.sealed.outcomes == (OutcomeId(verdict),)
    assert found.sealed.measures == (MeasureId(measure),)
    assert found.satisfied is True
    assert opened_of([], contents, []).sealed == SealedCase()
