"""What earlier looks read of the events, as columns in a file: a weekly look reads the week's deliveries alone.

Nothing in it that the store does not hold: it may go at any time, and the next look makes it anew.
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

from retaliation_watch.drop.state import State
from retaliation_watch.feed.events import stored_numbers
from retaliation_watch.frames import as_day, as_number, day, frames, short
from retaliation_watch.kinds import HEALTH, Kind
from retaliation_watch.store import DELIVERIES, EVENTS, FORMS, SOURCES

VERSION: Final = 1
_SCHEMA: Final = {
    "key": pl.Binary, "person": pl.Binary, "event_type": pl.String, "effective": pl.String, "recorded": pl.String,
    "value_before": pl.String, "value_after": pl.String,
}  # fmt: skip


@dataclass(frozen=True)
class Read:
    """By what the rows of a file were read; another form or agreement reads all of them anew."""

    version: int
    health: bool
    forms: dict[str, int]
    # Deliveries that are in it, as hex, sorted.
    deliveries: list[str]
    file: str


@dataclass(frozen=True)
class Shelf:
    """A folder of the watch's host where the columns lie, one pair of files for each entity."""

    folder: Path

    def _place(self, entity: str) -> Path:
        return self.folder / f"{sha256(entity.encode()).hexdigest()[:16]}.json"

    def fetch(self, entity: str) -> tuple[Read, pl.DataFrame] | None:
        """What lies there; None where there is nothing that can be read."""
        try:
            told = Read(**json.loads(self._place(entity).read_text("ascii")))
            return told, pl.read_parquet(self.folder / told.file)
        except (OSError, ValueError, TypeError, pl.exceptions.PolarsError):
            return None

    def keep(self, entity: str, read: Read, rows: pl.DataFrame) -> None:
        """Puts the columns down, whole or not at all, for the owner alone."""
        self.folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        place = self._place(entity)
        with os.fdopen(_own(self.folder / read.file), "wb") as file:
            rows.write_parquet(file, compression="zstd")
        new = place.with_suffix(".new")
        with os.fdopen(_own(new), "w") as file:
            json.dump(asdict(read), file)
        new.replace(place)
        for old in self.folder.glob(f"{place.stem}-*.parquet"):
            if old.name != read.file:
                old.unlink()

    def name(self, entity: str, deliveries: Sequence[str]) -> str:
        """The file of the columns of these deliveries."""
        told = sha256("".join(deliveries).encode()).hexdigest()[:16]
        return f"{self._place(entity).stem}-{told}.parquet"


def _own(path: Path) -> int:
    return os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)


def event_numbers(connection: Connection, entity: str, shelf: Shelf | None, *, health: bool) -> pl.DataFrame:
    """Of every event the newest version, as `events_of` takes it but for `person`, which is as `as_number` gives it."""
    sources = list(connection.scalars(select(SOURCES.c.source).where(SOURCES.c.entity == entity)))
    newest = _newest_forms(connection, sources)
    there = _deliveries(connection, sources)
    kept = None if shelf is None else shelf.fetch(entity)
    on = HEALTH if health else frozenset[Kind]()
    if kept is None or not _fits(kept[0], newest, there, health=health):
        rows = _numbers(connection, sources, on)
    else:
        rows = kept[1]
        for delivery in sorted(set(there) - set(kept[0].deliveries)):
            rows = _with_delivery(connection, rows, sources, bytes.fromhex(delivery), on)
    if shelf is not None and (kept is None or kept[0].deliveries != there or kept[0].forms != newest):
        shelf.keep(entity, Read(VERSION, health, newest, there, shelf.name(entity, there)), rows)
    return rows


def _fits(read: Read, forms: dict[str, int], there: Sequence[str], *, health: bool) -> bool:
    same = (read.version, read.health, read.forms) == (VERSION, health, forms)
    return same and set(read.deliveries) <= set(there)


def _newest_forms(connection: Connection, sources: Sequence[str]) -> dict[str, int]:
    query = (
        select(FORMS.c.source, func.max(FORMS.c.version)).where(FORMS.c.source.in_(sources)).group_by(FORMS.c.source)
    )
    return {source: int(version) for source, version in connection.execute(query)}


def _deliveries(connection: Connection, sources: Sequence[str]) -> list[str]:
    """The deliveries of events whose rows lie in the store; before the events are read, so that none is missed."""
    mine = DELIVERIES.c.source.in_(sources) & (DELIVERIES.c.kind == "events")
    query = select(DELIVERIES.c.delivery).where(mine & (DELIVERIES.c.state == State.TAKEN.value))
    return sorted(bytes(delivery).hex() for delivery in connection.scalars(query))


def _numbers(connection: Connection, sources: Sequence[str], on: frozenset[Kind]) -> pl.DataFrame:
    """Everything that the store holds of these sources."""
    return pl.concat([stored_numbers(part, on) for part in _newest(connection, sources)])


def _with_delivery(
    connection: Connection, rows: pl.DataFrame, sources: Sequence[str], delivery: bytes, on: frozenset[Kind]
) -> pl.DataFrame:
    """The columns once a delivery came: whatever it tells of counts as its newest version says, in whichever order."""
    parts = list(_newest(connection, sources, delivery))
    told = pl.concat([part.select("key") for part in parts])
    return pl.concat([rows.join(told, on="key", how="anti"), *(stored_numbers(part, on) for part in parts)])


def _newest(connection: Connection, sources: Sequence[str], delivery: bytes | None = None) -> Iterator[pl.DataFrame]:
    """The newest version of each event, or of those that a delivery tells of."""
    place = func.row_number().over(
        partition_by=EVENTS.c.event, order_by=(EVENTS.c.sequence.desc(), EVENTS.c.content.desc())
    )
    known = EVENTS.c.kind.is_not(None)
    # An event is named with its source: those of a delivery are of no other, and are found by their keys alone.
    if delivery is None:
        known &= EVENTS.c.source.in_(sources)
    else:
        known &= EVENTS.c.event.in_(select(EVENTS.c.event).where(EVENTS.c.delivery == delivery))
    told = select(
        short(EVENTS.c.event).label("key"), short(EVENTS.c.person).label("person"), EVENTS.c.kind,
        day(EVENTS.c.effective).label("effective"), day(EVENTS.c.recorded).label("recorded"), EVENTS.c.before,
        EVENTS.c.after, place.label("place"),
    ).where(known).subquery()  # fmt: skip
    query = select(*(column for column in told.c if column.name != "place")).where(told.c.place == 1)
    for part in frames(connection, query, _SCHEMA):
        yield part.with_columns(as_number("key"), as_number("person"), as_day("effective"), as_day("recorded"))
