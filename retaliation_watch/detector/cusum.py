"""A one-sided Poisson CUSUM per monitoring episode: each adverse measure adds its log-likelihood ratio."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats, Ints
from retaliation_watch.detector.baseline import Baseline, KindBaseline
from retaliation_watch.detector.cohort import MonitoringEpisodes
from retaliation_watch.detector.company_rates import rolling_sum
from retaliation_watch.detector.individual_effects import (
    ManagerHistory,
    gamma_shape,
    has_baseline,
    in_first_year,
    manager_history,
    manager_rate_ratio,
    tenure_rate_ratio,
)
from retaliation_watch.detector.trials import PRIOR_MEAN, Trials

ASSUMED_EXTRA_RATE: Final = 0.5
"""Additional measures of each kind per year under the alternative hypothesis, retaliation."""
REFERENCE_VALUE: Final = 9.0
"""What the CUSUM subtracts per year."""
MIN_SEASONAL_RATIO: Final = 0.2
"""Lower bound of a week's baseline rate, relative to the yearly one."""
HISTORY_GAP_DAYS: Final = 30
"""A person's history ends so long before the episode: the conflict that led to the report is not part of it."""
MIN_BASELINE_RATE, MAX_BASELINE_RATE = 1e-4, 0.9
"""Bounds of the yearly rate of one kind from which the lower bound of a week's baseline rate is computed."""


@dataclass(frozen=True)
class ObservedEvents:
    """The events within monitoring episodes, of protected people and of controls."""

    episode: Ints
    week: Ints
    kind: Ints
    is_backdated: Bools


@dataclass(frozen=True)
class CusumScores:
    """Per episode and week, shape (episodes, weeks): the CUSUM; observed and expected events of the last 13 weeks.

    `weekly_expected` has the expected events of each single week.
    """

    score: Floats
    observed: Floats
    expected: Floats
    weekly_expected: Floats
    events: ObservedEvents


def score_episodes(baseline: Baseline, episodes: MonitoringEpisodes) -> CusumScores:
    """Computes the CUSUM of every episode in every week."""
    individual_ratio = _individual_ratio(baseline, episodes)
    individual_ratio *= _own_rate_ratio(baseline, episodes, individual_ratio)[:, None]
    scorer = _Scorer(baseline, episodes, individual_ratio)
    for kind, of_kind in enumerate(baseline.by_kind):
        if of_kind is not None:
            scorer.add_kind(kind, of_kind)
    for one in baseline.trials:
        scorer.add_trials(one)
    window = baseline.calendar.window
    return CusumScores(
        _cusum(
            scorer.log_likelihood_ratio - scorer.at_risk * (REFERENCE_VALUE / baseline.calendar.per_year),
            scorer.at_risk,
        ),
        rolling_sum(scorer.observed, window),
        rolling_sum(scorer.expected, window),
        scorer.expected,
        scorer.events,
    )


def _cusum(increments: Floats, at_risk: Bools) -> Floats:
    """Cumulative sums that are reset to zero whenever they would become negative, and outside of the weeks at risk."""
    scores, current = np.zeros(increments.shape), np.zeros(len(increments))
    for week in range(increments.shape[1]):
        current = np.maximum(current + increments[:, week], 0.0) * at_risk[:, week]
        scores[:, week] = current
    return scores


class _Scorer:
    """Sums observed events, expected events and log-likelihood ratios over kinds; arrays are (episodes, weeks)."""

    def __init__(self, baseline: Baseline, episodes: MonitoringEpisodes, individual_ratio: Floats) -> None:
        self.baseline, self.episodes, self.individual_ratio = baseline, episodes, individual_ratio
        self.at_risk = episodes.at_risk(baseline.population, baseline.calendar)
        self.events = observed_events(baseline, episodes)
        self.observed, self.expected, self.log_likelihood_ratio = (np.zeros(individual_ratio.shape) for _ in range(3))

    def add_kind(self, kind: int, of_kind: KindBaseline) -> None:
        """Adds a kind with a rate; in a cluster, the affected share of the unit is the expected number."""
        calendar, population = self.baseline.calendar, self.baseline.population
        ratios = (
            of_kind.rate_ratios(population.cell[self.episodes.person])[:, calendar.quarter_of_week()]
            * self.individual_ratio
        )
        expected = of_kind.weekly_rate[None, :] * ratios
        if len(of_kind.clusters):
            shares = of_kind.clusters.shares(population.groups["unit"][self.episodes.person])
            expected = np.where(shares > 0, np.maximum(shares * (self.individual_ratio > 0), expected), expected)
        episode, week = self._occurrences(kind)
        yearly = np.clip(
            of_kind.yearly_rate[week] * ratios[episode, week] * calendar.per_year, MIN_BASELINE_RATE, MAX_BASELINE_RATE
        )
        baseline_rate = np.maximum(expected[episode, week] * calendar.per_year, MIN_SEASONAL_RATIO * yearly)
        self._add(kind, np.where(self.at_risk, expected, 0.0), baseline_rate)

    def add_trials(self, trials: Trials) -> None:
        """Adds a kind of trial; the probability of an adverse outcome takes the place of the baseline rate."""
        episode, trial = _person_pairs(self.episodes.person, trials.person, len(self.baseline.population))
        expected = np.zeros(self.at_risk.shape)
        np.add.at(expected, (episode, trials.week[trial]), trials.probability[trial])
        expected = np.where(self.at_risk, expected, 0.0)
        probability = expected[self._occurrences(trials.kind)]
        self._add(trials.kind, expected, np.where(probability > 0, probability, PRIOR_MEAN))

    def _occurrences(self, kind: int) -> tuple[Ints, Ints]:
        """Episode and week of each event of a kind."""
        of_kind = self.events.kind == kind
        return self.events.episode[of_kind], self.events.week[of_kind]

    def _add(self, kind: int, expected: Floats, baseline_rate: Floats) -> None:
        """Adds one kind; an event adds ln((baseline + extra) / baseline).

        `expected`: shape (episodes, weeks); `baseline_rate`: of each event of the kind.
        """
        occurrences = self._occurrences(kind)
        self.expected += expected
        np.add.at(self.observed, occurrences, 1.0)
        np.add.at(self.log_likelihood_ratio, occurrences, np.log1p(ASSUMED_EXTRA_RATE / baseline_rate))


def _individual_ratio(baseline: Baseline, episodes: MonitoringEpisodes) -> Floats:
    """Rate ratio of manager and tenure, 0 when not employed: shape (episodes, weeks)."""
    population, calendar = baseline.population, baseline.calendar
    history, persons = manager_history(baseline), episodes.person
    own = _own_by_quarter(baseline, persons)
    manager = manager_rate_ratio(baseline, history, persons, own)[:, calendar.quarter_of_week()]
    week = np.arange(calendar.count)[None, :]
    employed = (week >= population.first[persons][:, None]) & (week <= population.last[persons][:, None])
    return manager * _tenure_ratio(baseline, history, persons)[:, calendar.quarter_of_week()] * employed


def _tenure_ratio(baseline: Baseline, history: ManagerHistory, persons: Ints) -> Floats:
    quarters = np.arange(baseline.calendar.quarters)
    first_year = in_first_year(baseline.population, baseline.calendar, persons[:, None], quarters[None, :])
    return tenure_rate_ratio(history)[first_year.astype(int), quarters[None, :]]


def _own_by_quarter(baseline: Baseline, persons: Ints) -> tuple[Floats, Floats]:
    """Each person's own part of the manager history: observed and expected events, shape (persons, quarters)."""
    population, calendar, events = baseline.population, baseline.calendar, baseline.events
    row = np.full(len(population), -1)
    row[persons] = np.arange(len(persons))
    unprotected = ~population.protected
    included = (
        (row[events.person] >= 0)
        & events.is_individual
        & unprotected[events.person]
        & has_baseline(baseline)[events.kind]
    )
    observed = np.zeros((len(persons), calendar.quarters))
    np.add.at(observed, (row[events.person[included]], calendar.quarter_of_week()[events.week[included]]), 1.0)
    weeks = np.stack(
        [population.weeks_at_work(calendar, quarter)[persons] for quarter in range(calendar.quarters)], axis=1
    )
    # The events of a person with two episodes are in the last row only: copy them to every row.
    observed = observed[row[persons]]
    return observed, baseline.cell_rates[:, population.cell[persons]].T * weeks * unprotected[persons][:, None]


def _own_rate_ratio(baseline: Baseline, episodes: MonitoringEpisodes, individual_ratio: Floats) -> Floats:
    """Posterior mean of each person's own rate ratio, from the year up to `HISTORY_GAP_DAYS` before the episode."""
    population, calendar, events = baseline.population, baseline.calendar, baseline.events
    quarter = calendar.quarter_of_week()
    by_week = np.zeros(individual_ratio.shape)
    for of_kind in baseline.by_kind:
        if of_kind is not None:
            by_week += (
                of_kind.weekly_rate[None, :]
                * of_kind.rate_ratios(population.cell[episodes.person])[:, quarter]
                * individual_ratio
            )
    week = np.arange(calendar.count)[None, :]
    year, history_end = calendar.weeks_in(364), episodes.start - calendar.weeks_in(HISTORY_GAP_DAYS)
    in_history = (week < history_end[:, None]) & (week >= history_end[:, None] - year)
    # Summed in order, so that later weeks, which add zero, cannot change the rounding.
    expected = np.cumsum(by_week * in_history, axis=1)[:, -1]
    individual = np.flatnonzero(events.is_individual & has_baseline(baseline)[events.kind])
    episode, event = _person_pairs(episodes.person, events.person[individual], len(population))
    event_week = events.week[individual[event]]
    inside = (event_week < history_end[episode]) & (event_week >= history_end[episode] - year)
    observed = np.bincount(episode[inside], minlength=len(episodes))
    shape = gamma_shape(baseline)
    return (observed + shape) / (expected + shape)


def _person_pairs(row_person: Ints, event_person: Ints, population: int) -> tuple[Ints, Ints]:
    """Every pair of a row and an event of the same person."""
    order = np.argsort(row_person, kind="stable")
    ends = np.searchsorted(row_person[order], np.arange(population + 1))
    counts = ends[event_person + 1] - ends[event_person]
    event = np.repeat(np.arange(len(event_person)), counts)
    offset = np.arange(len(event)) - np.repeat(np.cumsum(counts) - counts, counts)
    return order[ends[event_person[event]] + offset], event


def observed_events(baseline: Baseline, episodes: MonitoringEpisodes) -> ObservedEvents:
    """The events of each episode: recorded from its first day to its last."""
    events = baseline.events
    of_monitored = np.flatnonzero(np.isin(events.person, episodes.person))
    episode, event = _person_pairs(episodes.person, events.person[of_monitored], len(baseline.population))
    index = of_monitored[event]
    inside = (events.day[index] >= episodes.start_day[episode]) & (events.day[index] <= episodes.end_day[episode])
    episode, index = episode[inside], index[inside]
    return ObservedEvents(episode.astype(np.int32), events.week[index], events.kind[index], events.is_backdated[index])
