"""The events of a feed as columns of numbers: who, what, when recorded; neutral ones only where they tell something."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO, Final

import numpy as np
import polars as pl

from retaliation_watch.arrays import Ints
from retaliation_watch.hr_formats import columns
from retaliation_watch.hr_formats.columns import EMPTY, Receipt, known_columns, quarantine_flawed
from retaliation_watch.hr_formats.dates import Order
from retaliation_watch.hr_formats.names import EVENTS, kind_table, plain
from retaliation_watch.hr_formats.roster import Roster
from retaliation_watch.hr_formats.values import SCALE, amount, ratings, share
from retaliation_watch.kinds import HEALTH, INDEX, Measure, Neutral

SMALLEST_RAISE: Final = 0.0005
UNKNOWN, NOTHING, RATING, REVIEW = -1, 100, 101, 102
_BY_DIRECTION: Final = tuple(INDEX[kind] for kind in (Measure.PAY_CUT, Measure.BONUS_CUT, Measure.HOURS_REDUCED))
NUMBERS: Final = ("kind", "recorded", "effective", "before", "after", "no_raise")
_FOUR: Final = ("person", "kind", "recorded", "effective")
_PEOPLE: Final = 1 << 31
_KINDS: Final = 1 << 7
"""More than there are, for a number that has a row's day, person and kind in this order: 25 bits are left for days."""
_KEY: Final = ("event_id", "employee_id", "event_type", "effective_date", "recorded_on", "value_before", "value_after")


@dataclass(frozen=True)
class Events:
    """Adverse events in the order of their recording, and the occasions at which derived kinds may arise.

    `person` are places in the roster, `kind` places in `KINDS`, `recorded` and `effective` days since 1970.
    `occasions` has the same three columns for each rating (as `rating_drop`) and pay review (as `no_raise`).
    """

    person: Ints
    kind: Ints
    recorded: Ints
    effective: Ints
    occasions: Mapping[str, Ints]
    receipt: Receipt

    def __len__(self) -> int:
        return len(self.person)


def read_events(
    stream: BinaryIO,
    roster: Roster,
    order: Order | None = None,
    extra: Mapping[str, str] | None = None,
    switched_on: frozenset[Measure] = frozenset(),
) -> Events:
    """Reads an event file; kinds of `HEALTH` count only when `switched_on`. Raises `FileRefused`."""
    receipt = Receipt()
    reader = _Reader(roster, receipt, order, HEALTH - switched_on)
    parts = [
        reader.numbers(chunk) for chunk in known_columns(stream, EVENTS, ("employee_id", "event_type"), receipt, extra)
    ]
    receipt.judge()
    # Rows that differ in a value alone must not be told apart by the order in which they came.
    rows = pl.concat(parts).sort("recorded", "effective", "person", "kind", "key", "before", "after", "no_raise")
    once = rows.unique(["key", "person", "kind"], keep="first", maintain_order=True)
    receipt.accepted += once.height
    receipt.repeated = rows.height - once.height
    return events_of(once, receipt)


def _kinds(switched_off: frozenset[Measure]) -> columns.Memory:
    """A reader of kinds: places in `KINDS`, or one of `UNKNOWN`, `NOTHING`, `RATING`, `REVIEW`."""
    table = kind_table()

    def read(text: str) -> int:
        match table.get(plain(text)) if text else None:
            case None:
                return UNKNOWN
            case Neutral.RATING:
                return RATING
            case Neutral.PAY_REVIEW:
                return REVIEW
            case Neutral():
                return NOTHING
            case kind:
                return NOTHING if kind in switched_off else INDEX[kind]

    return columns.Memory(read)


def stored_numbers(frame: pl.DataFrame, switched_on: frozenset[Measure] = frozenset()) -> pl.DataFrame:
    """Rows that were read before, as numbers: the columns of `NUMBERS`, and whatever else stands in the frame.

    `frame`: `event_type`, `value_before`, `value_after` as texts beside `recorded` and `effective` as days.
    """
    frame = frame.with_columns(_kinds(HEALTH - switched_on)(frame["event_type"]).alias("kind"))
    relevant = frame.filter((pl.col("kind") != NOTHING) & (pl.col("kind") != UNKNOWN))
    return _valued(relevant, ratings()).drop("event_type", "value_before", "value_after")


class _Reader:
    """Turns chunks of texts into chunks of numbers."""

    def __init__(self, roster: Roster, receipt: Receipt, order: Order | None, switched_off: frozenset[Measure]) -> None:
        self._roster, self._receipt = roster, receipt
        self._day, self._rating = columns.dates(order), ratings()
        self._kind = _kinds(switched_off)

    def numbers(self, chunk: pl.DataFrame) -> pl.DataFrame:
        """Rows of a chunk as `person, kind, recorded, effective, before, after, key`, bad ones set aside."""
        frame = self._dated(chunk)
        frame = frame.with_columns(self._kind(frame["event_type"]).alias("kind"))
        frame = quarantine_flawed(frame, _unmapped(), self._receipt, malformed=False)
        frame = frame.with_columns(self._roster.places(frame["employee_id"]).alias("person"))
        frame = quarantine_flawed(frame, _nobody(), self._receipt, malformed=False)
        silent = frame.filter(pl.col("kind") == NOTHING).height
        self._receipt.accepted += silent
        missing = [name for name in ("value_before", "value_after") if name not in frame.columns]
        frame = frame.with_columns(pl.lit("").alias(name) for name in missing)
        return _valued(frame.filter(pl.col("kind") != NOTHING), self._rating).select("person", "key", *NUMBERS)

    def _dated(self, chunk: pl.DataFrame) -> pl.DataFrame:
        """Dates read; where one of the two columns is missing the other stands for it."""
        frame = quarantine_flawed(chunk, columns.id_flaw("employee_id"), self._receipt, malformed=True)
        frame = quarantine_flawed(frame, _typeless(), self._receipt, malformed=True)
        present = [name for name in ("effective_date", "recorded_on") if name in frame.columns]
        if not present:
            return quarantine_flawed(_dateless(frame), pl.lit("date-missing"), self._receipt, malformed=True)
        keys = [name for name in _KEY if name in frame.columns]
        key = pl.col("event_id") if "event_id" in keys else pl.lit("")
        row = pl.struct(keys).hash(seed=1)
        frame = frame.with_columns(pl.when(key.fill_null("") == "").then(row).otherwise(key.hash(seed=2)).alias("key"))
        frame = frame.with_columns(self._day(frame[name]).alias(name) for name in present)
        for name in present:
            frame = quarantine_flawed(frame, columns.date_flaw(name), self._receipt, malformed=True)
        frame = frame.with_columns(
            pl.col(present[-1]).alias("recorded"),
            pl.when(pl.col(present[0]) == EMPTY)
            .then(pl.col(present[-1]))
            .otherwise(pl.col(present[0]))
            .alias("effective"),
        )
        return quarantine_flawed(frame, _undated(), self._receipt, malformed=True)


def _valued(frame: pl.DataFrame, rating: columns.Memory) -> pl.DataFrame:
    """Values read: a kind that goes by its direction is none where nothing got worse, a review that tells none none."""
    before, after = amount("value_before"), amount("value_after")
    kind = pl.col("kind")
    raised = pl.coalesce(share("value_after"), after / before - 1, pl.when(before.is_null()).then(after))
    frame = frame.with_columns(
        pl.when((kind.is_in(_BY_DIRECTION) & (after >= before)) | ((kind == REVIEW) & raised.is_null()))
        .then(NOTHING)
        .when((kind == REVIEW) & (before > 0) & (after < before * (1 - SMALLEST_RAISE)))
        .then(INDEX[Measure.PAY_CUT])
        .otherwise(kind)
        .cast(pl.Int16)
        .alias("kind"),
        ((kind == REVIEW) & (raised <= SMALLEST_RAISE)).fill_null(value=False).alias("no_raise"),
    )
    rated = frame.select(
        (pl.when(kind == RATING).then(pl.col(name)).otherwise(pl.lit(""))).fill_null("").alias(name)
        for name in ("value_before", "value_after")
    )
    return frame.with_columns(
        rating(rated["value_before"]).alias("before"), rating(rated["value_after"]).alias("after")
    )


def events_of(rows: pl.DataFrame, receipt: Receipt) -> Events:
    """Adverse events, direct and derived, in the order of their recording, from `NUMBERS`, `key` and `person`.

    Rows that stand in that order already are not sorted again: of a million people only the week's are moved.
    """
    rows = rows.select("key", "person", *NUMBERS)
    rated = rows.filter((pl.col("kind") == RATING) & (pl.col("after") != EMPTY))
    reviews = rows.filter(pl.col("kind") == REVIEW)
    as_lowered, as_flat = (
        pl.lit(INDEX[kind], pl.Int16).alias("kind") for kind in (Measure.RATING_LOWERED, Measure.NO_RAISE)
    )
    direct = rows.filter(pl.col("kind") < NOTHING)
    flat = reviews.filter("no_raise").with_columns(as_flat)
    found = _in_order(
        pl.concat([part.select(_FOUR) for part in (direct, _lowered(rated).with_columns(as_lowered), flat)])
    )
    trials = [part.select("person", kind, "recorded") for part, kind in ((rated, as_lowered), (reviews, as_flat))]
    occasions = _in_order(pl.concat(trials).with_columns(effective="recorded"))
    arrays = {name: found[name].to_numpy() for name in _FOUR}
    return Events(
        arrays["person"], arrays["kind"], arrays["recorded"], arrays["effective"],
        {name: occasions[name].to_numpy() for name in ("person", "kind", "recorded")}, receipt,
    )  # fmt: skip


def _in_order(rows: pl.DataFrame) -> pl.DataFrame:
    """Rows by `recorded`, `person`, `kind`, `effective`; the fewer stand astray, the less it costs."""
    first = rows["recorded"].min()
    if first is None:
        return rows
    day = (pl.col("recorded") - first).cast(pl.Int64)
    numbers = rows.select((day * _PEOPLE + pl.col("person")) * _KINDS + pl.col("kind")).to_series().to_numpy()
    order = np.argsort(numbers, kind="stable")
    ordered = numbers[order]
    alike = np.zeros(len(order) + 1, bool)
    alike[1:-1] = ordered[1:] == ordered[:-1]
    alike = np.flatnonzero(alike[1:] | alike[:-1])
    # Seldom are there two of a kind on one day: these go by the day on which they take effect.
    order[alike] = order[alike][np.lexsort((rows["effective"].gather(order[alike]).to_numpy(), ordered[alike]))]
    return rows.select(pl.all().gather(order))


def _lowered(rated: pl.DataFrame) -> pl.DataFrame:
    """Which ratings of a known scale are lower than what stood before."""
    rated = rated.sort("person", "recorded", "effective", "key")
    last = pl.when(pl.col("person") == pl.col("person").shift(1)).then(pl.col("after").shift(1))
    before = pl.when(pl.col("before") != EMPTY).then(pl.col("before")).otherwise(last)
    same_scale = (before // SCALE) == (pl.col("after") // SCALE)
    return rated.filter((pl.col("after") < before) & same_scale)


def _unmapped() -> pl.Expr:
    return pl.when(pl.col("kind") == UNKNOWN).then(pl.lit("unmapped-kind")).otherwise(None)


def _nobody() -> pl.Expr:
    return pl.when(pl.col("person").is_null()).then(pl.lit("unknown-employee")).otherwise(None)


def _dateless(frame: pl.DataFrame) -> pl.DataFrame:
    """The columns that dates would have given, for rows of which none is kept."""
    day = pl.lit(0, pl.Int32)
    return frame.with_columns(day.alias("recorded"), day.alias("effective"), key=pl.lit(0, pl.UInt64))


def _typeless() -> pl.Expr:
    return pl.when(pl.col("event_type").fill_null("") == "").then(pl.lit("kind-missing")).otherwise(None)


def _undated() -> pl.Expr:
    return pl.when(pl.col("recorded") == EMPTY).then(pl.lit("date-missing")).otherwise(None)
