"""A cache of the events as columns in files, so that a weekly run reads only the deliveries of its week.

It has nothing that the store does not have: it may be deleted at any time, and the next run builds it again. A
snapshot is a pair of files, mapped into memory; each later run appends a small file, until these are so large that
they are merged into a new snapshot.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from hashlib import sha256
from pathlib import Path
from typing import Final

import polars as pl
from sqlalchemy import Connection, func, select

from retaliation_watch.frames import as_day, as_number, day, frames, short
from retaliation_watch.hr_formats.events import NOTHING, NUMBERS, stored_numbers
from retaliation_watch.hr_ingest.delivery_state import DeliveryState
from retaliation_watch.kinds import HEALTH, Measure
from retaliation_watch.store import DELIVERIES, EVENTS, FORMS, SOURCES

VERSION: Final = 2
JOINED_AT: Final = 8
"""Once more than one row in so many has been appended, all are merged into a new snapshot."""
_ORDER: Final = ("recorded", "person", "kind", "key")
_ROWS: Final = ("key", "person", *NUMBERS)
_SCHEMA: Final = {
    "key": pl.Binary, "person": pl.Binary, "event_type": pl.String, "effective": pl.String, "recorded": pl.String,
    "value_before": pl.String, "value_after": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class CacheKey:
    """What the cached rows depend on; with another form or agreement all of them are read again."""

    version: int
    health: bool
    forms: dict[str, int]
    # Deliveries that the cache includes, as hex, sorted.
    deliveries: list[str]
    # Names and sizes: people and rows of the snapshot, then the appended files in order.
    files: dict[str, int]


@dataclass(frozen=True)
class Snapshot:
    """The rows of `_ROWS` in the order of `_ORDER`; `person` is a place in `people`, numbers in their order."""

    people: pl.DataFrame
    rows: pl.DataFrame


@dataclass(frozen=True)
class CacheEntry:
    """The cached events of an entity; `since` is as `_since` returns it, one frame per run."""

    read: CacheKey
    whole: Snapshot
    since: list[pl.DataFrame]


@dataclass(frozen=True)
class CacheDir:
    """The cache folder on the watch's host: an index and its files for each entity."""

    folder: Path

    def _place(self, entity: str) -> Path:
        return self.folder / f"{sha256(entity.encode()).hexdigest()[:16]}.json"

    def fetch(self, entity: str) -> CacheEntry | None:
        """The cached entry; None where there is none that can be read."""
        try:
            read = CacheKey(**json.loads(self._place(entity).read_text("ascii")))
            people, rows, *since = [self._open(name, size) for name, size in read.files.items()]
        except (OSError, ValueError, TypeError, AttributeError, pl.exceptions.PolarsError):
            return None
        return CacheEntry(read, Snapshot(people, rows), since)

    def _open(self, name: str, size: int) -> pl.DataFrame:
        file = self.folder / name
        if file.stat().st_size != size:
            raise ValueError("a file that was not written to its end")
        return pl.read_ipc(file)

    def store(self, entity: str, read: CacheKey, new: Sequence[pl.DataFrame]) -> None:
        """Writes new columns beside those of `read.files`, atomically, readable by the owner only."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place, files = self._place(entity), dict(read.files)
        digest = sha256("".join(read.deliveries).encode()).hexdigest()[:16]
        for part in new:
            name = f"{place.stem}-{digest}-{len(files)}.arrow"
            files[name] = _put(self.folder / name, part)
        text = place.with_suffix(".new")
        with os.fdopen(_own(text), "w") as file:
            json.dump(asdict(read) | {"files": files}, file)
            _settle(file.fileno())
        text.replace(place)
        for old in self.folder.glob(f"{place.stem}-*"):
            if old.name not in files:
                old.unlink()


def _own(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def _put(path: Path, rows: pl.DataFrame) -> int:
    """Writes columns so that they can be mapped; gives the size of the file."""
    with os.fdopen(_own(path), "wb") as file:
        rows.write_ipc(file, compression="uncompressed")
        file.flush()
        _settle(file.fileno())
        return os.fstat(file.fileno()).st_size


def _settle(descriptor: int) -> None:
    """An index that survives a power failure must not name a file that does not."""
    os.fsync(descriptor)


def event_numbers(
    connection: Connection, entity: str, cache: CacheDir | None, places: pl.DataFrame, *, health: bool
) -> pl.DataFrame:
    """Of every event of somebody of the roster the newest version, as `events_of` takes it.

    `places`: `person` as `as_number` gives it, and its `place` in the roster, which is in the same order.
    """
    sources = list(connection.scalars(select(SOURCES.c.source).where(SOURCES.c.entity == entity)))
    newest = _newest_forms(connection, sources)
    there = _deliveries(connection, sources)
    entry = None if cache is None else cache.fetch(entity)
    on = HEALTH if health else frozenset[Measure]()
    read = CacheKey(VERSION, health, newest, there, {})
    if entry is None or not _fits(entry.read, read):
        whole, since = _whole(_counted(_numbers(connection, sources, on))), list[pl.DataFrame]()
        entry, new = CacheEntry(read, whole, since), [whole.people, whole.rows]
    else:
        found = _since(connection, sources, set(there) - set(entry.read.deliveries), on)
        entry, new = _append(entry, read, found)
    if cache is not None and new:
        cache.store(entity, entry.read, new)
    return _placed(entry, places)


def _fits(old: CacheKey, new: CacheKey) -> bool:
    same = (old.version, old.health, old.forms) == (new.version, new.health, new.forms)
    return same and set(old.deliveries) <= set(new.deliveries)


def _append(entry: CacheEntry, read: CacheKey, found: pl.DataFrame | None) -> tuple[CacheEntry, list[pl.DataFrame]]:
    """The entry with new deliveries appended, and the frames to be written."""
    if found is None:
        return entry, []
    since = [*entry.since, found]
    if sum(part.height for part in since) * JOINED_AT > entry.whole.rows.height:
        rows = entry.whole.rows.with_columns(person=entry.whole.people["person"].gather(entry.whole.rows["person"]))
        whole = _whole(_replaced(rows, since))
        return CacheEntry(read, whole, []), [whole.people, whole.rows]
    named = CacheKey(read.version, read.health, read.forms, read.deliveries, entry.read.files)
    return CacheEntry(named, entry.whole, since), [found]


def _whole(rows: pl.DataFrame) -> Snapshot:
    people = rows.select(pl.col("person").unique().sort()).with_columns(at=pl.int_range(pl.len(), dtype=pl.Int32))
    rows = rows.join(people, on="person", maintain_order="left").with_columns(person="at").select(_ROWS)
    return Snapshot(people.select("person"), rows.sort(_ORDER))


def _replaced(rows: pl.DataFrame, since: Sequence[pl.DataFrame]) -> pl.DataFrame:
    """The rows after later deliveries: of an event that was delivered again the last version counts."""
    if not since:
        return rows
    last = pl.concat(since).unique("key", keep="last", maintain_order=True)
    again = rows["key"].is_in(last["key"].implode())
    rows = rows.filter(~again) if again.any() else rows
    return pl.concat([rows, last.filter(pl.col("kind").is_not_null()).sort(_ORDER)], rechunk=False)


def _placed(entry: CacheEntry, places: pl.DataFrame) -> pl.DataFrame:
    """The rows of everybody in the roster, `person` as the place there."""
    place = entry.whole.people.join(places, on="person", how="left", maintain_order="left")["place"]
    rows = entry.whole.rows.with_columns(person=place.gather(entry.whole.rows["person"]))
    appended = [
        part.join(places, on="person", how="left", maintain_order="left").with_columns(person="place").select(_ROWS)
        for part in entry.since
    ]
    rows = _replaced(rows, appended)
    return rows if not rows["person"].null_count() else rows.filter(pl.col("person").is_not_null())


def _newest_forms(connection: Connection, sources: Sequence[str]) -> dict[str, int]:
    query = (
        select(FORMS.c.source, func.max(FORMS.c.version)).where(FORMS.c.source.in_(sources)).group_by(FORMS.c.source)
    )
    return {source: int(version) for source, version in connection.execute(query)}


def _deliveries(connection: Connection, sources: Sequence[str]) -> list[str]:
    """The deliveries of events whose rows lie in the store; before the events are read, so that none is missed."""
    mine = DELIVERIES.c.source.in_(sources) & (DELIVERIES.c.kind == "events")
    query = select(DELIVERIES.c.delivery).where(mine & (DELIVERIES.c.state == DeliveryState.ACCEPTED.value))
    return sorted(bytes(delivery).hex() for delivery in connection.scalars(query))


def _numbers(connection: Connection, sources: Sequence[str], on: frozenset[Measure]) -> pl.DataFrame:
    """Everything that the store holds of these sources."""
    return pl.concat([stored_numbers(part, on) for part in _newest_versions(connection, sources)])


def _counted(rows: pl.DataFrame) -> pl.DataFrame:
    """The rows that are events; a pay cut that was none is not."""
    return rows.filter(pl.col("kind") != NOTHING)


def _since(
    connection: Connection, sources: Sequence[str], deliveries: set[str], on: frozenset[Measure]
) -> pl.DataFrame | None:
    """The newest version of every event of these deliveries, `kind` null where that is no event."""
    if not deliveries:
        return None
    parts = [part for one in sorted(deliveries) for part in _newest_versions(connection, sources, bytes.fromhex(one))]
    touched = pl.concat(part.select("key", "person") for part in parts).unique("key", keep="last", maintain_order=True)
    rows = _counted(pl.concat([stored_numbers(part, on) for part in parts])).unique("key", keep="last")
    return touched.join(rows.drop("person"), on="key", how="left", maintain_order="left").select(_ROWS)


def _newest_versions(
    connection: Connection, sources: Sequence[str], delivery: bytes | None = None
) -> Iterator[pl.DataFrame]:
    """The newest version of each event, or of those of a delivery."""
    place = func.row_number().over(
        partition_by=EVENTS.c.event, order_by=(EVENTS.c.sequence.desc(), EVENTS.c.content.desc())
    )
    known = EVENTS.c.kind.is_not(None)
    # An event is named with its source: those of a delivery are of no other, and are found by their keys alone.
    if delivery is None:
        known &= EVENTS.c.source.in_(sources)
    else:
        known &= EVENTS.c.event.in_(select(EVENTS.c.event).where(EVENTS.c.delivery == delivery))
    ranked = select(
        short(EVENTS.c.event).label("key"), short(EVENTS.c.person).label("person"), EVENTS.c.kind,
        day(EVENTS.c.effective).label("effective"), day(EVENTS.c.recorded).label("recorded"), EVENTS.c.before,
        EVENTS.c.after, place.label("place"),
    ).where(known).subquery()  # fmt: skip
    query = select(*(column for column in ranked.c if column.name != "place")).where(ranked.c.place == 1)
    for part in frames(connection, query, _SCHEMA):
        yield part.with_columns(as_number("key"), as_number("person"), as_day("effective"), as_day("recorded"))
