"""Control limits: as many controls cross as requested, per protected year, no matter who has left."""

from __future__ import annotations

import numpy as np
import pytest

from retaliation_watch.arrays import Floats
from retaliation_watch.detector.calendar import YEAR, Calendar
from retaliation_watch.detector.cohort import MonitoringEpisodes
from retaliation_watch.detector.detector import control_years
from retaliation_watch.detector.thresholds import first_crossings

WEEKS, EPISODES = 104, 4000


def walks(rng: np.random.Generator) -> Floats:
    """Scores that rise by rare steps and fade."""
    steps = rng.exponential(2.0, (EPISODES, WEEKS)) * (rng.random((EPISODES, WEEKS)) < 0.03) - 0.15
    found = np.zeros((EPISODES, WEEKS))
    for week in range(1, WEEKS):
        found[:, week] = np.maximum(found[:, week - 1] + steps[:, week], 0.0)
    return found


@pytest.mark.parametrize("rate", [0.02, 0.05, 0.1, 0.2])
def test_as_many_controls_cross_as_requested(rate: float) -> None:
    """At every rate the controls that crossed, per protected year, are the requested number within a twentieth."""
    score = walks(np.random.default_rng(3))
    is_control = np.arange(EPISODES) >= 200
    years = np.arange(1, WEEKS + 1) * is_control.sum() * 7 / YEAR
    found = first_crossings((score,), np.ones(score.shape, bool), years, is_control, rate, 0)
    assert (found.week[is_control] >= 0).sum() / years[-1] == pytest.approx(rate, rel=0.05)


def test_protected_years_go_on_when_a_person_has_left() -> None:
    """Years are counted from the first look to the end of each episode, not to the last day at work."""
    calendar = Calendar(first_end=0, every=7, count=60, first_run_week=10)
    place = np.zeros(2, np.int32)
    episodes = MonitoringEpisodes(
        place, place, np.array([59, 29]), place, np.array([413, 203]), place, np.array([True, True]),
    )  # fmt: skip
    years = control_years(episodes, calendar)
    assert years[9] == 0
    assert years[59] == pytest.approx((50 + 20) * 7 / YEAR)


def test_the_control_limit_is_what_a_protected_score_must_exceed() -> None:
    """No score crosses at or below the control limit of its week, and every crossing is above it."""
    score = walks(np.random.default_rng(4))
    is_control = np.arange(EPISODES) >= 1000
    years = np.arange(1, WEEKS + 1) * is_control.sum() * 7 / YEAR
    found = first_crossings((score,), np.ones(score.shape, bool), years, is_control, 0.05, 0)
    protected = np.flatnonzero((found.week >= 0) & ~is_control)
    assert len(protected) > 20
    assert all(score[one, found.week[one]] > found.control_limit[found.week[one]] for one in protected)
    for one in np.flatnonzero(~is_control).tolist():
        last = found.week[one] if found.week[one] >= 0 else WEEKS
        assert (score[one, :last] <= found.control_limit[:last]).all()
