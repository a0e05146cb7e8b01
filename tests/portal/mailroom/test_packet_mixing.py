"""Packets leave in batches of sixteen that say neither when nor with which report they came."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from sqlalchemy import Table, func, insert, select

from portal.identity.store import MARKS
from portal.identity.store import PACKETS as IDENTITY
from portal.mailroom import packet_mixing
from portal.mailroom.outbox import packet_rows
from portal.mailroom.packet_mixing import BATCH_SIZE, forward_due_batches, routes
from portal.mailroom.tables import OUTBOX_IDENTITY, OUTBOX_PROTECTION
from portal.settings import StoreName
from portal.stores.engines import Store
from retaliation_watch.store import PACKETS as WATCH
from tests.support.edge import Edge, report

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


@pytest.mark.parametrize(("waiting", "left"), [(0, 16), (1, 16), (16, 16), (17, 32), (33, 64)])
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


def test_of_two_workers_one_takes_the_day(edge: Edge) -> None:
    """A worker that comes second on a day forwards nothing, though it saw the day as not taken."""
    edge.worker.forward_packets()
    edge.hands.now += timedelta(days=1)
    today, target = edge.hands.now.date(), edge.worker.identity
    for left in (1, 0):
        with edge.mailroom.store.write() as tx:
            assert packet_mixing._forward(tx, edge.mailroom, IDENTITY_ROAD, target, today) == left
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == BATCH_SIZE


def test_a_lonely_packet_leaves_on_the_next_day_among_dummies(edge: Edge) -> None:
    """One report's packets wait for the turn of the day and leave then, each in a batch of exactly sixteen."""
    edge.worker.forward_packets()
    edge.submit(report(edge, "ann"))
    edge.worker.forward_packets()
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == 0
    edge.hands.now += timedelta(days=1)
    edge.worker.forward_packets()
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == BATCH_SIZE
    assert number(edge.eyes(StoreName.WATCH), WATCH) == BATCH_SIZE
    assert number(edge.mailroom.store, OUTBOX_IDENTITY) == number(edge.mailroom.store, OUTBOX_PROTECTION) == 0


def test_a_kill_between_the_two_stores_leaves_no_second_copy(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the worker dies after the packets arrived but before they left the outbox, the next one doubles nothing."""
    edge.worker.forward_packets()
    edge.hands.now += timedelta(days=1)
    packets = wait_in_outbox(edge, BATCH_SIZE)

    class Killed(BaseException):
        """A kill -9."""

    def die(*_: object) -> None:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("portal.mailroom.packet_mixing.delete", die)
        with pytest.raises(Killed):
            forward_due_batches(edge.mailroom, IDENTITY_ROAD, edge.worker.identity, edge.hands.now.date())
    assert number(edge.mailroom.store, OUTBOX_IDENTITY) == BATCH_SIZE
    edge.worker.forward_packets()
    with edge.eyes(StoreName.IDENTITY).read() as connection:
        found = sorted(bytes(row.packet) for row in connection.execute(select(IDENTITY.c.packet)))
    assert found == sorted(packets)
    assert number(edge.mailroom.store, OUTBOX_IDENTITY) == 0


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
