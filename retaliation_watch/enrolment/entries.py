"""Entries: who is watched over, from one first of a month to another; all alike in every column.

What HR records counts from the month of the report on: who is struck in the week after it is struck for it. What HR is
asked about follows an entry only from the next month on, so that no letter answers a report that was made just now.
Both days follow from the day of the sitting alone, so that real entries and cover of one sitting are alike.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, delete, func, insert, select, update

from crypto.framing import Rng
from retaliation_watch.enrolment.months import first_counted, first_of_next_month, months_later
from retaliation_watch.enrolment.quota import SlotRequest, is_known, reserve_slot
from retaliation_watch.errors import NoAgreement
from retaliation_watch.review_sampling.decoys import DECOYS_PER_ENTRY
from retaliation_watch.store import AGREEMENTS, ENTRIES, PEOPLE, TALLIES

TERM_MONTHS = 24


class RequestOutcome(StrEnum):
    """The outcome of a request; the officer's browser learns it, nothing stores it."""

    ENTERED = "entered"
    PROLONGED = "prolonged"
    ENDED = "ended"
    NOT_THERE = "not-there"
    # Through this receipt four people are protected already.
    FULL = "full"
    # So many were entered this month that the rest waits for the next.
    WAITS = "waits"
    # Nobody has recorded here that a watch was agreed upon at that entity; the packet stays.
    NOT_AGREED = "not-agreed"
    # No roster names the person: the packet waits until one does, and takes no place.
    UNKNOWN = "unknown"


@dataclass(frozen=True, repr=False)
class EntryRequest:
    """A request as the officer hands it in: a pseudonym, the marks of a handle (none for cover), a sealed link.

    `packet` is the hash of the packet that it came in; none for cover.
    """

    entity: str
    person: bytes
    marks: Sequence[bytes]
    link: bytes
    ends: bool = False
    packet: bytes | None = None


@dataclass(frozen=True)
class WatchEntry:
    """An entry as it is stored; HR's records count from `counted` on."""

    entry: bytes = field(repr=False)
    person: bytes = field(repr=False)
    counted: date
    until: date
    link: bytes = field(repr=False)


def apply_request(tx: Connection, request: EntryRequest, today: date, rng: Rng) -> RequestOutcome:
    """Enters a person, prolongs or ends an entry; raises `NoAgreement` where no watch was agreed upon."""
    if tx.scalar(select(AGREEMENTS.c.entity).where(AGREEMENTS.c.entity == request.entity)) is None:
        raise NoAgreement
    mine = {
        bytes(row.handle_mark): row
        for row in tx.execute(select(ENTRIES).where(ENTRIES.c.handle_mark.in_(list(request.marks))))
    }
    same = [row for row in mine.values() if bytes(row.person) == request.person]
    if request.ends:
        tx.execute(delete(ENTRIES).where(ENTRIES.c.entry_id.in_([bytes(row.entry_id) for row in same])))
        return RequestOutcome.ENDED if same else RequestOutcome.NOT_THERE
    start = first_of_next_month(today)
    until = months_later(start, TERM_MONTHS)
    if same and same[0].until >= until:
        # Sent again, after an answer that was lost: nothing changes, and nobody is prolonged along with it.
        return RequestOutcome.PROLONGED
    if same:
        along = [bytes(same[0].entry_id), *_along(tx, request, (same[0].start, same[0].counted), until, rng)]
        tx.execute(update(ENTRIES).where(ENTRIES.c.entry_id.in_(along)).values(until=until))
        return RequestOutcome.PROLONGED
    if not request.marks and _is_there(tx, request):
        return RequestOutcome.ENTERED
    free = [mark for mark in request.marks if mark not in mine]
    if request.marks and not free:
        return RequestOutcome.FULL
    if request.marks and (waits := _waits(tx, request, today)):
        return waits
    row = {
        "entry_id": rng(16),
        "person": request.person,
        "handle_mark": free[0] if free else rng(32),
        "link": request.link,
    }
    tx.execute(insert(ENTRIES), [row | {"start": start, "until": until, "counted": first_counted(today)}])
    return RequestOutcome.ENTERED


def _is_there(tx: Connection, request: EntryRequest) -> bool:
    """Whether cover with this very link was entered before: a call that comes twice would double it, and so tell it."""
    mine = (ENTRIES.c.person == request.person) & (ENTRIES.c.link == request.link)
    return tx.scalar(select(ENTRIES.c.entry_id).where(mine)) is not None


def _waits(tx: Connection, request: EntryRequest, today: date) -> RequestOutcome | None:
    slot = SlotRequest(request.entity, request.person, request.packet)
    if not is_known(tx, slot):
        return RequestOutcome.UNKNOWN
    return None if reserve_slot(tx, slot, today) else RequestOutcome.WAITS


def _along(tx: Connection, request: EntryRequest, days: tuple[date, date | None], until: date, rng: Rng) -> list[bytes]:
    """Ten entries that are prolonged with one, of its days if it goes: so a longer term says nothing."""
    mine = (PEOPLE.c.entity == request.entity) & (ENTRIES.c.until < until) & (ENTRIES.c.person != request.person)
    query = (
        select(ENTRIES.c.entry_id, ENTRIES.c.start, ENTRIES.c.counted)
        .join(PEOPLE, PEOPLE.c.person == ENTRIES.c.person)
        .where(mine)
    )
    drawn = sorted(((row.start, row.counted) != days, rng(16), bytes(row.entry_id)) for row in tx.execute(query))
    return [entry for _, _, entry in drawn[:DECOYS_PER_ENTRY]]


def entered_so_far(tx: Connection, entity: str) -> int:
    """How many people packets have entered: what the number of cover entries follows."""
    return tx.scalar(select(func.sum(TALLIES.c.entered)).where(TALLIES.c.entity == entity)) or 0


def end_terms(tx: Connection, today: date) -> int:
    """Takes away the entries whose term is over; gives their number."""
    return tx.execute(delete(ENTRIES).where(ENTRIES.c.until <= today)).rowcount


def entries_of(tx: Connection, person: bytes) -> list[WatchEntry]:
    """The entries of one person, in the order of their random ids."""
    rows = tx.execute(select(ENTRIES).where(ENTRIES.c.person == person).order_by(ENTRIES.c.entry_id))
    return [
        WatchEntry(bytes(row.entry_id), bytes(row.person), row.counted or row.start, row.until, bytes(row.link))
        for row in rows
    ]
