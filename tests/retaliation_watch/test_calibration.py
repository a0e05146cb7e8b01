"""The line is drawn so that as many placebos cross as were asked for, per protected year, no matter who has left."""

from __future__ import annotations

import numpy as np
import pytest

from retaliation_watch.arrays import Floats
from retaliation_watch.evidence.calendar import YEAR, Calendar
from retaliation_watch.evidence.calibration import crossings
from retaliation_watch.evidence.watches import Watches
from retaliation_watch.evidence.watching import placebo_years

WEEKS, WATCHES = 104, 4000


def walks(dice: np.random.Generator) -> Floats:
    """Scores that rise by rare steps and fade."""
    steps = dice.exponential(2.0, (WATCHES, WEEKS)) * (dice.random((WATCHES, WEEKS)) < 0.03) - 0.15
    found = np.zeros((WATCHES, WEEKS))
    for week in range(1, WEEKS):
        found[:, week] = np.maximum(found[:, week - 1] + steps[:, week], 0.0)
    return found


@pytest.mark.parametrize("rate", [0.02, 0.05, 0.1, 0.2])
def test_as_many_placebos_cross_as_were_asked_for(rate: float) -> None:
    """At every rate the placebos that crossed, per year of their watches, are the asked number within a twentieth."""
    score = walks(np.random.default_rng(3))
    placebo = np.arange(WATCHES) >= 200
    years = np.arange(1, WEEKS + 1) * placebo.sum() * 7 / YEAR
    found = crossings((score,), np.ones(score.shape, bool), years, placebo, rate, 0)
    assert (found.week[placebo] >= 0).sum() / years[-1] == pytest.approx(rate, rel=0.05)


def test_whoever_has_left_stays_on_the_list() -> None:
    """Years are counted from the first look to the end of each watch, not to the last day at work."""
    calendar = Calendar(first_end=0, every=7, count=60, first_look=10)
    place = np.zeros(2, np.int32)
    watches = Watches(
        place, place, np.array([59, 29]), place, np.array([413, 203]), place, np.array([True, True]),
    )  # fmt: skip
    years = placebo_years(watches, calendar)
    assert years[9] == 0
    assert years[59] == pytest.approx((50 + 20) * 7 / YEAR)


def test_the_line_is_what_a_watched_person_must_exceed() -> None:
    """Nobody crosses at or below the line of the week, and anyone who crosses lies above it."""
    score = walks(np.random.default_rng(4))
    placebo = np.arange(WATCHES) >= 1000
    years = np.arange(1, WEEKS + 1) * placebo.sum() * 7 / YEAR
    found = crossings((score,), np.ones(score.shape, bool), years, placebo, 0.05, 0)
    watched = np.flatnonzero((found.week >= 0) & ~placebo)
    assert len(watched) > 20
    assert all(score[one, found.week[one]] > found.line[found.week[one]] for one in watched)
    for one in np.flatnonzero(~placebo).tolist():
        last = found.week[one] if found.week[one] >= 0 else WEEKS
        assert (score[one, :last] <= found.line[:last]).all()
