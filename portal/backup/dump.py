"""One store as records: table by table in the order of primary keys, never of arrival; then its objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Boolean, Connection, Date, Integer, LargeBinary, MetaData, String, Table, select, tuple_
from sqlalchemy.types import TypeEngine

from portal.backup.format import (
    ColumnKind,
    TableForm,
    end_record,
    object_record,
    row_record,
    table_record,
)
from portal.mailroom.blobs import BlobStore
from portal.mailroom.tables import BLOB_PARTS
from portal.stores.engines import MARKER, Store

ROWS_AT_ONCE = 100
PARTS_AT_ONCE = 500
OURS = {"alembic_version", MARKER.name}
# Sessions end with a restore. Each has half of a key with it, which must be gone when the session is.
WITHOUT_ROWS = {"sessions"}
KINDS: tuple[tuple[type[Any], ColumnKind], ...] = (
    (LargeBinary, ColumnKind.BYTES),
    (Boolean, ColumnKind.FLAG),
    (Integer, ColumnKind.NUMBER),
    (Date, ColumnKind.DAY),
    (String, ColumnKind.TEXT),
)


@dataclass
class ArchiveTally:
    """What an archive holds; `missing` objects are named by a row but are not in the blob store."""

    rows: int = 0
    objects: int = 0
    missing: int = 0
    size: int = 0


def tables_of(connection: Connection) -> list[Table]:
    """The store's tables as they are, those that others refer to first."""
    metadata = MetaData()
    metadata.reflect(connection)
    return [table for table in metadata.sorted_tables if table.name not in OURS]


def form_of(table: Table) -> TableForm:
    """A table as archives know it."""
    return TableForm(table.name, tuple((column.name, _kind(column.type)) for column in table.columns))


def _kind(found: TypeEngine[Any]) -> ColumnKind:
    for base, kind in KINDS:
        if isinstance(found, base):
            return kind
    raise TypeError(f"no archive knows a column of type {found!r}")


def revision_of(connection: Connection) -> str:
    """The revision of the store's schema."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def dump_rows(connection: Connection, tables: list[Table], tally: ArchiveTally) -> Iterator[bytes]:
    """Every row but those of sessions; a hundred are in memory at once."""
    for table in tables:
        form = form_of(table)
        yield table_record(table.name)
        if table.name in WITHOUT_ROWS:
            continue
        query = select(table).order_by(*table.primary_key.columns)
        for row in connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
            tally.rows += 1
            yield row_record(form, tuple(row))


def object_name(blob: bytes, k: int) -> str:
    """The name under which an archive has a part; its place in the blob store changes from day to day."""
    return f"{blob.hex()}-{k:08}"


def dump_objects(blobs: BlobStore, store: Store, tally: ArchiveTally) -> Iterator[bytes]:
    """The object of every part that is there now, in the order of random ids, one in memory.

    It needs no snapshot, which would have to stay open for hours: a part never changes. One that is
    gone was deleted since the rows were read; one that came since then has no row and is dropped.
    """
    for blob, k in _parts(store):
        content = _content(blobs, store, (blob, k), tally)
        if content is not None:
            tally.objects += 1
            yield object_record(object_name(blob, k), content)


def _parts(store: Store) -> Iterator[tuple[bytes, int]]:
    last = (b"", -1)
    key = tuple_(BLOB_PARTS.c.blob_id, BLOB_PARTS.c.k)
    while True:
        query = select(BLOB_PARTS.c.blob_id, BLOB_PARTS.c.k).where(key > last).order_by(*key.clauses)
        with store.read() as connection:
            rows = [(bytes(row.blob_id), row.k) for row in connection.execute(query.limit(PARTS_AT_ONCE))]
        yield from rows
        if not rows:
            return
        last = rows[-1]


def _content(blobs: BlobStore, store: Store, part: tuple[bytes, int], tally: ArchiveTally) -> bytes | None:
    """What the part holds; None when it was deleted, or is lost, which is counted."""
    before = None
    while (place := _place(store, part)) != before and place is not None:
        try:
            return b"".join(blobs.read(place))
        except FileNotFoundError:
            # Moved since its row was read: it lies elsewhere now.
            before = place
    tally.missing += place is not None
    return None


def _place(store: Store, part: tuple[bytes, int]) -> str | None:
    where = (BLOB_PARTS.c.blob_id == part[0]) & (BLOB_PARTS.c.k == part[1])
    with store.read() as connection:
        return connection.scalar(select(BLOB_PARTS.c.place).where(where))


def dump_end(tally: ArchiveTally) -> bytes:
    """The last record."""
    return end_record(tally.rows, tally.objects)
