"""`yanlu policy lint --text`: a quotation stands as the text prints it, and the line of a displaced one is named."""

from __future__ import annotations

import json
import re
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from portal.settings import read_settings
from tests.casework.policies import CONTENT
from tests.support.commands.yanlu_in_process import inside

Hold = Callable[[str, str], list[str]]
AT: int = 2


@pytest.fixture
def hold(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Hold:
    """The findings of the title alone, whose source quotes words from line 2 of a text."""
    run = partial(inside, capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path)}))

    def held(quote: str, text: str) -> list[str]:
        file, written = tmp_path / "own.toml", tmp_path / "text.txt"
        source = f"[title.source]\nline = {AT}\nquote = {json.dumps(quote, ensure_ascii=False)}\n"
        content, many = re.subn(r"\[title\.source\]\nline = .*\nquote = .*\n", lambda _: source, CONTENT)
        assert many == 1
        file.write_text(content, "utf-8")
        written.write_text(text, "utf-8")
        rows = json.loads(run("policy", "lint", file, "--text", written, "--json").out)["findings"]
        return [row["reason"] for row in rows if row["key"] == "title" and row["fault"].startswith("mis")]

    return held


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("the misuse of funds", "Policy\nWe report the\n  misuse of funds.\n"),
        ("the\nmisuse of funds", "Policy\nWe report the\nmisuse of funds.\n"),
        ("the misuse of funds", "Policy\nWe report the \r\nmisuse of funds.\r\n"),
        ("any wrongdoing", "Policy\nReport any wrong-\ndoing here.\n"),
        ("a self-report", "Policy\nMake a self-\nreport here.\n"),
        ("不得打击报复举报人", "办法\n公司不得打击\n报复举报人。\n"),
        ("不得打击\n报复举报人", "办法\n公司不得打击\n报复举报人。\n"),
        ("公司ABC热线", "办法\n拨打公司\nABC热线。\n"),
    ],
)
def test_a_quotation_over_a_break_is_written_as_it_is_read(hold: Hold, quote: str, text: str) -> None:
    """With one space between words, nothing between Chinese signs, or with the break itself."""
    assert hold(quote, text) == []


@pytest.mark.parametrize(
    ("quote", "text"),
    [
        ("themisuse of funds", "Policy\nWe report the\nmisuse of funds.\n"),
        ("不得打击 报复", "办法\n公司不得打击\n报复举报人。\n"),
    ],
)
def test_what_nobody_would_read_there_is_no_quotation(hold: Hold, quote: str, text: str) -> None:
    """Two words are not one."""
    assert hold(quote, text) == [f"in the text these words do not begin in line {AT}, nor in any other line"]


def test_the_line_in_which_displaced_words_begin_is_named(hold: Hold) -> None:
    """One, or each of several."""
    text = "Policy\n\nNobody is\npunished.\nNobody is punished.\n"
    assert hold("Nobody is punished", text) == [f"in the text these words begin in line 3, 5, not in line {AT}"]
