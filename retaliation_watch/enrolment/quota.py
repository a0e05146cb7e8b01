"""The quota of a month: so many people may be entered by packets, and nobody who floods it shuts others out.

Half of a month's places belongs to those who wait from earlier months, the oldest first; the other half to anyone who
comes, so that neither a backlog nor a rush takes all. Who is watched already, and whom no roster names, takes none:
ten requests about one person, or about nobody, fill no month.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from retaliation_watch.enrolment.months import first_of_next_month
from retaliation_watch.locks import advisory_lock
from retaliation_watch.store import ENTRIES, PEOPLE, TALLIES, WAITING

FEWEST_A_MONTH: Final = 10
SHARE_A_MONTH: Final = 100
"""One in so many of an entity's people may be entered by packets in a month, and `FEWEST_A_MONTH` in any case."""
LAST_WEEK: Final = 22
"""From this day of a month on, what is left of its places is for anyone who waits."""


@dataclass(frozen=True)
class SlotRequest:
    """A request for a slot: a packet by its hash, about a person of an entity."""

    entity: str
    person: bytes = field(repr=False)
    packet: bytes | None = field(repr=False)


def is_known(tx: Connection, request: SlotRequest) -> bool:
    """Whether the roster names the person; where there is no roster yet, everybody is known."""
    if tx.scalar(select(PEOPLE.c.person).where(PEOPLE.c.person == request.person)) is not None:
        return True
    return tx.scalar(select(PEOPLE.c.person).where(PEOPLE.c.entity == request.entity).limit(1)) is None


def reserve_slot(tx: Connection, request: SlotRequest, today: date) -> bool:
    """Counts one more person entered by a packet; False, and the packet waits, where the month has no place for it."""
    advisory_lock(tx, "places", request.entity)
    month, this = first_of_next_month(today), today.replace(day=1)
    here = (TALLIES.c.entity == request.entity) & (TALLIES.c.month == month)
    entered = tx.scalar(select(TALLIES.c.entered).where(here))
    since = tx.scalar(select(WAITING.c.since).where(_open(request) & (WAITING.c.packet_hash == request.packet)))
    watched = tx.scalar(select(ENTRIES.c.entry_id).where(ENTRIES.c.person == request.person).limit(1)) is not None
    free = _free(tx, request, today, (entered or 0, since, watched))
    _record_waiting(
        tx, request, (since, watched), month if free and since is not None and since < this else None, today, free=free
    )
    if not free:
        return False
    if entered is None:
        tx.execute(insert(TALLIES), [{"entity": request.entity, "month": month, "entered": 1}])
    else:
        tx.execute(update(TALLIES).where(here).values(entered=entered + 1))
    return True


def _open(request: SlotRequest) -> ColumnElement[bool]:
    return (WAITING.c.entity == request.entity) & WAITING.c.entered.is_(None)


def _free(tx: Connection, request: SlotRequest, today: date, counts: tuple[int, date | None, bool]) -> bool:
    """Whether there is a place: by how many were entered, since when this one waits, whether the person is watched."""
    entered, since, watched = counts
    this = today.replace(day=1)
    left = monthly_quota(tx, request.entity) - entered
    if left <= 0 or (watched and today.day < LAST_WEEK):
        return False
    others = _open(request) & ~WAITING.c.watched & (WAITING.c.packet_hash != (request.packet or b""))
    before = _count(tx, others & (WAITING.c.since < this))
    if today.day >= LAST_WEEK:
        # Anyone who waits longest comes first, those who are watched already last, anyone who comes now between.
        ahead = before if since is None or watched else _count(tx, others & (WAITING.c.since < since))
        return ahead < left
    reserved = monthly_quota(tx, request.entity) // 2 - _count(
        tx, (WAITING.c.entity == request.entity) & (WAITING.c.entered == first_of_next_month(today))
    )
    if since is not None and since < this:
        return _count(tx, others & (WAITING.c.since < since)) < reserved
    return min(before, max(reserved, 0)) < left


def _record_waiting(
    tx: Connection,
    request: SlotRequest,
    was: tuple[date | None, bool],
    entered: date | None,
    today: date,
    *,
    free: bool,
) -> None:
    """Records since when a packet waits; of one that got a place of the waiting until the month is over."""
    if request.packet is None:
        return
    since, watched = was
    mine = WAITING.c.packet_hash == request.packet
    if free and entered is None:
        tx.execute(delete(WAITING).where(mine))
    elif since is not None:
        tx.execute(update(WAITING).where(mine).values(entered=entered, watched=watched))
    else:
        row = {
            "packet_hash": request.packet,
            "entity": request.entity,
            "since": today.replace(day=1),
            "watched": watched,
        }
        tx.execute(insert(WAITING), [row])


def _count(tx: Connection, which: ColumnElement[bool]) -> int:
    return tx.scalar(select(func.count()).select_from(WAITING).where(which)) or 0


def monthly_quota(tx: Connection, entity: str) -> int:
    """How many people packets may enter in a month."""
    people = tx.scalar(select(func.count()).select_from(PEOPLE).where(PEOPLE.c.entity == entity)) or 0
    return max(FEWEST_A_MONTH, people // SHARE_A_MONTH)


def delete_waiting(tx: Connection, packets: Collection[bytes], today: date) -> None:
    """Packets that are gone wait no longer, and places of a month that has begun are not counted any more."""
    tx.execute(delete(WAITING).where(WAITING.c.entered <= today))
    tx.execute(delete(WAITING).where(WAITING.c.packet_hash.in_(list(packets)) & WAITING.c.entered.is_(None)))
