"""One run of the detector over a company: first crossings of the control limit, and the evidence of each alert."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.detector.baseline import Baseline, fit_baseline
from retaliation_watch.detector.calendar import YEAR, Calendar, calendar_of
from retaliation_watch.detector.cohort import MAX_CONTROLS, MonitoringEpisodes, episodes_of
from retaliation_watch.detector.cusum import CusumScores, score_episodes
from retaliation_watch.detector.population import Population, population_of
from retaliation_watch.detector.thresholds import FirstCrossings, first_crossings
from retaliation_watch.errors import NoHistory
from retaliation_watch.hr_formats.events import Events
from retaliation_watch.hr_formats.history_gaps import Gap, gaps_of
from retaliation_watch.hr_formats.roster import Roster
from retaliation_watch.hr_formats.watchlist import Watchlist
from retaliation_watch.kinds import KINDS, Measure

RED_RATE: Final = 0.02
"""False alarms per protected year of the red level."""
MIN_CONTROLS_FOR_RED: Final = 200


class AlertLevel(StrEnum):
    """The level that an alert has reached."""

    AMBER = "amber"
    RED = "red"


@dataclass(frozen=True)
class Alert:
    """One person's evidence as of a day: of the first crossing, or of the maximum that the score has reached since.

    `observed` counts adverse measures by kind over the thirteen weeks up to `day`, `expected` is the expected number
    for this person over the same weeks; `cohort` counts colleagues of the same unit and grade band at work, `controls`
    the matched controls; one in `odds` of these goes as far in a year. `backdated` counts observed measures that were
    recorded long after their effective date.
    """

    person: int
    day: int
    level: AlertLevel
    observed: dict[Measure, int]
    expected: float
    cohort: int
    controls: int
    odds: int
    backdated: int = 0

    @property
    def total(self) -> int:
        """All observed measures."""
        return sum(self.observed.values())


@dataclass(frozen=True)
class DetectorRun:
    """The results of a run, with all scores; protected episodes come first, those of controls after them."""

    calendar: Calendar
    baseline: Baseline
    episodes: MonitoringEpisodes
    scores: CusumScores
    crossings: FirstCrossings
    alerts: list[Alert]
    control_alarm_rate: float
    """Controls per protected year that crossed the control limit: the achieved false-alarm rate."""
    gaps: list[Gap]
    """Kinds that are no longer recorded by the last run: for them there is no all-clear."""


@dataclass(frozen=True)
class Schedule:
    """First and last run (days since 1970), days between runs, false alarms per protected year, most controls."""

    first: int
    last: int
    every: int = 7
    rate: float = 0.05
    max_controls: int = MAX_CONTROLS
    seed: int = 0


def run_detector(roster: Roster, events: Events, watchlist: Watchlist, schedule: Schedule) -> DetectorRun:
    """Evaluates each run of the schedule with the data of its day; raises `NoHistory` when there is no event yet."""
    early = events.recorded[events.recorded <= schedule.last]
    if not len(early):
        raise NoHistory
    calendar = calendar_of(schedule.first, schedule.last, schedule.every, int(early[0]))
    population = population_of(roster, calendar, watchlist.person)
    episodes = episodes_of(watchlist, population, calendar, schedule.seed, schedule.max_controls)
    baseline = fit_baseline(population, events, calendar)
    scores = score_episodes(baseline, episodes)
    years = control_years(episodes, calendar)
    crossings = first_crossings(
        (scores.score,),
        episodes.at_risk(population, calendar),
        years,
        episodes.is_control,
        schedule.rate,
        calendar.first_run_week,
    )
    false_alarms = int((crossings.week[episodes.is_control] >= 0).sum())
    alerts = [
        alert_of(
            (baseline, episodes, scores),
            int(episode),
            int(crossings.week[episode]),
            float(crossings.alarm_rate[episode]),
        )
        for episode in _protected_crossings(episodes, crossings)
    ]
    gaps = gaps_of(_per_week(baseline, calendar))
    return DetectorRun(
        calendar, baseline, episodes, scores, crossings, alerts, false_alarms / max(float(years[-1]), 1e-9), gaps
    )


def _per_week(baseline: Baseline, calendar: Calendar) -> Floats:
    """Events per kind and week, shape (kinds, weeks)."""
    kind_week = baseline.events.kind.astype(np.int64) * calendar.count + baseline.events.week
    counts = np.bincount(kind_week, minlength=len(KINDS) * calendar.count)
    return counts.reshape(len(KINDS), calendar.count).astype(np.float64)


def control_years(episodes: MonitoringEpisodes, calendar: Calendar) -> Floats:
    """Protected years of all controls from the first run up to each week, shape (weeks)."""
    weeks = episodes.protected(calendar)[episodes.is_control].sum(axis=0)
    weeks[: calendar.first_run_week] = 0
    return np.cumsum(weeks) * calendar.every / YEAR


def _protected_crossings(episodes: MonitoringEpisodes, crossings: FirstCrossings) -> Ints:
    return np.flatnonzero((crossings.week >= 0) & ~episodes.is_control)


def alert_of(
    results: tuple[Baseline, MonitoringEpisodes, CusumScores],
    episode: int,
    week: int,
    alarm_rate: float,
    as_of: int | None = None,
) -> Alert:
    """The evidence of the weeks up to `week`, against the controls that had begun by `as_of` (else by that week)."""
    baseline, episodes, scores = results
    person, events, calendar = int(episodes.person[episode]), scores.events, baseline.calendar
    in_window = (events.episode == episode) & (events.week <= week) & (events.week > week - calendar.window)
    kinds, counts = np.unique(events.kind[in_window], return_counts=True)
    controls = int((episodes.is_control & (episodes.start <= (week if as_of is None else as_of))).sum())
    return Alert(
        person,
        calendar.end(week),
        AlertLevel.RED if alarm_rate <= RED_RATE and controls >= MIN_CONTROLS_FOR_RED else AlertLevel.AMBER,
        {KINDS[kind]: int(count) for kind, count in zip(kinds, counts, strict=True)},
        float(scores.expected[episode, week]),
        _cohort(baseline.population, person, week),
        controls,
        max(1, min(controls, int(1 / alarm_rate))),
        int(events.is_backdated[in_window].sum()),
    )


def _cohort(population: Population, person: int, week: int) -> int:
    """Unprotected colleagues of the same unit and grade band at work in this week."""
    same = (population.groups["unit"] == population.groups["unit"][person]) & (
        population.groups["band"] == population.groups["band"][person]
    )
    return int((same & ~population.protected & (population.first <= week) & (population.last >= week)).sum())
