"""An alert lives: it stands as of today, and is told again when it turned red, grew by half, or stands on."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest

from retaliation_watch.evidence.living import GROWN, Stand, Told, Why, stand_of, why_again
from retaliation_watch.evidence.watching import RED, Alert, Level, Plan, Run, run_watch
from retaliation_watch.kinds import Kind
from retaliation_watch.simulation.companies import read_made
from retaliation_watch.simulation.made import Made, Shape
from retaliation_watch.simulation.works import make_works

SHAPE = Shape(size=3000, watched=60)
RATE = 0.10
"""The line of the watch's own looks."""


@cache
def small() -> Made:
    """A small company."""
    return make_works(1001, SHAPE)


def run(made: Made, last: int) -> Run:
    """A run up to a day with few placebos."""
    return run_watch(*read_made(made), Plan(made.first_look, last, rate=RATE, placebos=2000))


@cache
def whole() -> Run:
    """The run over the small company."""
    return run(small(), small().last_look)


def crossed(found: Run) -> list[int]:
    """The watches that crossed the line."""
    return np.flatnonzero((found.crossed.week >= 0) & ~found.watches.is_placebo).tolist()


def test_an_alert_stands_where_it_crossed_and_never_falls_short_of_it() -> None:
    """As of its first week it is the alert itself; later its score is as high or higher, whatever came since."""
    found = whole()
    for alert, watch in zip(found.alerts, crossed(found), strict=True):
        week = int(found.crossed.week[watch])
        first, last = stand_of(found, watch, week), stand_of(found, watch)
        assert first.alert == alert
        assert (first.day, first.stands) == (alert.day, True)
        assert last.score >= first.score > 0
        assert last.observed >= first.observed >= first.alert.total
        assert last.day == found.calendar.end(found.calendar.count - 1)
    grown = [watch for watch in crossed(found) if stand_of(found, watch).score > GROWN * _first(found, watch).score]
    assert len(grown) >= 3


def _first(found: Run, watch: int) -> Stand:
    return stand_of(found, watch, int(found.crossed.week[watch]))


def test_a_stand_knows_nothing_of_a_later_day() -> None:
    """As of a week in the middle it says the very same where the feed was cut off there."""
    made, found = small(), whole()
    middle = made.first_look + 70 * 7
    cut = replace(made, events=made.events.filter(pl.col("recorded_on").cast(pl.Int32) <= middle))
    early, week = run(cut, middle), found.calendar.first_look + 70
    places = {int(found.watches.person[watch]): watch for watch in crossed(found)}
    for watch in crossed(early):
        assert stand_of(early, watch) == stand_of(found, places[int(early.watches.person[watch])], week)
    assert len(crossed(early)) >= 4


def test_who_turns_red_is_told_so_the_same_week() -> None:
    """By the rule, week after week: anyone who was told of in amber and whose evidence reaches red is told in red."""
    found, late = whole(), 0
    for watch in crossed(found):
        told = tellings(found, watch)
        red = [one.day for one in told if one.level is Level.RED]
        turned = np.flatnonzero(found.crossed.height[watch] <= RED)
        assert red[:1] == [found.calendar.end(int(week)) for week in turned[:1]]
        late += bool(red) and told[0].level is Level.AMBER
    assert late >= 2


def tellings(found: Run, watch: int) -> list[Told]:
    """What looks of every week tell of a watch that crossed, by the rule."""
    told: list[Told] = []
    for week in range(int(found.crossed.week[watch]), found.calendar.count):
        now = stand_of(found, watch, week)
        if not told or why_again(told, now):
            told.append(Told(now.day, now.alert.level, now.score))
    return told


ALERT = Alert(0, 19000, Level.AMBER, {Kind.SHIFT_CHANGE: 1}, 0.2, 166, 6000, 12)


@pytest.mark.parametrize(
    ("level", "score", "stands", "days", "why"),
    [
        (Level.AMBER, 5.9, True, 90, None),
        (Level.AMBER, 6.0, False, 7, Why.GREW),
        (Level.RED, 4.1, True, 7, Why.RED),
        (Level.AMBER, 4.0, True, 91, Why.STANDS),
        (Level.AMBER, 4.0, False, 400, None),
    ],
)
def test_an_alert_is_told_again_for_three_reasons(
    *, level: Level, score: float, stands: bool, days: int, why: Why | None
) -> None:
    """It grew by half, it turned red, or it stands for 13 weeks more; what faded or hardly grew is not told again."""
    told = [Told(19000, Level.AMBER, 4.0)]
    now = Stand(19000 + days, replace(ALERT, level=level), score, stands, 3, 0.4)
    assert why_again(told, now) is why
    assert why_again([*told, Told(19000, Level.RED, 4.0)], replace(now, alert=replace(ALERT, level=Level.RED))) is (
        None if why is Why.RED else why
    )
