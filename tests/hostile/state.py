"""Everything that the server keeps, row by row, as the databases' own administrator sees it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final, cast

from sqlalchemy import Connection, MetaData, NullPool, Table, create_engine, select

from portal.stores.engines import Store

Row = tuple[tuple[str, object], ...]
NOISE: Final = frozenset(("accounts", one) for one in ("sessions", "signin_failures", "challenges", "invites"))
"""When a session was last used, and counts of wrong tries: they change when a call is refused, too."""
VERSION: Final = {
    True: "PRAGMA data_version",
    False: "SELECT pg_snapshot_xmax(pg_current_snapshot())::text",
}
"""What is another value once anything was written, on SQLite and on PostgreSQL."""


@dataclass(frozen=True)
class Change:
    """Rows that are there now and were not, and those that are gone, by store and table."""

    added: Mapping[tuple[str, str], list[Row]] = field(repr=False)
    gone: Mapping[tuple[str, str], list[Row]] = field(repr=False)

    @property
    def tables(self) -> set[tuple[str, str]]:
        """The tables that changed, but for noise."""
        return {*self.added, *self.gone} - NOISE

    @property
    def stores(self) -> set[str]:
        """The stores in which something changed."""
        return {store for store, _ in self.tables}

    def rows(self) -> list[tuple[str, dict[str, object]]]:
        """Every row that changed, with its table."""
        both = (*self.added.items(), *self.gone.items())
        return [(name[1], dict(row)) for name, rows in both if name not in NOISE for row in rows]


Rows = dict[tuple[str, str], Counter[Row]]


@dataclass
class _Eye:
    """A line to one store, which is read again only where something was written since."""

    store: Store
    tables: list[Table]
    line: Connection
    version: object = None
    rows: Rows = field(default_factory=dict[Any, Any])

    def look(self) -> Rows:
        """All rows of all tables."""
        version = self.line.exec_driver_sql(VERSION[self.store.embedded]).scalar()
        if version != self.version:
            self.rows = {(self.store.name.value, table.name): self._read(table) for table in self.tables}
        self.version = version
        return self.rows

    def _read(self, table: Table) -> Counter[Row]:
        columns = [str(column.name) for column in table.columns]
        return Counter(_row(columns, row) for row in self.line.execute(select(table)))


class Ledgers:
    """What stands in some stores, and what changed in them."""

    def __init__(self, *stores: Store) -> None:
        self._eyes = [self._eye(store) for store in stores]

    @staticmethod
    def _eye(store: Store) -> _Eye:
        found = MetaData()
        found.reflect(store.engine)
        tables = [one for one in found.sorted_tables if one.name != "alembic_version"]
        # A line of its own, which begins no transaction: it would keep writers waiting.
        engine = create_engine(store.engine.url, isolation_level="AUTOCOMMIT", poolclass=NullPool)
        return _Eye(store, tables, engine.connect())

    def now(self) -> Rows:
        """All rows of all tables."""
        return {name: rows for eye in self._eyes for name, rows in eye.look().items()}

    def change(self, before: Rows) -> Change:
        """What is other now."""
        after = {name: rows for name, rows in self.now().items() if rows is not before[name]}
        added = {name: list((rows - before[name]).elements()) for name, rows in after.items()}
        gone = {name: list((before[name] - rows).elements()) for name, rows in after.items()}
        return Change({name: rows for name, rows in added.items() if rows}, {n: r for n, r in gone.items() if r})

    def close(self) -> None:
        """Gives the lines back."""
        for eye in self._eyes:
            eye.line.close()


def _row(columns: list[str], row: Any) -> Row:
    values = (bytes(cast("bytes", value)) if isinstance(value, memoryview) else value for value in row)
    return tuple(zip(columns, values, strict=True))
