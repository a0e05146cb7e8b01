"""The mailroom as one object: its store, erasure keys, blobs and randomness."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import Dialect, Insert, Table
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


def insert_new(dialect: Dialect, table: Table, values: dict[str, object]) -> Insert:
    """An INSERT that does nothing where the row, or one in its unique place, is there already."""
    if dialect.name == "sqlite":
        return sqlite.insert(table).values(values).on_conflict_do_nothing()
    return postgresql.insert(table).values(values).on_conflict_do_nothing()
