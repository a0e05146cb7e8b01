"""The company's baseline: rates of each kind, rate ratios of each cell, clusters with a common cause."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats, Ints
from retaliation_watch.detector.calendar import Calendar
from retaliation_watch.detector.common_cause import EventClusters, find_clusters
from retaliation_watch.detector.company_rates import weekly_rate, yearly_rate
from retaliation_watch.detector.population import Population
from retaliation_watch.detector.rate_ratios import (
    KIND_PRIOR_EVENTS,
    POOLED_PRIOR_EVENTS,
    Margins,
    RateRatios,
    fit_rate_ratios,
    lookback_window,
    strata_of,
)
from retaliation_watch.detector.trials import Trials, trials_of
from retaliation_watch.hr_formats.events import Events
from retaliation_watch.kinds import KINDS

BACKDATED: Final = 35
"""A measure recorded more than so many days after its effective date is marked as backdated."""


@dataclass(frozen=True)
class WeeklyEvents:
    """The events within the calendar and their weeks; `is_individual` is false for events in a cluster.

    `is_backdated` marks those that HR recorded more than `BACKDATED` days after their effective date.
    """

    person: Ints
    kind: Ints
    day: Ints
    week: Ints
    is_individual: Bools
    is_backdated: Bools


@dataclass(frozen=True)
class KindBaseline:
    """One kind: company rates by week and over the year, shape (weeks); clusters; rate ratios of cells."""

    weekly_rate: Floats
    yearly_rate: Floats
    clusters: EventClusters
    pooled_ratios: RateRatios
    kind_ratios: RateRatios

    def rate_ratios(self, cells: Ints) -> Floats:
        """Rate ratios of these cells to the company, shape (cells, quarters)."""
        return (self.pooled_ratios.of_cells(cells) * self.kind_ratios.of_cells(cells)).astype(np.float32)


@dataclass(frozen=True)
class Baseline:
    """The reference for everybody: one `KindBaseline` per place in `KINDS` (None: no events, or a kind of trial)."""

    calendar: Calendar
    population: Population
    events: WeeklyEvents
    by_kind: list[KindBaseline | None]
    trials: list[Trials]
    cell_rates: Floats
    """Expected events per person-week of all kinds except those of trials, shape (quarters, cells)."""


def fit_baseline(population: Population, events: Events, calendar: Calendar) -> Baseline:
    """Fits a company's baseline; no estimate uses a later week than the one that it is for."""
    weekly_events = _weekly_events(events, calendar)
    trials = trials_of(population, events, calendar)
    skipped = {one.kind for one in trials}
    counts = _EventCounts(population, calendar, weekly_events)
    for kind in range(len(KINDS)):
        if kind not in skipped:
            counts.add(kind)
    pooled = counts.pooled_ratios()
    adjusted_exposure = counts.exposure
    for quarter in range(calendar.quarters):
        adjusted_exposure[quarter] *= pooled.in_quarter(quarter)
    cell_rates = np.zeros_like(adjusted_exposure)
    by_kind: list[KindBaseline | None] = [None] * len(KINDS)
    for kind, count in counts.by_kind.items():
        expected = _expected_in_lookback(adjusted_exposure, count.quarterly_rate)
        kind_ratios = fit_rate_ratios(counts.strata, count.observed, expected, KIND_PRIOR_EVENTS)
        for quarter, rate in enumerate(count.quarterly_rate):
            cell_rates[quarter] += rate * kind_ratios.in_quarter(quarter)
        by_kind[kind] = KindBaseline(count.weekly_rate, count.yearly_rate, count.clusters, pooled, kind_ratios)
    for quarter in range(calendar.quarters):
        cell_rates[quarter] *= pooled.in_quarter(quarter)
    return Baseline(calendar, population, weekly_events, by_kind, trials, cell_rates)


def _weekly_events(events: Events, calendar: Calendar) -> WeeklyEvents:
    week = calendar.week(events.recorded)
    within = (week >= 0) & (week < calendar.count)
    individual = np.ones(int(within.sum()), bool)
    late = events.recorded[within] - events.effective[within] > BACKDATED
    return WeeklyEvents(
        events.person[within], events.kind[within], events.recorded[within], week[within], individual, late
    )


def _expected_in_lookback(exposure: Floats, rates: Floats) -> Iterator[Floats]:
    """The expected events of each cell over the lookback window of each quarter, from the second quarter on.

    `exposure`, shape (quarters, cells): person-weeks, times known rate ratios; `rates`: per quarter.
    """
    total = np.zeros(exposure.shape[1])
    for quarter in range(1, len(exposure)):
        past = lookback_window(quarter)
        if past.start:
            # Summed again, so that quarters that have left the window leave no rounding error.
            total = np.zeros(exposure.shape[1])
        for one in range(past.start or quarter - 1, quarter):
            total += exposure[one] * rates[one]
        yield total


@dataclass(frozen=True)
class _KindCounts:
    """One kind: individual events, company rates per week and per quarter, clusters."""

    observed: Margins
    weekly_rate: Floats
    yearly_rate: Floats
    quarterly_rate: Floats
    clusters: EventClusters


class _EventCounts:
    """Counts per kind, one kind at a time so that memory stays bounded; `exposure` has shape (quarters, cells)."""

    def __init__(self, population: Population, calendar: Calendar, events: WeeklyEvents) -> None:
        self.population, self.calendar, self.events = population, calendar, events
        self.strata = strata_of(population.cell_groups)
        self.unit_exposure = population.exposure(population.groups["unit"], self.strata.units, calendar.count)
        self.company_exposure = self.unit_exposure.sum(axis=0)
        self.exposure = self._exposure()
        self.unprotected = ~population.protected[events.person]
        self.by_kind: dict[int, _KindCounts] = {}

    def _exposure(self) -> Floats:
        cells = len(self.strata.unit)
        exposure = np.zeros((self.calendar.quarters, cells))
        for quarter in range(self.calendar.quarters):
            weeks = self.population.weeks_at_work(self.calendar, quarter) * ~self.population.protected
            exposure[quarter] = np.bincount(self.population.cell, weeks, cells)
        return exposure

    def add(self, kind: int) -> None:
        """Counts one kind, and marks its clusters."""
        of_kind = np.flatnonzero(self.events.kind == kind)
        if not len(of_kind):
            return
        weeks, events, units = self.calendar.count, self.events, self.strata.units
        unit_week = (
            self.population.groups["unit"][events.person[of_kind]].astype(np.int64) * weeks + events.week[of_kind]
        )
        unprotected = self.unprotected[of_kind]
        counts = np.bincount(unit_week[unprotected], minlength=units * weeks).reshape(units, weeks)
        week_before = np.concatenate([[0.0], counts.sum(axis=0)[:-1]])
        company_rate = yearly_rate(week_before, self.company_exposure, self.calendar)
        clusters = find_clusters(counts, self.unit_exposure, company_rate, self.calendar)
        in_cluster = np.zeros(units * weeks, bool)
        in_cluster[clusters.unit * weeks + clusters.week] = True
        events.is_individual[of_kind] = ~in_cluster[unit_week]
        individual = of_kind[unprotected & ~in_cluster[unit_week]]
        self.by_kind[kind] = self._kind_counts(
            clusters, self._margins(individual), np.bincount(events.week[individual], minlength=weeks)
        )

    def _margins(self, individual: Ints) -> Margins:
        """Individual events of unprotected people per quarter."""
        cell = self.population.cell[self.events.person[individual]]
        quarter = self.calendar.quarter_of_week()[self.events.week[individual]]
        return Margins(
            self._per_quarter(quarter, self.strata.unit[cell], self.strata.units),
            self._per_quarter(quarter, self.strata.stratum[cell], self.strata.count),
        )

    def _per_quarter(self, quarter: Ints, group: Ints, count: int) -> Floats:
        size = (self.calendar.quarters, count)
        return np.bincount(quarter * count + group, minlength=size[0] * size[1]).reshape(size).astype(np.float64)

    def _kind_counts(self, clusters: EventClusters, observed: Margins, individual: Ints) -> _KindCounts:
        events = individual.astype(np.float64)
        excluded = np.bincount(clusters.week, self.unit_exposure[clusters.unit, clusters.week], self.calendar.count)
        exposure = self.company_exposure - excluded
        yearly = yearly_rate(events, exposure, self.calendar)
        return _KindCounts(
            observed,
            weekly_rate(events, exposure, yearly, self.calendar),
            yearly,
            observed.stratum.sum(axis=1) / np.maximum(self.exposure.sum(axis=1), 1.0),
            clusters,
        )

    def pooled_ratios(self) -> RateRatios:
        """Rate ratios of each cell to the company, all kinds together."""
        kinds, size = self.by_kind.values(), self.calendar.quarters
        observed = Margins(np.zeros((size, self.strata.units)), np.zeros((size, self.strata.count)))
        rates = np.zeros(size)
        for count in kinds:
            observed = Margins(observed.unit + count.observed.unit, observed.stratum + count.observed.stratum)
            rates += count.quarterly_rate
        return fit_rate_ratios(self.strata, observed, _expected_in_lookback(self.exposure, rates), POOLED_PRIOR_EVENTS)
