"""Packets leave the mailroom in shuffled batches of exactly sixteen, topped up with dummies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import Table, delete, func, select, update

from crypto.custody.packets import dummy_identity, dummy_protection, mark_of
from crypto.framing import Rng
from portal.mailroom.room import Mailroom, insert_new
from portal.mailroom.tables import CARRIES, OUTBOX_IDENTITY, OUTBOX_PROTECTION
from portal.stores.engines import Store
from portal.stores.scrubbing import scrub

BATCH = 16
LONGEST_WAIT_DAYS = 7


@dataclass(frozen=True)
class Road:
    """The way of one kind of packet: from which outbox, into which table, and what a dummy is."""

    kind: str
    outbox: Table
    inbox: Table
    dummy: Callable[[Rng], bytes]
    # Where a packet's mark of withdrawal goes, if its kind has one.
    marks: Table | None = None


def roads(identity_inbox: Table, protection_inbox: Table, marks: Table) -> tuple[Road, Road]:
    """The two roads; the tables at their ends belong to the packages that keep them."""
    return (
        Road("identity", OUTBOX_IDENTITY, identity_inbox, dummy_identity, marks),
        Road("protection", OUTBOX_PROTECTION, protection_inbox, dummy_protection),
    )


def carry_due_batches(room: Mailroom, road: Road, target: Store, today: date) -> int:
    """Carries every full batch, and one with dummies when the last went a week ago; gives the number."""
    carried = 0
    while _carry_one(room, road, target, today):
        carried += 1
    if carried:
        scrub(room.store, road.outbox.name)
    return carried


def _carry_one(room: Mailroom, road: Road, target: Store, today: date) -> bool:
    waiting, last = _state(room, road)
    if last is None:
        _note_day(room, road, today)
        last = today
    if waiting < BATCH and today < last + timedelta(days=LONGEST_WAIT_DAYS):
        return False
    # The rows stay locked until they lie in the other store: a kill in between carries them again,
    # and their hash keeps that from being seen.
    with room.store.write() as tx:
        rows = tx.execute(
            select(road.outbox).order_by(road.outbox.c.key).limit(BATCH).with_for_update(skip_locked=True)
        ).all()
        if not rows and waiting:
            return False
        packets = [bytes(row.packet) for row in rows]
        packets += [road.dummy(room.rng) for _ in range(BATCH - len(packets))]
        _put(target, road, shuffled(packets, room.rng))
        tx.execute(delete(road.outbox).where(road.outbox.c.key.in_([bytes(row.key) for row in rows])))
        tx.execute(update(CARRIES).where(CARRIES.c.kind == road.kind).values(day=today))
    return True


def _state(room: Mailroom, road: Road) -> tuple[int, date | None]:
    with room.store.read() as connection:
        waiting = connection.scalar(select(func.count()).select_from(road.outbox)) or 0
        return waiting, connection.scalar(select(CARRIES.c.day).where(CARRIES.c.kind == road.kind))


def _note_day(room: Mailroom, road: Road, today: date) -> None:
    row: dict[str, object] = {"kind": road.kind, "day": today}
    with room.store.write() as tx:
        insert_new(tx, CARRIES, row)


def _put(target: Store, road: Road, packets: Sequence[bytes]) -> None:
    with target.write() as tx:
        for packet in packets:
            row: dict[str, object] = {"packet_hash": sha256(packet).digest(), "packet": packet}
            insert_new(tx, road.inbox, row)
            if road.marks is not None:
                insert_new(tx, road.marks, {"withdrawal": mark_of(packet)})


def shuffled(packets: Sequence[bytes], rng: Rng) -> list[bytes]:
    """The packets in an order that says nothing of when they came."""
    return [packet for _, packet in sorted((rng(16), packet) for packet in packets)]
