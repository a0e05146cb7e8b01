"""Rows of the store as columns: thousands at a time, never a row by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any, Final

import polars as pl
from sqlalchemy import Column, ColumnElement, Connection, LargeBinary, Select, String, cast, func

AT_ONCE: Final = 50_000
SHORT: Final = 8
"""So many bytes of a hash tell fifty million rows apart: two of them are alike once in ten thousand such stores."""


def day(column: Column[date]) -> ColumnElement[str]:
    """A day as text, which both kinds of store give as it lies there."""
    return cast(column, String(10))


def short(column: Column[bytes]) -> ColumnElement[bytes]:
    """The beginning of a hash, for `as_number`."""
    return func.substr(column, 1, SHORT, type_=LargeBinary())


def as_number(name: str) -> pl.Expr:
    """The beginning of a column of hashes, as numbers."""
    return pl.col(name).bin.head(SHORT).bin.reinterpret(dtype=pl.UInt64, endianness="big")


def as_day(name: str) -> pl.Expr:
    """A column that `day` gave, as days since 1970."""
    return pl.col(name).str.to_date("%Y-%m-%d").cast(pl.Int32)


def frames(connection: Connection, query: Select[Any], schema: Mapping[str, Any]) -> Iterator[pl.DataFrame]:
    """The rows of a query, `AT_ONCE` to a frame; at least one frame, so that the columns are there without rows."""
    names = list(schema)
    yield pl.DataFrame(schema=dict(schema))
    found = connection.execute(query.execution_options(stream_results=True, yield_per=AT_ONCE))
    for part in found.partitions(AT_ONCE):
        columns = zip(*part, strict=True)
        yield pl.DataFrame(
            [pl.Series(name, values, dtype=schema[name]) for name, values in zip(names, columns, strict=True)]
        )


def frame(connection: Connection, query: Select[Any], schema: Mapping[str, Any]) -> pl.DataFrame:
    """All rows of a query."""
    return pl.concat(frames(connection, query, schema))
