"""The stores held against the log: whatever was altered, taken away or put in past it is found."""

from __future__ import annotations

import sqlite3
from collections.abc import Callable, Generator
from contextlib import closing, contextmanager
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, delete, func, insert, select, update

from casework.event_store.deletion import DeletionReason
from casework.event_store.store import CASES, CLAIMS, DUES, EVENTS, OUTBOX_ITEMS, OUTBOX_LOG, CaseId
from crypto.reporter.submission import read_submission
from portal.deletion.deletion_list import DELETED
from portal.identity.store import REQUESTS
from portal.mailroom.tables import ITEMS, MAILBOXES
from portal.office import OfficeFolder
from portal.office.log_key import found_log
from portal.settings import Settings, StoreName
from portal.transparency_log.files import StoreFiles
from portal.transparency_log.pending import Sources, check_sources
from portal.transparency_log.verifying import Fault, LogFaulty, verify_files
from tests.crypto.sample import Drawn
from tests.support.offices.edge import NOW, Edge, open_edge, report
from tests.support.stores.backends import prepared_files, ready_embedded_stores

CASE = "ann"


def case_id(edge: Edge, name: str = CASE) -> bytes:
    """A case that was opened."""
    return read_submission(report(edge, name).sealed.submission).case


def checked(edge: Edge) -> int:
    """What `yanlu log verify` does with stores and log at hand; gives how many facts wait."""
    log_writer = edge.worker.log_writer
    assert log_writer is not None
    found = verify_files(StoreFiles(log_writer.ledger, log_writer.office), edge.office.code, edge.hands.now)
    sources = Sources(
        edge.mailroom, edge.worker.cases, edge.worker.identity, edge.worker.watch, log_writer.deleted, log_writer.office
    )
    return check_sources(found, sources)


def _rewrite_day(tx: Connection, case: bytes) -> None:
    """Back-dates an event, its hash left as it was."""
    mine = (EVENTS.c.case_id == case) & (EVENTS.c.n == 0)
    payload = tx.scalars(select(EVENTS.c.payload).where(mine)).one()
    tx.execute(update(EVENTS).where(mine).values(payload=payload.replace("2026-", "2025-", 1)))


def _forget_case(tx: Connection, case: bytes) -> None:
    """Takes a whole case out, without a word on the deletion list."""
    for table in (OUTBOX_ITEMS, OUTBOX_LOG, CLAIMS, DUES, EVENTS, CASES):
        tx.execute(delete(table).where(table.c.case_id == case))


def _put_in(tx: Connection, case: bytes) -> None:
    """Puts an event in past the log."""
    row = tx.execute(select(EVENTS).where(EVENTS.c.case_id == case)).mappings().first()
    tx.execute(insert(EVENTS).values({**dict(row or {}), "n": 9, "item_hash": None, "event_hash": bytes(32)}))


CHANGES: dict[str, tuple[StoreName, Fault, Callable[[Connection, bytes], object]]] = {
    "an event altered": (
        StoreName.CASES,
        Fault.UNWRITTEN,
        lambda tx, case: tx.execute(update(EVENTS).where(EVENTS.c.case_id == case).values(event_hash=bytes(32))),
    ),
    "an event back-dated": (StoreName.CASES, Fault.UNWRITTEN, _rewrite_day),
    "an event put in": (StoreName.CASES, Fault.UNWRITTEN, _put_in),
    "an event removed": (
        StoreName.CASES,
        Fault.REMOVED,
        lambda tx, case: tx.execute(delete(EVENTS).where(EVENTS.c.case_id == case)),
    ),
    "a case removed": (StoreName.CASES, Fault.REMOVED, _forget_case),
    "a report altered": (
        StoreName.MAILROOM,
        Fault.UNWRITTEN,
        lambda tx, case: tx.execute(update(ITEMS).where(ITEMS.c.case_id == case).values(item_hash=bytes(32))),
    ),
    "a submission altered": (
        StoreName.MAILROOM,
        Fault.UNWRITTEN,
        lambda tx, case: tx.execute(
            update(MAILBOXES).where(MAILBOXES.c.case_id == case).values(submission_hash=bytes(32))
        ),
    ),
    "a danger to life removed": (
        StoreName.IDENTITY,
        Fault.REMOVED,
        lambda tx, _case: tx.execute(delete(REQUESTS)),
    ),
    "a danger to life altered": (
        StoreName.IDENTITY,
        Fault.REMOVED,
        lambda tx, _case: tx.execute(update(REQUESTS).values(reason=b"another")),
    ),
    "a deletion removed": (StoreName.DELETIONS, Fault.REMOVED, lambda tx, _case: tx.execute(delete(DELETED))),
    "a deletion altered": (
        StoreName.DELETIONS,
        Fault.REMOVED,
        lambda tx, _case: tx.execute(update(DELETED).values(mark=bytes(32))),
    ),
}


@pytest.fixture
def written(edge: Edge) -> Edge:
    """Two cases, and a third that was deleted, all in the log."""
    return write_log(edge)


def write_log(edge: Edge) -> Edge:
    """Two checkpoints with all that."""
    for name in (CASE, "bob", "eve"):
        edge.submit(report(edge, name))
    for number, body in enumerate((b"", b"open")):
        ask_in_danger(edge, number, body)
    edge.worker.open_received()
    edge.worker.write_log()
    edge.worker.janitor.deletion.delete_case(CaseId(case_id(edge, "eve")), DeletionReason.COURT)
    edge.hands.now += timedelta(hours=6)
    edge.worker.write_log()
    return edge


def ask_in_danger(edge: Edge, number: int, body: bytes) -> None:
    """A request in danger to life, as the identity store keeps it; over where its body is empty."""
    row = {"request_id": bytes([number]) * 16, "ground": "danger-to-life", "notify": "before", "reason": b"sealed"}
    with edge.eyes(StoreName.IDENTITY).write() as tx:
        tx.execute(insert(REQUESTS).values(**row, body=body, expires=NOW.date()))


@contextmanager
def put_back(settings: Settings, name: StoreName) -> Generator[None]:
    """Whatever happens inside to an embedded store is undone afterwards."""
    with (
        closing(sqlite3.connect(settings.urls[name].get_secret_value().removeprefix("sqlite:///"))) as file,
        closing(sqlite3.connect(":memory:")) as kept,
    ):
        file.backup(kept)
        yield
        kept.backup(file)


def test_whatever_is_done_to_a_store_is_found(tmp_path: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    """An event, a report or a deletion that is altered, back-dated, removed or put in no longer fits the log."""
    prepared = prepared_files(tmp_path_factory.mktemp("prepared"))
    edge = open_edge(ready_embedded_stores(tmp_path, prepared), tmp_path)
    found_log(OfficeFolder(edge.settings.office), edge.office.keepers, Drawn("log"))
    write_log(edge)
    for change, (store, fault, do) in CHANGES.items():
        assert checked(edge) == 0, change
        with put_back(edge.settings, store):
            with edge.eyes(store).write() as tx:
                do(tx, case_id(edge))
            with pytest.raises(LogFaulty) as refused:
                checked(edge)
            assert refused.value.fault is fault, change
    edge.close()


def test_what_came_since_waits_and_is_no_fault(written: Edge) -> None:
    """A report and a deletion after the newest checkpoint wait; once they stand in the log a removal is found again."""
    written.submit(report(written, "fay"))
    written.worker.open_received()
    ask_in_danger(written, 2, b"open")
    assert checked(written) == 2
    written.worker.janitor.deletion.delete_case(CaseId(case_id(written, "bob")), DeletionReason.COURT)
    assert checked(written) > 1
    written.hands.now += timedelta(hours=6)
    written.worker.write_log()
    assert checked(written) == 0
    with written.eyes(StoreName.CASES).write() as tx:
        tx.execute(delete(EVENTS).where(EVENTS.c.case_id == case_id(written, "fay")))
    with pytest.raises(LogFaulty):
        checked(written)


def test_a_worker_killed_between_log_and_outbox_leaves_no_fault(written: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """Facts that stand in the log and still wait are counted once, before and after the next checkpoint."""

    def kill(*_: object) -> None:
        raise KeyboardInterrupt

    written.submit(report(written, "fay"))
    written.worker.open_received()
    written.hands.now += timedelta(hours=6)
    with monkeypatch.context() as patch:
        patch.setattr("portal.transparency_log.log_writer.delete_facts", kill)
        with pytest.raises(KeyboardInterrupt):
            written.worker.write_log()
    assert checked(written) == 0
    written.hands.now += timedelta(hours=6)
    assert written.worker.write_log() == 1
    assert checked(written) == 0
    with written.eyes(StoreName.CASES).read() as connection:
        assert connection.scalar(select(func.count()).select_from(OUTBOX_LOG)) == 0
    assert written.hands.now > NOW
