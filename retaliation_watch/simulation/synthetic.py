"""What every generator yields: tables as HR would export them, and the truth beside them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final

import numpy as np
import polars as pl

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.hr_formats.dates import EPOCH
from retaliation_watch.kinds import Measure, Neutral

TUNING_SEEDS: Final = range(1000, 1100)
REPORTING_SEEDS: Final = range(5000, 5100)
"""Parameters are chosen on tuning seeds alone; every figure of the README comes from reporting seeds."""


@dataclass(frozen=True)
class Shape:
    """What a company is like; years are 365 days, the first one is history without watches.

    `retaliated` is the part of watched people against whom somebody retaliates, `disciplined` the part of those who
    were in trouble more often than others before they reported.
    """

    size: int = 20_000
    watched: int = 300
    years: int = 3
    retaliated: float = 0.3
    has_wave: bool = False
    unit_size: float = 70.0
    busy: float = 1.0
    disciplined: float = 0.2


@dataclass(frozen=True)
class Truth:
    """A watched person: whether somebody retaliated, how, and on which days HR recorded it (days since 1970)."""

    person: int
    start: int
    end: int
    profile: str
    entries: tuple[int, ...]

    @property
    def is_visible(self) -> bool:
        """Whether HR's records hold any of it."""
        return bool(self.entries)


@dataclass(frozen=True)
class SyntheticCompany:
    """A made-up company: tables with canonical columns, the truth, first and last run (days since 1970)."""

    roster: pl.DataFrame
    events: pl.DataFrame
    truths: list[Truth]
    first_run: int
    last_run: int
    has_wave: bool

    def watchlist(self) -> pl.DataFrame:
        """The watched people as `yanlu watch run` takes them."""
        return pl.DataFrame(
            {
                "employee_id": [id_of(truth.person) for truth in self.truths],
                "protected_from": dates_of([truth.start for truth in self.truths]),
                "protected_until": dates_of([truth.end for truth in self.truths]),
            }
        )


def among(dice: np.random.Generator, weight: Floats, hired: Ints, left: Ints, starts: Ints) -> Ints:
    """For each start somebody else who has worked there for two months by then and is not about to go."""
    used = np.zeros(len(weight), bool)
    chosen = np.zeros(len(starts), np.int32)
    for place, start in enumerate(starts.tolist()):
        free = np.flatnonzero(~used & (weight > 0) & (hired < start - 60) & (left > start + 14))
        chosen[place] = dice.choice(free, p=weight[free] / weight[free].sum())
        used[chosen[place]] = True
    return chosen


@dataclass
class Rows:
    """Events while they are made; every column has one value per event."""

    person: list[Ints] = field(default_factory=list[Ints])
    kind: list[Ints] = field(default_factory=list[Ints])
    effective: list[Ints] = field(default_factory=list[Ints])
    recorded: list[Ints] = field(default_factory=list[Ints])
    before: list[Floats] = field(default_factory=list[Floats])
    after: list[Floats] = field(default_factory=list[Floats])

    def add(
        self,
        kind: Measure | Neutral,
        person: Ints,
        effective: Ints,
        lag: Ints,
        values: tuple[Floats, Floats] | None = None,
    ) -> None:
        """Adds events of one kind; `lag`: days until HR records each."""
        self.person.append(person.astype(np.int32))
        self.kind.append(np.full(len(person), CODE[kind], np.int32))
        self.effective.append(effective.astype(np.int32))
        self.recorded.append((effective + lag).astype(np.int32))
        before, after = values if values is not None else (np.full(len(person), np.nan),) * 2
        self.before.append(before)
        self.after.append(after)

    def table(self, until: int) -> pl.DataFrame:
        """All events recorded by `until`, in the order of recording, as columns of numbers."""
        columns = {
            name: np.concatenate(getattr(self, name))
            for name in ("person", "kind", "effective", "recorded", "before", "after")
        }
        return pl.DataFrame(columns).filter(pl.col("recorded") <= until).sort("recorded", "person", "kind", "effective")


NAMES: Final = (*Measure, *Neutral)
CODE: Final = {kind: place for place, kind in enumerate(NAMES)}


def id_of(person: int) -> str:
    """An employee number with the leading zeros that a spreadsheet would eat."""
    return f"{person:07d}"


def ids_of(persons: pl.Series) -> pl.Series:
    """Employee numbers of a whole column; empty for -1."""
    text = persons.cast(pl.String).str.zfill(7)
    return pl.select(pl.when(persons >= 0).then(text).otherwise(pl.lit(""))).to_series()


def dates_of(days: Ints | list[int] | pl.Series) -> pl.Series:
    """Days since 1970 as dates."""
    return pl.Series(days, dtype=pl.Int32).cast(pl.Date)


def export(events: pl.DataFrame) -> pl.DataFrame:
    """Events with canonical columns, as HR's export has them."""
    names = pl.Series([str(name) for name in NAMES])
    number = pl.Series("event_id", np.arange(events.height))
    return pl.DataFrame(
        {
            "event_id": "E" + number.cast(pl.String).str.zfill(9),
            "employee_id": ids_of(events["person"]),
            "event_type": names.gather(events["kind"]),
            "effective_date": dates_of(events["effective"]),
            "recorded_on": dates_of(events["recorded"]),
            "value_before": _text(events["before"]),
            "value_after": _text(events["after"]),
            "reason_code": pl.Series(["R1"]).new_from_index(0, events.height),
            "initiated_by": pl.Series([""]).new_from_index(0, events.height),
            "batch_id": pl.Series([""]).new_from_index(0, events.height),
        }
    )


def _text(values: pl.Series) -> pl.Series:
    whole = values.fill_nan(None)
    return whole.round(2).cast(pl.String).fill_null("")


def day(text: str) -> int:
    """A date as days since 1970."""
    return (np.datetime64(text) - np.datetime64(EPOCH)).astype(int).item()
