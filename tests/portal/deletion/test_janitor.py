"""The janitor's day: objects without rows, days that no batch shows, and nothing else."""

from __future__ import annotations

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from portal.backup.snapshots import snapshot
from portal.deletion.deleting import Deletion
from portal.mailroom.batch import BATCH_DAYS, batch_ids
from portal.mailroom.erasure import ERASURE_KEYS
from portal.mailroom.grants import current_grant
from portal.mailroom.tables import BATCH, BATCH_KEYS, GRANTS
from portal.stores.engines import Store
from tests.support.offices.edge import Edge, open_edge, report
from tests.support.stores.backends import Stores


@pytest.fixture
def edge(stores: Stores, tmp_path: Path) -> Iterator[Edge]:
    """Intake and worker, on each pair of stores, whose janitor has been here once."""
    opened = open_edge(stores, tmp_path)
    opened.worker.janitor.work()
    yield opened
    opened.close()


def pass_days(edge: Edge, days: int) -> None:
    """So many days go by, each with its janitor."""
    for _ in range(days):
        edge.hands.now += timedelta(days=1)
        edge.worker.janitor.work()


def test_objects_without_a_row_go_after_two_days(edge: Edge) -> None:
    """What a killed upload left goes on the third day; what a row names, also one that came late, stays."""
    case = report(edge, "ann", files=(b"slip" * 99,))
    edge.submit(case)
    before = set(edge.mailroom.blobs.places())
    stray = os.urandom(16).hex()
    edge.mailroom.blobs.store(stray, [b"half an upload"])
    pass_days(edge, 2)
    assert set(edge.mailroom.blobs.places()) == {*before, stray}
    pass_days(edge, 1)
    assert set(edge.mailroom.blobs.places()) == before
    assert len(before) == 1


def broken_off() -> Iterator[bytes]:
    """An upload whose line breaks."""
    yield b"half"
    raise ConnectionError


def test_a_half_written_object_leaves_nothing(edge: Edge) -> None:
    """A write that breaks off is no object, and the temporary file of a killed one goes like an object without row."""
    name = os.urandom(16).hex()
    with pytest.raises(ConnectionError):
        edge.mailroom.blobs.store(name, broken_off())
    assert name not in set(edge.mailroom.blobs.places())
    halves: list[Path] = []
    if isinstance(edge.settings.blobs, Path):
        halves.append(edge.settings.blobs / name[:2] / f".{name}.part")
        halves[0].parent.mkdir(exist_ok=True)
        halves[0].write_bytes(b"half")
    pass_days(edge, 3)
    assert not any(half.exists() for half in halves)
    assert name not in set(edge.mailroom.blobs.places())


def test_a_day_of_the_batch_ends_and_the_grants_of_cases_stay(edge: Edge) -> None:
    """When no batch shows a day any more its packets and its key are gone, and the case still has its grant."""
    case = report(edge, "ann")
    edge.submit(case)
    assert edge.open_slots() == 2
    with edge.mailroom.store.read() as connection:
        day_key = bytes(connection.scalar(select(BATCH_KEYS.c.erasure_id)) or b"")
    edge.hands.now += timedelta(days=BATCH_DAYS - 1)
    pass_days(edge, 1)
    assert sum(map(len, batch_ids(edge.mailroom, ["works"], edge.hands.now.date()).values())) == 2
    pass_days(edge, 2)
    with edge.mailroom.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(BATCH)) == 0
        assert connection.scalar(select(func.count()).select_from(BATCH_KEYS)) == 0
        kept = set(map(bytes, connection.scalars(select(GRANTS.c.erasure_id))))
    with edge.mailroom.erasure.store.read() as connection:
        keys = set(map(bytes, connection.scalars(select(ERASURE_KEYS.c.erasure_id))))
    assert keys & {day_key, *kept} == kept
    assert current_grant(edge.mailroom, case.sealed.memo.case)[1] == case.packet


def test_a_reader_in_the_way_is_waited_for(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """While a backup reads, one attempt a minute is made and no log grows by it; then the traces are wiped."""
    store, janitor = edge.mailroom.erasure.store, edge.worker.janitor
    scrub, done = Deletion.scrub, list[bool]()
    monkeypatch.setattr(Deletion, "scrub", lambda self: done.append(scrub(self)) or done[-1])
    with snapshot(store) as connection:
        connection.execute(select(ERASURE_KEYS)).all()
        janitor.deletion.deleted.note([os.urandom(32)])
        edge.mailroom.erasure.draw(edge.hands.now.date())
        before = log_bytes(store)
        for _ in range(3):
            janitor.work()
        assert (done, log_bytes(store)) == ([False], before)
    janitor.work()
    edge.hands.now += timedelta(minutes=1)
    janitor.work()
    assert (done, log_bytes(store)) == ([False, True], 0)


def log_bytes(store: Store) -> int:
    """The length of an embedded store's log."""
    return Path(f"{store.engine.url.database}-wal").stat().st_size if store.embedded else 0


def test_the_day_is_done_once(edge: Edge) -> None:
    """A second round of the same day, by this worker or another, looks at no object."""
    pass_days(edge, 1)
    stray = os.urandom(16).hex()
    edge.mailroom.blobs.store(stray, [b"later"])
    assert edge.worker.janitor.tidy_daily() == 0
    edge.hands.now += timedelta(days=1)
    assert edge.worker.janitor.tidy_daily() == 1
