"""What is to be expected in the company: rates of each kind, factors of each cell of colleagues, bulk acts."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats, Ints
from retaliation_watch.evidence.bulk import Bulk, bulk_acts
from retaliation_watch.evidence.calendar import Calendar
from retaliation_watch.evidence.factors import (
    POOLED_PSEUDO,
    PSEUDO,
    Factors,
    Seen,
    fitted,
    looked_back,
    strata_of,
)
from retaliation_watch.evidence.occasions import Occasions, occasions_of
from retaliation_watch.evidence.people import People
from retaliation_watch.evidence.rates import week_rate, year_rate
from retaliation_watch.feed.events import Events
from retaliation_watch.kinds import KINDS

BACKDATED: Final = 35
"""Days between effective date and recording beyond which a measure is marked."""


@dataclass(frozen=True)
class Counted:
    """The events that lie within the calendar, in weeks; `is_single` marks those outside of bulk acts.

    `is_backdated` marks those that HR recorded more than `BACKDATED` days after their effective date.
    """

    person: Ints
    kind: Ints
    day: Ints
    week: Ints
    is_single: Bools
    is_backdated: Bools


@dataclass(frozen=True)
class Level:
    """One kind: company rates now and over the year, shape (weeks); bulk acts; what cells have more or less."""

    now: Floats
    yearly: Floats
    bulk: Bulk
    pooled: Factors
    own: Factors

    def factors_of(self, cells: Ints) -> Floats:
        """What these cells have more or less than the company, shape (cells, quarters)."""
        return (self.pooled.of(cells) * self.own.of(cells)).astype(np.float32)


@dataclass(frozen=True)
class Company:
    """All that is compared with: one `Level` per place in `KINDS` (None: never seen, or an occasion's)."""

    calendar: Calendar
    people: People
    counted: Counted
    levels: list[Level | None]
    occasions: list[Occasions]
    in_cell: Floats
    """Expected events per person and week of all kinds but those of occasions, shape (quarters, cells)."""


def company_of(people: People, events: Events, calendar: Calendar) -> Company:
    """Learns a company's levels; no step looks at a later week than the one that it is for."""
    counted = _counted(events, calendar)
    occasions = occasions_of(people, events, calendar)
    skipped = {one.kind for one in occasions}
    tallies = _Tallies(people, calendar, counted)
    for kind in range(len(KINDS)):
        if kind not in skipped:
            tallies.take(kind)
    pooled = tallies.pooled()
    usual = tallies.exposure
    for quarter in range(calendar.quarters):
        usual[quarter] *= pooled.quarter(quarter)
    in_cell = np.zeros_like(usual)
    levels: list[Level | None] = [None] * len(KINDS)
    for kind, tally in tallies.kinds.items():
        own = fitted(tallies.strata, tally.seen, _in_past(usual, tally.per_quarter), PSEUDO)
        for quarter, rate in enumerate(tally.per_quarter):
            in_cell[quarter] += rate * own.quarter(quarter)
        levels[kind] = Level(tally.now, tally.yearly, tally.bulk, pooled, own)
    for quarter in range(calendar.quarters):
        in_cell[quarter] *= pooled.quarter(quarter)
    return Company(calendar, people, counted, levels, occasions, in_cell)


def _counted(events: Events, calendar: Calendar) -> Counted:
    week = calendar.week(events.recorded)
    within = (week >= 0) & (week < calendar.count)
    single = np.ones(int(within.sum()), bool)
    late = events.recorded[within] - events.effective[within] > BACKDATED
    return Counted(events.person[within], events.kind[within], events.recorded[within], week[within], single, late)


def _in_past(usual: Floats, rates: Floats) -> Iterator[Floats]:
    """What was to be expected in each cell in the quarters before each one, from the second quarter on.

    `usual`, shape (quarters, cells): people and weeks, with what the cell has more or less; `rates`: per quarter.
    """
    total = np.zeros(usual.shape[1])
    for quarter in range(1, len(usual)):
        past = looked_back(quarter)
        if past.start:
            # Added up again, so that nothing of what is left behind stays in it.
            total = np.zeros(usual.shape[1])
        for one in range(past.start or quarter - 1, quarter):
            total += usual[one] * rates[one]
        yield total


@dataclass(frozen=True)
class _Tally:
    """One kind: single events, company rates per week and per quarter, bulk acts."""

    seen: Seen
    now: Floats
    yearly: Floats
    per_quarter: Floats
    bulk: Bulk


class _Tallies:
    """Counts per kind, made one kind after the other so that memory stays bounded; exposure is (quarters, cells)."""

    def __init__(self, people: People, calendar: Calendar, counted: Counted) -> None:
        self.people, self.calendar, self.counted = people, calendar, counted
        self.strata = strata_of(people.cell_groups)
        self.unit_exposure = people.exposure(people.groups["unit"], self.strata.units, calendar.count)
        self.everywhere = self.unit_exposure.sum(axis=0)
        self.exposure = self._exposure()
        self.unwatched = ~people.watched[counted.person]
        self.kinds: dict[int, _Tally] = {}

    def _exposure(self) -> Floats:
        cells = len(self.strata.unit)
        found = np.zeros((self.calendar.quarters, cells))
        for quarter in range(self.calendar.quarters):
            weeks = self.people.weeks_at_work(self.calendar, quarter) * ~self.people.watched
            found[quarter] = np.bincount(self.people.cell, weeks, cells)
        return found

    def take(self, kind: int) -> None:
        """Counts one kind, and marks its bulk acts."""
        here = np.flatnonzero(self.counted.kind == kind)
        if not len(here):
            return
        weeks, counted, units = self.calendar.count, self.counted, self.strata.units
        place = self.people.groups["unit"][counted.person[here]].astype(np.int64) * weeks + counted.week[here]
        free = self.unwatched[here]
        counts = np.bincount(place[free], minlength=units * weeks).reshape(units, weeks)
        before = np.concatenate([[0.0], counts.sum(axis=0)[:-1]])
        usual = year_rate(before, self.everywhere, self.calendar)
        bulk = bulk_acts(counts, self.unit_exposure, usual, self.calendar)
        at_once = np.zeros(units * weeks, bool)
        at_once[bulk.unit * weeks + bulk.week] = True
        counted.is_single[here] = ~at_once[place]
        single = here[free & ~at_once[place]]
        self.kinds[kind] = self._tally(bulk, self._seen(single), np.bincount(counted.week[single], minlength=weeks))

    def _seen(self, single: Ints) -> Seen:
        """Single events of unwatched people per quarter."""
        cell = self.people.cell[self.counted.person[single]]
        quarter = self.calendar.quarter_of_week()[self.counted.week[single]]
        return Seen(
            self._per_quarter(quarter, self.strata.unit[cell], self.strata.units),
            self._per_quarter(quarter, self.strata.stratum[cell], self.strata.count),
        )

    def _per_quarter(self, quarter: Ints, group: Ints, count: int) -> Floats:
        size = (self.calendar.quarters, count)
        return np.bincount(quarter * count + group, minlength=size[0] * size[1]).reshape(size).astype(np.float64)

    def _tally(self, bulk: Bulk, seen: Seen, single: Ints) -> _Tally:
        events = single.astype(np.float64)
        gone = np.bincount(bulk.week, self.unit_exposure[bulk.unit, bulk.week], self.calendar.count)
        exposure = self.everywhere - gone
        yearly = year_rate(events, exposure, self.calendar)
        return _Tally(
            seen,
            week_rate(events, exposure, yearly, self.calendar),
            yearly,
            seen.stratum.sum(axis=1) / np.maximum(self.exposure.sum(axis=1), 1.0),
            bulk,
        )

    def pooled(self) -> Factors:
        """What each cell has more or less than the company, all kinds together."""
        kinds, size = self.kinds.values(), self.calendar.quarters
        seen = Seen(np.zeros((size, self.strata.units)), np.zeros((size, self.strata.count)))
        rates = np.zeros(size)
        for tally in kinds:
            seen = Seen(seen.unit + tally.seen.unit, seen.stratum + tally.seen.stratum)
            rates += tally.per_quarter
        return fitted(self.strata, seen, _in_past(self.exposure, rates), POOLED_PSEUDO)
