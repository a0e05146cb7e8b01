"""Clusters of events with a common cause, such as a closed site: no evidence about a person, or about next year."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.detector.calendar import Calendar

MIN_COUNT: Final = 4
P_VALUE: Final = 1e-5
UNIT_PRIOR_EVENTS: Final = 5.0
"""Prior weight, in events, with which a unit's rate is shrunk to the company's."""
TAIL_TERMS: Final = 60


def poisson_tail(count: Floats, mean: Floats) -> Floats:
    """P(X >= count) for Poisson X, summed from the count upward; 1 where the count is at most the mean."""
    top = int(count.max(initial=0)) + 1
    log_factorial = np.concatenate([[0.0], np.cumsum(np.log(np.arange(1, top + 1)))])
    integer = count.astype(np.int64)
    term = np.exp(-mean + integer * np.log(np.maximum(mean, 1e-300)) - log_factorial[integer])
    total = term.copy()
    for step in range(1, TAIL_TERMS):
        term = term * mean / (count + step)
        total += term
    return np.where(count <= mean, 1.0, np.minimum(total, 1.0))


@dataclass(frozen=True)
class EventClusters:
    """Clusters of one kind: `unit`, `week` and the affected `share` of the unit, one entry per cluster."""

    unit: Ints
    week: Ints
    share: Floats
    weeks: int

    def __len__(self) -> int:
        return len(self.unit)

    def shares(self, units: Ints) -> Floats:
        """The affected share of each of these units, shape (units, weeks); 0 outside of clusters."""
        affected, row = np.unique(self.unit, return_inverse=True)
        table = np.zeros((len(affected) + 1, self.weeks), np.float32)
        table[row, self.week] = self.share
        position = np.searchsorted(affected, units)
        known = np.append(affected, -1)[position] == units
        return table[np.where(known, position, len(affected))]


def find_clusters(counts: Ints, exposure: Floats, company_rate: Floats, calendar: Calendar) -> EventClusters:
    """Finds the clusters of one kind.

    `counts` and `exposure`: unprotected people, shape (units, weeks); `company_rate`: the company's weekly rate over
    the preceding year, shape (weeks). A unit and week is a cluster when it has at least `MIN_COUNT` events and the
    Poisson probability of so many, at the unit's own rate of the last year, is below `P_VALUE`.
    """
    enough = counts >= MIN_COUNT
    units = np.flatnonzero(enough.any(axis=1))
    found: list[tuple[Ints, Ints]] = [(units[:0], units[:0])]
    observed, exposure, enough = counts[units].astype(np.float64), exposure[units], enough[units]
    year, cleaned = calendar.weeks_in(364), observed.copy()
    for week in np.flatnonzero(enough.any(axis=0)):
        past = slice(max(0, week - year), week)
        tested = np.flatnonzero(enough[:, week])
        events, person_weeks = cleaned[tested, past].sum(axis=1), exposure[tested, past].sum(axis=1)
        rate = (events + UNIT_PRIOR_EVENTS) / (person_weeks + UNIT_PRIOR_EVENTS / company_rate[week])
        mean = rate * exposure[tested, week]
        significant = poisson_tail(observed[tested, week], mean) < P_VALUE
        cleaned[tested[significant], week] = mean[significant]
        found.append((tested[significant], np.full(int(significant.sum()), week)))
    row, week = (np.concatenate(part) for part in zip(*found, strict=True))
    share = np.minimum(observed[row, week] / np.maximum(exposure[row, week], 1.0), 1.0)
    return EventClusters(units[row], week, share, calendar.count)
