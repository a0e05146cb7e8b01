"""Restores stores from archives into empty ones; nothing serves before the deletion list was held against them."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import chain

from sqlalchemy import Connection, MetaData, Table, insert, inspect, select

from casework.event_store.log_head import hold_log
from portal.backup.dump import tables_of
from portal.backup.errors import ArchiveRefused, ListTooOld, StoreInUse
from portal.backup.format import DAMAGED, ArchiveEnd, ArchiveRow, Object, TableBegins
from portal.backup.sources import ArchiveSource, CheckedArchive, OpenedArchive, check_archive, check_pair
from portal.deletion.deleting import Deletion
from portal.mailroom.blobs import BlobStore
from portal.mailroom.tables import BLOB_PARTS
from portal.settings import StoreName
from portal.stores.engines import MARKER, Store, is_restoring
from portal.stores.schemas import move_schema, upgrade_store

ROWS_AT_ONCE = 200
# The list before everything that is held against it.
FIRST = (StoreName.DELETIONS, StoreName.ERASURE)
ORDER = (*FIRST, *(name for name in StoreName if name not in FIRST))
# What a restored deletion has to look through.
KNOWING = (StoreName.MAILROOM, StoreName.CASES, StoreName.ACCOUNTS, StoreName.ERASURE, StoreName.DELETIONS)


@dataclass(frozen=True)
class Restored:
    """A store that serves again."""

    store: StoreName
    name: str
    rows: int
    objects: int


@dataclass(frozen=True)
class Restore:
    """Everything that can be restored; made by the composition root alone."""

    stores: Mapping[StoreName, Store]
    blobs: BlobStore = field(repr=False)
    office: str
    deletion: Deletion

    def restore(self, sources: Sequence[ArchiveSource], *, older_list: bool = False) -> list[Restored]:
        """Restores each source's store; raises `BackupRefused` before anything is written.

        Killed at any moment it leaves stores that nothing serves from, and is simply run again.
        `older_list` accepts a deletion list that is shorter than the one at the time of the archive.
        """
        # 1. Every archive is whole and what it ought to be; every store is empty.
        ordered = sorted(sources, key=lambda source: ORDER.index(source.store))
        checked = [check_archive(source, self.office) for source in ordered]
        check_pair(checked)
        for one in checked:
            self._require_empty(one.source.store)
        if not older_list:
            self._require_list(checked)
        # 2. From here on nothing serves from these stores.
        for one in checked:
            self._mark(one)
        # 3. Each store in one transaction, at the archive's own revision, then brought up to date.
        for one in checked:
            self._load(one)
        # 4. What is on the deletion list stays deleted.
        self._destroy_deleted_again({one.source.store for one in checked})
        # 5. The published log may have gone on since: it is written only once somebody has seen to that.
        self._hold_log_writer({one.source.store for one in checked})
        for one in checked:
            self._unmark(one.source.store)
        return [Restored(one.source.store, one.source.name, one.end.rows, one.end.objects) for one in checked]

    def _require_empty(self, name: StoreName) -> None:
        store = self.stores[name]
        # The list is never replaced: what is restored is added to it.
        if name is StoreName.DELETIONS or is_restoring(store):
            return
        with store.read() as connection:
            used = [table.name for table in tables_of(connection) if connection.execute(select(table).limit(1)).first()]
        if used or (name is StoreName.MAILROOM and next(self.blobs.places(), None) is not None):
            raise StoreInUse("The store {store} is not empty: restore into a new one.", store=name.value)

    def _require_list(self, checked: list[CheckedArchive]) -> None:
        known = 0 if not self._has_tables(StoreName.DELETIONS) else self.deletion.deleted.count()
        known = max(known, *(one.end.rows for one in checked if one.source.store is StoreName.DELETIONS), 0)
        if any(one.head.deleted > known for one in checked):
            raise ListTooOld(
                "The deletion list here is older than the archive: what was deleted since would open again. "
                "Restore the list first; only if it is lost, add --older-list."
            )

    def _has_tables(self, name: StoreName) -> bool:
        return inspect(self.stores[name].engine).has_table("alembic_version")

    def _mark(self, one: CheckedArchive) -> None:
        if one.source.store is StoreName.DELETIONS:
            return
        with self.stores[one.source.store].write() as tx:
            MARKER.create(tx, checkfirst=True)
            tx.execute(MARKER.delete())
            tx.execute(insert(MARKER), {"archive": one.digest})

    def _unmark(self, name: StoreName) -> None:
        if name is not StoreName.DELETIONS:
            with self.stores[name].write() as tx:
                MARKER.drop(tx)

    def _load(self, one: CheckedArchive) -> None:
        name = one.source.store
        store, opened = self.stores[name], OpenedArchive(one.source)
        if name is StoreName.DELETIONS:
            upgrade_store(store)
            self.deletion.deleted.note(_marks(opened))
            return
        with store.write() as tx:
            _empty(tx)
            move_schema(tx, name, one.head.revision)
            self._fill(tx, opened)
            # Somebody may have exchanged the archive since it was looked at.
            if opened.digest() != one.digest:
                raise ArchiveRefused(DAMAGED)
            if name is StoreName.ACCOUNTS:
                _end_sessions(tx)
        upgrade_store(store)

    def _fill(self, tx: Connection, opened: OpenedArchive) -> None:
        tables = {table.name: table for table in tables_of(tx)}
        current: Table | None = None
        waiting: list[dict[str, object]] = []
        for part in opened.parts():
            match part:
                case ArchiveRow(values) if current is not None:
                    waiting.append(dict(zip(current.columns.keys(), values, strict=True)))
                case TableBegins(form):
                    _write(tx, current, waiting)
                    current = tables[form.name]
                case Object(name, content):
                    _write(tx, current, waiting)
                    self._store_part(tx, name, content)
                case ArchiveRow() | ArchiveEnd():
                    pass
            if len(waiting) >= ROWS_AT_ONCE:
                _write(tx, current, waiting)
        _write(tx, current, waiting)

    def _store_part(self, tx: Connection, name: str, content: bytes) -> None:
        """Puts a part where its row says; one without a row came after the rows were read, or was deleted."""
        blob, _, k = name.partition("-")
        where = (BLOB_PARTS.c.blob_id == bytes.fromhex(blob)) & (BLOB_PARTS.c.k == int(k))
        place = tx.scalar(select(BLOB_PARTS.c.place).where(where))
        if place is not None:
            self.blobs.store(place, [content])

    def _destroy_deleted_again(self, restored: set[StoreName]) -> None:
        """Unless another store is still to be restored: then its own restore does it for all."""
        others = [name for name in KNOWING if name not in restored]
        if all(self._has_tables(name) and not is_restoring(self.stores[name]) for name in others):
            for name in others:
                upgrade_store(self.stores[name])
            self.deletion.finish()
            self.deletion.scrub()

    def _hold_log_writer(self, restored: set[StoreName]) -> None:
        """Casework keeps the word; if it is itself still to be restored, that restore says it."""
        cases = self.stores[StoreName.CASES]
        mine = StoreName.CASES in restored
        if not mine and (StoreName.LEDGER not in restored or not self._has_tables(StoreName.CASES)):
            return
        if mine or not is_restoring(cases):
            upgrade_store(cases)
            with cases.write() as tx:
                hold_log(tx)

    def close(self) -> None:
        """Gives every connection back."""
        self.deletion.close()
        for store in self.stores.values():
            store.engine.dispose()


def _write(tx: Connection, table: Table | None, rows: list[dict[str, object]]) -> None:
    if table is not None and rows:
        tx.execute(insert(table), rows)
    rows.clear()


def _empty(tx: Connection) -> None:
    """Takes away what a stopped restore left: this store was empty when it began."""
    metadata = MetaData()
    metadata.reflect(tx)
    metadata.drop_all(tx, [table for table in metadata.tables.values() if table.name != MARKER.name])


def _end_sessions(tx: Connection) -> None:
    """Anyone who was signed in that night is not today."""
    for table in tables_of(tx):
        if table.name == "sessions":
            tx.execute(table.delete())


def _marks(opened: OpenedArchive) -> list[bytes]:
    rows = (part.values for part in opened.parts() if isinstance(part, ArchiveRow))
    return [value for value in chain.from_iterable(rows) if isinstance(value, bytes)]
