"""Simpler ways to look at the same events, each with control limits from the same controls at the same rate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from retaliation_watch.arrays import Floats
from retaliation_watch.detector.company_rates import rolling_sum
from retaliation_watch.detector.detector import DetectorRun, control_years
from retaliation_watch.detector.thresholds import first_crossings
from retaliation_watch.hr_formats.roster import Roster
from retaliation_watch.kinds import KINDS, MEANINGS

SEVERITY = np.array([MEANINGS[kind].severity for kind in KINDS], np.float64)
Detector = Callable[[DetectorRun], Floats]


def _counted(run: DetectorRun, weight: Floats) -> Floats:
    """The weighted sum of the events of the last thirteen weeks, shape (episodes, weeks)."""
    events, found = run.scores.events, np.zeros(run.scores.score.shape)
    np.add.at(found, (events.episode, events.week), weight[events.kind])
    return rolling_sum(found, run.calendar.window)


def _company_level(run: DetectorRun, weight: Floats) -> Floats:
    """The same, as expected from the company's weekly rates."""
    total = np.zeros(run.calendar.count)
    for kind, of_kind in enumerate(run.baseline.by_kind):
        if of_kind is not None:
            total += of_kind.weekly_rate * weight[kind]
    at_risk = run.episodes.at_risk(run.baseline.population, run.calendar)
    return rolling_sum(total[None, :] * at_risk, run.calendar.window)


def severe(run: DetectorRun) -> Floats:
    """Severe measures (dismissal to social insurance stopped) in thirteen weeks."""
    return _counted(run, (SEVERITY >= 6).astype(np.float64))


def count(run: DetectorRun) -> Floats:
    """All adverse measures in thirteen weeks."""
    return run.scores.observed


def weekly_rate(run: DetectorRun) -> Floats:
    """Excess over the company's weekly rate."""
    expected = _company_level(run, np.ones(len(KINDS)))
    return (run.scores.observed - expected) / np.sqrt(expected + 1)


def weighted_rate(run: DetectorRun) -> Floats:
    """Excess over the company's weekly rate, measures weighted by gravity."""
    expected = _company_level(run, SEVERITY)
    return (_counted(run, SEVERITY) - expected) / np.sqrt(_company_level(run, SEVERITY**2) + 4)


def stratified(run: DetectorRun) -> Floats:
    """Excess over what comparable colleagues meet, all measures alike."""
    return (run.scores.observed - run.scores.expected) / np.sqrt(run.scores.expected + 1)


DETECTORS: dict[str, Detector] = {
    "severe measures alone": severe,
    "count of measures": count,
    "above the company's weekly rate": weekly_rate,
    "the same, weighted by gravity": weighted_rate,
    "above comparable colleagues, unweighted": stratified,
}


def first_rows(run: DetectorRun, roster: Roster, score: Floats, rate: float) -> dict[int, int]:
    """The day of each watched person's first crossing by a score, by the number in its id."""
    at_risk = run.episodes.at_risk(run.baseline.population, run.calendar)
    years = control_years(run.episodes, run.calendar)
    # Counts tie: small random numbers break the ties, so that the requested rate can be met.
    noise = np.random.default_rng(0).random(score.shape) * 1e-6
    found = first_crossings(
        (score + noise,), at_risk, years, run.episodes.is_control, rate, run.calendar.first_run_week
    )
    watched = np.flatnonzero((found.week >= 0) & ~run.episodes.is_control)
    return {int(roster.ids[int(run.episodes.person[one])]): run.calendar.end(int(found.week[one])) for one in watched}
