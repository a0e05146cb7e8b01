"""A batch mix: packets leave the mailroom in shuffled batches of exactly sixteen, padded with dummies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import Table, delete, func, select, update

from crypto.custody.packets import dummy_identity, dummy_protection, mark_of
from crypto.framing import Rng
from portal.mailroom.context import Mailroom, insert_new
from portal.mailroom.tables import CARRIES, OUTBOX_IDENTITY, OUTBOX_PROTECTION
from portal.stores.engines import Store
from portal.stores.scrubbing import scrub

BATCH_SIZE = 16
MAX_WAIT_DAYS = 7


@dataclass(frozen=True)
class Route:
    """The route of one kind of packet: source outbox, target table, and how a dummy is made."""

    kind: str
    outbox: Table
    inbox: Table
    dummy: Callable[[Rng], bytes]
    # Where a packet's mark of withdrawal goes, if its kind has one.
    marks: Table | None = None


def routes(identity_inbox: Table, protection_inbox: Table, marks: Table) -> tuple[Route, Route]:
    """The two routes; the target tables belong to the packages that own them."""
    return (
        Route("identity", OUTBOX_IDENTITY, identity_inbox, dummy_identity, marks),
        Route("protection", OUTBOX_PROTECTION, protection_inbox, dummy_protection),
    )


def forward_due_batches(mailroom: Mailroom, route: Route, target: Store, today: date) -> int:
    """Forwards every full batch, and one with dummies when the last was a week ago; returns the number of batches."""
    forwarded = 0
    while _forward_batch(mailroom, route, target, today):
        forwarded += 1
    if forwarded:
        scrub(mailroom.store, route.outbox.name)
    return forwarded


def _forward_batch(mailroom: Mailroom, route: Route, target: Store, today: date) -> bool:
    waiting, last = _state(mailroom, route)
    if last is None:
        _record_day(mailroom, route, today)
        last = today
    if waiting < BATCH_SIZE and today < last + timedelta(days=MAX_WAIT_DAYS):
        return False
    # The rows stay locked until they are in the other store: after a kill in between they are sent again,
    # and their hash makes that idempotent.
    with mailroom.store.write() as tx:
        rows = tx.execute(
            select(route.outbox).order_by(route.outbox.c.key).limit(BATCH_SIZE).with_for_update(skip_locked=True)
        ).all()
        if not rows and waiting:
            return False
        packets = [bytes(row.packet) for row in rows]
        packets += [route.dummy(mailroom.rng) for _ in range(BATCH_SIZE - len(packets))]
        _deliver(target, route, shuffled(packets, mailroom.rng))
        tx.execute(delete(route.outbox).where(route.outbox.c.key.in_([bytes(row.key) for row in rows])))
        tx.execute(update(CARRIES).where(CARRIES.c.kind == route.kind).values(day=today))
    return True


def _state(mailroom: Mailroom, route: Route) -> tuple[int, date | None]:
    with mailroom.store.read() as connection:
        waiting = connection.scalar(select(func.count()).select_from(route.outbox)) or 0
        return waiting, connection.scalar(select(CARRIES.c.day).where(CARRIES.c.kind == route.kind))


def _record_day(mailroom: Mailroom, route: Route, today: date) -> None:
    row: dict[str, object] = {"kind": route.kind, "day": today}
    with mailroom.store.write() as tx:
        insert_new(tx, CARRIES, row)


def _deliver(target: Store, route: Route, packets: Sequence[bytes]) -> None:
    with target.write() as tx:
        for packet in packets:
            row: dict[str, object] = {"packet_hash": sha256(packet).digest(), "packet": packet}
            insert_new(tx, route.inbox, row)
            if route.marks is not None:
                insert_new(tx, route.marks, {"withdrawal": mark_of(packet)})


def shuffled(packets: Sequence[bytes], rng: Rng) -> list[bytes]:
    """The packets in random order, independent of arrival."""
    return [packet for _, packet in sorted((rng(16), packet) for packet in packets)]
