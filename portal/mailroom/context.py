"""The mailroom's context: its store, erasure keys, blobs and randomness."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import Connection, Insert, Table, insert
from sqlalchemy.dialects import postgresql, sqlite

from crypto.framing import Rng
from portal.mailroom.blobs import BlobStore
from portal.mailroom.erasure import ErasureKeys
from portal.mailroom.group_commit import GroupCommit
from portal.mailroom.storage_quota import StorageQuota
from portal.stores.engines import Store

Rows = dict[Table, dict[str, object]]
"""What one arrival writes: one row of each of these tables."""


@dataclass(frozen=True)
class Mailroom:
    """Everything that the mailroom's verbs work on; made by the composition root alone."""

    store: Store
    erasure: ErasureKeys
    blobs: BlobStore
    rng: Rng
    arrivals: GroupCommit[Rows, bool] = field(default_factory=GroupCommit[Rows, bool], repr=False)
    # None: uploads may take whatever there is.
    quota: StorageQuota | None = None


def insert_rows(tx: Connection, arrivals: Sequence[Rows]) -> None:
    """Inserts the rows of arrivals that write into the same tables: one statement for each table."""
    for table in arrivals[0] if arrivals else ():
        tx.execute(_insert(table), [rows[table] for rows in arrivals])


def insert_new(tx: Connection, table: Table, values: dict[str, object]) -> bool:
    """Inserts a row; False where it, or one in its unique place, is there already.

    One statement on either back end; what it gives back is asked for, since drivers differ in counting.
    """
    return tx.execute(_insert_if_new(table, tx.dialect.name), values).first() is not None


def insert_all_new(tx: Connection, table: Table, rows: Sequence[dict[str, object]]) -> set[bytes]:
    """The same for many rows at once; gives the keys of those that are new. No key may stand twice."""
    return {bytes(row[0]) for row in tx.execute(_insert_if_new(table, tx.dialect.name), rows)}


@cache
def _insert(table: Table) -> Insert:
    return insert(table)


@cache
def _insert_if_new(table: Table, dialect: str) -> Any:
    dialect_insert = sqlite.insert if dialect == "sqlite" else postgresql.insert
    (first, *_) = table.primary_key.columns
    return dialect_insert(table).on_conflict_do_nothing().returning(first)
