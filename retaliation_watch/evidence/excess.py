"""How far what a person met exceeds what was to be expected: a score that rises with each unusual measure."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats, Ints
from retaliation_watch.evidence.expectation import Company, Level
from retaliation_watch.evidence.occasions import ALONE, Occasions
from retaliation_watch.evidence.rates import trailing
from retaliation_watch.evidence.standing import (
    Ledger,
    fresh_factor,
    in_levels,
    is_fresh,
    ledger_of,
    own_pseudo,
    superior_factor,
)
from retaliation_watch.evidence.watches import Watches

EXTRA: Final = 0.5
"""Measures of each kind a year that a retaliator would add."""
DRIFT: Final = 9.0
"""What a year without any measure takes off the score."""
QUIETEST: Final = 0.2
"""The lowest season of a kind, as a part of its yearly level."""
FROZEN_DAYS: Final = 30
"""The own record ends so long before the first day that counts: what led to the report is not what was usual."""
RAREST, COMMONEST = 1e-4, 0.9
"""Bounds of what is expected of one kind in a year, for the worth of one measure."""


@dataclass(frozen=True)
class Met:
    """The events of the watched and of the placebos, after the start of their watch."""

    watch: Ints
    week: Ints
    kind: Ints
    is_backdated: Bools


@dataclass(frozen=True)
class Excess:
    """Per watch and week, shape (watches, weeks): the score; observed and expected numbers of the last 13 weeks.

    `hoped` is what was to be expected in each week alone.
    """

    score: Floats
    observed: Floats
    expected: Floats
    hoped: Floats
    met: Met


def excess_of(company: Company, watches: Watches) -> Excess:
    """Scores every watch in every week."""
    base = _base(company, watches)
    base *= _own_factor(company, watches, base)[:, None]
    scorer = _Scorer(company, watches, base)
    for kind, level in enumerate(company.levels):
        if level is not None:
            scorer.add_level(kind, level)
    for one in company.occasions:
        scorer.add_occasions(one)
    window = company.calendar.window
    return Excess(
        _risen(scorer.worth - scorer.active * (DRIFT / company.calendar.per_year), scorer.active),
        trailing(scorer.observed, window),
        trailing(scorer.expected, window),
        scorer.expected,
        scorer.met,
    )


def _risen(steps: Floats, active: Bools) -> Floats:
    """Sums that never fall below zero (a one-sided CUSUM): evidence fades while nothing happens."""
    found, now = np.zeros(steps.shape), np.zeros(len(steps))
    for week in range(steps.shape[1]):
        now = np.maximum(now + steps[:, week], 0.0) * active[:, week]
        found[:, week] = now
    return found


class _Scorer:
    """Adds up per week what was met and what was to be expected, kind after kind; arrays are (watches, weeks)."""

    def __init__(self, company: Company, watches: Watches, base: Floats) -> None:
        self.company, self.watches, self.base = company, watches, base
        self.active = watches.active(company.people, company.calendar)
        self.met = met_of(company, watches)
        self.observed, self.expected, self.worth = (np.zeros(base.shape) for _ in range(3))

    def add_level(self, kind: int, level: Level) -> None:
        """Adds a kind with a rate; where a unit was hit at once, the part of it that was is what was to be expected."""
        calendar, people = self.company.calendar, self.company.people
        factors = level.factors_of(people.cell[self.watches.person])[:, calendar.quarter_of_week()] * self.base
        expected = level.now[None, :] * factors
        if len(level.bulk):
            shares = level.bulk.shares(people.groups["unit"][self.watches.person])
            expected = np.where(shares > 0, np.maximum(shares * (self.base > 0), expected), expected)
        watch, week = self._met(kind)
        yearly = np.clip(level.yearly[week] * factors[watch, week] * calendar.per_year, RAREST, COMMONEST)
        usual = np.maximum(expected[watch, week] * calendar.per_year, QUIETEST * yearly)
        self._add(kind, np.where(self.active, expected, 0.0), usual)

    def add_occasions(self, occasions: Occasions) -> None:
        """Adds a kind that comes on occasions alone; what is usual is the chance on the occasion."""
        watch, event = _pairs(self.watches.person, occasions.person, len(self.company.people))
        expected = np.zeros(self.active.shape)
        np.add.at(expected, (watch, occasions.week[event]), occasions.chance[event])
        expected = np.where(self.active, expected, 0.0)
        chance = expected[self._met(occasions.kind)]
        self._add(occasions.kind, expected, np.where(chance > 0, chance, ALONE))

    def _met(self, kind: int) -> tuple[Ints, Ints]:
        """Watch and week of each measure of a kind."""
        here = self.met.kind == kind
        return self.met.watch[here], self.met.week[here]

    def _add(self, kind: int, expected: Floats, usual: Floats) -> None:
        """Adds one kind; a measure is worth the log of how much likelier it is where somebody retaliates.

        `expected`: shape (watches, weeks); `usual`: of each measure of the kind.
        """
        place = self._met(kind)
        self.expected += expected
        np.add.at(self.observed, place, 1.0)
        np.add.at(self.worth, place, np.log1p(EXTRA / usual))


def _base(company: Company, watches: Watches) -> Floats:
    """What multiplies the rate of every kind, but for the person's own record: shape (watches, weeks)."""
    people, calendar = company.people, company.calendar
    ledger, rows = ledger_of(company), watches.person
    own = _own_quarters(company, rows)
    strict = superior_factor(company, ledger, rows, own)[:, calendar.quarter_of_week()]
    week = np.arange(calendar.count)[None, :]
    at_work = (week >= people.first[rows][:, None]) & (week <= people.last[rows][:, None])
    return strict * _fresh(company, ledger, rows)[:, calendar.quarter_of_week()] * at_work


def _fresh(company: Company, ledger: Ledger, rows: Ints) -> Floats:
    quarters = np.arange(company.calendar.quarters)
    fresh = is_fresh(company.people, company.calendar, rows[:, None], quarters[None, :])
    return fresh_factor(ledger)[fresh.astype(int), quarters[None, :]]


def _own_quarters(company: Company, rows: Ints) -> tuple[Floats, Floats]:
    """What each person of interest added to its superior's ledger: events and expected, shape (rows, quarters)."""
    people, calendar, counted = company.people, company.calendar, company.counted
    place = np.full(len(people), -1)
    place[rows] = np.arange(len(rows))
    free = ~people.watched
    mine = (place[counted.person] >= 0) & counted.is_single & free[counted.person] & in_levels(company)[counted.kind]
    events = np.zeros((len(rows), calendar.quarters))
    np.add.at(events, (place[counted.person[mine]], calendar.quarter_of_week()[counted.week[mine]]), 1.0)
    weeks = np.stack([people.weeks_at_work(calendar, quarter)[rows] for quarter in range(calendar.quarters)], axis=1)
    # A person with two watches has its events in the last row alone: give every row its own.
    events = events[place[rows]]
    return events, company.in_cell[:, people.cell[rows]].T * weeks * free[rows][:, None]


def _own_factor(company: Company, watches: Watches, base: Floats) -> Floats:
    """The person's own record in the year up to `FROZEN_DAYS` before the watch began, frozen there."""
    people, calendar, counted = company.people, company.calendar, company.counted
    quarter = calendar.quarter_of_week()
    expected = np.zeros(base.shape)
    for level in company.levels:
        if level is not None:
            expected += level.now[None, :] * level.factors_of(people.cell[watches.person])[:, quarter] * base
    week = np.arange(calendar.count)[None, :]
    year, frozen = calendar.weeks_in(364), watches.start - calendar.weeks_in(FROZEN_DAYS)
    before = (week < frozen[:, None]) & (week >= frozen[:, None] - year)
    # One after the other, so that weeks to come, which add nothing, do not change how it is rounded either.
    hoped = np.cumsum(expected * before, axis=1)[:, -1]
    singles = np.flatnonzero(counted.is_single & in_levels(company)[counted.kind])
    watch, event = _pairs(watches.person, counted.person[singles], len(people))
    when = counted.week[singles[event]]
    inside = (when < frozen[watch]) & (when >= frozen[watch] - year)
    seen = np.bincount(watch[inside], minlength=len(watches))
    pseudo = own_pseudo(company)
    return (seen + pseudo) / (hoped + pseudo)


def _pairs(rows: Ints, persons: Ints, size: int) -> tuple[Ints, Ints]:
    """Every pair of a row and an event of the same person."""
    order = np.argsort(rows, kind="stable")
    ends = np.searchsorted(rows[order], np.arange(size + 1))
    counts = ends[persons + 1] - ends[persons]
    event = np.repeat(np.arange(len(persons)), counts)
    offset = np.arange(len(event)) - np.repeat(np.cumsum(counts) - counts, counts)
    return order[ends[persons[event]] + offset], event


def met_of(company: Company, watches: Watches) -> Met:
    """The events that each watch saw: recorded from its first day to its last."""
    counted = company.counted
    of_watched = np.flatnonzero(np.isin(counted.person, watches.person))
    watch, event = _pairs(watches.person, counted.person[of_watched], len(company.people))
    place = of_watched[event]
    inside = (counted.day[place] >= watches.start_day[watch]) & (counted.day[place] <= watches.end_day[watch])
    watch, place = watch[inside], place[inside]
    return Met(watch.astype(np.int32), counted.week[place], counted.kind[place], counted.is_backdated[place])
