"""A batch mix: packets leave the mailroom once a day, thirty-two of them, or twice as many, in random order.

Once a day and never earlier: members see how many packets their store has, and a batch that left when it was full
would tell them how many reporters wrote. For the same reason a batch doubles beyond a limit that is drawn each
day: anyone who fills it but for one place with packets of their own would see whether one more came.

A batch is closed, padded with dummies and delivered in steps that are each durable, so that a worker killed at any
moment leaves neither a second batch nor a part of one.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from hashlib import sha256
from typing import Any

from sqlalchemy import Connection, Select, Table, delete, insert, select, update

from crypto.custody.packets import dummy_identity, dummy_protection, mark_of
from crypto.framing import Rng
from portal.mailroom.context import Mailroom, insert_new
from portal.mailroom.outbox import identity_row, protection_row
from portal.mailroom.tables import DAILY_TASKS, OUTBOX_IDENTITY, OUTBOX_PROTECTION
from portal.stores.engines import Store
from portal.stores.scrubbing import scrub

BATCH_SIZE = 32
MAX_WAIT_DAYS = 1
STEP = 16
# A flood of packets holds up the worker's other tasks no longer than this.
STEPS_A_ROUND = 16


@dataclass(frozen=True)
class Route:
    """The route of one kind of packet: source outbox, target table, and how a dummy is made."""

    kind: str
    outbox: Table
    inbox: Table
    dummy: Callable[[Rng], bytes]
    # A packet's row in the outbox.
    row: Callable[[Mailroom, bytes], dict[str, object]]
    # Where a packet's mark of withdrawal goes, if its kind has one.
    marks: Table | None = None


def routes(identity_inbox: Table, protection_inbox: Table, marks: Table) -> tuple[Route, Route]:
    """The two routes; the target tables belong to the packages that own them."""
    return (
        Route("identity", OUTBOX_IDENTITY, identity_inbox, dummy_identity, identity_row, marks),
        Route("protection", OUTBOX_PROTECTION, protection_inbox, dummy_protection, protection_row),
    )


def forward_due_batches(mailroom: Mailroom, route: Route, target: Store, today: date) -> int:
    """Closes a batch when the last one was closed on an earlier day, and delivers it; returns the steps done."""
    steps = _finish(mailroom, route, target)
    if _close(mailroom, route, today):
        steps += _finish(mailroom, route, target)
    if steps:
        scrub(mailroom.store, route.outbox.name)
    return steps


def packets_for(waiting: int, rng: Rng) -> int:
    """How many packets a batch has when so many wait: 32, doubled while they are above a limit.

    The limit is drawn evenly from the upper half of what the batch holds: up to 17 change nothing, and each one more
    doubles the batch with a probability of 1/16 or less.
    """
    size = BATCH_SIZE
    while waiting > size // 2 + 1 + int.from_bytes(rng(4)) % (size // 2):
        size *= 2
    return size


def _close(mailroom: Mailroom, route: Route, today: date) -> bool:
    """Whether it closed the day's batch: what waits now is in it, and how many dummies it lacks is noted."""
    with mailroom.store.read() as connection:
        last = connection.scalar(select(DAILY_TASKS.c.day).where(DAILY_TASKS.c.kind == route.kind))
    if last is None:
        _record_day(mailroom, route, today)
        return False
    if today < last + timedelta(days=MAX_WAIT_DAYS):
        return False
    with mailroom.store.write() as tx:
        return _take_day(tx, mailroom, route, today)


def _take_day(tx: Connection, mailroom: Mailroom, route: Route, today: date) -> bool:
    this = DAILY_TASKS.c.kind == route.kind
    # Of several workers one takes the day.
    if tx.execute(update(DAILY_TASKS).where(this, DAILY_TASKS.c.day < today).values(day=today)).rowcount == 0:
        return False
    waiting = tx.execute(update(route.outbox).where(~route.outbox.c.leaves).values(leaves=True)).rowcount
    lacking = packets_for(waiting, mailroom.rng) - waiting
    tx.execute(update(DAILY_TASKS).where(this).values(dummies=DAILY_TASKS.c.dummies + lacking))
    return True


def _finish(mailroom: Mailroom, route: Route, target: Store) -> int:
    """Pads and delivers the closed batch, or what was left of it, as far as a round goes; returns the steps done."""
    steps = 0
    while steps < STEPS_A_ROUND and (_pad(mailroom, route) or _deliver(mailroom, route, target)):
        steps += 1
    return steps


def _lacking(route: Route) -> Select[Any]:
    return select(DAILY_TASKS.c.dummies).where(DAILY_TASKS.c.kind == route.kind)


def _pad(mailroom: Mailroom, route: Route) -> bool:
    """Adds some of the dummies that the closed batch lacks; whether it lacked any."""
    with mailroom.store.read() as connection:
        lacking: int = connection.scalar(_lacking(route)) or 0
    if lacking == 0:
        return False
    # Drawn before the store is locked: a dummy is made of thirty sealed slots. As many are drawn whatever is lacking,
    # so that the time that it takes does not tell how many packets are real.
    drawn = [route.row(mailroom, route.dummy(mailroom.rng)) | {"leaves": True} for _ in range(STEP)]
    rows = drawn[:lacking]
    with mailroom.store.write() as tx:
        fewer = update(DAILY_TASKS).where(DAILY_TASKS.c.kind == route.kind, DAILY_TASKS.c.dummies >= len(rows))
        if tx.execute(fewer.values(dummies=DAILY_TASKS.c.dummies - len(rows))).rowcount:
            tx.execute(insert(route.outbox), rows)
    return True


def _deliver(mailroom: Mailroom, route: Route, target: Store) -> bool:
    """Delivers some packets of the closed batch, by their random keys, once it is whole; whether there were any."""
    outbox = route.outbox
    some = select(outbox).where(outbox.c.leaves).order_by(outbox.c.key).limit(STEP).with_for_update()
    # Asked first, so that an idle worker writes nothing.
    with mailroom.store.read() as connection:
        if connection.scalar(select(outbox.c.key).where(outbox.c.leaves).limit(1)) is None:
            return False
    with mailroom.store.write() as tx:
        # Another worker may have closed it since this one looked: real packets would go ahead of their dummies.
        if tx.scalar(_lacking(route).with_for_update()):
            return False
        # The rows stay locked until they are in the other store: after a kill in between they are sent again,
        # and their hash makes that idempotent.
        rows = tx.execute(some).all()
        if not rows:
            return False
        _insert(target, route, [bytes(row.packet) for row in rows])
        tx.execute(delete(outbox).where(outbox.c.key.in_([bytes(row.key) for row in rows])))
    return True


def _record_day(mailroom: Mailroom, route: Route, today: date) -> None:
    row: dict[str, object] = {"kind": route.kind, "day": today}
    with mailroom.store.write() as tx:
        insert_new(tx, DAILY_TASKS, row)


def _insert(target: Store, route: Route, packets: Sequence[bytes]) -> None:
    with target.write() as tx:
        for packet in packets:
            row: dict[str, object] = {"packet_hash": sha256(packet).digest(), "packet": packet}
            insert_new(tx, route.inbox, row)
            if route.marks is not None:
                insert_new(tx, route.marks, {"withdrawal": mark_of(packet)})
