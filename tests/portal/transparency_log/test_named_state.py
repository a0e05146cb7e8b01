"""Which root and directory a checkpoint names, and when a new one is named."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import crypto
from crypto.transparency_log.checkpoint import log_text, read_checkpoint
from portal.transparency_log.files import StoreFiles
from portal.transparency_log.published import office_state
from portal.transparency_log.verifying import verify_files
from tests.portal.transparency_log.test_log_writer import SLOT, ledger_of, log_writer_of
from tests.support.offices.edge import NOW, Edge


def named(edge: Edge) -> tuple[int, int]:
    """The newest checkpoint's root and sequence."""
    office = read_checkpoint(log_writer_of(edge).office.log_name(), ledger_of(edge).newest() or b"").office
    return office.root, office.sequence


def publish(edge: Edge, **changes: object) -> None:
    """The keepers' next directory."""
    log_writer_of(edge).office.write_directory(edge.office.note(**changes))


def test_a_new_directory_is_named_at_the_next_full_hour_and_at_no_earlier_one(edge: Edge) -> None:
    """It waits for no fixed hour; nothing that was published at ten past is said to have been there at the hour."""
    edge.hands.now = NOW.replace(hour=7, minute=5)
    assert (edge.worker.write_log(), named(edge)) == (1, (1, 7))
    publish(edge, sequence=8)
    edge.hands.now += timedelta(minutes=50)
    assert edge.worker.write_log() == 0
    assert edge.client.get("/log/directory.note").data == edge.office.note()
    edge.hands.now += timedelta(minutes=10)
    assert (edge.worker.write_log(), edge.worker.write_log(), named(edge)) == (1, 0, (1, 8))
    newest = read_checkpoint(log_writer_of(edge).office.log_name(), ledger_of(edge).newest() or b"")
    assert newest.hour == NOW.replace(hour=8, minute=0, second=0, microsecond=0)
    assert newest.office == office_state(log_writer_of(edge).office)
    assert edge.client.get("/log/directory.note").data == edge.office.note(sequence=8)
    edge.hands.now += timedelta(hours=2)
    assert edge.worker.write_log() == 0
    files = StoreFiles(ledger_of(edge), log_writer_of(edge).office)
    assert verify_files(files, edge.office.code, edge.hands.now).size == 128


def test_a_root_whose_keepers_signed_no_directory_yet_is_not_named(edge: Edge) -> None:
    """Between a new root and its first directory checkpoints go on and name what holds."""
    edge.worker.write_log()
    office = edge.office
    second = crypto.sign_note(crypto.root_text(office.root_document(2)), office.keepers[:2])
    folder, log = log_writer_of(edge).office, log_writer_of(edge).office.log_name()
    folder.write_root(2, second)
    folder.write_log_note(crypto.sign_note(log_text(log.office, log.number, 2, log.key), office.keepers[:2]))
    edge.hands.now += SLOT
    assert (edge.worker.write_log(), named(edge)) == (1, (1, 7))
    publish(edge, sequence=8, root=2)
    assert edge.worker.write_log() == 0
    edge.hands.now += SLOT / 6
    assert (edge.worker.write_log(), named(edge)) == (1, (2, 8))


def test_an_office_without_a_directory_has_no_checkpoint(edge: Edge) -> None:
    """Nothing can be named before the first signing, and nothing has happened."""
    file = log_writer_of(edge).office.path / "directory.note"
    content = file.read_bytes()
    file.unlink()
    assert edge.worker.write_log() == 0
    file.write_bytes(content)
    assert edge.worker.write_log() == 1


def test_two_workers_name_a_new_directory_once(edge: Edge) -> None:
    """A worker that was a moment late, or an hour, adds no second checkpoint that names the same."""
    edge.hands.now = NOW.replace(hour=7, minute=5)
    edge.worker.write_log()
    publish(edge, sequence=8)
    late = replace(log_writer_of(edge))
    for log_writer in (log_writer_of(edge), late):
        assert log_writer.work() == 0
    edge.hands.now += timedelta(hours=1)
    assert edge.worker.write_log() == 1
    for _ in range(2):
        edge.hands.now += timedelta(hours=1)
        assert late.work() == 0
    files = StoreFiles(ledger_of(edge), log_writer_of(edge).office)
    assert [one.office.sequence for one in verify_files(files, edge.office.code, edge.hands.now).checkpoints] == [7, 8]
