"""How a thread stands on the terminal: who is said not to have written a forged entry."""

from __future__ import annotations

from typing import Any

import pytest

from crypto.case.marks import Mark
from crypto.case.payloads import Direction
from portal.cli.reporter.inbox_command import entry_line
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue


@pytest.mark.parametrize(
    ("direction", "said"),
    [
        (Direction.TO_OFFICE, "Not from the reporter: somebody forged this entry."),
        (Direction.TO_REPORTER, "Not from the office: somebody forged this entry."),
    ],
)
def test_a_forged_entry_is_said_not_to_be_from_whom_it_claims(direction: Direction, said: str) -> None:
    """At the desk a message under a wrong MAC is not the reporter's, in a mailbox it is not the office's."""
    entry: dict[str, Any] = {
        "direction": direction, "seq": 2, "type": None, "from": None, "mark": Mark.FORGED, "stage": None, "due": None,
        "notice": None, "unsealing": None, "text": None, "attachments": [],
    }  # fmt: skip
    assert said in entry_line(Terminal(Catalogue("en"), as_json=False), entry)
