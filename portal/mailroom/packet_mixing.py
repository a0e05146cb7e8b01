"""A batch mix: packets leave the mailroom once a day, in shuffled batches of exactly sixteen, padded with dummies.

Once a day and never earlier: members see how many packets their store has, and a batch that left when it was full
would tell them how many reporters wrote.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256

from sqlalchemy import Connection, Table, delete, func, select, update

from crypto.custody.packets import dummy_identity, dummy_protection, mark_of
from crypto.framing import Rng
from portal.mailroom.context import Mailroom, insert_new
from portal.mailroom.tables import CARRIES, OUTBOX_IDENTITY, OUTBOX_PROTECTION
from portal.stores.engines import Store
from portal.stores.scrubbing import scrub

BATCH_SIZE = 16
MAX_WAIT_DAYS = 1


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
    """Forwards what waits when the last batch left on an earlier day; returns the number of batches."""
    with mailroom.store.read() as connection:
        last = connection.scalar(select(CARRIES.c.day).where(CARRIES.c.kind == route.kind))
    if last is None:
        _record_day(mailroom, route, today)
        return 0
    if today < last + timedelta(days=MAX_WAIT_DAYS):
        return 0
    with mailroom.store.write() as tx:
        batches = _forward(tx, mailroom, route, target, today)
    if batches:
        scrub(mailroom.store, route.outbox.name)
    return batches


def _forward(tx: Connection, mailroom: Mailroom, route: Route, target: Store, today: date) -> int:
    due = (CARRIES.c.kind == route.kind) & (CARRIES.c.day < today)
    # Of several workers one takes the day.
    if tx.execute(update(CARRIES).where(due).values(day=today)).rowcount == 0:
        return 0
    batches = batches_for(tx.scalar(select(func.count()).select_from(route.outbox)) or 0)
    for _ in range(batches):
        # The rows stay locked until they are in the other store: after a kill in between they are sent again,
        # and their hash makes that idempotent.
        rows = tx.execute(select(route.outbox).order_by(route.outbox.c.key).limit(BATCH_SIZE).with_for_update()).all()
        packets = [bytes(row.packet) for row in rows]
        packets += [route.dummy(mailroom.rng) for _ in range(BATCH_SIZE - len(packets))]
        _deliver(target, route, shuffled(packets, mailroom.rng))
        tx.execute(delete(route.outbox).where(route.outbox.c.key.in_([bytes(row.key) for row in rows])))
    return batches


def batches_for(waiting: int) -> int:
    """One batch a day, whatever waits; where more do not fit, twice as many, and so on: the doubling is public."""
    batches = 1
    while batches * BATCH_SIZE < waiting:
        batches *= 2
    return batches


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
