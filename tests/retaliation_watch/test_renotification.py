"""Alert updates: the status as of a day, and notifications when it turned red, grew by half, or persists."""

from __future__ import annotations

from dataclasses import replace
from functools import cache

import numpy as np
import polars as pl
import pytest

from retaliation_watch.detector.detector import RED_RATE, Alert, AlertLevel, DetectorRun, Schedule, run_detector
from retaliation_watch.detector.renotification import (
    GROWTH_RATIO,
    AlertStatus,
    Notification,
    NotificationReason,
    renotification_reason,
    status_of,
)
from retaliation_watch.kinds import Measure
from retaliation_watch.simulation.companies import read_company
from retaliation_watch.simulation.manufacturer import make_manufacturer
from retaliation_watch.simulation.synthetic import Shape, SyntheticCompany

SHAPE = Shape(size=3000, watched=60)
RATE = 0.10
"""The amber rate of the weekly run."""


@cache
def small() -> SyntheticCompany:
    """A small company."""
    return make_manufacturer(1001, SHAPE)


def run(made: SyntheticCompany, last: int) -> DetectorRun:
    """A run up to a day with few controls."""
    return run_detector(*read_company(made), Schedule(made.first_run, last, rate=RATE, max_controls=2000))


@cache
def whole() -> DetectorRun:
    """The run over the small company."""
    return run(small(), small().last_run)


def crossed(found: DetectorRun) -> list[int]:
    """The protected episodes that crossed the control limit."""
    return np.flatnonzero((found.crossings.week >= 0) & ~found.episodes.is_control).tolist()


def test_a_status_starts_at_the_first_crossing_and_never_falls_below_it() -> None:
    """As of its first week it is the alert itself; later its score is at least as high."""
    found = whole()
    for alert, episode in zip(found.alerts, crossed(found), strict=True):
        week = int(found.crossings.week[episode])
        first, last = status_of(found, episode, week), status_of(found, episode)
        assert first.alert == alert
        assert (first.day, first.is_above_limit) == (alert.day, True)
        assert last.score >= first.score > 0
        assert last.observed >= first.observed >= first.alert.total
        assert last.day == found.calendar.end(found.calendar.count - 1)
    grown = [
        episode
        for episode in crossed(found)
        if status_of(found, episode).score > GROWTH_RATIO * _first(found, episode).score
    ]
    assert len(grown) >= 3


def _first(found: DetectorRun, episode: int) -> AlertStatus:
    return status_of(found, episode, int(found.crossings.week[episode]))


def test_a_status_uses_no_later_data() -> None:
    """As of a week in the middle it is the same when the feed is cut off there."""
    made, found = small(), whole()
    middle = made.first_run + 70 * 7
    cut = replace(made, events=made.events.filter(pl.col("recorded_on").cast(pl.Int32) <= middle))
    early, week = run(cut, middle), found.calendar.first_run_week + 70
    places = {int(found.episodes.person[episode]): episode for episode in crossed(found)}
    for episode in crossed(early):
        assert status_of(early, episode) == status_of(found, places[int(early.episodes.person[episode])], week)
    assert len(crossed(early)) >= 4


def test_red_is_notified_in_the_week_in_which_it_is_reached() -> None:
    """By the rule, week by week: an amber alert whose evidence reaches red is notified in red."""
    found, late = whole(), 0
    for episode in crossed(found):
        sent = notifications(found, episode)
        red = [one.day for one in sent if one.level is AlertLevel.RED]
        turned = np.flatnonzero(found.crossings.peak_alarm_rate[episode] <= RED_RATE)
        assert red[:1] == [found.calendar.end(int(week)) for week in turned[:1]]
        late += bool(red) and sent[0].level is AlertLevel.AMBER
    assert late >= 2


def notifications(found: DetectorRun, episode: int) -> list[Notification]:
    """The notifications of weekly runs about an episode that crossed, by the rule."""
    sent: list[Notification] = []
    for week in range(int(found.crossings.week[episode]), found.calendar.count):
        now = status_of(found, episode, week)
        if not sent or renotification_reason(sent, now):
            sent.append(Notification(now.day, now.alert.level, now.score))
    return sent


ALERT = Alert(0, 19000, AlertLevel.AMBER, {Measure.SHIFT_CHANGE: 1}, 0.2, 166, 6000, 12)


@pytest.mark.parametrize(
    ("level", "score", "is_above_limit", "days", "why"),
    [
        (AlertLevel.AMBER, 5.9, True, 90, None),
        (AlertLevel.AMBER, 6.0, False, 7, NotificationReason.GREW),
        (AlertLevel.RED, 4.1, True, 7, NotificationReason.RED),
        (AlertLevel.AMBER, 4.0, True, 91, NotificationReason.PERSISTS),
        (AlertLevel.AMBER, 4.0, False, 400, None),
    ],
)
def test_an_alert_is_notified_again_for_three_reasons(
    *, level: AlertLevel, score: float, is_above_limit: bool, days: int, why: NotificationReason | None
) -> None:
    """It grew by half, turned red, or persists for 13 more weeks; what faded or hardly grew is not notified."""
    sent = [Notification(19000, AlertLevel.AMBER, 4.0)]
    now = AlertStatus(19000 + days, replace(ALERT, level=level), score, is_above_limit, 3, 0.4)
    assert renotification_reason(sent, now) is why
    assert renotification_reason(
        [*sent, Notification(19000, AlertLevel.RED, 4.0)], replace(now, alert=replace(ALERT, level=AlertLevel.RED))
    ) is (None if why is NotificationReason.RED else why)
