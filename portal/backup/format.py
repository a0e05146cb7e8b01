"""The archive's form: an age file around a head, rows, objects and an end (`docs/operations.md`).

magic, then records: kind (1 byte) ‖ length (4 bytes, big-endian) ‖ body
H  head, JSON                      once, first
T  JSON text: a table's name       each table of the head, in its order
R  JSON list: one row              values as the head's columns say
O  name length ‖ name ‖ content    one part of an attachment: <blob, hex>-<k>; after all tables
E  JSON {"rows","objects"}         once, last; nothing follows
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import BinaryIO

from crypto.errors import CryptoError
from crypto.framing import b64decode, b64encode, u32
from crypto.shape import Fields, day_of, id_of, integer_of, list_of, text_of
from crypto.text import read_json, write_json
from portal.backup.errors import ArchiveRefused
from portal.settings import StoreName

MAGIC = b"yanlu/v1/backup\n"
# Bytes of the longest body of each kind: a part of 8 MiB under the erasure layer is the largest object.
LIMITS = {b"H": 65536, b"T": 256, b"R": 4 * 1024 * 1024, b"O": 9 * 1024 * 1024, b"E": 256}
MOST_TABLES = 64
MOST_COLUMNS = 64
NAME = re.compile(r"[a-z0-9_]{1,63}")
PART = re.compile(r"[0-9a-f]{32}-[0-9]{8}")


class ColumnKind(StrEnum):
    """What a column holds."""

    BYTES = "bytes"
    TEXT = "text"
    NUMBER = "number"
    FLAG = "flag"
    DAY = "day"


@dataclass(frozen=True)
class TableForm:
    """A table as an archive knows it: its name and, in order, its columns and their kinds."""

    name: str
    columns: tuple[tuple[str, ColumnKind], ...]


@dataclass(frozen=True)
class ArchiveHead:
    """What an archive says of itself.

    `office` is the office code, empty where no office was founded; `run` is the same in the archives
    of mailroom and cases that show one moment, else empty; `deleted` is the length of the deletion
    list, in the erasure store's archive alone.
    """

    store: StoreName
    day: date
    office: str
    revision: str
    run: bytes
    deleted: int
    tables: tuple[TableForm, ...]


@dataclass(frozen=True)
class TableBegins:
    """The rows that follow belong to this table."""

    table: TableForm


@dataclass(frozen=True)
class ArchiveRow:
    """One row, its values in the order of the table's columns."""

    values: tuple[object, ...] = field(repr=False)


@dataclass(frozen=True)
class Object:
    """One part of an attachment, by blob id and number."""

    name: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class ArchiveEnd:
    """The whole archive was read: so many rows and objects."""

    rows: int
    objects: int


Part = TableBegins | ArchiveRow | Object | ArchiveEnd


def record(kind: bytes, body: bytes) -> bytes:
    """One record; raises ValueError for a body that no reader would take."""
    if len(body) > LIMITS[kind]:
        raise ValueError("a record that is too long")
    return kind + u32(len(body)) + body


def head_record(head: ArchiveHead) -> bytes:
    """Magic and head."""
    tables = [
        {"name": table.name, "columns": [{"name": name, "kind": kind.value} for name, kind in table.columns]}
        for table in head.tables
    ]
    document = {
        "v": 1, "store": head.store.value, "day": head.day.isoformat(), "office": head.office,
        "revision": head.revision, "run": b64encode(head.run), "deleted": head.deleted, "tables": tables,
    }  # fmt: skip
    return MAGIC + record(b"H", write_json(document))


def table_record(name: str) -> bytes:
    """Where a table's rows begin."""
    return record(b"T", write_json(name))


def row_record(table: TableForm, values: tuple[object, ...]) -> bytes:
    """One row."""
    cells = [_written(value, kind) for value, (_, kind) in zip(values, table.columns, strict=True)]
    return record(b"R", write_json(cells))


def object_record(name: str, content: bytes) -> bytes:
    """One object."""
    return record(b"O", bytes([len(name)]) + name.encode("ascii") + content)


def end_record(rows: int, objects: int) -> bytes:
    """The end."""
    return record(b"E", write_json({"rows": rows, "objects": objects}))


def _written(value: object, kind: ColumnKind) -> object:
    match value:
        case None:
            return None
        case bytes():
            return b64encode(value)
        case date():
            return value.isoformat()
        case int() if kind is ColumnKind.FLAG:
            return bool(value)
        case _:
            return value


def _cell(value: object, kind: ColumnKind) -> object:
    if value is None:
        return None
    match kind, value:
        case ColumnKind.BYTES, str():
            return b64decode(value)
        case ColumnKind.DAY, str():
            return date.fromisoformat(day_of(value))
        case ColumnKind.FLAG, bool():
            return value
        case ColumnKind.NUMBER, int():
            return integer_of(value, -(2**53) + 1)
        case ColumnKind.TEXT, str():
            return value
        case _:
            raise ArchiveRefused(DAMAGED)


DAMAGED = "The archive is cut or altered, or none of ours. Nothing was written."


class ArchiveReader:
    """Reads an opened archive strictly: the head at once, then part by part; raises `ArchiveRefused`."""

    def __init__(self, source: BinaryIO) -> None:
        self._source = source
        if self._take(len(MAGIC)) != MAGIC:
            raise ArchiveRefused(DAMAGED)
        kind, body = self._record()
        if kind != b"H":
            raise ArchiveRefused(DAMAGED)
        self.head = _guarded_head(body)

    def parts(self) -> Iterator[Part]:
        """Tables with their rows, objects, the end; anyone who sees `ArchiveEnd` has read all of it."""
        tables, current = iter(self.head.tables), None
        rows = objects = 0
        last = ""
        while True:
            kind, body = self._record()
            match kind:
                case b"T":
                    current = _next_table(tables, body)
                    yield TableBegins(current)
                case b"R":
                    rows += 1
                    yield _row(None if objects else current, body)
                case b"O":
                    found = _object(body)
                    _require(next(tables, None) is None and found.name > last)
                    last, objects = found.name, objects + 1
                    yield found
                case _:
                    _require(kind == b"E" and next(tables, None) is None)
                    _require(body == write_json({"rows": rows, "objects": objects}) and not self._source.read(1))
                    yield ArchiveEnd(rows, objects)
                    return

    def _record(self) -> tuple[bytes, bytes]:
        start = self._take(5)
        kind, length = start[:1], int.from_bytes(start[1:], "big")
        _require(length <= LIMITS.get(kind, -1))
        return kind, self._take(length)

    def _take(self, size: int) -> bytes:
        parts: list[bytes] = []
        while size and (part := self._source.read(size)):
            parts.append(part)
            size -= len(part)
        _require(size == 0)
        return b"".join(parts)


def _require(right: bool) -> None:
    if not right:
        raise ArchiveRefused(DAMAGED)


def _guarded_head(body: bytes) -> ArchiveHead:
    try:
        return _head(body)
    except (CryptoError, ValueError) as error:
        raise ArchiveRefused(DAMAGED) from error


def _head(body: bytes) -> ArchiveHead:
    names = ("v", "store", "day", "office", "revision", "run", "deleted", "tables")
    fields = Fields(read_json(body, LIMITS[b"H"]), *names)
    fields.version()
    return ArchiveHead(
        store=StoreName(id_of(fields["store"])),
        day=date.fromisoformat(day_of(fields["day"])),
        office=text_of(fields["office"], 64),
        revision=text_of(fields["revision"], 64),
        run=b64decode(text_of(fields["run"], 64)),
        deleted=integer_of(fields["deleted"]),
        tables=tuple(list_of(fields["tables"], MOST_TABLES, _table)),
    )


def _table(value: object) -> TableForm:
    fields = Fields(value, "name", "columns")
    return TableForm(_name(fields["name"]), tuple(list_of(fields["columns"], MOST_COLUMNS, _column)))


def _column(value: object) -> tuple[str, ColumnKind]:
    fields = Fields(value, "name", "kind")
    return _name(fields["name"]), ColumnKind(text_of(fields["kind"], 16))


def _name(value: object) -> str:
    name = text_of(value, 63)
    _require(NAME.fullmatch(name) is not None)
    return name


def _next_table(tables: Iterator[TableForm], body: bytes) -> TableForm:
    found = next(tables, None)
    if found is None or write_json(found.name) != body:
        raise ArchiveRefused(DAMAGED)
    return found


def _row(table: TableForm | None, body: bytes) -> ArchiveRow:
    if table is None:
        raise ArchiveRefused(DAMAGED)
    try:
        cells = list_of(read_json(body, LIMITS[b"R"]), MOST_COLUMNS, lambda cell: cell)
        pairs = zip(cells, table.columns, strict=True)
        return ArchiveRow(tuple(_cell(cell, kind) for cell, (_, kind) in pairs))
    except (CryptoError, ValueError) as error:
        raise ArchiveRefused(DAMAGED) from error


def _object(body: bytes) -> Object:
    length = body[0] if body else 0
    name = body[1 : 1 + length].decode("ascii", "replace")
    _require(PART.fullmatch(name) is not None and len(name) == length)
    return Object(name, body[1 + length :])
