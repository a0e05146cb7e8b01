"""What a member put on the record as the reporter's act, held against the message that it names."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from casework.engine.reporter_options import SPOKEN
from casework.event_store.history import ACT_READ, read_act
from crypto import ActText, Event, ItemFault, ReadEvent, Thread, ThreadEntry, WrongEvent, b64encode

MISREAD: Final = (
    "Entry {number} of the record says that the reporter declared something; the message that it names does not. Do "
    "not rely on it, and speak with the other readers."
)
BY_NON_READER: Final = (
    "Entry {number} of the record was signed by {member}, who could not read this case then. It does not count here. "
    "The server cannot tell and may count it."
)


def misread(events: Sequence[ReadEvent], thread: Thread) -> list[int]:
    """The numbers of the events that tell of an act which the reporter's message does not declare.

    One whose message is not there is counted as unserved, and of one that can't be opened nothing is known.
    """
    # The first of that hash: one that a server sends again is marked, and says nothing of the one before.
    there = {b64encode(entry.item.hash): entry for entry in reversed(thread.entries) if entry.item is not None}
    found: list[int] = []
    for n, read in enumerate(events):
        event = read.event
        entry = (
            None if event is None or read.wrong or event.kind != ACT_READ else there.get(str(event.data.get("item")))
        )
        if event is not None and entry is not None and not _declares(entry, event):
            found.append(n)
    return found


def by_non_readers(events: Sequence[ReadEvent]) -> list[tuple[int, str]]:
    """Number and signer of each event that somebody signed who could not read the case then."""
    marked = (one.event for one in events if one.wrong is WrongEvent.NON_READER)
    return [(event.n, event.actor) for event in marked if event is not None]


def _declares(entry: ThreadEntry, event: Event) -> bool:
    if entry.mark is ItemFault.UNREADABLE:
        return True
    content = None if entry.mark is not None or entry.inner is None else entry.inner.content
    act = read_act(event)
    return isinstance(content, ActText) and act is not None and content.act in SPOKEN.get(act, ())
