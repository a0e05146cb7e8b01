"""Reads a frozen dataclass from a TOML table: the fields are the schema, and nothing else is taken."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import MISSING, Field, fields, is_dataclass, replace
from datetime import date
from enum import StrEnum
from functools import cache, partial
from types import NoneType, UnionType
from typing import Any, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from casework.deadlines.limits import Limit, read_limit
from casework.errors import LimitRefused, PolicyError
from casework.legal_sources import Ground
from casework.strict_file import Table
from casework.words import SOURCE, LocalizedText, Words, localized

SHAPE = TypeVar("SHAPE")
ROW = TypeVar("ROW")
MOST = 10**6
FREE_TEXTS = {"word", "proof"}
"""Fields of kind `str` that are no ids."""


def read_shape(table: Table, shape: type[SHAPE]) -> SHAPE:
    """One value of a dataclass, key by key; closes nothing, so that a caller may read more.

    A field without a default must be there. Raises `PolicyError` with file, key and reason.
    """
    values: dict[str, object] = {}
    refused: list[PolicyError] = []
    for field, kind in _fields(shape):
        if not table.has(field.name):
            if field.default is MISSING and field.default_factory is MISSING:
                refused.append(table.refuse(field.name, "is missing"))
            continue
        try:
            values[field.name] = _read(table, field.name, kind)
        except PolicyError as error:
            refused.append(error)
    table.refuse_all(refused)
    return shape(**values)


def in_document(value: SHAPE, language: str) -> SHAPE:
    """The same, with every text there in a document's default language too.

    What ships is in Chinese and English, which pages in these languages show; where a document has another default
    the English text stands under that one, so that none is missing.
    """
    if isinstance(value, LocalizedText):
        texts = value.document()
        return cast("SHAPE", localized({language: value.text_in(SOURCE)} | texts, language))
    if isinstance(value, tuple):
        return cast("SHAPE", tuple(in_document(one, language) for one in cast("tuple[object, ...]", value)))
    if is_dataclass(value) and not isinstance(value, type):
        found = {one.name: in_document(getattr(value, one.name), language) for one in fields(value)}
        return cast("SHAPE", replace(value, **found))
    return value


def read_rows(table: Table, key: str, shape: type[SHAPE], name: str = "id") -> tuple[SHAPE, ...]:
    """The rows of a list of tables; two with the same `name` are refused when the shape has one."""
    rows = table.rows(key, partial(read_shape, shape=shape))
    if any(field.name == name for field, _ in _fields(shape)):
        refuse_twice(table, key, (str(getattr(row, name)) for row in rows))
    return rows


def refuse_twice(table: Table, key: str, names: Iterable[str]) -> None:
    """Refuses a name that stands twice in a list."""
    seen: set[str] = set()
    for name in names:
        if name in seen:
            raise table.refuse(f"{key}[{name}]", "stands twice")
        seen.add(name)


@cache
def _fields(shape: type[Any]) -> tuple[tuple[Field[Any], Any], ...]:
    hints = get_type_hints(shape)
    return tuple((field, _without_none(hints[field.name])) for field in fields(shape))


def _without_none(kind: Any) -> Any:
    """`X` of `X | None`, the one type of a NewType, and anything else as it is."""
    if kind == Ground:
        return Ground
    if get_origin(kind) in (UnionType, Union):
        (kind,) = [one for one in get_args(kind) if one is not NoneType]
    return getattr(kind, "__supertype__", kind)


def _read(table: Table, key: str, kind: Any) -> object:
    if kind == Ground:
        return table.source()
    if get_origin(kind) is tuple:
        return _list(table, key, _without_none(get_args(kind)[0]))
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return table.choice(key, kind)
    if kind in _PLAIN:
        return _PLAIN[kind](table, key)
    with table.table(key) as inner:
        return read_shape(inner, cast("type[Any]", kind))


def read_limit_at(table: Table, key: str) -> Limit:
    """A limit such as `5 working days`."""
    try:
        return read_limit(table.text(key))
    except LimitRefused as error:
        raise table.refuse(key, "must be a limit such as 24 hours, 5 working days, 3 months") from error


def _text(table: Table, key: str) -> str:
    return table.text(key) if key in FREE_TEXTS else table.id(key)


_PLAIN: dict[Any, Callable[[Table, str], object]] = {
    Words: Table.words,
    bool: Table.flag,
    int: lambda table, key: table.number(key, MOST),
    str: _text,
    date: Table.day,
    Limit: read_limit_at,
}


def _list(table: Table, key: str, kind: Any) -> tuple[object, ...]:
    if is_dataclass(kind):
        return read_rows(table, key, cast("type[Any]", kind))
    found = table.ids(key)
    if not issubclass(kind, StrEnum):
        return found
    wrong = [one for one in found if one not in set(kind)]
    if wrong:
        raise table.refuse(key, f"{wrong[0]} is none of " + ", ".join(sorted(kind)))
    return tuple(kind(one) for one in found)
