"""The papers for the law say the same in both languages and rest on files that are there."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
LAW = ROOT / "docs/law"
PAGES = sorted(path.name for path in LAW.glob("*.md") if not path.name.endswith(".zh-CN.md"))
HEADING = re.compile(r"^(#+) (?:(\d+)\.)?", re.MULTILINE)
FOLDERS = "tests|portal|casework|crypto|docs|deploy|templates|retaliation_watch"
NAMED = re.compile(rf"`((?:{FOLDERS})/[\w./-]*|[A-Z]+[\w.-]*\.md)`")
LINK = re.compile(r"\]\(([\w./-]+\.md)\)")
COLUMNS = re.compile(r"^\|.*\|$", re.MULTILINE)
# Blanks, what is not there yet, what counsel looks at: as they stand in either language.
MARKS = (("[FILL IN", "【填写"), ("have counsel check", "请律师核对"), ("(to come)", "（尚未实现）"))


def both(page: str) -> tuple[str, str]:
    """The page in English and in Chinese."""
    return (LAW / page).read_text("utf-8"), (LAW / page.replace(".md", ".zh-CN.md")).read_text("utf-8")


def in_english(name: str) -> str:
    """A file by the name of its English twin."""
    return name.replace(".zh-CN.md", ".md")


def test_all_papers_are_there() -> None:
    """Each paper that the index lists is a page, and each page is listed."""
    listed = set(LINK.findall((LAW / "README.md").read_text("utf-8"))) - {"README.zh-CN.md"}
    assert {*listed, "README.md"} == set(PAGES)
    assert len(PAGES) >= 8


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_shape(page: str) -> None:
    """Headings, rows of tables and paragraphs to say aloud are as many in either language, in the same order."""
    english, chinese = both(page)
    assert HEADING.findall(english) == HEADING.findall(chinese)
    assert [row.count("|") for row in COLUMNS.findall(english)] == [row.count("|") for row in COLUMNS.findall(chinese)]
    assert english.count("\n> ") == chinese.count("\n> ")


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_mark_the_same(page: str) -> None:
    """Blanks, what is not there yet and what is unsure are marked as often in either language; blanks end each page."""
    english, chinese = both(page)
    assert english.count("[FILL IN") > 0
    for here, there in MARKS:
        assert english.count(here) == chinese.count(there)
    endings = [re.findall(r"^## (.+)$", text, re.MULTILINE)[-1] for text in (english, chinese)]
    assert endings == ["What must be filled in", "须填写的内容"]


@pytest.mark.parametrize("page", PAGES)
def test_what_a_page_names_is_there(page: str) -> None:
    """No claim rests on a file, test or page that does not exist, and both languages name the same."""
    english, chinese = both(page)
    for text in (english, chinese):
        assert [name for name in NAMED.findall(text) if not (ROOT / name).exists()] == []
        assert [name for name in LINK.findall(text) if not (LAW / name).exists()] == []
    for pattern in (NAMED, LINK):
        here, there = ([in_english(name) for name in pattern.findall(text)] for text in (english, chinese))
        assert here == there
