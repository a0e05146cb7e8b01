"""Erasing arrival order loses nothing and hides nothing: whatever is killed, and anyone who comes meanwhile."""

from __future__ import annotations

import itertools
import os
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import func, select, text, update

import crypto
from portal.mailroom import arrival_order
from portal.mailroom.arrival_order import LEASE_SECONDS, NOWHERE
from portal.mailroom.erasure import ERASURE_KEYS, POOL_SIZE, ErasureKeys
from portal.mailroom.outbox import lease_received
from portal.mailroom.service import read_part
from portal.mailroom.tables import BLOB_PARTS, BLOBS, ITEMS, METADATA, OUTBOX_RECEIVED, SHUFFLES
from portal.stores import rewriting
from portal.wiring.worker import build_worker
from portal.worker.jobs import Worker
from tests.crypto.sample import Drawn
from tests.support.faults.kill_points import killed_at
from tests.support.offices.edge import Edge
from tests.support.offices.many_reports import Visitor, crowd, send_report
from tests.support.privacy.order_leaks import rows_of
from tests.support.privacy.rank_correlation import BY_CHANCE, deviations


def sent(edge: Edge, number: int) -> list[Visitor]:
    """So many reports with attachments, opened by the worker."""
    source = crowd(edge)
    visitors = [next(source) for _ in range(number)]
    for visitor in visitors:
        send_report(edge, visitor)
    work(edge)
    return visitors


def work(edge: Edge) -> None:
    """The worker, until there is nothing left to do."""
    while edge.worker.work_once():
        continue


def places(edge: Edge) -> dict[str, bool]:
    """Where every part lies, and whether it was moved."""
    with edge.mailroom.store.read() as connection:
        return {row.place: row.moved for row in connection.execute(select(BLOB_PARTS.c.place, BLOB_PARTS.c.moved))}


def still_whole(edge: Edge, visitors: list[Visitor]) -> bool:
    """Whether every attachment is read and every mailbox found."""
    for visitor in visitors:
        case = crypto.b64decode(visitor.submission["case"])
        if b"".join(read_part(edge.mailroom, case, visitor.blob, 0)) != visitor.part:
            return False
    return all(len(entries(edge, visitor)) == 1 for visitor in visitors)


def entries(edge: Edge, visitor: Visitor) -> Any:
    """What a poll of the reporter brings."""
    body = {"v": 1, "token": crypto.b64encode(visitor.token), "from": 0}
    return crypto.read_slots([edge.send("/api/poll", body).data]).entries


def noted(edge: Edge) -> date | None:
    """The entity's day up to which all is settled."""
    with edge.mailroom.store.read() as connection:
        return connection.scalar(select(SHUFFLES.c.day).where(SHUFFLES.c.entity == "works"))


# Where the worker dies, and how often it passes there before.
KILLS = {
    "before commit portal.mailroom.arrival_order:_move": 0,
    "after commit portal.mailroom.arrival_order:_move": 1,
    "before commit portal.stores.rewriting:rewrite_tables": 0,
    "before call portal.mailroom.arrival_order:rewrite": 1,
    "before commit portal.mailroom.arrival_order:_record_periods": 0,
}


@pytest.mark.parametrize("moment", KILLS)
def test_a_killed_shuffle_loses_nothing_and_is_done_later(
    edge: Edge, moment: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whenever the worker dies, every row and attachment is there, and after its lease all is settled."""
    visitors = sent(edge, 3)
    before = sorted(str(row.cells) for row in rows_of(edge.mailroom.store) if row.table == "mailroom.items")
    edge.hands.now += timedelta(days=1)
    if "rewrite_tables" in moment and edge.mailroom.store.embedded:
        # On SQLite a file is rewritten as a whole.
        moment = "before call portal.mailroom.arrival_order:rewrite"
    with killed_at(monkeypatch, moment, KILLS[moment]):
        work(edge)
    assert still_whole(edge, visitors)
    edge.hands.now += timedelta(seconds=LEASE_SECONDS + 1)
    work(edge)
    assert still_whole(edge, visitors)
    assert set(places(edge).values()) == {True}
    assert noted(edge) == edge.hands.now.date()
    assert sorted(str(row.cells) for row in rows_of(edge.mailroom.store) if row.table == "mailroom.items") == before


def test_a_lost_object_stops_neither_the_others_nor_the_worker(edge: Edge, capfd: pytest.CaptureFixture[str]) -> None:
    """A part whose object is gone is passed over and told once; the others move, and the turn of the day is noted."""
    sent(edge, 3)
    lost = next(iter(places(edge)))
    edge.mailroom.blobs.remove(lost)
    edge.hands.now += timedelta(days=1)
    work(edge)
    assert lost in places(edge)
    assert len(places(edge).keys() - {lost} - set(edge.mailroom.blobs.places())) == 0
    assert set(places(edge).values()) == {True}
    assert noted(edge) == edge.hands.now.date()
    assert "".join(capfd.readouterr()).count("object missing") == 1


def rewrite_until(stop: threading.Event, worker: Worker, rounds: threading.Semaphore) -> None:
    """Rewrites the mailroom, counts it, rests as long as that took, and so on until it is told to stop.

    SQLite gives the turn to anyone who asks at the right moment: two workers that never rest could keep it for good,
    and no worker does that.
    """
    while not stop.is_set():
        begun = time.monotonic()
        if rewriting.rewrite(worker.mailroom.store, METADATA):
            rounds.release()
        stop.wait(time.monotonic() - begun)


def missed(edge: Edge, visitors: list[Visitor], stop: threading.Event) -> int:
    """Polls until it is told to stop; gives how often a mailbox was not there."""
    count = 0
    while not stop.is_set():
        count += sum(len(entries(edge, visitor)) != 1 for visitor in visitors)
    return count


@pytest.mark.timeout(900)
def test_reports_and_polls_go_on_while_two_workers_shuffle(edge: Edge) -> None:
    """Two workers shuffle half of the time: every report is taken, and no poll misses a mailbox that is there."""
    visitors, stop, rounds = sent(edge, 2), threading.Event(), threading.Semaphore(0)
    fresh = list(itertools.islice(crowd(edge), 12))
    with ExitStack() as stack, ThreadPoolExecutor(3) as pool:
        workers = [build_worker(edge.settings, edge.hands) for _ in range(2)]
        for worker in workers:
            stack.callback(worker.close)
        shuffles = [pool.submit(rewrite_until, stop, worker, rounds) for worker in workers]
        polls = pool.submit(missed, edge, visitors, stop)
        try:
            for visitor in fresh:
                send_report(edge, visitor)
            assert all(rounds.acquire(timeout=60) for _ in range(3))
        finally:
            stop.set()
    assert polls.result() == 0
    assert [shuffle.result() for shuffle in shuffles] == [None, None]
    assert still_whole(edge, visitors + fresh)


def test_an_attachment_that_moves_while_it_is_asked_for_is_found(edge: Edge) -> None:
    """A part whose place was looked up before it moved is read from its new place."""
    (visitor,) = sent(edge, 1)
    case, room = crypto.b64decode(visitor.submission["case"]), edge.mailroom
    read, moved = room.blobs.read, threading.Event()

    def slow(place: str) -> Any:
        if not moved.is_set():
            moved.set()
            edge.hands.now += timedelta(days=1)
            work(edge)
        return read(place)

    room.blobs.read = slow  # type: ignore[method-assign]
    assert b"".join(read_part(room, case, visitor.blob, 0)) == visitor.part


def test_a_part_moves_once_and_only_when_its_day_is_over(edge: Edge) -> None:
    """On the day itself parts stay, at its end each gets another name, and then they stay for good."""
    sent(edge, 3)
    first = places(edge)
    edge.hands.now += timedelta(hours=2)
    work(edge)
    assert places(edge) == first
    assert set(first.values()) == {False}
    edge.hands.now += timedelta(days=1)
    work(edge)
    second = places(edge)
    assert not set(second) & set(first)
    assert set(second.values()) == {True}
    edge.hands.now += timedelta(days=3)
    work(edge)
    assert places(edge) == second


def test_an_attachment_has_the_day_of_its_report(edge: Edge) -> None:
    """In the evening of Greenwich, when it is tomorrow in Shanghai, two kinds of day would tell the half of one."""
    edge.hands.now = edge.hands.now.replace(hour=18)
    sent(edge, 1)
    with edge.mailroom.store.read() as connection:
        days = {*connection.scalars(select(BLOBS.c.day)), *connection.scalars(select(ITEMS.c.day))}
    assert days == {edge.hands.now.date() + timedelta(days=1)}


def test_large_stores_are_left_alone_until_the_day_is_over(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Every hour only what is quickly done is done; at the turn of a day everything is."""
    work(edge)
    seen: list[str] = []
    monkeypatch.setattr(arrival_order, "SMALL_STORE_BYTES", 0)
    monkeypatch.setattr(arrival_order, "rewrite", lambda store, _metadata: seen.append(store.name) or True)
    edge.hands.now += timedelta(hours=1)
    work(edge)
    assert seen == []
    edge.hands.now += timedelta(days=1)
    work(edge)
    assert sorted(seen) == ["cases", "erasure", "identity", "mailroom", "watch"]


def test_one_worker_at_a_time_rewrites(edge: Edge) -> None:
    """While one has the lease another one leaves the stores alone."""
    work(edge)
    edge.hands.now += timedelta(hours=1)
    until = int(edge.hands.now.timestamp()) + LEASE_SECONDS
    with edge.mailroom.store.write() as tx:
        tx.execute(update(SHUFFLES).where(SHUFFLES.c.entity == NOWHERE).values(leased_until=until))
    assert edge.worker.erase_order() == 0
    edge.hands.now += timedelta(seconds=LEASE_SECONDS)
    assert edge.worker.erase_order() > 0


def test_an_old_lease_tells_nobody_when_a_report_came(edge: Edge) -> None:
    """What a killed worker had taken keeps no moment once the next hour has come."""
    send_report(edge, next(crowd(edge)))
    lease_received(edge.mailroom, int(edge.hands.now.timestamp()), 60)
    edge.hands.now += timedelta(hours=1)
    edge.worker.erase_order()
    with edge.mailroom.store.read() as connection:
        assert connection.scalars(select(OUTBOX_RECEIVED.c.leased_until)).all() == [0]


class Noted(Drawn):
    """Randomness that remembers the ids it was asked for."""

    def __init__(self, name: str) -> None:
        super().__init__(name)
        self.ids: list[bytes] = []

    def __call__(self, size: int) -> bytes:
        """Gives the next bytes."""
        drawn = super().__call__(size)
        self.ids += [drawn] if size == 16 else []
        return drawn


def test_keys_leave_their_handful_by_lot(edge: Edge) -> None:
    """The order in which keys are given out says nothing of the one in which their handful was written."""
    rng = Noted("lots")
    keys = ErasureKeys(edge.mailroom.erasure.store, rng)
    drawn = [keys.draw(edge.hands.now.date()).erasure_id for _ in range(POOL_SIZE)]
    assert set(drawn) == set(rng.ids)
    assert deviations([drawn], {one: at for at, one in enumerate(rng.ids)}) < BY_CHANCE / 2


def test_handfuls_of_several_days_are_kept_apart(edge: Edge) -> None:
    """Where two entities have different days no handful is thrown away at each turn from one to the other."""
    today = edge.hands.now.date()
    for day in (today, today + timedelta(days=1)) * 4:
        edge.mailroom.erasure.draw(day)
    with edge.mailroom.erasure.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(ERASURE_KEYS)) == 2 * POOL_SIZE


def test_the_database_keeps_no_sample_of_a_key(edge: Edge) -> None:
    """The database's own statistics, which outlive a row, never hold an erasure key."""
    store = edge.mailroom.erasure.store
    edge.mailroom.erasure.draw(edge.hands.now.date())
    with store.write() as tx:
        if store.embedded:
            assert tx.execute(text("SELECT name FROM sqlite_master WHERE name LIKE 'sqlite_stat%'")).all() == []
            return
        tx.execute(text("ANALYZE erasure_keys"))
        known = tx.execute(text("SELECT attname FROM pg_stats WHERE tablename = 'erasure_keys'")).scalars().all()
    assert known == ["day"]


def test_the_files_of_a_store_say_when_it_was_rewritten_and_no_more(edge: Edge) -> None:
    """Database, log and the mapped file beside them all have a new time, whatever they had before."""
    if not edge.mailroom.store.embedded:
        return
    send_report(edge, next(crowd(edge)))
    edge.worker.work_once()
    files = sorted(edge.settings.data.glob("mailroom.sqlite*"))
    assert len(files) == 3
    for file in files:
        os.utime(file, (1, 1))
    assert rewriting.rewrite(edge.worker.mailroom.store, METADATA)
    assert [file.name for file in files if file.stat().st_mtime == 1 or file.stat().st_atime == 1] == []
