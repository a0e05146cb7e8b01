"""Rows of the store as columns: thousands at a time, never a row by itself."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import date
from typing import Any, Final

import polars as pl
from sqlalchemy import Column, ColumnElement, Connection, Integer, LargeBinary, Select, String, cast, func, select

AT_ONCE: Final = 50_000
SHORT: Final = 8
"""So many bytes of a hash tell fifty million rows apart: two of them are alike once in ten thousand such stores."""


_UNIT, _RECORD = "\x1f", "\x1e"
"""What stands between values and between rows where a database joins them: no row with one of them is ever kept."""
_RANGES: Final = tuple(bytes([first]) for first in range(0, 256, 4))


def day(column: ColumnElement[date]) -> ColumnElement[str]:
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


def joined(
    connection: Connection, columns: Sequence[Column[Any]], key: Column[bytes], where: ColumnElement[bool]
) -> pl.DataFrame:
    """Rows by a hash that is their key, in its order; days as ISO texts. The database joins them to a few long texts.

    So no row becomes an object of its own. No text of them may have a control character in it, as none of HR's has.
    """
    embedded = connection.dialect.name == "sqlite"
    pattern = _UNIT.join(["%s"] * len(columns))
    shape, put = (func.printf, func.group_concat) if embedded else (func.format, func.string_agg)
    row = shape(pattern, *(_as_text(column, embedded=embedded) for column in columns), type_=String)
    parts = [pl.DataFrame(schema=dict.fromkeys((column.name for column in columns), pl.String))]
    for first, after in zip(_RANGES, (*_RANGES[1:], None), strict=True):
        within = (key >= first) if after is None else (key >= first) & (key < after)
        whole = put(row, _RECORD, type_=String)
        # As octets, which go from the file into the columns without becoming a Python text.
        whole = cast(whole, LargeBinary) if embedded else whole
        text = connection.scalar(select(whole).where(where & within))
        if text:
            parts.append(_apart(text if isinstance(text, bytes) else text.encode(), parts[0].columns))
    found = pl.concat(parts).with_columns(_typed(column) for column in columns)
    return found if found[key.name].is_sorted() else found.sort(key.name)


def _as_text(column: Column[Any], *, embedded: bool) -> ColumnElement[Any]:
    if not isinstance(column.type, LargeBinary):
        return column
    return func.hex(column) if embedded else func.encode(column, "hex")


def _apart(text: bytes, names: Sequence[str]) -> pl.DataFrame:
    """Values are as they stand between the marks; an empty one is null."""
    return pl.read_csv(
        text,
        has_header=False,
        separator=_UNIT,
        eol_char=_RECORD,
        quote_char=None,
        schema=dict.fromkeys(names, pl.String),
    )


def _typed(column: Column[Any]) -> pl.Expr:
    """Texts as what the column holds; what may not be missing is empty."""
    text = pl.col(column.name)
    if isinstance(column.type, LargeBinary):
        return text.str.decode("hex")
    if isinstance(column.type, Integer):
        return text.cast(pl.Int64)
    return text if column.nullable else text.fill_null("")
