"""Packets leave in one batch a day that says neither when nor with which report they came."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from itertools import pairwise

import pytest
from sqlalchemy import Table, func, insert, select

from portal.identity.store import MARKS
from portal.identity.store import PACKETS as IDENTITY
from portal.mailroom import packet_mixing
from portal.mailroom.outbox import packet_rows
from portal.mailroom.packet_mixing import BATCH_SIZE, forward_due_batches, packets_for, routes
from portal.mailroom.tables import OUTBOX_IDENTITY, OUTBOX_PROTECTION
from portal.settings import StoreName
from portal.stores.engines import Store
from retaliation_watch.store import PACKETS as WATCH
from tests.support.offices.edge import Edge, report

IDENTITY_ROAD, PROTECTION_ROAD = routes(IDENTITY, WATCH, MARKS)


def number(store: Store, table: Table) -> int:
    """How many rows a table has."""
    with store.read() as connection:
        return connection.scalar(select(func.count()).select_from(table)) or 0


def wait_in_outbox(edge: Edge, count: int) -> list[bytes]:
    """Puts packets of one distinguishable byte pattern into the identity outbox."""
    packets = [os.urandom(49152) for _ in range(count)]
    with edge.mailroom.store.write() as tx:
        if packets:
            tx.execute(
                insert(OUTBOX_IDENTITY), [packet_rows(edge.mailroom, one, b"")[OUTBOX_IDENTITY] for one in packets]
            )
    return packets


def next_day(edge: Edge) -> None:
    """The worker runs on the following day."""
    edge.hands.now += timedelta(days=1)
    edge.worker.forward_packets()


@pytest.mark.parametrize(("waiting", "left"), [(0, 32), (1, 32), (17, 32), (33, 64), (65, 128)])
def test_one_batch_leaves_each_day_whatever_waits(edge: Edge, waiting: int, left: int) -> None:
    """On the day itself nothing leaves, however much waits; on the next one batch, doubled where more do not fit."""
    edge.worker.forward_packets()
    wait_in_outbox(edge, waiting)
    edge.worker.forward_packets()
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == 0
    next_day(edge)
    edge.worker.forward_packets()
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == left
    assert number(edge.mailroom.store, OUTBOX_IDENTITY) == 0


def batches_of(waiting: int) -> Counter[int]:
    """How often each size is drawn when so many wait, over all limits with equal weight."""
    return Counter(packets_for(waiting, lambda n, drawn=drawn: drawn.to_bytes(n)) for drawn in range(128))


def test_one_packet_more_changes_the_batch_once_in_sixteen_days() -> None:
    """Nobody who adds packets of their own learns more of one that another sent; up to 17 tell nothing at all."""
    sizes = [batches_of(waiting) for waiting in range(200)]
    assert all(found == {BATCH_SIZE: 128} for found in sizes[:18])
    assert all(min(found) >= waiting for waiting, found in enumerate(sizes))
    changes = [128 - (one & more).total() for one, more in pairwise(sizes)]
    assert max(changes) == 128 // 16
    assert {frozenset(found) for found in sizes[18:34]} == {frozenset({32, 64}), frozenset({64})}


def test_of_two_workers_one_takes_the_day(edge: Edge) -> None:
    """A worker that comes second on a day closes nothing, though it saw the day as not taken."""
    edge.worker.forward_packets()
    edge.hands.now += timedelta(days=1)
    today = edge.hands.now.date()
    for took in (True, False):
        with edge.mailroom.store.write() as tx:
            assert packet_mixing._take_day(tx, edge.mailroom, IDENTITY_ROAD, today) is took
    edge.worker.forward_packets()
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == BATCH_SIZE


def test_no_packet_goes_ahead_of_the_dummies(edge: Edge) -> None:
    """A worker that saw no batch to pad, as another closed one just then, delivers nothing of it before it is whole."""
    edge.worker.forward_packets()
    wait_in_outbox(edge, 5)
    edge.hands.now += timedelta(days=1)
    with edge.mailroom.store.write() as tx:
        assert packet_mixing._take_day(tx, edge.mailroom, IDENTITY_ROAD, edge.hands.now.date())
    assert not packet_mixing._deliver(edge.mailroom, IDENTITY_ROAD, edge.worker.identity)
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == 0
    edge.worker.forward_packets()
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == BATCH_SIZE


def test_an_idle_worker_writes_nothing(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Once the day's batch is delivered, the rounds of the day only read, however much waits for the next one."""
    edge.worker.forward_packets()
    next_day(edge)
    wait_in_outbox(edge, 3)

    def refused(_store: Store) -> None:
        raise AssertionError

    monkeypatch.setattr(Store, "write", refused)
    assert edge.worker.forward_packets() == 0


def test_a_flood_is_delivered_in_several_rounds(edge: Edge) -> None:
    """A round does so many steps and no more, and the batch is whole in the end."""
    edge.worker.forward_packets()
    wait_in_outbox(edge, 129)
    edge.hands.now += timedelta(days=1)
    assert edge.worker.forward_packets() >= packet_mixing.STEPS_A_ROUND
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) < 256
    while edge.worker.forward_packets():
        continue
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == 256


def test_a_lonely_packet_leaves_on_the_next_day_among_dummies(edge: Edge) -> None:
    """One report's packets wait for the turn of the day and leave then, each in a whole batch."""
    edge.worker.forward_packets()
    edge.submit(report(edge, "ann"))
    edge.worker.forward_packets()
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == 0
    edge.hands.now += timedelta(days=1)
    edge.worker.forward_packets()
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == BATCH_SIZE
    assert number(edge.eyes(StoreName.WATCH), WATCH) == BATCH_SIZE
    assert number(edge.mailroom.store, OUTBOX_IDENTITY) == number(edge.mailroom.store, OUTBOX_PROTECTION) == 0


class Killed(BaseException):
    """A kill -9."""


def forward_until(edge: Edge, step: int) -> bool:
    """Runs the worker until it is killed before the step with this number; whether it got that far."""
    left = [step]

    def dying(real: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object, **named: object) -> object:
            if left[0] == 0:
                raise Killed
            left[0] -= 1
            return real(*given, **named)

        return call

    with pytest.MonkeyPatch.context() as patch:
        for name in ("update", "insert", "_insert", "delete", "scrub"):
            patch.setattr(packet_mixing, name, dying(getattr(packet_mixing, name)))
        try:
            forward_due_batches(edge.mailroom, IDENTITY_ROAD, edge.worker.identity, edge.hands.now.date())
        except Killed:
            return True
    return False


def test_a_kill_at_any_step_leaves_one_batch_and_no_second_copy(edge: Edge) -> None:
    """Whatever a worker had done, the next one makes that very batch whole; what came since waits for the next day."""
    edge.worker.forward_packets()
    sent: list[bytes] = []
    # The first three steps are one transaction: nothing is closed until all are done.
    killed, step = True, 0
    while killed:
        sent += wait_in_outbox(edge, 5)
        edge.hands.now += timedelta(days=1)
        before = number(edge.eyes(StoreName.IDENTITY), IDENTITY)
        killed = forward_until(edge, step)
        late = len(wait_in_outbox(edge, 2)) if step > 2 else 0
        edge.worker.forward_packets()
        assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == before + BATCH_SIZE
        assert number(edge.mailroom.store, OUTBOX_IDENTITY) == late
        step += 1
    assert step > 8
    with edge.eyes(StoreName.IDENTITY).read() as connection:
        assert set(sent) <= {bytes(packet) for packet in connection.scalars(select(IDENTITY.c.packet))}


def test_the_identity_store_shares_nothing_with_the_mailroom(edge: Edge) -> None:
    """No key of the outbox is in the identity store, and its rows have no other column than packet and hash."""
    edge.worker.forward_packets()
    wait_in_outbox(edge, BATCH_SIZE)
    with edge.mailroom.store.read() as connection:
        keys = {bytes(row.key) for row in connection.execute(select(OUTBOX_IDENTITY.c.key))}
    next_day(edge)
    with edge.eyes(StoreName.IDENTITY).read() as connection:
        rows = connection.execute(select(IDENTITY)).all()
    assert {column.name for column in IDENTITY.columns} == {"packet_hash", "packet"}
    assert not keys & {bytes(row.packet_hash)[:16] for row in rows}
    assert PROTECTION_ROAD.inbox is WATCH
