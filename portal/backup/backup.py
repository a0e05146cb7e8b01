"""Makes archives of stores that go on serving: sealed to a key that this machine does not have."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date
from pathlib import Path

from sqlalchemy import Connection

from crypto.framing import Rng
from crypto.sealing.age import seal_stream
from portal.backup.chunk_stream import ChunkStream
from portal.backup.dump import ArchiveTally, dump_end, dump_objects, dump_rows, form_of, revision_of, tables_of
from portal.backup.errors import SchemaAltered
from portal.backup.format import ArchiveHead, head_record
from portal.backup.last_backup import note_backup_days
from portal.backup.names import archive_name, destroy_old_copies, prune_archives
from portal.backup.snapshots import consistent_snapshots
from portal.backup.sources import forms_of_revision
from portal.backup.used_keys import StoreBackup, note_used_keys, require_apart
from portal.clock import Clock
from portal.deletion.deletion_list import DeletionList
from portal.mailroom.blobs import BlobStore
from portal.settings import StoreName
from portal.stores.engines import Store

# Archives of these two show the same moment.
PAIR = {StoreName.MAILROOM, StoreName.CASES}
# The keys first: while their snapshot is open, PostgreSQL keeps what is deleted. The largest last.
FIRST, LAST = StoreName.ERASURE, StoreName.MAILROOM


@dataclass(frozen=True)
class WrittenArchive:
    """An archive that is whole and durable."""

    store: StoreName
    name: str
    tally: ArchiveTally
    # Older archives that were removed.
    pruned: int = 0


@dataclass(frozen=True)
class Backup:
    """Everything that is backed up; made by the composition root alone."""

    stores: Mapping[StoreName, Store]
    blobs: BlobStore = field(repr=False)
    office: str
    # Where the ledger of keys and destinations lies.
    folder: Path
    clock: Clock
    rng: Rng

    def make(self, plans: Sequence[StoreBackup], keep: int | None = None) -> list[WrittenArchive]:
        """Makes one archive for each plan; raises `BackupRefused` before anything is written.

        With `keep`, older archives go once all of this run are whole: so many of each store are left.

        Killed at any moment it leaves the archives of earlier days, whole ones of today, and
        nothing else under an archive's name. Copies of the erasure store that are too old go first.
        """
        require_apart(plans, self.folder)
        note_used_keys(plans, self.folder)
        run, today = self.rng(16), self.clock().astimezone(UTC).date()
        wanted = {plan.store: plan for plan in plans}
        if FIRST in wanted:
            destroy_old_copies(wanted[FIRST].place, today)
        with consistent_snapshots(self.stores, wanted.keys()) as moment:
            paired = run if wanted.keys() >= PAIR else b""
            order = sorted(plans, key=lambda plan: (plan.store is not FIRST, plan.store is LAST))
            made = [self._write_archive(plan, moment.pop(plan.store), paired, today) for plan in order]
        note_backup_days(self.folder, wanted.keys(), today)
        if keep is not None:
            made = [
                replace(one, pruned=prune_archives(wanted[one.store].place, one.store, keep, one.name)) for one in made
            ]
        return made

    def _write_archive(self, plan: StoreBackup, connection: Connection, run: bytes, today: date) -> WrittenArchive:
        tally = ArchiveTally()
        name = archive_name(plan.store, today)
        records = ChunkStream(self._records(plan.store, connection, run if plan.store in PAIR else b"", today, tally))
        plan.place.store(name, today, _counted(seal_stream(records, [plan.recipient], self.rng), tally))
        return WrittenArchive(plan.store, name, tally)

    def _records(
        self, store: StoreName, connection: Connection, run: bytes, today: date, tally: ArchiveTally
    ) -> Iterator[bytes]:
        tables, revision = tables_of(connection), revision_of(connection)
        deleted = DeletionList(self.stores[StoreName.DELETIONS]).count() if store is FIRST else 0
        forms = tuple(form_of(table) for table in tables)
        if forms != forms_of_revision(store, revision):
            # Nobody could restore it: rather no archive than such a one.
            raise SchemaAltered("The schema of {store} is not that of this release: run `yanlu doctor`.", store=store)
        yield head_record(ArchiveHead(store, today, self.office, revision, run, deleted, forms))
        yield from dump_rows(connection, tables, tally)
        # Lets the snapshot go.
        connection.rollback()
        if store is StoreName.MAILROOM:
            yield from dump_objects(self.blobs, self.stores[store], tally)
        yield dump_end(tally)

    def close(self) -> None:
        """Gives every connection back."""
        for store in self.stores.values():
            store.engine.dispose()


def _counted(pieces: Iterator[bytes], tally: ArchiveTally) -> Iterator[bytes]:
    for piece in pieces:
        tally.size += len(piece)
        yield piece
