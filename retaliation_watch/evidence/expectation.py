"""What is to be expected in the company: rates of each kind, factors of each cell of colleagues, bulk acts."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats, Ints
from retaliation_watch.evidence.bulk import Bulk, bulk_acts
from retaliation_watch.evidence.calendar import Calendar
from retaliation_watch.evidence.factors import kind_factors, pooled_factors
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
    """One kind: company rates now and over the year, shape (weeks); factors, shape (cells, quarters); bulk acts.

    `share` is what part of a unit was hit at once, shape (units, weeks), None where that never happened.
    """

    now: Floats
    yearly: Floats
    factors: Floats
    share: Floats | None


@dataclass(frozen=True)
class Company:
    """All that is compared with: one `Level` per place in `KINDS` (None: never seen, or an occasion's)."""

    calendar: Calendar
    people: People
    counted: Counted
    levels: list[Level | None]
    occasions: list[Occasions]
    in_cell: Floats
    """Expected events per person and week of all kinds but those of occasions, shape (cells, quarters)."""


def company_of(people: People, events: Events, calendar: Calendar) -> Company:
    """Learns a company's levels; no step looks at a later week than the one that it is for."""
    counted = _counted(events, calendar)
    occasions = occasions_of(people, events, calendar)
    skipped = {one.kind for one in occasions}
    tallies = _Tallies(people, calendar, counted)
    for kind in range(len(KINDS)):
        if kind not in skipped:
            tallies.take(kind)
    pooled = pooled_factors(tallies.events_of_all(), tallies.expected_of_all(), people.cell_groups)
    in_cell = np.zeros_like(pooled)
    levels: list[Level | None] = [None] * len(KINDS)
    for kind, tally in tallies.kinds.items():
        expected = tallies.expected(tally) * pooled
        factors = pooled * kind_factors(tally.events.astype(np.float64), expected, people.cell_groups)
        in_cell += tally.per_quarter * factors
        levels[kind] = Level(tally.now, tally.yearly, factors.astype(np.float32), tally.share)
    return Company(calendar, people, counted, levels, occasions, in_cell)


def _counted(events: Events, calendar: Calendar) -> Counted:
    week = calendar.week(events.recorded)
    within = (week >= 0) & (week < calendar.count)
    single = np.ones(int(within.sum()), bool)
    late = events.recorded[within] - events.effective[within] > BACKDATED
    return Counted(events.person[within], events.kind[within], events.recorded[within], week[within], single, late)


@dataclass(frozen=True)
class _Tally:
    """One kind: single events per cell and quarter, company rates per week and per quarter."""

    events: Floats
    now: Floats
    yearly: Floats
    per_quarter: Floats
    share: Floats | None


class _Tallies:
    """Counts per kind, made one kind after the other so that memory stays bounded."""

    def __init__(self, people: People, calendar: Calendar, counted: Counted) -> None:
        self.people, self.calendar, self.counted = people, calendar, counted
        self.units, self.cells = people.sizes("unit"), int(people.cell.max(initial=0)) + 1
        self.unit_exposure = people.exposure(people.groups["unit"], self.units, calendar.count)
        self.exposure = self._quarters(people.exposure(people.cell, self.cells, calendar.count))
        self.unwatched = ~people.watched[counted.person]
        self.kinds: dict[int, _Tally] = {}

    def _quarters(self, weekly: Floats) -> Floats:
        return np.add.reduceat(weekly, np.arange(0, self.calendar.count, self.calendar.quarter_length), axis=1)

    def take(self, kind: int) -> None:
        """Counts one kind, and marks its bulk acts."""
        here = np.flatnonzero(self.counted.kind == kind)
        if not len(here):
            return
        weeks, counted = self.calendar.count, self.counted
        unit = self.people.groups["unit"][counted.person[here]]
        mine = here[self.unwatched[here]]
        place = self.people.groups["unit"][counted.person[mine]].astype(np.int64) * weeks + counted.week[mine]
        counts = np.bincount(place, minlength=self.units * weeks).reshape(self.units, weeks).astype(np.float64)
        everywhere = self.unit_exposure.sum(axis=0)
        before = np.concatenate([[0.0], counts.sum(axis=0)[:-1]])
        bulk = bulk_acts(counts, self.unit_exposure, year_rate(before, everywhere, self.calendar), self.calendar)
        counted.is_single[here] = ~bulk.flagged[unit, counted.week[here]]
        self.kinds[kind] = self._tally(bulk, mine[counted.is_single[mine]])

    def _tally(self, bulk: Bulk, single: Ints) -> _Tally:
        events = bulk.clean.sum(axis=0)
        exposure = np.where(bulk.flagged, 0.0, self.unit_exposure).sum(axis=0)
        yearly = year_rate(events, exposure, self.calendar)
        quarters, quarter = self.calendar.quarters, self.calendar.quarter_of_week()
        place = self.people.cell[self.counted.person[single]].astype(np.int64) * quarters
        place += quarter[self.counted.week[single]]
        in_cells = np.bincount(place, minlength=self.cells * quarters).reshape(self.cells, quarters)
        return _Tally(
            in_cells.astype(np.float32),
            week_rate(events, exposure, yearly, self.calendar),
            yearly,
            in_cells.sum(axis=0) / np.maximum(self.exposure.sum(axis=0), 1.0),
            bulk.share.astype(np.float32) if bulk.flagged.any() else None,
        )

    def expected(self, tally: _Tally) -> Floats:
        """What each cell would have at the company's own level, shape (cells, quarters)."""
        return self.exposure * tally.per_quarter

    def events_of_all(self) -> Floats:
        """Single events per cell and quarter, all kinds together."""
        total = np.zeros((self.cells, self.calendar.quarters))
        for tally in self.kinds.values():
            total += tally.events
        return total

    def expected_of_all(self) -> Floats:
        """What each cell would have at the company's own level, all kinds together."""
        total = np.zeros((self.cells, self.calendar.quarters))
        for tally in self.kinds.values():
            total += self.expected(tally)
        return total
