"""A log that was set back is noticed, nothing is written into it, and a copy mends it without a second view."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Table, delete, func, insert, select

from casework.event_store.log_head import hold_log, log_head
from casework.event_store.store import OUTBOX_LOG
from portal.settings import StoreName
from portal.transparency_log.files import FolderFiles, StoreFiles
from portal.transparency_log.ledger import DueCheckpoint
from portal.transparency_log.log_writer import last_slot
from portal.transparency_log.published import office_state
from portal.transparency_log.repair import LogRepair
from portal.transparency_log.tables import CHECKPOINTS, ENTRIES, TILES
from portal.transparency_log.verifying import Fault, LogFaulty, VerifiedLog, all_files, compare, verify_files
from tests.support.offices.edge import Edge, report

SLOT = timedelta(hours=6)
Rows = dict[Table, list[dict[str, object]]]


def repair_of(edge: Edge) -> LogRepair:
    """What `yanlu log mend` works with."""
    log_writer = edge.worker.log_writer
    assert log_writer is not None
    return LogRepair(log_writer.ledger, log_writer.office, edge.worker.cases)


def due_of(edge: Edge) -> DueCheckpoint:
    """The checkpoint of the hour before now."""
    state = office_state(repair_of(edge).office)
    assert state is not None
    return DueCheckpoint(last_slot(edge.hands.now), state)


def verified(edge: Edge, files: object = None) -> VerifiedLog:
    """This site's log, or a copy, checked."""
    repair = repair_of(edge)
    return verify_files(files or StoreFiles(repair.ledger, repair.office), edge.office.code, edge.hands.now)  # type: ignore[arg-type]


def copied(edge: Edge, folder: Path) -> FolderFiles:
    """A mirror of the log as it is now."""
    copy = FolderFiles(folder)
    copy.write(all_files(verified(edge)))
    return copy


def rows_of(edge: Edge) -> Rows:
    """What an archive of the ledger holds."""
    with edge.eyes(StoreName.LEDGER).read() as connection:
        tables = (ENTRIES, TILES, CHECKPOINTS)
        return {table: [dict(row) for row in connection.execute(select(table)).mappings()] for table in tables}


def restore(edge: Edge, rows: Rows) -> None:
    """Puts the ledger back to these rows, and nothing else."""
    with edge.eyes(StoreName.LEDGER).write() as tx:
        for table, content in rows.items():
            tx.execute(delete(table))
            if content:
                tx.execute(insert(table), content)


def next_checkpoint(edge: Edge, name: str) -> int:
    """A report, and the hour after it."""
    edge.submit(report(edge, name))
    edge.worker.open_received()
    edge.hands.now += SLOT
    return edge.worker.write_log()


@pytest.mark.parametrize("kept", [0, 1], ids=["lost", "older"])
def test_a_log_that_was_set_back_goes_on_from_a_copy_alone(edge: Edge, tmp_path: Path, kept: int) -> None:
    """Set back or lost, it stays as it is and facts wait; with the copy's checkpoints it grows on, and is no split."""
    archive = rows_of(edge)
    assert next_checkpoint(edge, "ann") == 1
    archive = rows_of(edge) if kept else archive
    old = copied(edge, tmp_path / "old")
    assert next_checkpoint(edge, "bob") == 1
    copy, repair = copied(edge, tmp_path / "copy"), repair_of(edge)
    restore(edge, archive)
    assert next_checkpoint(edge, "eve") == 0
    for refused in (repair.require_released, repair.release):
        with pytest.raises(LogFaulty) as fault:
            refused()
        assert fault.value.fault is Fault.SET_BACK
    # A copy that is older than what was published mends nothing.
    repair.adopt(verified(edge, old))
    with pytest.raises(LogFaulty):
        repair.release()
    assert repair.adopt(verified(edge, copy)) == 1
    assert repair.release() == 128
    assert repair.adopt(verified(edge, copy)) == 0
    assert edge.worker.write_log() == 1
    assert repair.ledger.sizes() == [64, 128, 192]
    assert compare(verified(edge), copy) == 2
    with edge.eyes(StoreName.CASES).read() as connection:
        assert connection.scalar(select(func.count()).select_from(OUTBOX_LOG)) == 0


def test_a_log_that_went_on_by_itself_is_told_and_not_mixed(edge: Edge, tmp_path: Path) -> None:
    """Where two views were published already, the copy is not written over the one that is here."""
    next_checkpoint(edge, "ann")
    archive = rows_of(edge)
    next_checkpoint(edge, "bob")
    copy = copied(edge, tmp_path)
    restore(edge, archive)
    log_writer = edge.worker.log_writer
    assert log_writer is not None
    log_writer.ledger.append(
        (log_writer.office.log_name(), log_writer._signer(0)[1]), due_of(edge), [], edge.mailroom.rng
    )  # type: ignore[index]
    before = rows_of(edge)
    with pytest.raises(LogFaulty) as fault:
        repair_of(edge).adopt(verified(edge, copy))
    assert fault.value.fault is Fault.SPLIT
    assert rows_of(edge) == before


def test_a_log_that_went_on_since_the_copy_was_checked_takes_nothing(
    edge: Edge, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of two views none is mixed into the other, whatever the worker wrote between the check and the taking."""
    next_checkpoint(edge, "ann")
    archive = rows_of(edge)
    next_checkpoint(edge, "bob")
    found, log_writer = verified(edge, copied(edge, tmp_path)), edge.worker.log_writer
    restore(edge, archive)
    assert log_writer is not None
    signer = (log_writer.office.log_name(), log_writer._signer(0)[1])  # type: ignore[index]

    def meanwhile(*given: object) -> int:
        count = compare(*given)  # type: ignore[arg-type]
        log_writer.ledger.append(signer, due_of(edge), [], edge.mailroom.rng)  # type: ignore[arg-type]
        return count

    monkeypatch.setattr("portal.transparency_log.repair.compare", meanwhile)
    assert repair_of(edge).adopt(found) == 0
    assert verified(edge).size == found.size


def test_after_a_restore_the_log_waits_for_a_word(edge: Edge) -> None:
    """Held by a restore, it is not written even if nothing seems to be missing; the word alone lets it go on."""
    next_checkpoint(edge, "ann")
    with edge.eyes(StoreName.CASES).write() as tx:
        hold_log(tx)
    assert next_checkpoint(edge, "bob") == 0
    with pytest.raises(LogFaulty):
        repair_of(edge).require_released()
    assert repair_of(edge).release() == 64
    repair_of(edge).require_released()
    assert edge.worker.write_log() == 1
    with edge.eyes(StoreName.CASES).read() as connection:
        assert (log_head(connection).size, log_head(connection).held) == (128, False)
