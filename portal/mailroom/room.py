"""The mailroom as one object: its store, erasure keys, blobs and randomness."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Connection, Table
from sqlalchemy.dialects import postgresql, sqlite

from crypto.framing import Rng
from portal.mailroom.blobs import BlobStore
from portal.mailroom.erasure import ErasureKeys
from portal.stores import Store


@dataclass(frozen=True)
class Mailroom:
    """Everything that the mailroom's verbs work on; made by the composition root alone."""

    store: Store
    erasure: ErasureKeys
    blobs: BlobStore
    rng: Rng


def insert_new(tx: Connection, table: Table, values: dict[str, object]) -> bool:
    """Inserts a row; False where it, or one in its unique place, is there already.

    One statement on either back end; what it gives back is asked for, since drivers differ in counting.
    """
    insert = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    (first, *_) = table.primary_key.columns
    statement = insert(table).on_conflict_do_nothing().returning(first)
    return tx.execute(statement, values).first() is not None
