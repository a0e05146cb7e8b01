"""What steps have to bring to the mailroom: leased, brought in the order of the stream, then gone."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, Connection, delete, func, select, update

from casework.event_store.appending import SEQUENCES
from casework.event_store.store import CASES, OUTBOX_ITEMS, CaseId
from crypto.case.items import Place

LEASE_SECONDS = 60
# So often the mailroom may refuse a load before it is set aside; what fails for a store's sake is not counted.
MOST_TRIES = 8


@dataclass(frozen=True, slots=True)
class OutboxItem:
    """One step's load: the item's JSON, the JSON list of uploads it takes, a grant packet, its history and its epoch.

    Item, packet and history document lie under the case's erasure key.
    """

    event_hash: bytes
    case: CaseId
    n: int
    item: bytes | None
    blobs: bytes
    packet: bytes | None
    history: bytes | None
    epoch: int | None
    day: date


def is_waiting(connection: Connection, now: int, case: CaseId | None = None) -> bool:
    """Whether any load can be leased: asked first, so that who has nothing to do writes nothing."""
    query = select(OUTBOX_ITEMS.c.n).where(OUTBOX_ITEMS.c.leased_until <= now, OUTBOX_ITEMS.c.undeliverable.is_(False))
    if case is not None:
        query = query.where(OUTBOX_ITEMS.c.case_id == case)
    return connection.execute(query.limit(1)).first() is not None


def undelivered_among(connection: Connection, cases: Collection[CaseId]) -> list[CaseId]:
    """Those of the cases of which any load has still to be delivered, leased or not."""
    return _cases_with(connection, cases, OUTBOX_ITEMS.c.undeliverable.is_(False))


def leased_among(connection: Connection, now: int, cases: Collection[CaseId]) -> list[CaseId]:
    """Those of the cases of which somebody has leased a load; `now` is seconds since 1970."""
    return _cases_with(connection, cases, OUTBOX_ITEMS.c.leased_until > now)


def _cases_with(connection: Connection, cases: Collection[CaseId], condition: ColumnElement[bool]) -> list[CaseId]:
    query = select(OUTBOX_ITEMS.c.case_id).where(condition, OUTBOX_ITEMS.c.case_id.in_(cases)).distinct()
    return [CaseId(bytes(one)) for one in connection.scalars(query)]


def lease_items(
    connection: Connection, now: int, limit: int, case: CaseId | None = None, *, stolen: bool = False
) -> list[OutboxItem]:
    """Takes up to `limit` loads that nobody else has, of one case or of all, for a minute.

    `now` is seconds since 1970. A case's loads come in the order of its stream, and none comes
    before an earlier one of its case that somebody else still has. `stolen` takes what others have too.
    """
    until = now + LEASE_SECONDS if stolen else now
    earlier = OUTBOX_ITEMS.alias("earlier")
    held = select(earlier.c.n).where(
        earlier.c.case_id == OUTBOX_ITEMS.c.case_id,
        earlier.c.n < OUTBOX_ITEMS.c.n,
        earlier.c.leased_until > until,
    )
    free = (OUTBOX_ITEMS.c.leased_until <= until) & OUTBOX_ITEMS.c.undeliverable.is_(False)
    query = select(OUTBOX_ITEMS).where(free, ~held.exists())
    if case is not None:
        query = query.where(OUTBOX_ITEMS.c.case_id == case)
    query = query.order_by(OUTBOX_ITEMS.c.case_id, OUTBOX_ITEMS.c.n).limit(limit)
    rows = connection.execute(query.with_for_update(skip_locked=True)).all()
    hashes = [row.event_hash for row in rows]
    connection.execute(
        update(OUTBOX_ITEMS).where(OUTBOX_ITEMS.c.event_hash.in_(hashes)).values(leased_until=now + LEASE_SECONDS)
    )
    return [
        OutboxItem(
            event_hash=bytes(row.event_hash),
            case=CaseId(bytes(row.case_id)),
            n=row.n,
            item=None if row.item is None else bytes(row.item),
            blobs=bytes(row.blobs),
            packet=None if row.packet is None else bytes(row.packet),
            history=None if row.history is None else bytes(row.history),
            epoch=row.epoch,
            day=row.day,
        )
        for row in rows
    ]


def delete_item(connection: Connection, event_hash: bytes) -> None:
    """Forgets a load that the mailroom has; one that is gone already is no error."""
    connection.execute(delete(OUTBOX_ITEMS).where(OUTBOX_ITEMS.c.event_hash == event_hash))


def return_item(connection: Connection, event_hash: bytes) -> None:
    """Gives up the lease of a load that could not be brought, so that the next one may try at once."""
    connection.execute(update(OUTBOX_ITEMS).where(OUTBOX_ITEMS.c.event_hash == event_hash).values(leased_until=0))


def count_try(connection: Connection, event_hash: bytes, place: Place | None) -> bool:
    """Counts a load that the mailroom refused and gives up its lease; True once it is set aside.

    `place` is its item's. Where the item was the newest of its direction, the next one takes the place: who reads
    the thread finds no gap.
    """
    mine = OUTBOX_ITEMS.c.event_hash == event_hash
    tried = update(OUTBOX_ITEMS).where(mine).values(leased_until=0, tries=OUTBOX_ITEMS.c.tries + 1)
    connection.execute(tried)
    tries = connection.scalar(select(OUTBOX_ITEMS.c.tries).where(mine)) or 0
    if tries < MOST_TRIES:
        return False
    marking = update(OUTBOX_ITEMS).where(mine, OUTBOX_ITEMS.c.undeliverable.is_(False)).values(undeliverable=True)
    if connection.execute(marking).rowcount == 0:
        # Another process set it aside, and gave its place back.
        return True
    if place is not None:
        last = CASES.c[SEQUENCES[place.direction]]
        newest = (CASES.c.case_id == place.case) & (last == place.seq)
        connection.execute(update(CASES).where(newest).values({last: place.seq - 1}))
    return True


@dataclass(frozen=True, slots=True)
class Undeliverable:
    """A load that was found undeliverable: its case, the number of its event, the day on which it came."""

    case: CaseId
    n: int
    day: date


def undeliverable(connection: Connection, cases: Collection[CaseId] | None = None) -> list[Undeliverable]:
    """What was set aside of these cases, or of all."""
    columns = (OUTBOX_ITEMS.c.case_id, OUTBOX_ITEMS.c.n, OUTBOX_ITEMS.c.day)
    query = select(*columns).where(OUTBOX_ITEMS.c.undeliverable.is_(True)).order_by(*columns[:2])
    if cases is not None:
        query = query.where(OUTBOX_ITEMS.c.case_id.in_(cases))
    return [Undeliverable(CaseId(bytes(row.case_id)), row.n, row.day) for row in connection.execute(query)]


def count_undeliverable(connection: Connection) -> int:
    """How many loads were set aside, of all cases."""
    return connection.scalar(select(func.count()).where(OUTBOX_ITEMS.c.undeliverable.is_(True))) or 0
