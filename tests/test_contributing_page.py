"""The way in names files that are there, the same in both languages, and rooms that the glossary explains."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PATHS = re.compile(r"`((?:casework|crypto|portal|retaliation_watch|templates|tests|tools)(?:/[\w.-]+)+/?)`")
LINKS = re.compile(r"\]\((?!https?:)([^)#]+)\)")
PAGES = (
    "CONTRIBUTING",
    "docs/glossary",
    "README",
    "docs/features",
    "docs/marks",
    "docs/architecture",
    "docs/reference",
)


def named(page: str) -> set[str]:
    """The files and folders that a page names by path."""
    return set(PATHS.findall((ROOT / page).read_text("utf-8")))


@pytest.mark.parametrize("page", PAGES)
@pytest.mark.parametrize("ending", [".md", ".zh-CN.md"])
def test_every_path_and_link_leads_somewhere(page: str, ending: str) -> None:
    """A file that moved takes its name here with it."""
    file = ROOT / f"{page}{ending}"
    links = LINKS.findall(file.read_text("utf-8"))
    assert links
    assert [link for link in links if not (file.parent / link).exists()] == []
    assert [path for path in named(f"{page}{ending}") if not (ROOT / path).exists()] == []


@pytest.mark.parametrize("page", ["CONTRIBUTING", "docs/glossary"])
def test_both_languages_name_the_same_files(page: str) -> None:
    """Up to a document's own language."""
    english, chinese = named(f"{page}.md"), named(f"{page}.zh-CN.md")
    assert english
    assert {path.replace(".zh-CN.md", ".md") for path in chinese} == english
