"""A thief of every store, file and statistic, who wants to know in which order the reporters came."""

from __future__ import annotations

import hashlib
import os
import re
import subprocess
import tempfile
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import obstore
from sqlalchemy import Connection

from portal.stores.engines import Store
from tests.support.stores.backends import Stores

ID_SIZES = range(16, 73)
WINDOW = 8
PLACE = re.compile(r"[0-9a-f]{32}")
Ranks = dict[str, dict[int, Any]]
"""Each clue's name, and by reporter whatever can be sorted."""


@dataclass(frozen=True)
class Row:
    """One row as it was found: its table, its cells, and what the database says of it besides."""

    table: str
    cells: dict[str, Any]
    marks: dict[str, Any]


def rows_of(store: Store) -> list[Row]:
    """Every row of every table, in the order in which the database brings them, with all hidden columns."""
    with store.read() as connection:
        if store.embedded:
            names = connection.exec_driver_sql("SELECT name FROM sqlite_master WHERE type = 'table'").scalars()
        else:
            names = connection.exec_driver_sql(
                "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            ).scalars()
        return [row for name in list(names) for row in _rows(connection, store, name)]


def _rows(connection: Connection, store: Store, table: str) -> Iterator[Row]:
    hidden = () if store.embedded else ("ctid", "xmin", "cmin")
    extra = "".join(f", {name}::text AS _{name}" for name in hidden)
    if store.embedded and _has_rowid(connection, table):
        extra = ", rowid AS _rowid"
    toast = {} if store.embedded else _toast(connection, table)
    found = connection.exec_driver_sql(f'SELECT t.*{extra} FROM "{table}" t').mappings()
    for at, each in enumerate(found):
        cells = {name: _plain(value) for name, value in each.items() if not name.startswith("_")}
        marks: dict[str, Any] = {name: _mark(value) for name, value in each.items() if name.startswith("_")}
        for name, value in cells.items():
            key = value[:512] if isinstance(value, bytes) else None
            marks |= {f"_toast_{name}_{what}": mark for what, mark in toast.get(key, {}).items()}
        yield Row(f"{store.name}.{table}", cells, marks | {"_at": at})


def _has_rowid(connection: Connection, table: str) -> bool:
    text = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = ?", (table,)).scalar_one()
    return text is not None and "WITHOUT ROWID" not in text


def _plain(value: Any) -> Any:
    return bytes(value) if isinstance(value, memoryview) else value


def _mark(value: Any) -> Any:
    """Transaction numbers as numbers, places as pairs."""
    numbers = [int(number) for number in re.findall(r"\d+", str(value))]
    return tuple(numbers)


def _toast(connection: Connection, table: str) -> dict[Any, dict[str, Any]]:
    """Where long values lie: number, place and transaction of the first chunk, by how the value begins."""
    name = connection.exec_driver_sql(
        "SELECT t.relname FROM pg_class c JOIN pg_class t ON t.oid = c.reltoastrelid WHERE c.relname = %s", (table,)
    ).scalar()
    if name is None:
        return {}
    query = f"SELECT chunk_id, ctid::text, xmin::text, chunk_data FROM pg_toast.{name} WHERE chunk_seq = 0"
    return {
        bytes(row.chunk_data)[:512]: {"id": row.chunk_id, "ctid": _mark(row.ctid), "xmin": _mark(row.xmin)}
        for row in connection.exec_driver_sql(query)
    }


@dataclass
class Knowledge:
    """Which ids and which long values belong to which reporter, followed from row to row."""

    owner: dict[bytes, int] = field(default_factory=dict[bytes, int])

    def of_row(self, row: Row) -> int | None:
        """The one reporter whom a row belongs to."""
        found = {self.owner[_id(value)] for value in row.cells.values() if _id(value) in self.owner}
        return found.pop() if len(found) == 1 else None

    def note(self, row: Row, reporter: int, cells: Counter[tuple[str, str, bytes]]) -> None:
        """Every id of a reporter's row that no other row of its table has."""
        for name, value in row.cells.items():
            one = _id(value)
            if one and cells[row.table, name, one] == 1:
                self.owner.setdefault(one, reporter)


def _id(value: Any) -> bytes:
    """A cell as an id: random names as they are, long values by their hash."""
    if isinstance(value, str) and PLACE.fullmatch(value):
        return value.encode()
    if not isinstance(value, bytes):
        return b""
    return value if len(value) in ID_SIZES else hashlib.sha256(value).digest()


def learn(rows: list[Row], seeds: Mapping[int, set[bytes]]) -> Knowledge:
    """Follows the seeds through every table, as long as something new is found."""
    known = Knowledge({seed: reporter for reporter, all_of in seeds.items() for seed in all_of})
    cells = Counter((row.table, name, _id(value)) for row in rows for name, value in row.cells.items())
    size = -1
    while size < len(known.owner):
        size = len(known.owner)
        for row in rows:
            reporter = known.of_row(row)
            if reporter is not None:
                known.note(row, reporter, cells)
    return known


def _gather(pairs: Iterable[tuple[str, int, Any]]) -> Ranks:
    """First and last of each clue and reporter."""
    found: dict[str, dict[int, list[Any]]] = defaultdict(lambda: defaultdict(list))
    for clue, reporter, value in pairs:
        found[clue][reporter].append(value)
    ends: tuple[tuple[str, Callable[[list[Any]], Any]], ...] = (("first", min), ("last", max))
    return {
        f"{clue} {end}": {reporter: pick(values) for reporter, values in by.items()}
        for clue, by in found.items()
        for end, pick in ends
    }


def row_clues(rows: list[Row], known: Knowledge) -> Ranks:
    """Every column and every hidden mark of every table."""
    owned = [(row, known.of_row(row)) for row in rows]
    return _gather(
        (f"{row.table}.{name}", reporter, value)
        for row, reporter in owned
        if reporter is not None
        for name, value in (row.cells | row.marks).items()
        if value is not None and not (isinstance(value, bytes) and len(value) not in ID_SIZES)
    )


def _needles(rows: list[Row], known: Knowledge) -> dict[bytes, tuple[str, int]]:
    """Eight bytes to look for in raw files: of every id, and of the head, middle and end of long values."""
    found: dict[bytes, tuple[str, int]] = {}
    for row in rows:
        reporter = known.of_row(row)
        for name, start, needle in _slices(row, known) if reporter is not None else ():
            found[needle] = (f"{row.table}.{name}@{start}", reporter)  # type: ignore[assignment]
    return found


def _slices(row: Row, known: Knowledge) -> Iterator[tuple[str, int, bytes]]:
    for name, value in row.cells.items():
        if not isinstance(value, bytes) or _id(value) not in known.owner:
            continue
        starts = (0,) if len(value) in ID_SIZES else (32, len(value) // 2, len(value) - 40)
        cut = ((start, _without_newline(value[start : start + 40])) for start in starts)
        yield from ((name, start, needle) for start, needle in cut if needle)


def _without_newline(content: bytes) -> bytes | None:
    at = next((at for at in range(len(content) - WINDOW + 1) if b"\n" not in content[at : at + WINDOW]), None)
    return None if at is None else content[at : at + WINDOW]


def file_clues(files: Mapping[str, list[Path]], rows: list[Row], known: Knowledge) -> Ranks:
    """Where in raw files each reporter's bytes lie: pages, overflow pages, logs, free places."""
    needles = _needles(rows, known)
    return _gather(
        (f"{label}: {needles[needle][0]}", needles[needle][1], at)
        for label, paths in files.items()
        for at, needle in _sightings(paths, list(needles))
    )


def _sightings(paths: list[Path], needles: list[bytes]) -> Iterator[tuple[tuple[int, int], bytes]]:
    with tempfile.NamedTemporaryFile() as wanted:
        wanted.write(b"\n".join(needles) + b"\n")
        wanted.flush()
        for number, path in enumerate(paths):
            command = ["grep", "-obaUF", "-f", wanted.name, str(path)]
            done = subprocess.run(
                command, capture_output=True, env={"LC_ALL": "C", "PATH": "/usr/bin:/bin"}, check=False
            )
            assert done.returncode < 2, done.stderr
            for line in done.stdout.split(b"\n")[:-1]:
                at, _, needle = line.partition(b":")
                yield (number, int(at)), needle


def blob_clues(stores: Stores, known: Knowledge) -> Ranks:
    """Everything that the folder or the bucket says of an object besides its bytes."""
    return _gather(
        (f"blobs {name}", known.owner[place.encode()], value)
        for place, marks in _objects(stores)
        if place.encode() in known.owner
        for name, value in marks.items()
    )


def _objects(stores: Stores) -> Iterator[tuple[str, dict[str, Any]]]:
    if stores.kind == "postgres-s3":
        for at, meta in enumerate(meta for batch in obstore.list(stores.open_blobs()) for meta in batch):
            yield Path(meta["path"]).name, {"at": at, "last modified": meta["last_modified"]}
        return
    root = stores.blobs.removeprefix("file://")
    paths = [Path(folder, name) for folder, _, names in os.walk(root) for name in names]
    for at, path in enumerate(paths):
        yield path.name, {"at": at, "inode": path.stat().st_ino} | times_of(path)


def times_of(path: Path) -> dict[str, int]:
    """All times of a file or folder in nanoseconds, its birth included where the file system keeps that."""
    status = path.stat()
    found = {"mtime": status.st_mtime_ns, "ctime": status.st_ctime_ns, "atime": status.st_atime_ns}
    born = subprocess.run(["stat", "-c", "%.9W", path], capture_output=True, text=True, check=True).stdout.strip()
    whole, _, rest = born.replace(",", ".").partition(".")
    if whole not in ("-", "0", "?"):
        found["birth"] = int(whole) * 10**9 + int(rest or 0)
    return found
