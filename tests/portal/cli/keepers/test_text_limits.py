"""`yanlu policy lint --text` holds each limit against the lines of the text around its quotation."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from portal.settings import read_settings
from tests.casework.policies import CONTENT
from tests.portal.cli.keepers.test_quoted_limits import CLOCK, quoted
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran

Lint = Callable[..., Ran]


@pytest.fixture
def lint(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Lint:
    """Lints the whistleblowing policy with rows at its end against a text."""
    run = partial(inside, capsys, monkeypatch, read_settings({"YANLU_DATA": str(tmp_path)}))

    def linted(added: str, text: str) -> Ran:
        mine, written = tmp_path / "mine.toml", tmp_path / "text.txt"
        mine.write_text(CONTENT + added, "utf-8")
        written.write_text(text, "utf-8")
        return run("policy", "lint", mine, "--text", written, "--json")

    return linted


def reasons(ran: Ran, fault: str) -> list[tuple[str, str, str]]:
    """Key, level and sentence of each finding of one kind."""
    return [
        (row["key"], row["level"], row["reason"]) for row in json.loads(ran.out)["findings"] if row["fault"] == fault
    ]


@pytest.mark.parametrize(
    ("limit", "quote", "text", "said"),
    [
        ("60 working days", "is finished with a report", "It is finished with a report within 15 working days.\n",
         "is 60 working days; its quotation stops before the number, and in line 1 the text says 15 working days"),
        ("5 days", "is decided", "The appeal is decided\nwithin twenty days. Costs are paid in 5 days.\n",
         "is 5 days; its quotation stops before the number, and in line 2 the text says 20 days"),
        ("5 days", "答复申诉人", "公司答复申诉人，时限为收到之日起\n十五日内。\n",
         "is 5 days; its quotation stops before the number, and in line 2 the text says 15 days"),
    ],
)  # fmt: skip
def test_a_quotation_that_stops_before_another_number_is_a_warning(
    lint: Lint, limit: str, quote: str, text: str, said: str
) -> None:
    """Both limits and the line are named; the sentence may go on in the next line."""
    found = reasons(lint(CLOCK.format(limit=limit, source=quoted(quote)), text), "other-in-line")
    assert found == [("clocks[answer]", "warning", f"{said}: quote the number too")]


@pytest.mark.parametrize(
    ("limit", "quote", "text"),
    [
        ("15 working days", "is finished", "It is finished within 15 working days.\n"),
        ("25 days", "is finished", "It is finished within 15 days;\nin a serious matter within 25 days.\n"),
        ("1 day", "答复申诉人", "24小时内答复申诉人。\n"),
        ("9 days", "is finished", "It is finished in good time.\nCosts are paid in 5 days.\n"),
        ("25 days", "is finished", "It is finished within 15 days, in a serious matter\nwithin 25 days.\n"),
    ],
)
def test_a_limit_that_the_lines_name_or_leave_open_is_none(lint: Lint, limit: str, quote: str, text: str) -> None:
    """The same time in another unit is the same; another sentence is another rule."""
    assert reasons(lint(CLOCK.format(limit=limit, source=quoted(quote)), text), "other-in-line") == []


def test_a_word_of_the_text_leaves_the_number_to_the_office(lint: Lint) -> None:
    """Whatever else stands in the line."""
    worded = CLOCK.replace("limit =", 'word = "promptly"\nlimit =').format(limit="9 days", source=quoted("is answered"))
    text = "It is answered promptly, and filed in 5 days.\n"
    assert reasons(lint(worded, text), "other-in-line") == []
