"""How far what a person met exceeds what was to be expected: two scores over thirteen weeks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.evidence.expectation import Company, Level
from retaliation_watch.evidence.occasions import Occasions
from retaliation_watch.evidence.rates import trailing
from retaliation_watch.evidence.standing import (
    OWN_PSEUDO,
    Ledger,
    fresh_factor,
    in_levels,
    is_fresh,
    ledger_of,
    superior_factor,
    weeks_at_work,
)
from retaliation_watch.evidence.watches import Watches
from retaliation_watch.kinds import KINDS, MEANINGS

SEVERITY: Final = np.array([MEANINGS[kind].severity for kind in KINDS], np.float64)
RARITY_CONSTANT: Final = 2.0
SEVERITY_CONSTANT: Final = 4.0
LIGHTEST, HEAVIEST = 0.1, 9.0
"""Bounds of a rarity weight: a kind expected almost yearly, and one expected in no lifetime."""


@dataclass(frozen=True)
class Met:
    """The events of the watched and of the placebos, after the start of their watch."""

    watch: Ints
    week: Ints
    kind: Ints


@dataclass(frozen=True)
class Excess:
    """Scores, observed and expected numbers over the last thirteen weeks; each of shape (watches, weeks)."""

    rarity: Floats
    severity: Floats
    observed: Floats
    expected: Floats
    met: Met


_SUMS: Final = (
    "observed", "expected", "met", "weighted", "squared", "grave_met", "grave", "grave_squared",
)  # fmt: skip


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
    over = {name: trailing(scorer.sums[name], company.calendar.window) for name in _SUMS}
    return Excess(
        (over["met"] - over["weighted"]) / np.sqrt(over["squared"] + RARITY_CONSTANT),
        (over["grave_met"] - over["grave"]) / np.sqrt(over["grave_squared"] + SEVERITY_CONSTANT),
        over["observed"],
        over["expected"],
        scorer.met,
    )


class _Scorer:
    """Adds up per week what was met and what was to be expected, kind after kind; arrays are (watches, weeks)."""

    def __init__(self, company: Company, watches: Watches, base: Floats) -> None:
        self.company, self.watches, self.base = company, watches, base
        self.active = watches.active(company.people, company.calendar)
        self.met = met_of(company, watches)
        self.sums = {name: np.zeros(base.shape) for name in _SUMS}

    def add_level(self, kind: int, level: Level) -> None:
        """Adds a kind with a rate; where a unit was hit at once, the part of it that was is what was to be expected."""
        calendar, people = self.company.calendar, self.company.people
        factors = level.factors[people.cell[self.watches.person]][:, calendar.quarter_of_week()] * self.base
        expected = level.now[None, :] * factors
        yearly = level.yearly[None, :] * factors * calendar.per_year
        if level.share is not None:
            shares = level.share[people.groups["unit"][self.watches.person]]
            expected = np.where(shares > 0, np.maximum(shares * (self.base > 0), expected), expected)
        weight = np.clip(-np.log(np.maximum(yearly, 1e-9)), LIGHTEST, HEAVIEST)
        self._add(kind, np.where(self.active, expected, 0.0), weight)

    def add_occasions(self, occasions: Occasions) -> None:
        """Adds a kind that comes on occasions alone; its rarity is the chance on the occasion."""
        watch, event = _pairs(self.watches.person, occasions.person, len(self.company.people))
        expected = np.zeros(self.active.shape)
        np.add.at(expected, (watch, occasions.week[event]), occasions.chance[event])
        expected = np.where(self.active, expected, 0.0)
        weight = np.clip(-np.log(np.maximum(expected, 1e-9)), LIGHTEST, HEAVIEST)
        self._add(occasions.kind, expected, np.where(expected > 0, weight, 1.0))

    def _add(self, kind: int, expected: Floats, weight: Floats) -> None:
        here, severity, sums = self.met.kind == kind, SEVERITY[kind], self.sums
        place = (self.met.watch[here], self.met.week[here])
        sums["expected"] += expected
        sums["weighted"] += weight * expected
        sums["squared"] += weight**2 * expected
        sums["grave"] += severity * expected
        sums["grave_squared"] += severity**2 * expected
        np.add.at(sums["observed"], place, 1.0)
        np.add.at(sums["met"], place, weight[place])
        np.add.at(sums["grave_met"], place, severity)


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
    weeks = np.stack([weeks_at_work(people, calendar, quarter)[rows] for quarter in range(calendar.quarters)], axis=1)
    # A person with two watches has its events in the last row alone: give every row its own.
    events = events[place[rows]]
    return events, company.in_cell[people.cell[rows]] * weeks * free[rows][:, None]


def _own_factor(company: Company, watches: Watches, base: Floats) -> Floats:
    """The person's own record in the year before the watch began, frozen there."""
    people, calendar, counted = company.people, company.calendar, company.counted
    quarter = calendar.quarter_of_week()
    expected = np.zeros(base.shape)
    for level in company.levels:
        if level is not None:
            expected += level.now[None, :] * level.factors[people.cell[watches.person]][:, quarter] * base
    week = np.arange(calendar.count)[None, :]
    year = calendar.weeks_in(364)
    before = (week < watches.start[:, None]) & (week >= watches.start[:, None] - year)
    hoped = (expected * before).sum(axis=1)
    singles = np.flatnonzero(counted.is_single & in_levels(company)[counted.kind])
    watch, event = _pairs(watches.person, counted.person[singles], len(people))
    when = counted.week[singles[event]]
    inside = (when < watches.start[watch]) & (when >= watches.start[watch] - year)
    seen = np.bincount(watch[inside], minlength=len(watches))
    return (seen + OWN_PSEUDO) / (hoped + OWN_PSEUDO)


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
    return Met(watch.astype(np.int32), counted.week[place], counted.kind[place])
