"""Help and usage errors are there in both languages."""

from __future__ import annotations

import re

import click
import pytest
from babel.messages.pofile import read_po

from portal.cli.help import sentences
from portal.cli.root import whole
from portal.languages import LOCALE
from tests.support.commands.yanlu_process import yanlu

CHINESE = re.compile(r"[\u4e00-\u9fff]")
ENGLISH = re.compile(r"\b(usage|options|try|error|invalid|missing|value|such|is not|did you mean)\b", re.IGNORECASE)


def catalogue(language: str) -> dict[str, str]:
    """The sentences of the command line that have words in that language."""
    with (LOCALE / language / "LC_MESSAGES/cli.po").open("rb") as file:
        found = read_po(file, locale=language, abort_invalid=True)
    return {str(one.id): str(one.string) for one in found if one.id and one.string and not one.fuzzy}


@pytest.mark.parametrize("language", ["zh", "en"])
def test_every_help_text_is_in_the_catalogue(language: str) -> None:
    """The help of every command and option has words in both languages, and the Chinese ones are Chinese."""
    known, said = catalogue(language), set(sentences(whole()))
    assert len(said) > 75
    assert sorted(said - known.keys()) == []
    assert [words for words in sorted(said) if language == "zh" and not CHINESE.search(known[words])] == []


@pytest.mark.slow
@pytest.mark.parametrize(
    "line",
    [["--help"], ["report", "--nope"], ["report"], ["repot"], ["desk", "list", "--profile", "/nowhere/at/all", "more"]],
    ids=["help", "no-option", "missing", "no-command", "too-many"],
)
def test_usage_and_its_errors_come_in_chinese(line: list[str]) -> None:
    """No English word of Click's is left in a Chinese help or error."""
    ran = yanlu("--lang", "zh", *line)
    text = re.sub(r"\[OPTIONS\].*|'[^']*'", "", ran.out + ran.err)
    assert CHINESE.search(text)
    assert ENGLISH.search(text) is None, text
    english = yanlu("--lang", "en", *line)
    assert ENGLISH.search(english.out + english.err) is not None


@pytest.mark.slow
def test_an_unknown_command_is_told_which_there_are() -> None:
    """Anyone who mistypes a command, or one under another, finds all that there are in the answer."""
    known = whole()
    for line, group in ((["polcy"], known), (["policy", "frob"], known.commands["policy"])):
        ran = yanlu(*line)
        assert (ran.code, ran.out) == (2, "")
        assert isinstance(group, click.Group)
        assert set(group.commands) <= set(re.findall(r"[a-z-]+", ran.err.splitlines()[-1]))
