"""Effects of a person's own situation: the manager's rate ratio, the first year of tenure, the person's own rate."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats, Ints
from retaliation_watch.detector.baseline import Baseline
from retaliation_watch.detector.calendar import Calendar
from retaliation_watch.detector.population import Population

MANAGER_PRIOR_EVENTS: Final = 25.0
MANAGER_LOOKBACK_QUARTERS: Final = 8
DEFAULT_GAMMA_SHAPE: Final = 4.0
"""The shape where too few events before the first run allow no estimate of the variation between people."""
MIN_GAMMA_SHAPE, MAX_GAMMA_SHAPE = 1.0, 20.0
MIN_EVENTS: Final = 400
FIRST_YEAR_PRIOR_RATIO: Final = 1.4
FIRST_YEAR_PRIOR_EVENTS: Final = 50.0
FIRST_YEAR_DAYS: Final = 365


@dataclass(frozen=True)
class ManagerHistory:
    """Observed and expected events per quarter of each manager's staff, and by tenure.

    `row` gives a manager's row by index in the roster (the last one stands for no manager). Shapes: (managers,
    quarters); by tenure (later years, first year): (2, quarters).
    """

    row: Ints
    observed: Floats
    expected: Floats
    tenure_observed: Floats
    tenure_expected: Floats


def manager_history(baseline: Baseline) -> ManagerHistory:
    """Sums observed and expected events quarter by quarter; protected people are excluded."""
    population, calendar = baseline.population, baseline.calendar
    size, quarters = len(population) + 1, calendar.quarters
    managers = np.unique(population.manager)
    row = np.zeros(size, np.int64)
    row[managers] = np.arange(len(managers))
    observed, expected = np.zeros((len(managers), quarters)), np.zeros((len(managers), quarters))
    tenure_observed, tenure_expected = np.zeros((2, quarters)), np.zeros((2, quarters))
    events, unprotected = baseline.events, ~population.protected
    included = events.is_individual & unprotected[events.person] & has_baseline(baseline)[events.kind]
    person, quarter = events.person[included], calendar.quarter_of_week()[events.week[included]]
    np.add.at(observed, (row[population.manager[person]], quarter), 1.0)
    np.add.at(tenure_observed, (in_first_year(population, calendar, person, quarter).astype(int), quarter), 1.0)
    everybody = np.arange(len(population))
    for one in range(quarters):
        of_person = baseline.cell_rates[one][population.cell] * population.weeks_at_work(calendar, one) * unprotected
        expected[:, one] = np.bincount(row[population.manager], of_person, len(managers))
        first_year = in_first_year(population, calendar, everybody, np.full(len(population), one))
        tenure_expected[:, one] = np.bincount(first_year.astype(int), of_person, 2)
    return ManagerHistory(row, observed, expected, tenure_observed, tenure_expected)


def has_baseline(baseline: Baseline) -> Bools:
    """Which kinds have a rate baseline, by their place in `KINDS`."""
    return np.array([one is not None for one in baseline.by_kind])


def in_first_year(population: Population, calendar: Calendar, person: Ints, quarter: Ints) -> Bools:
    """Whether the middle of the quarter is in each person's first year of employment."""
    middle = calendar.end(0) + (quarter + 0.5) * calendar.quarter_length * calendar.every
    return middle - population.hired[person] < FIRST_YEAR_DAYS


def manager_rate_ratio(
    baseline: Baseline, history: ManagerHistory, persons: Ints, own: tuple[Floats, Floats]
) -> Floats:
    """Rate ratio of each person's manager over the last 24 months, shape (persons, quarters).

    `own`, the person's own observed and expected events, is subtracted: the ratio is that of the other staff.
    """
    row = history.row[baseline.population.manager[persons]]
    others_observed, others_expected = history.observed[row] - own[0], history.expected[row] - own[1]
    has_manager = baseline.population.manager[persons] >= 0
    ratio = np.ones_like(others_observed)
    for quarter in range(1, others_observed.shape[1]):
        past = slice(max(0, quarter - MANAGER_LOOKBACK_QUARTERS), quarter)
        observed, expected = (
            others_observed[:, past].sum(axis=1),
            np.maximum(others_expected[:, past].sum(axis=1), 0.0),
        )
        ratio[:, quarter] = (np.maximum(observed, 0.0) + MANAGER_PRIOR_EVENTS) / (expected + MANAGER_PRIOR_EVENTS)
    return np.where(has_manager[:, None], ratio, 1.0)


def tenure_rate_ratio(history: ManagerHistory) -> Floats:
    """Rate ratios of later years (row 0) and of the first year (row 1), from past quarters, shape (2, quarters)."""
    prior = np.array([[1.0], [FIRST_YEAR_PRIOR_RATIO]])
    observed = np.cumsum(history.tenure_observed, axis=1) - history.tenure_observed
    expected = np.cumsum(history.tenure_expected, axis=1) - history.tenure_expected
    return (observed + prior * FIRST_YEAR_PRIOR_EVENTS) / (expected + FIRST_YEAR_PRIOR_EVENTS)


def gamma_shape(baseline: Baseline) -> float:
    """The shape of the gamma distribution of individual rate ratios: the prior events of a person's own record.

    Estimated by moments from the year before the first run (variance of counts = mean + mean^2 / shape).
    """
    population, calendar, events = baseline.population, baseline.calendar, baseline.events
    last = calendar.first_run_week // calendar.quarter_length
    quarters = range(max(0, last - 4), last)
    expected = np.zeros(len(population))
    for one in quarters:
        expected += (
            baseline.cell_rates[one][population.cell] * population.weeks_at_work(calendar, one) * ~population.protected
        )
    quarter = calendar.quarter_of_week()[events.week]
    included = events.is_individual & ~population.protected[events.person] & has_baseline(baseline)[events.kind]
    included &= np.isin(quarter, np.array(quarters))
    observed = np.bincount(events.person[included], minlength=len(population)).astype(np.float64)
    if observed.sum() < MIN_EVENTS or not expected.sum():
        return DEFAULT_GAMMA_SHAPE
    expected *= observed.sum() / expected.sum()
    exposed = expected > 0
    overdispersion = ((observed[exposed] - expected[exposed]) ** 2 - expected[exposed]).sum()
    return float(np.clip((expected**2).sum() / max(overdispersion, 1e-9), MIN_GAMMA_SHAPE, MAX_GAMMA_SHAPE))
