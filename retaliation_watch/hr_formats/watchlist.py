"""A plain list of watched people: for the evaluation command alone, the watch itself keeps none."""

from __future__ import annotations

from dataclasses import dataclass
from typing import BinaryIO

import numpy as np
import polars as pl

from retaliation_watch.arrays import Ints
from retaliation_watch.csv_export import as_written
from retaliation_watch.errors import NobodyToWatch
from retaliation_watch.hr_formats import columns
from retaliation_watch.hr_formats.columns import EMPTY, Receipt, known_columns, quarantine_flawed
from retaliation_watch.hr_formats.dates import Order
from retaliation_watch.hr_formats.names import WATCHLIST
from retaliation_watch.hr_formats.roster import NEVER, Roster


@dataclass(frozen=True)
class Watchlist:
    """Watched people: place in the roster, first and last day of protection (days since 1970)."""

    person: Ints
    start: Ints
    end: Ints
    receipt: Receipt


def read_watchlist(stream: BinaryIO, roster: Roster, order: Order | None = None) -> Watchlist:
    """Reads a watchlist; anyone who is not in the roster is set aside. Raises `FileRefused`, `NobodyToWatch`."""
    receipt = Receipt()
    day = columns.dates(order)
    parts: list[pl.DataFrame] = []
    for chunk in known_columns(stream, WATCHLIST, ("employee_id", "protected_from"), receipt):
        frame = quarantine_flawed(chunk, columns.id_flaw("employee_id"), receipt, malformed=True)
        until = (
            frame["protected_until"]
            if "protected_until" in frame.columns
            else pl.Series([""] * frame.height, dtype=pl.String)
        )
        frame = frame.with_columns(day(frame["protected_from"]).alias("start"), day(until).alias("end"))
        for name in ("start", "end"):
            frame = quarantine_flawed(frame, columns.date_flaw(name), receipt, malformed=True)
        frame = quarantine_flawed(frame, _start_missing(), receipt, malformed=True)
        frame = frame.with_columns(as_written("employee_id"))
        frame = frame.with_columns(roster.places(frame["employee_id"]).alias("person"))
        frame = quarantine_flawed(frame, _unknown(), receipt, malformed=False)
        parts.append(frame.select("person", "start", "end"))
    receipt.judge()
    rows = pl.concat(parts).with_columns(
        pl.when(pl.col("end") == EMPTY).then(NEVER).otherwise(pl.col("end")).alias("end")
    )
    rows = rows.group_by("person").agg(pl.col("start").min(), pl.col("end").max()).sort("person")
    if not rows.height:
        raise NobodyToWatch
    receipt.accepted = rows.height
    person, start, end = (rows[name].to_numpy().astype(np.int32) for name in ("person", "start", "end"))
    return Watchlist(person, start, end, receipt)


def _start_missing() -> pl.Expr:
    return pl.when(pl.col("start") == EMPTY).then(pl.lit("date-missing")).otherwise(None)


def _unknown() -> pl.Expr:
    return pl.when(pl.col("person").is_null()).then(pl.lit("unknown-employee")).otherwise(None)
