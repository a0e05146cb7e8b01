"""The status of an alert as of a day: the evidence so far, and whether the officer is notified again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from retaliation_watch.detector.calendar import WINDOW_DAYS
from retaliation_watch.detector.detector import Alert, AlertLevel, DetectorRun, alert_of

GROWTH_RATIO: Final = 1.5
"""A score so many times that of the last notification causes another one."""


class NotificationReason(StrEnum):
    """Why the officer is notified of an alert."""

    CROSSED = "crossed"
    RED = "red"
    GREW = "grew"
    PERSISTS = "stands"


@dataclass(frozen=True)
class AlertStatus:
    """One protected episode as of `day`: its maximum score, and observed and expected events since its first day.

    `alert` is the evidence of the weeks up to the maximum, against the controls of `day`; `score` the maximum itself;
    `is_above_limit` whether the score of `day` is still above the control limit.
    """

    day: int
    alert: Alert
    score: float
    is_above_limit: bool
    observed: int
    expected: float


@dataclass(frozen=True)
class Notification:
    """The content of an alert when the officer was notified; `score` None where it was not stored."""

    day: int
    level: AlertLevel
    score: float | None


def status_of(run: DetectorRun, episode: int, week: int | None = None) -> AlertStatus:
    """The status of a protected episode, by its row among all episodes, as of a week (else the last one)."""
    calendar, scores = run.calendar, run.scores
    now = calendar.count - 1 if week is None else week
    maximum = maximum_score(run, episode, now)
    maximum_week = int(np.argmax(scores.score[episode, : now + 1]))
    results = (run.baseline, run.episodes, scores)
    so_far = (scores.events.episode == episode) & (scores.events.week <= now)
    start = int(run.episodes.start[episode])
    return AlertStatus(
        calendar.end(now),
        alert_of(results, episode, maximum_week, float(run.crossings.peak_alarm_rate[episode, now]), now),
        maximum,
        bool(run.crossings.is_above_limit[episode, now]),
        int(so_far.sum()),
        float(scores.weekly_expected[episode, start : now + 1].sum()),
    )


def maximum_score(run: DetectorRun, episode: int, week: int) -> float:
    """The highest score of an episode up to a week; 0 before its first day."""
    return float(run.scores.score[episode, : week + 1].max(initial=0.0))


def renotification_reason(notifications: Sequence[Notification], now: AlertStatus) -> NotificationReason | None:
    """Whether the officer is notified again: the alert turned red, grew by half, or persists for 13 more weeks.

    `notifications`: all earlier ones in order, with all scores known.
    """
    last = notifications[-1]
    if now.alert.level is AlertLevel.RED and not any(one.level is AlertLevel.RED for one in notifications):
        return NotificationReason.RED
    if now.score > 0 and now.score >= GROWTH_RATIO * (last.score or 0.0):
        return NotificationReason.GREW
    return NotificationReason.PERSISTS if now.is_above_limit and now.day - last.day >= WINDOW_DAYS else None
