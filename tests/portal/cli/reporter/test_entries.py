"""How a thread stands on the terminal: who is said not to have written a forged entry, and the day of a message."""

from __future__ import annotations

import json
from typing import Any, cast

import pytest

import crypto
from crypto.case.item_faults import ItemFault
from crypto.case.items import read_inner
from crypto.case.payloads import Direction
from portal.cli.reporter.inbox_command import entry_document, entry_line
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
        "direction": direction, "seq": 2, "type": None, "from": None, "mark": ItemFault.FORGED, "stage": None,
        "due": None,
        "notice": None, "unsealing": None, "text": None, "attachments": [], "day": None,
    }  # fmt: skip
    assert said in entry_line(Terminal(Catalogue("en"), as_json=False), entry)


@pytest.mark.parametrize(
    ("day", "mark", "first"),
    [
        ({"day": "2026-11-24"}, None, "[to-reporter 1] reply 2026-11-24"),
        ({"day": "2026-11-24"}, ItemFault.FORGED, "[to-reporter 1] reply"),
        ({}, None, "[to-reporter 1] reply"),
    ],
)
def test_a_message_is_shown_with_the_day_that_its_sender_wrote(
    day: dict[str, str], mark: ItemFault | None, first: str
) -> None:
    """Where it says none, or where its signature does not hold, none is shown."""
    said: dict[str, object] = {"text": "请补充。", "attachments": [], **day}
    inner = {"v": 1, "type": "reply", "payload": json.dumps(said), "signer": None, "sig": None}
    read = read_inner(Direction.TO_REPORTER, json.dumps(inner).encode())
    entry = crypto.ThreadEntry(Direction.TO_REPORTER, 1, None, read, mark)
    document = entry_document(entry, cast("crypto.VerifiedDirectory", None), "zh")
    assert document["day"] == (day.get("day") if mark is None else None)
    assert entry_line(Terminal(Catalogue("en"), as_json=False), document).splitlines()[0] == first
