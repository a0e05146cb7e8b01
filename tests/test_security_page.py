"""What SECURITY.md says of tests is true: they exist, and both languages name the same."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PAGES = ("SECURITY.md", "SECURITY.zh-CN.md")
TEST = re.compile(r"`(tests/[\w/.]+)`")
PROPERTY = re.compile(r"^\| (\d+) \| .+ \| (.+) \|$", re.MULTILINE)


def read(page: str) -> str:
    """The page's text."""
    return (ROOT / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_every_test_that_the_page_names_exists(page: str) -> None:
    """No promise rests on a test that is not there."""
    named = TEST.findall(read(page))
    assert len(named) > 25
    assert [name for name in named if not (ROOT / name).exists()] == []


@pytest.mark.parametrize("page", PAGES)
def test_twenty_five_properties_each_name_a_test(page: str) -> None:
    """The table is whole, and no row is empty-handed or waits for something that came long ago."""
    rows = PROPERTY.findall(read(page))
    assert [int(number) for number, _ in rows] == list(range(1, 26))
    assert [number for number, held in rows if not TEST.search(held)] == []
    assert "to come" not in read(page)


def test_both_languages_name_the_same_tests() -> None:
    """Nothing is promised in one language only."""
    english, chinese = (TEST.findall(read(page)) for page in PAGES)
    assert english == chinese
