"""One store as records: table by table in the order of primary keys, never of arrival; then its objects."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from alembic.runtime.migration import MigrationContext
from sqlalchemy import Boolean, Connection, Date, Integer, LargeBinary, MetaData, String, Table, select
from sqlalchemy.types import TypeEngine

from portal.backup.format import (
    Kind,
    TableForm,
    end_record,
    object_record,
    row_record,
    table_record,
)
from portal.mailroom.blobs import BlobStore
from portal.mailroom.tables import BLOB_PARTS
from portal.stores import MARKER, Store

ROWS_AT_ONCE = 100
PLACES_AT_ONCE = 1000
OURS = {"alembic_version", MARKER.name}
KINDS: tuple[tuple[type[Any], Kind], ...] = (
    (LargeBinary, Kind.BYTES),
    (Boolean, Kind.FLAG),
    (Integer, Kind.NUMBER),
    (Date, Kind.DAY),
    (String, Kind.TEXT),
)


@dataclass
class Tally:
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


def _kind(found: TypeEngine[Any]) -> Kind:
    for base, kind in KINDS:
        if isinstance(found, base):
            return kind
    raise TypeError(f"no archive knows a column of type {found!r}")


def revision_of(connection: Connection) -> str:
    """The revision of the store's schema."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def dump_rows(connection: Connection, tables: list[Table], tally: Tally) -> Iterator[bytes]:
    """Every row; a hundred are in memory at once."""
    for table in tables:
        form = form_of(table)
        yield table_record(table.name)
        query = select(table).order_by(*table.primary_key.columns)
        for row in connection.execute(query, execution_options={"yield_per": ROWS_AT_ONCE}):
            tally.rows += 1
            yield row_record(form, tuple(row))


def dump_objects(connection: Connection, blobs: BlobStore, store: Store, tally: Tally) -> Iterator[bytes]:
    """Every object that a row of the snapshot names, in the order of their random names, one in memory.

    One that was deleted since the snapshot is left out: its case is on the deletion list.
    """
    query = select(BLOB_PARTS.c.place).order_by(BLOB_PARTS.c.place)
    for place in connection.scalars(query, execution_options={"yield_per": PLACES_AT_ONCE}):
        try:
            content = b"".join(blobs.read(place))
        except FileNotFoundError:
            with store.read() as now:
                still = now.scalar(select(BLOB_PARTS.c.place).where(BLOB_PARTS.c.place == place))
            tally.missing += still is not None
            continue
        tally.objects += 1
        yield object_record(place, content)


def dump_end(tally: Tally) -> bytes:
    """The last record."""
    return end_record(tally.rows, tally.objects)
