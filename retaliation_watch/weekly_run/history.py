"""The store's rows as the method reads them: people and events under pseudonyms, of every event the newest version."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any, Final

import polars as pl
from sqlalchemy import ColumnElement, Connection, func, select

from retaliation_watch.arrays import Ints
from retaliation_watch.errors import NobodyToWatch
from retaliation_watch.frames import as_day, as_number, day, frame
from retaliation_watch.hr_formats.columns import Receipt
from retaliation_watch.hr_formats.events import Events, events_of
from retaliation_watch.hr_formats.roster import GROUPS, Roster, roster_of
from retaliation_watch.hr_formats.watchlist import Watchlist
from retaliation_watch.hr_ingest.rosters import known_people
from retaliation_watch.store import ENTRIES
from retaliation_watch.weekly_run.event_cache import CacheDir, event_numbers

_DAYS: Final = ("hired", "ended")


@dataclass(frozen=True)
class History:
    """What the method needs of one entity; `persons` are the pseudonyms in the roster's order."""

    roster: Roster
    events: Events
    persons: pl.Series

    def person(self, place: int) -> bytes:
        """The pseudonym of one person."""
        return bytes(self.persons[place])


def read_history(connection: Connection, entity: str, *, health: bool, cache: CacheDir | None = None) -> History:
    """Everybody and everything that HR told of an entity; raises `NobodyToWatch` while there is no roster."""
    people = read_people(connection, entity)
    places = people.select(as_number("person"), place=pl.int_range(pl.len(), dtype=pl.Int32))
    # What the database reads of the events and what is made of the people take as long.
    with ThreadPoolExecutor(1) as executor:
        roster = executor.submit(roster_of, people, Receipt())
        rows = event_numbers(connection, entity, cache, places, health=health)
        return History(roster.result(), events_of(rows, Receipt()), people["person"])


def read_people(connection: Connection, entity: str) -> pl.DataFrame:
    """The columns that `roster_of` takes, and `person`; raises `NobodyToWatch` while there is no roster."""
    people = known_people(connection, entity, ("manager", *GROUPS, *_DAYS))
    people = people.with_columns(as_day(name) for name in (*_DAYS, "seen"))
    if not people.height:
        raise NobodyToWatch
    # Whom the newest roster does not name any more has left.
    gone = pl.when(pl.col("seen") < pl.col("seen").max()).then(pl.col("seen"))
    return people.select(
        "person",
        *GROUPS,
        pl.col("person").bin.encode("hex").alias("employee_id"),
        pl.col("manager").bin.encode("hex").alias("manager_id"),
        pl.col("hired").alias("hire_date"),
        pl.coalesce("ended", gone).alias("termination_date"),
    )


def listed(connection: Connection) -> pl.DataFrame:
    """Whom entries protect, real ones and cover alike: `person`, and from the first to the last of their terms.

    `counted`: from when on HR's records count; what HR is asked about follows the entry from `start` on.
    """
    counted = func.coalesce(ENTRIES.c.counted, ENTRIES.c.start)
    columns: list[ColumnElement[Any]] = [ENTRIES.c.person, *map(day, (ENTRIES.c.start, ENTRIES.c.until, counted))]
    schema = {"person": pl.Binary, "start": pl.String, "until": pl.String, "counted": pl.String}
    rows = frame(connection, select(*columns), schema).with_columns(map(as_day, ("start", "until", "counted")))
    return rows.group_by("person").agg(pl.col("start").min(), pl.col("until").max(), pl.col("counted").min())


def watched_people(connection: Connection, history: History) -> Watchlist:
    """Whom entries protect, each once, from the first day that counts to the last; raises `NobodyToWatch`."""
    places = pl.DataFrame({"person": history.persons}).with_row_index("place")
    found = listed(connection).join(places, on="person").sort("place")
    if not found.height:
        raise NobodyToWatch
    place, start, until = (_numbers(found, name) for name in ("place", "counted", "until"))
    return Watchlist(place, start, until, Receipt())


def _numbers(rows: pl.DataFrame, name: str) -> Ints:
    return rows[name].cast(pl.Int32).to_numpy()
