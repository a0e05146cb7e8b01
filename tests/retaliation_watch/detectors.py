"""Simpler ways to look at the same events, each with its line drawn by the same placebos at the same rate."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np

from retaliation_watch.arrays import Floats
from retaliation_watch.evidence.calibration import crossings
from retaliation_watch.evidence.rates import trailing
from retaliation_watch.evidence.watching import Run, placebo_years
from retaliation_watch.feed.roster import Roster
from retaliation_watch.kinds import KINDS, MEANINGS

SEVERITY = np.array([MEANINGS[kind].severity for kind in KINDS], np.float64)
Detector = Callable[[Run], Floats]


def _counted(run: Run, worth: Floats) -> Floats:
    """What the events of the last thirteen weeks are worth, shape (watches, weeks)."""
    met, found = run.excess.met, np.zeros(run.excess.score.shape)
    np.add.at(found, (met.watch, met.week), worth[met.kind])
    return trailing(found, run.calendar.window)


def _company_level(run: Run, worth: Floats) -> Floats:
    """The same, as the company's weekly rates would have it."""
    total = np.zeros(run.calendar.count)
    for kind, level in enumerate(run.company.levels):
        if level is not None:
            total += level.now * worth[kind]
    active = run.watches.active(run.company.people, run.calendar)
    return trailing(total[None, :] * active, run.calendar.window)


def severe(run: Run) -> Floats:
    """Severe measures (dismissal to social insurance stopped) in thirteen weeks."""
    return _counted(run, (SEVERITY >= 6).astype(np.float64))


def count(run: Run) -> Floats:
    """All adverse measures in thirteen weeks."""
    return run.excess.observed


def weekly_rate(run: Run) -> Floats:
    """Excess over the company's weekly rate."""
    expected = _company_level(run, np.ones(len(KINDS)))
    return (run.excess.observed - expected) / np.sqrt(expected + 1)


def weighted_rate(run: Run) -> Floats:
    """Excess over the company's weekly rate, measures weighted by gravity."""
    expected = _company_level(run, SEVERITY)
    return (_counted(run, SEVERITY) - expected) / np.sqrt(_company_level(run, SEVERITY**2) + 4)


def stratified(run: Run) -> Floats:
    """Excess over what comparable colleagues meet, all measures alike."""
    return (run.excess.observed - run.excess.expected) / np.sqrt(run.excess.expected + 1)


DETECTORS: dict[str, Detector] = {
    "severe measures alone": severe,
    "count of measures": count,
    "above the company's weekly rate": weekly_rate,
    "the same, weighted by gravity": weighted_rate,
    "above comparable colleagues, unweighted": stratified,
}


def first_rows(run: Run, roster: Roster, score: Floats, rate: float) -> dict[int, int]:
    """The day of each watched person's first crossing by a score, by the number in its id."""
    active = run.watches.active(run.company.people, run.calendar)
    years = placebo_years(run.watches, run.calendar)
    # Counts tie; the smallest dice decide among equals, alike for all, so that the asked rate can be met.
    dice = np.random.default_rng(0).random(score.shape) * 1e-6
    found = crossings((score + dice,), active, years, run.watches.is_placebo, rate, run.calendar.first_look)
    watched = np.flatnonzero((found.week >= 0) & ~run.watches.is_placebo)
    return {int(roster.ids[int(run.watches.person[one])]): run.calendar.end(int(found.week[one])) for one in watched}
