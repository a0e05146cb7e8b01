"""Columns into a table, thousands of rows at a time; of a row that is there already the higher sequence counts."""

from __future__ import annotations

from collections.abc import Generator, Iterable
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

import polars as pl
from sqlalchemy import Connection, Table, bindparam, func, select
from sqlalchemy.dialects import postgresql, sqlite

AT_ONCE: Final = 20_000
_CACHE: Final = -512 * 1024
"""KiB of a SQLite store's pages in memory while a delivery is written: rows lie by hashes, all over the table."""


@dataclass(frozen=True)
class Place:
    """A table, its keys, and what of a row that is there already never changes."""

    table: Table
    keys: tuple[str, ...]
    fixed: tuple[str, ...] = ()


def upsert(tx: Connection, place: Place, parts: Iterable[pl.DataFrame]) -> None:
    """Writes every row of the parts, no key twice in one of them; days are ISO texts."""
    write = _embedded if tx.dialect.name == "sqlite" else _served
    names = [column.name for column in place.table.columns]
    with _room(tx):
        for some in (some for part in parts for some in part.select(names).iter_slices(AT_ONCE)):
            write(tx, place, some)


def _embedded(tx: Connection, place: Place, rows: pl.DataFrame) -> None:
    statement, columns = _embedded_statement(place)
    if columns != rows.columns:
        raise AssertionError("columns in another order")
    tx.exec_driver_sql(statement, rows.rows())


@cache
def _embedded_statement(place: Place) -> tuple[str, list[str] | None]:
    """The text, and the columns in the order of its places."""
    statement = _newest(sqlite.insert(place.table), place).compile(dialect=sqlite.dialect(paramstyle="qmark"))
    return str(statement), statement.positiontup


def _served(tx: Connection, place: Place, rows: pl.DataFrame) -> None:
    """One statement: a column goes over the line as an array."""
    given = [
        func.unnest(bindparam(column.name, type_=postgresql.ARRAY(column.type))).label(column.name)
        for column in place.table.columns
    ]
    made = postgresql.insert(place.table).from_select(rows.columns, select(*given))
    tx.execute(_newest(made, place), {name: rows[name].to_list() for name in rows.columns})


def _newest(made: Any, place: Place) -> Any:
    kept = (*place.keys, *place.fixed)
    changed = {one.name: made.excluded[one.name] for one in place.table.columns if one.name not in kept}
    newer = place.table.c.sequence <= made.excluded.sequence
    return made.on_conflict_do_update(index_elements=list(place.keys), set_=changed, where=newer)


@contextmanager
def _room(tx: Connection) -> Generator[None]:
    if tx.dialect.name != "sqlite":
        yield
        return
    usual = tx.exec_driver_sql("PRAGMA cache_size").scalar_one()
    tx.exec_driver_sql(f"PRAGMA cache_size = {_CACHE}")
    try:
        yield
    finally:
        tx.exec_driver_sql(f"PRAGMA cache_size = {int(usual)}")
