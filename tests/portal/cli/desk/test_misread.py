"""What a member puts on the record as the reporter's act is held against the message that it names."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any, cast

import pytest

import crypto
from crypto.case.step_payloads import ActText, Declaration
from portal.cli.desk.misread import misread

ITEM = bytes(32)


def read(act: str, item: bytes = ITEM, wrong: Any = None) -> list[crypto.ReadEvent]:
    """The event by which a member puts an act of the reporter on the record."""
    data = {"item": crypto.b64encode(item), "n": 1, "act": act}
    return [crypto.ReadEvent(crypto.Event(bytes(16), 2, "act-read", "2026-11-24", "li-wei", data), bytes(32), wrong)]


def said(content: object, mark: crypto.ItemFault | None = None) -> crypto.Thread:
    """A conversation of one item of the reporter's."""
    entry = SimpleNamespace(item=SimpleNamespace(hash=ITEM), inner=SimpleNamespace(content=content), mark=mark)
    return cast("crypto.Thread", SimpleNamespace(entries=[entry]))


@pytest.mark.parametrize(
    ("act", "thread", "found"),
    [
        ("withdrawn", said(ActText(Declaration.WITHDRAW, "")), []),
        ("rated", said(ActText(Declaration.UNSATISFIED, "")), []),
        ("withdrawn", said(ActText(Declaration.APPEAL, "")), [0]),
        ("withdrawn", said(crypto.Message("More follows.")), [0]),
        ("withdrawn", said(ActText(Declaration.WITHDRAW, ""), crypto.ItemFault.FORGED), [0]),
        ("withdrawn", said(None, crypto.ItemFault.UNREADABLE), []),
    ],
)
def test_what_no_message_of_the_reporter_declares_is_named(act: str, thread: crypto.Thread, found: list[int]) -> None:
    """A member alone could else withdraw a report in the reporter's name, or pass an appeal off as something else."""
    assert misread(read(act), thread) == found


def test_a_message_that_is_sent_twice_says_what_the_first_says() -> None:
    """A server could else make a right entry look wrong here, and not on the page."""
    first, again = said(ActText(Declaration.WITHDRAW, "")).entries, said(None, crypto.ItemFault.REPLAYED).entries
    thread = cast("crypto.Thread", SimpleNamespace(entries=[*first, *again]))
    assert misread(read("withdrawn"), thread) == []


def test_of_a_message_that_is_not_there_nothing_is_said() -> None:
    """It is counted as not delivered."""
    assert misread(read("withdrawn", bytes(31) + b"1"), said(None)) == []
