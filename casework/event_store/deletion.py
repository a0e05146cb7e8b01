"""A case ends: everything of it leaves the store, and only a count by month stays."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import date
from enum import StrEnum
from typing import Final

from sqlalchemy import Connection, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from casework.errors import CaseHeld, HeadMoved
from casework.event_store.claims import AT_ONCE
from casework.event_store.store import (
    CASES,
    CLAIMS,
    DELETIONS_BY_MONTH,
    DUES,
    EVENTS,
    OUTBOX_ITEMS,
    OUTBOX_LOG,
    PROPOSALS,
    RECUSALS,
)


class DeletionReason(StrEnum):
    """Why a case is deleted: a fixed word, since free text would keep what deletion is to remove."""

    RETENTION = "retention"
    REQUEST = "request"
    COURT = "court"
    MISTAKE = "mistake"
    UNSTATED = "unstated"
    # Nobody could open it: two keepers signed the list on which it stands.
    UNOPENED = "unopened"
    # A deletion that somebody began and the janitor ended, or that a restored store had forgotten.
    RESUMED = "resumed"


# Claims and events refer to their case, so they go first.
PARTS: Final = (PROPOSALS, OUTBOX_ITEMS, OUTBOX_LOG, DUES, RECUSALS, CLAIMS, EVENTS, CASES)


def marked_cases(connection: Connection, marks: Collection[bytes], unmarked: Collection[bytes] = ()) -> list[bytes]:
    """The ids of the cases that these marks name; `unmarked` are ids that count where a case has no mark."""
    found: list[bytes] = []
    for some in _batches(marks):
        found += connection.scalars(select(CASES.c.case_id).where(CASES.c.mark.in_(some)))
    for some in _batches(unmarked):
        found += connection.scalars(select(CASES.c.case_id).where(CASES.c.mark.is_(None), CASES.c.case_id.in_(some)))
    return sorted(bytes(case) for case in found)


def _batches(names: Collection[bytes]) -> Iterator[Sequence[bytes]]:
    """What one statement may name: a database takes only so many values at once."""
    ordered = sorted(names)
    return (ordered[at : at + AT_ONCE] for at in range(0, len(ordered), AT_ONCE))


def begin_deletion(connection: Connection, case: bytes, head: bytes | None = None) -> None:
    """Lets nobody write into a case any more; raises `CaseHeld`. One that is not there needs nothing.

    From the moment at which this is committed a hold comes too late, and its member is told so: until
    then it stops the deletion. Given the `head` over which somebody found that the case need not be kept,
    raises `HeadMoved` where something happened since: it may have been reopened.
    """
    row = connection.execute(
        select(CASES.c.held, CASES.c.frozen, CASES.c.head_hash).where(CASES.c.case_id == case).with_for_update()
    ).one_or_none()
    if row is None:
        return
    if row.held or row.frozen:
        raise CaseHeld
    if head is not None and bytes(row.head_hash) != head:
        raise HeadMoved
    connection.execute(update(CASES).where(CASES.c.case_id == case).values(leaving=True))


def remove_cases(connection: Connection, cases: Sequence[bytes], today: date, reason: DeletionReason) -> int:
    """Removes cases with events, claims and loads; counts those that were there, once; gives their number.

    Runs in the caller's transaction.
    """
    there = connection.scalars(select(CASES.c.case_id).where(CASES.c.case_id.in_(cases)).with_for_update()).all()
    for table in PARTS:
        connection.execute(delete(table).where(table.c.case_id.in_(cases)))
    if there:
        _count(connection, today.isoformat()[:7], reason, len(there))
    return len(there)


def _count(connection: Connection, month: str, reason: DeletionReason, number: int) -> None:
    insert = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    row = {"month": month, "reason": reason.value, "number": 0}
    connection.execute(insert(DELETIONS_BY_MONTH).values(row).on_conflict_do_nothing())
    here = (DELETIONS_BY_MONTH.c.month == month) & (DELETIONS_BY_MONTH.c.reason == reason.value)
    more = DELETIONS_BY_MONTH.c.number + number
    connection.execute(update(DELETIONS_BY_MONTH).where(here).values(number=more))


def deletions_by_month(connection: Connection) -> list[tuple[str, str, int]]:
    """How many cases were deleted, by month and reason."""
    table = DELETIONS_BY_MONTH
    rows = connection.execute(select(table).order_by(table.c.month, table.c.reason))
    return [(row.month, row.reason, row.number) for row in rows]


def leaving_cases(connection: Connection) -> list[bytes]:
    """Cases into which nobody may write any more and which are here all the same: their deletion was cut short."""
    query = select(CASES.c.case_id).where(CASES.c.leaving).order_by(CASES.c.case_id)
    return [bytes(case) for case in connection.scalars(query)]


def unmarked_cases(connection: Connection, limit: int) -> list[bytes]:
    """Cases of a release that gave them no mark."""
    query = select(CASES.c.case_id).where(CASES.c.mark.is_(None)).order_by(CASES.c.case_id).limit(limit)
    return [bytes(case) for case in connection.scalars(query)]


def mark_case(connection: Connection, case: bytes, mark: bytes) -> None:
    """Gives a case the mark that it lacks."""
    connection.execute(update(CASES).where(CASES.c.case_id == case, CASES.c.mark.is_(None)).values(mark=mark))
