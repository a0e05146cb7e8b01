"""Each row of docs/findings.md names tests that exist, and both languages have the same rows."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("docs/findings.md", "docs/findings.zh-CN.md")
ROW = re.compile(r"^\| ([A-Z]+[0-9]+[a-z]?) \| (.+) \| (\d{4}-\d{2}-\d{2}) \| (.+) \|$", re.MULTILINE)
TEST = re.compile(r"`(tests/[\w/.]+)(?:::(\w+))?`")


def read(page: str) -> str:
    """The page's text."""
    return (ROOT / page).read_text("utf-8")


def is_defined(path: str, name: str) -> bool:
    """Whether the test file exists and, where a test is named, defines it."""
    if not (ROOT / path).is_file():
        return False
    return not name or re.search(rf"def {name}\(", (ROOT / path).read_text("utf-8")) is not None


@pytest.mark.parametrize("page", PAGES)
def test_every_row_is_whole_and_names_tests_that_exist(page: str) -> None:
    """A row has a number, a fault, a day and at least one test that is there."""
    lines = [line for line in read(page).splitlines() if line.startswith("| ") and not re.match(r"\| (#|编号) ", line)]
    rows = ROW.findall(read(page))
    assert len(rows) == len(lines), [line for line in lines if not ROW.match(line)]
    assert [number for number, _, _, held in rows if not TEST.search(held)] == []
    named = [pair for *_, held in rows for pair in TEST.findall(held)]
    assert [pair for pair in named if not is_defined(*pair)] == []


def test_numbers_are_unique_and_both_languages_have_the_same_rows() -> None:
    """Number, day and tests agree between the languages, row by row."""
    english, chinese = ([(n, day, TEST.findall(held)) for n, _, day, held in ROW.findall(read(page))] for page in PAGES)
    assert english == chinese
    assert len({number for number, *_ in english}) == len(english)
