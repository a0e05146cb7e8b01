"""Packets leave in batches of sixteen that say neither when nor with which report they came."""

from __future__ import annotations

import os
from datetime import timedelta

import pytest
from sqlalchemy import Table, func, insert, select

from portal.identity.store import MARKS
from portal.identity.store import PACKETS as IDENTITY
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
        tx.execute(insert(OUTBOX_IDENTITY), [{"key": os.urandom(16), "packet": one} for one in packets])
    return packets


@pytest.mark.parametrize(("waiting", "carried", "left"), [(15, 0, 15), (16, 16, 0), (33, 32, 1)])
def test_only_full_batches_leave(edge: Edge, waiting: int, carried: int, left: int) -> None:
    """Fewer than sixteen wait; sixteen leave together."""
    wait_in_outbox(edge, waiting)
    edge.worker.forward_packets()
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == carried
    assert number(edge.mailroom.store, OUTBOX_IDENTITY) == left


def test_a_lonely_packet_leaves_within_a_week_among_dummies(edge: Edge) -> None:
    """One report's packets wait six days and leave on the seventh, each in a batch of exactly sixteen."""
    edge.worker.forward_packets()
    edge.submit(report(edge, "ann"))
    edge.hands.now += timedelta(days=6)
    edge.worker.forward_packets()
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == 0
    edge.hands.now += timedelta(days=1)
    edge.worker.forward_packets()
    assert number(edge.eyes(StoreName.IDENTITY), IDENTITY) == BATCH_SIZE
    assert number(edge.eyes(StoreName.WATCH), WATCH) == BATCH_SIZE
    assert number(edge.mailroom.store, OUTBOX_IDENTITY) == number(edge.mailroom.store, OUTBOX_PROTECTION) == 0


def test_a_kill_between_the_two_stores_leaves_no_second_copy(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """If the worker dies after the packets arrived but before they left the outbox, the next one doubles nothing."""
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
    wait_in_outbox(edge, BATCH_SIZE)
    with edge.mailroom.store.read() as connection:
        keys = {bytes(row.key) for row in connection.execute(select(OUTBOX_IDENTITY.c.key))}
    edge.worker.forward_packets()
    with edge.eyes(StoreName.IDENTITY).read() as connection:
        rows = connection.execute(select(IDENTITY)).all()
    assert {column.name for column in IDENTITY.columns} == {"packet_hash", "packet"}
    assert not keys & {bytes(row.packet_hash)[:16] for row in rows}
    assert PROTECTION_ROAD.inbox is WATCH
