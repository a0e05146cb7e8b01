"""The lists of lies are held against the commands and the calls that there are: a new one joins, or this fails."""

from __future__ import annotations

import click
import pytest

from portal.cli.root import whole
from tests.portal.cli.test_responses import READ, UNREAD
from tests.portal.cli.test_tampered_answers import WORKS
from tests.support.attacks.covered_commands import OWN_PLACE, asking, commands

TOLD = {command for work in WORKS for command in work.NAMES.values()}
CALLS = {call for work in WORKS for call in work.CALLS}
PAGES = {
    "GET /",
    "GET /<path:path>",
    "GET /office/site.json",
    "GET /office/zh/yanlu-report.html",
    "GET /office/en/yanlu-report.html",
}
"""What `verify-site` asks for as a browser: compared byte by byte with the release."""
BY_NOBODY = "no command calls it"


def _unlisted() -> set[str]:
    return asking() - TOLD - OWN_PLACE.keys()


def test_every_command_that_asks_a_server_is_told_lies() -> None:
    """A command whose code asks a server is in the matrix, or is named with the reason why not."""
    assert _unlisted() == set()
    names = {path for path, _ in commands()}
    assert (TOLD | OWN_PLACE.keys()) - names == set()
    assert TOLD & OWN_PLACE.keys() == set()


def test_a_new_command_that_asks_a_server_is_missed(monkeypatch: pytest.MonkeyPatch) -> None:
    """Planted: a command that nobody has put on a list, and that asks."""
    asks = next(command for path, command in commands() if path == "inbox")
    group = whole()
    assert isinstance(group, click.Group)
    monkeypatch.setitem(group.commands, "planted", asks)
    assert _unlisted() == {"planted"}


def test_every_call_that_commands_make_is_lied_about() -> None:
    """Each call that is read, or known as unread by commands, is made by one in the matrix; and no other is."""
    made = READ.keys() | {call for call, why in UNREAD.items() if why != BY_NOBODY}
    assert made ^ (CALLS - PAGES) == set()
