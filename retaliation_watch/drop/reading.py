"""Rows of a delivery as they are kept: employees under pseudonyms, days read, kinds named; nothing else gets in."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date
from typing import BinaryIO, Final

import polars as pl

from crypto.framing import frame, sha256
from retaliation_watch.drop.forms import Form
from retaliation_watch.drop.manifest import Kind
from retaliation_watch.errors import Fault, FileRefused
from retaliation_watch.feed import columns
from retaliation_watch.feed.columns import EMPTY, KEPT_LINES, Receipt, known_columns, without_flawed
from retaliation_watch.feed.dates import day_of
from retaliation_watch.feed.names import EVENTS, ROSTER, plain
from retaliation_watch.host import HostKey, plain_number
from retaliation_watch.kinds import HEALTH

Row = dict[str, object]
WORDS: Final = ("org_unit", "team", "location", "job_family", "grade", "contract_type")
DAYS: Final = {"hire_date": "hired", "contract_end": "contract_end", "termination_date": "ended"}
SHORT: Final = {"value_before": "before", "value_after": "after", "reason_code": "reason", "batch_id": "batch"}
MOST_ROWS: Final = 3_000_000
"""Rows of a file are in memory until all of it was judged: a longer history comes in several files."""
SHORTEST: Final = 32
"""A value of a measure is a number, a grade or a code: what is longer is somebody's words, and is not kept."""


@dataclass
class Rows:
    """What a file gave: rows to keep, texts of rows set aside by their line, and the receipt so far."""

    receipt: Receipt = field(default_factory=Receipt)
    kept: list[Row] = field(default_factory=list[Row])
    aside: dict[int, str] = field(default_factory=dict[int, str])
    # The first and last day on which something was recorded.
    span: tuple[date, date] | None = None


@dataclass(frozen=True)
class Reader:
    """Reads the files of one source."""

    key: HostKey = field(repr=False)
    entity: str
    source: str
    form: Form
    health: bool

    def read(self, stream: BinaryIO, kind: Kind, receipt: Receipt | None = None) -> Rows:
        """Reads a whole file; raises `FileRefused`, and has noted in `receipt` how far it came."""
        rows = Rows(receipt or Receipt())
        known, needed = (ROSTER, ("employee_id",)) if kind is Kind.ROSTER else (EVENTS, ("employee_id", "event_type"))
        # Pay is never kept.
        known = {name: aliases for name, aliases in known.items() if name not in ("annual_salary", "fte")}
        for chunk in known_columns(stream, known, needed, rows.receipt, self.form.columns):
            good = self._people(chunk, rows) if kind is Kind.ROSTER else self._events(chunk, rows)
            self._set_aside(chunk, good, rows)
            if len(rows.kept) > MOST_ROWS:
                raise FileRefused(Fault.TOO_MANY_ROWS, str(MOST_ROWS))
        rows.receipt.judge()
        rows.receipt.accepted = len(rows.kept)
        return rows

    def _set_aside(self, chunk: pl.DataFrame, good: pl.DataFrame, rows: Rows) -> None:
        bad = chunk.filter(~pl.col("line").is_in(good["line"].implode()))
        for row in bad.head(max(KEPT_LINES - len(rows.aside), 0)).iter_rows(named=True):
            rows.aside[int(row["line"])] = json.dumps(
                {name: row[name] for name in row if name != "line"}, ensure_ascii=False
            )

    def _days(self, frame_: pl.DataFrame, names: list[str], rows: Rows) -> pl.DataFrame:
        day = columns.dates(self.form.dates)
        frame_ = frame_.with_columns(day(frame_[name]).alias(name) for name in names)
        for name in names:
            frame_ = without_flawed(frame_, columns.date_flaw(name), rows.receipt, malformed=True)
        return frame_

    def _people(self, chunk: pl.DataFrame, rows: Rows) -> pl.DataFrame:
        good = without_flawed(chunk, columns.id_flaw("employee_id"), rows.receipt, malformed=True)
        good = self._days(good, [name for name in DAYS if name in good.columns], rows)
        rows.kept += [self._person(row) for row in good.iter_rows(named=True)]
        return good

    def _person(self, row: Row) -> Row:
        employee = str(row["employee_id"])
        person = self.key.pseudonym(self.entity, employee)
        manager = str(row.get("manager_id") or "")
        return {
            "person": person,
            "entity": self.entity,
            "box": self.key.box(person, plain_number(employee)),
            **{name: str(row.get(name) or "")[:96] for name in WORDS},
            "manager": self.key.pseudonym(self.entity, manager) if manager else None,
            **{kept: _day(row.get(name)) for name, kept in DAYS.items()},
        }

    def _events(self, chunk: pl.DataFrame, rows: Rows) -> pl.DataFrame:
        good = without_flawed(chunk, columns.id_flaw("employee_id"), rows.receipt, malformed=True)
        good = without_flawed(good, _typeless(), rows.receipt, malformed=True)
        present = [name for name in ("effective_date", "recorded_on") if name in good.columns]
        if not present:
            return without_flawed(good, pl.lit("date-missing"), rows.receipt, malformed=True)
        good = self._days(good, present, rows)
        good = good.with_columns(
            pl.when(pl.col(name) == EMPTY).then(pl.col(other)).otherwise(pl.col(name)).alias(new)
            for name, other, new in ((present[-1], present[0], "recorded"), (present[0], present[-1], "effective"))
        )
        undated = pl.when(pl.col("recorded") == EMPTY).then(pl.lit("date-missing")).otherwise(None)
        good = without_flawed(good, undated, rows.receipt, malformed=True)
        rows.kept += self._kept_events(good, rows)
        return good

    def _kept_events(self, good: pl.DataFrame, rows: Rows) -> Iterator[Row]:
        table = self.form.table()
        off = frozenset[str]() if self.health else frozenset(str(kind) for kind in HEALTH)
        unmapped: dict[int, str] = {}
        for row in good.iter_rows(named=True):
            kind = table.get(plain(str(row["event_type"])))
            if kind is None:
                unmapped[int(row["line"])] = "unmapped-kind"
            if kind in off:
                continue
            event = self._event(row, kind)
            days = (event["recorded"], *(rows.span or ()))
            rows.span = (min(days), max(days))  # type: ignore[type-var, assignment]
            yield event
        # A row whose kind no form knows yet is kept all the same: the next form may know it.
        rows.receipt.put_aside(unmapped, malformed=False)

    def _event(self, row: Row, kind: str | None) -> Row:
        person = self.key.pseudonym(self.entity, str(row["employee_id"]))
        short = {kept: _short(row.get(name)) for name, kept in SHORT.items()}
        initiator = str(row.get("initiated_by") or "")
        recorded, effective = day_of(int(str(row["recorded"]))), day_of(int(str(row["effective"])))
        text = str(row["event_type"])[:96]
        told = frame(
            "yanlu/v1/watch-event",
            self.source,
            person,
            text,
            recorded.isoformat(),
            effective.isoformat(),
            *short.values(),
        )
        content = sha256(told)
        name = str(row.get("event_id") or "")
        event = sha256(frame("yanlu/v1/watch-event-id", self.source, name)) if name else content
        return {
            "event": event, "content": content, "source": self.source, "person": person, "kind_text": text,
            "kind": kind, "effective": effective, "recorded": recorded, **short,
            "initiator": self.key.pseudonym(self.entity, initiator) if initiator else None,
        }  # fmt: skip


def _short(value: object) -> str:
    text = str(value or "")
    return text if len(text) <= SHORTEST else ""


def _day(value: object) -> date | None:
    number = EMPTY if value is None else int(str(value))
    return None if number == EMPTY else day_of(number)


def _typeless() -> pl.Expr:
    return pl.when(pl.col("event_type").fill_null("") == "").then(pl.lit("kind-missing")).otherwise(None)
