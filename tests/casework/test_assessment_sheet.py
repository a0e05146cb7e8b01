"""The sheet of an assessment: exact numbers of those with enough cases, in every form, and nothing about a verdict."""

from __future__ import annotations

import csv
from dataclasses import replace
from io import StringIO

from casework.rules.acts import Act, Attribute
from casework.statistics.assessment import assess
from casework.statistics.assessment_sheet import COLUMNS, SWITCHED, Assessed, sheet_book, sheet_csv, sheet_page
from casework.statistics.lines import LimitOutcome, LimitStatus
from casework.statistics.page import page
from casework.statistics.paper import paper
from casework.words import Words
from tests.casework.policies import DAY, bound
from tests.casework.test_register import rows, zh
from tests.casework.test_statistics import ENTITIES, HANDLING, PRODUCT, QUARTER, many

OFFICE = Words("某公司", "Some Company")
NORTH = ENTITIES["north"]


def named(who: str) -> str:
    """A name that a spreadsheet might take for a formula."""
    return f"={who}"


def assessed(policy_name: str = HANDLING) -> list[Assessed]:
    """Five cases of one handler, four of them in time, one sent back; three of another."""
    policy = bound(policy_name)
    one = many(policy, 5, codes={Attribute.HANDLER: "li", Attribute.DEPARTMENTS: "hr"})
    clock = one[0].limits[0].clock
    kept = [LimitOutcome(clock, LimitStatus.SATISFIED, DAY, 0)] * 4 + [LimitOutcome(clock, LimitStatus.LATE, DAY, 3)]
    lines = [replace(line, limits=(limit,), counts={}) for line, limit in zip(one, kept, strict=True)]
    lines[0] = replace(lines[0], counts={Act.SENT_BACK: 1})
    found = assess([*lines, *many(policy, 3, codes={Attribute.HANDLER: "wang"})], policy, "north", {"north": True})
    assert found is not None
    return [(found, policy, NORTH)]


def test_the_spreadsheet_and_the_csv_hold_the_same_rows() -> None:
    """A row for the handler and one for the department; anyone who had too few cases has none; no text is a formula."""
    found = assessed()
    book = rows(sheet_book(found, named, zh))
    numbers = [5, 4, 1, 0, "80%", 3, 1]
    title = found[0][1].title.zh
    assert book[1:] == [
        [NORTH.zh, title, "经办人", "'=li", *numbers],
        [NORTH.zh, title, "部门", "'=hr", *numbers],
    ]
    content = sheet_csv(found, named, zh)
    assert content.startswith(b"\xef\xbb\xbf")
    table = list(csv.reader(StringIO(content.decode("utf-8-sig"))))
    assert table[0] == [name.zh for name, _ in COLUMNS]
    assert table[1:] == [[str(cell) for cell in row] for row in book[1:]]
    assert sheet_book(found, named, zh) == sheet_book(found, named, zh)


def test_the_page_says_who_asked_who_is_left_out_and_for_whom_it_is() -> None:
    """In both languages: the policy's own words or that the entity switched it on, and a table of each group."""
    asks, silent = (sheet_page(assessed(name), named, OFFICE, QUARTER, "en") for name in (HANDLING, PRODUCT))
    rule = assessed()[0][0].rule
    assert rule is not None
    assert rule.text.en in asks.sections[0].sentences
    assert SWITCHED.en in silent.sections[0].sentences
    assert any("=wang" in one for one in asks.sections[0].sentences)
    assert [section.title for section in asks.sections[1:]] == ["Handlers", "Departments", "Notes"]
    assert asks.sections[1].rows == (("=li", "5", "4", "1", "0", "80%", "3", "1"),)
    chinese = sheet_page(assessed(), named, OFFICE, QUARTER, "zh")
    assert "不得并入报告或通报" in page(chinese)
    assert chinese.sections[1].rows == asks.sections[1].rows
    assert paper(chinese).startswith(b"%PDF")
