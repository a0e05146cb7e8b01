"""The people of an entity by their rosters: those whom a roster changes are written, the others are not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

import polars as pl
from sqlalchemy import Connection, func, select

from retaliation_watch.frames import joined
from retaliation_watch.hr_ingest.delivery_state import DeliveryState
from retaliation_watch.hr_ingest.manifest import FeedFile, Manifest
from retaliation_watch.hr_ingest.row_reader import DAY_COLUMNS, TEXT_COLUMNS
from retaliation_watch.store import DELIVERIES, PEOPLE, SOURCES

ROSTER_COLUMNS: Final = ("manager", *TEXT_COLUMNS, *DAY_COLUMNS.values())
"""What a roster says of a person, beside the number."""
KNOWN_COLUMNS: Final = ("person", *ROSTER_COLUMNS, "roster", "sequence", "seen")


@dataclass(frozen=True)
class NewestRoster:
    """The newest roster accepted from a source: its sequence and its day."""

    sequence: int
    day: date


def newest_rosters(connection: Connection, entity: str) -> dict[str, NewestRoster]:
    """The newest roster of each source of an entity, of those that have delivered one."""
    mine = select(SOURCES.c.source).where(SOURCES.c.entity == entity)
    accepted = (DELIVERIES.c.kind == FeedFile.ROSTER.value) & (DELIVERIES.c.state == DeliveryState.ACCEPTED.value)
    last = (
        select(DELIVERIES.c.source, func.max(DELIVERIES.c.sequence).label("sequence"))
        .where(accepted & DELIVERIES.c.source.in_(mine))
        .group_by(DELIVERIES.c.source)
        .subquery()
    )
    same = (DELIVERIES.c.source == last.c.source) & (DELIVERIES.c.sequence == last.c.sequence) & accepted
    rows = connection.execute(
        select(DELIVERIES.c.source, DELIVERIES.c.sequence, DELIVERIES.c.day).select_from(DELIVERIES).join(last, same)
    )
    return {row.source: NewestRoster(int(row.sequence), row.day) for row in rows}


def known_people(connection: Connection, entity: str, columns: Sequence[str] = ROSTER_COLUMNS) -> pl.DataFrame:
    """Everybody of an entity by `person`: the columns of `KNOWN_COLUMNS`, of the roster those asked for; ISO days.

    `sequence` and `seen` are those of the last roster that listed the person.
    """
    names = ("person", *columns, "roster", "sequence", "seen")
    rows = joined(connection, [PEOPLE.c[name] for name in names], PEOPLE.c.person, PEOPLE.c.entity == entity)
    newest = newest_rosters(connection, entity)
    table = pl.DataFrame(
        {
            "roster": list(newest),
            "newest": [one.sequence for one in newest.values()],
            "day": [one.day.isoformat() for one in newest.values()],
        },
        schema={"roster": pl.String, "newest": pl.Int64, "day": pl.String},
    )
    rows = rows.join(table, on="roster", how="left", maintain_order="left")
    return rows.with_columns(sequence=pl.coalesce("newest", "sequence"), seen=pl.coalesce("day", "seen")).select(names)


@dataclass(frozen=True)
class RosterChanges:
    """What a roster changes: people to write as it says, with `is_new`, and those whom it lists no longer.

    `listed` has also the columns of the roster, `unlisted` those of `KNOWN_COLUMNS`; both `roster`, `sequence`, `seen`.
    """

    listed: pl.DataFrame
    unlisted: pl.DataFrame


def changed_people(
    known: pl.DataFrame, listed: pl.DataFrame, manifest: Manifest, newest: NewestRoster | None
) -> RosterChanges:
    """Of each person the roster of the highest sequence counts, in whichever order they come.

    `known`: as `known_people` gives it; `newest`: the newest roster of this source before this one.
    """
    is_newest = newest is None or manifest.sequence > newest.sequence
    before = known.rename({name: f"{name}_before" for name in KNOWN_COLUMNS if name != "person"})
    both = listed.join(before, on="person", how="left", maintain_order="left")
    same = pl.all_horizontal(pl.col(name).eq_missing(pl.col(f"{name}_before")) for name in ROSTER_COLUMNS)
    stays = pl.lit(is_newest) & same & pl.col("roster_before").eq_missing(manifest.source)
    is_new = pl.col("sequence_before").is_null()
    due = both.filter(is_new | ((pl.col("sequence_before") <= manifest.sequence) & ~stays))
    due = due.with_columns(
        is_new.alias("is_new"),
        roster=pl.lit(manifest.source if is_newest else None, pl.String),
        sequence=pl.lit(manifest.sequence, pl.Int64),
        seen=pl.lit(manifest.day.isoformat()),
    ).drop(f"{name}_before" for name in KNOWN_COLUMNS if name != "person")
    mine = known.filter(pl.lit(is_newest) & (pl.col("roster") == manifest.source))
    unlisted = mine.join(listed.select("person"), on="person", how="anti", maintain_order="left")
    return RosterChanges(due, unlisted.with_columns(roster=pl.lit(None, pl.String)))
