"""Small feeds for tests, as bytes that HR might push."""

from __future__ import annotations

import io

import polars as pl

from retaliation_watch.feed.events import Events, read_events
from retaliation_watch.feed.roster import Roster, read_roster
from retaliation_watch.feed.watchlist import Watchlist, read_watchlist
from retaliation_watch.simulation.made import Made


def sheet(*lines: str, encoding: str = "utf-8") -> io.BytesIO:
    """Lines as a file."""
    return io.BytesIO("\n".join(lines).encode(encoding))


def staff(count: int = 10) -> Roster:
    """People 001, 002, … of one unit."""
    return read_roster(sheet("employee_id,org_unit", *(f"{number:03d},A" for number in range(1, count + 1))))


def table(frame: pl.DataFrame) -> io.BytesIO:
    """A table as a CSV file."""
    file = io.BytesIO()
    frame.write_csv(file)
    file.seek(0)
    return file


def read_made(made: Made) -> tuple[Roster, Events, Watchlist]:
    """A made-up company as the watch reads it."""
    roster = read_roster(table(made.roster))
    return roster, read_events(table(made.events), roster), read_watchlist(table(made.watchlist()), roster)
