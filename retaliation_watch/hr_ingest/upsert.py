"""Upserts columns into a table, thousands of rows at a time; the row of the higher sequence wins."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

BATCH_ROWS: Final = 20_000
_CACHE: Final = -512 * 1024
"""KiB of a SQLite store's pages in memory while a delivery is written: rows lie by hashes, all over the table."""


@dataclass(frozen=True)
class UpsertTarget:
    """A table, its keys, and what of a row that is there already never changes."""

    table: Table
    keys: tuple[str, ...]
    fixed: tuple[str, ...] = ()


def upsert(tx: Connection, target: UpsertTarget, parts: Iterable[pl.DataFrame]) -> None:
    """Writes every row of the parts, no key twice in one of them; days are ISO texts."""
    write = _upsert_sqlite if tx.dialect.name == "sqlite" else _upsert_postgres
    names = [column.name for column in target.table.columns]
    with _larger_cache(tx):
        for some in (some for part in parts for some in part.select(names).iter_slices(BATCH_ROWS)):
            write(tx, target, some)


def _upsert_sqlite(tx: Connection, target: UpsertTarget, rows: pl.DataFrame) -> None:
    statement, columns = _sqlite_statement(target)
    if columns != rows.columns:
        raise AssertionError("columns in another order")
    tx.exec_driver_sql(statement, rows.rows())


@cache
def _sqlite_statement(target: UpsertTarget) -> tuple[str, list[str] | None]:
    """The text, and the columns in the order of its places."""
    statement = _newest_wins(sqlite.insert(target.table), target).compile(dialect=sqlite.dialect(paramstyle="qmark"))
    return str(statement), statement.positiontup


def _upsert_postgres(tx: Connection, target: UpsertTarget, rows: pl.DataFrame) -> None:
    """One statement: a column goes over the line as an array."""
    arrays = [
        func.unnest(bindparam(column.name, type_=postgresql.ARRAY(column.type))).label(column.name)
        for column in target.table.columns
    ]
    made = postgresql.insert(target.table).from_select(rows.columns, select(*arrays))
    tx.execute(_newest_wins(made, target), {name: rows[name].to_list() for name in rows.columns})


def _newest_wins(statement: Any, target: UpsertTarget) -> Any:
    fixed = (*target.keys, *target.fixed)
    changed = {one.name: statement.excluded[one.name] for one in target.table.columns if one.name not in fixed}
    newer = target.table.c.sequence <= statement.excluded.sequence
    return statement.on_conflict_do_update(index_elements=list(target.keys), set_=changed, where=newer)


@contextmanager
def _larger_cache(tx: Connection) -> Generator[None]:
    if tx.dialect.name != "sqlite":
        yield
        return
    usual = tx.exec_driver_sql("PRAGMA cache_size").scalar_one()
    tx.exec_driver_sql(f"PRAGMA cache_size = {_CACHE}")
    try:
        yield
    finally:
        tx.exec_driver_sql(f"PRAGMA cache_size = {int(usual)}")
