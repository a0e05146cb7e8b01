"""The officer's pages call every kind of measure, and every form of art. 19, as the watch itself does."""

from __future__ import annotations

import re

from portal.site_build.pages import ROOT
from portal.site_build.strings import read_catalogue
from retaliation_watch.hr_ingest.mapping import COLUMNS
from retaliation_watch.kinds import MEANINGS, Neutral
from retaliation_watch.review_sampling.steps import Refusal

PAGES = ROOT / "templates" / "watch"


def named(file: str) -> dict[str, str]:
    """The sentences of a table in a script, by their keys."""
    text = (PAGES / file).read_text("utf-8")
    return {one[1].strip('"'): one[2] for one in re.finditer(r'("?[a-z_-]+"?): msg\("([^"]+)"\)', text)}


def test_every_kind_has_the_watchs_own_name_in_both_languages() -> None:
    """A gap or a step says the very words of the evidence; none of the kinds is missing."""
    names, chinese = named("kinds.ts"), read_catalogue(ROOT / "templates" / "locale", "zh", ("watch",))
    for kind, meaning in MEANINGS.items():
        assert (names[kind.value], chinese.say(names[kind.value])) == (meaning.en, meaning.zh)
    assert {one.value for one in Neutral} <= names.keys()
    assert {meaning.letter for meaning in MEANINGS.values()} <= names.keys()


def test_every_refusal_has_its_reason() -> None:
    """Whatever the ladder may answer is told in words."""
    assert {one.value for one in Refusal} == named("alerts/responseoptions.ts").keys()


def test_every_column_that_is_read_has_its_name() -> None:
    """Anyone who maps HR's headings chooses from words, never from a code."""
    assert {column for columns in COLUMNS.values() for column in columns} <= named("feeds/columns.ts").keys()
