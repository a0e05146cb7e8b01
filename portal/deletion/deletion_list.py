"""The deletion list: hashes of destroyed erasure ids, in a store of its own, apart from every backup."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from sqlalchemy import Column, LargeBinary, MetaData, Table, func, select

from portal.mailroom.context import insert_new
from portal.stores.engines import Store

METADATA = MetaData()

# Nothing but a hash: no day, no order, no case. It is never shortened.
DELETED = Table(
    "deleted",
    METADATA,
    Column("mark", LargeBinary(32), primary_key=True),
    sqlite_with_rowid=False,
)


@dataclass(frozen=True)
class DeletionList:
    """What must stay deleted; whatever is restored is held against it before it serves."""

    store: Store

    def note(self, marks: Iterable[bytes]) -> None:
        """Puts all marks on the list, or none; durable when this returns, and twice is once."""
        with self.store.write() as tx:
            for mark in marks:
                row: dict[str, object] = {"mark": mark}
                insert_new(tx, DELETED, row)

    def marks(self) -> frozenset[bytes]:
        """The whole list."""
        with self.store.read() as connection:
            return frozenset(bytes(mark) for mark in connection.scalars(select(DELETED.c.mark)))

    def count(self) -> int:
        """How long the list is: cheap to ask in every round."""
        with self.store.read() as connection:
            return connection.scalar(select(func.count()).select_from(DELETED)) or 0
