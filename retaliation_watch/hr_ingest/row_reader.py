"""Reads the rows of a delivery as columns: days parsed, kinds mapped, texts bounded; pseudonyms come later."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from typing import BinaryIO, Final

import polars as pl

from retaliation_watch.errors import Fault, FileRefused
from retaliation_watch.hr_formats import columns
from retaliation_watch.hr_formats.columns import EMPTY, MAX_QUARANTINED, Receipt, known_columns, quarantine_flawed
from retaliation_watch.hr_formats.names import EVENTS, ROSTER, plain
from retaliation_watch.hr_ingest.forms import Form
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.kinds import HEALTH

TEXT_COLUMNS: Final = ("org_unit", "team", "location", "job_family", "grade", "contract_type")
DAY_COLUMNS: Final = {"hire_date": "hired", "contract_end": "contract_end", "termination_date": "ended"}
VALUE_COLUMNS: Final = {"value_before": "before", "value_after": "after", "reason_code": "reason", "batch_id": "batch"}
MAX_ROWS: Final = 3_000_000
"""Rows of a file are in memory until all of it was judged: a longer history comes in several files."""
MAX_TEXT: Final = 96
MAX_VALUE: Final = 32
"""A value of a measure is a number, a grade or a code: what is longer is somebody's words, and is not kept."""


@dataclass
class Rows:
    """The result of a file: frames to store, still with plain numbers, quarantined rows by line, and the receipt.

    People: `employee`, `manager`, `TEXT_COLUMNS`, the days of `DAY_COLUMNS`. Events: `employee`, `initiator`,
    `name`, `kind_text`, `kind`, `effective`, `recorded`, the values of `VALUE_COLUMNS`. Days as ISO texts or null,
    texts never null.
    """

    receipt: Receipt = field(default_factory=Receipt)
    frames: list[pl.DataFrame] = field(default_factory=list[pl.DataFrame], repr=False)
    quarantined: dict[int, str] = field(default_factory=dict[int, str], repr=False)

    def __len__(self) -> int:
        return sum(part.height for part in self.frames)


@dataclass(frozen=True)
class RowReader:
    """Reads the files of one source."""

    form: Form
    health: bool

    def read(self, stream: BinaryIO, kind: FeedFile, receipt: Receipt | None = None) -> Rows:
        """Reads a whole file; raises `FileRefused`, and has noted in `receipt` how far it came."""
        rows, day = Rows(receipt or Receipt()), columns.dates(self.form.dates)
        known, needed = (
            (ROSTER, ("employee_id",)) if kind is FeedFile.ROSTER else (EVENTS, ("employee_id", "event_type"))
        )
        # Pay is never kept.
        known = {name: aliases for name, aliases in known.items() if name not in ("annual_salary", "fte")}
        for chunk in known_columns(stream, known, needed, rows.receipt, self.form.columns):
            good = self._people(chunk, rows, day) if kind is FeedFile.ROSTER else self._events(chunk, rows, day)
            _quarantine(chunk, good, rows)
            if len(rows) > MAX_ROWS:
                raise FileRefused(Fault.TOO_MANY_ROWS, str(MAX_ROWS))
        rows.receipt.judge()
        rows.receipt.accepted = len(rows)
        return rows

    def _people(self, chunk: pl.DataFrame, rows: Rows, day: columns.Memory) -> pl.DataFrame:
        good = quarantine_flawed(chunk, columns.id_flaw("employee_id"), rows.receipt, malformed=True)
        good = _dated(good, [name for name in DAY_COLUMNS if name in good.columns], rows, day)
        texts = [text_of(good, name).str.head(MAX_TEXT).alias(name) for name in TEXT_COLUMNS]
        days = [_iso(good, name).alias(stored) for name, stored in DAY_COLUMNS.items()]
        manager = text_of(good, "manager_id").alias("manager")
        rows.frames.append(good.select(pl.col("employee_id").alias("employee"), manager, *texts, *days))
        return good

    def _events(self, chunk: pl.DataFrame, rows: Rows, day: columns.Memory) -> pl.DataFrame:
        good = quarantine_flawed(chunk, columns.id_flaw("employee_id"), rows.receipt, malformed=True)
        good = quarantine_flawed(good, _typeless(), rows.receipt, malformed=True)
        present = [name for name in ("effective_date", "recorded_on") if name in good.columns]
        if not present:
            return quarantine_flawed(good, pl.lit("date-missing"), rows.receipt, malformed=True)
        good = _dated(good, present, rows, day)
        good = good.with_columns(
            pl.when(pl.col(name) == EMPTY).then(pl.col(other)).otherwise(pl.col(name)).alias(new)
            for name, other, new in ((present[-1], present[0], "recorded"), (present[0], present[-1], "effective"))
        )
        undated = pl.when(pl.col("recorded") == EMPTY).then(pl.lit("date-missing")).otherwise(None)
        good = quarantine_flawed(good, undated, rows.receipt, malformed=True)
        rows.frames.append(self._event_columns(good, rows))
        return good

    def _event_columns(self, good: pl.DataFrame, rows: Rows) -> pl.DataFrame:
        """The events to store: all but those of kinds that are switched off, with the kind that the form knows."""
        table = self.form.table()
        texts = good["event_type"].unique().to_list()
        kinds = pl.DataFrame(
            {"event_type": texts, "kind": [table.get(plain(text)) for text in texts]},
            schema={"event_type": pl.String, "kind": pl.String},
        )
        good = good.join(kinds, on="event_type", how="left", maintain_order="left")
        unmapped = good.filter(pl.col("kind").is_null())["line"].to_list()
        # A row whose kind no form knows yet is stored all the same: the next form may know it.
        rows.receipt.quarantine(dict.fromkeys(unmapped, "unmapped-kind"), malformed=False)
        off = [] if self.health else [str(kind) for kind in HEALTH]
        return good.filter(~pl.col("kind").is_in(off).fill_null(value=False)).select(
            pl.col("employee_id").alias("employee"),
            text_of(good, "initiated_by").alias("initiator"),
            text_of(good, "event_id").alias("name"),
            pl.col("event_type").str.head(MAX_TEXT).alias("kind_text"),
            "kind",
            *(_iso(good, name).alias(name) for name in ("effective", "recorded")),
            *(_short(good, name).alias(stored) for name, stored in VALUE_COLUMNS.items()),
        )


def text_of(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column of texts; empty ones where there is none."""
    return pl.col(name).fill_null("") if name in frame.columns else pl.lit("")


def _short(frame: pl.DataFrame, name: str) -> pl.Expr:
    text = text_of(frame, name)
    return pl.when(text.str.len_chars() <= MAX_VALUE).then(text).otherwise(pl.lit(""))


def _iso(frame: pl.DataFrame, name: str) -> pl.Expr:
    """A column of day numbers as ISO texts, null for `EMPTY`."""
    if name not in frame.columns:
        return pl.lit(None, pl.String)
    number = pl.when(pl.col(name) != EMPTY).then(pl.col(name))
    return number.cast(pl.Int32).cast(pl.Date).dt.to_string("%Y-%m-%d")


def _dated(frame: pl.DataFrame, names: list[str], rows: Rows, day: columns.Memory) -> pl.DataFrame:
    frame = frame.with_columns(day(frame[name]).alias(name) for name in names)
    for name in names:
        frame = quarantine_flawed(frame, columns.date_flaw(name), rows.receipt, malformed=True)
    return frame


def _quarantine(chunk: pl.DataFrame, good: pl.DataFrame, rows: Rows) -> None:
    if good.height == chunk.height:
        return
    bad = chunk.filter(~pl.col("line").is_in(good["line"].implode()))
    for row in bad.head(max(MAX_QUARANTINED - len(rows.quarantined), 0)).iter_rows(named=True):
        rows.quarantined[int(row["line"])] = json.dumps(
            {name: row[name] for name in row if name != "line"}, ensure_ascii=False
        )


def _typeless() -> pl.Expr:
    return pl.when(pl.col("event_type").fill_null("") == "").then(pl.lit("kind-missing")).otherwise(None)
