"""An alert as of a day: how far its evidence has gone by then, and when it is told again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

import numpy as np

from retaliation_watch.evidence.calendar import WINDOW_DAYS
from retaliation_watch.evidence.watching import Alert, Level, Run, alert_of

GROWN: Final = 1.5
"""Evidence that is so many times what it was when it was told last is told again."""


class Why(StrEnum):
    """Why an alert is told."""

    CROSSED = "crossed"
    RED = "red"
    GREW = "grew"
    STANDS = "stands"


@dataclass(frozen=True)
class Stand:
    """One protected watch as of `day`: its height, and what it met in all since its first day.

    `alert` is the evidence of the weeks up to the height, against the placebos of today; `score` the height itself;
    `stands` whether the score of today still lies beyond the line.
    """

    day: int
    alert: Alert
    score: float
    stands: bool
    observed: int
    expected: float


@dataclass(frozen=True)
class Told:
    """What an alert said when it was told; `score` None where it was not kept."""

    day: int
    level: Level
    score: float | None


def stand_of(run: Run, watch: int, week: int | None = None) -> Stand:
    """A protected watch, by its place among all watches, as of a week (else the last one)."""
    calendar, excess = run.calendar, run.excess
    now = calendar.count - 1 if week is None else week
    highest = height_at(run, watch, now)
    peak = int(np.argmax(excess.score[watch, : now + 1]))
    found = (run.company, run.watches, excess)
    here = (excess.met.watch == watch) & (excess.met.week <= now)
    start = int(run.watches.start[watch])
    return Stand(
        calendar.end(now),
        alert_of(found, watch, peak, float(run.crossed.height[watch, now]), now),
        highest,
        bool(run.crossed.stands[watch, now]),
        int(here.sum()),
        float(excess.hoped[watch, start : now + 1].sum()),
    )


def height_at(run: Run, watch: int, week: int) -> float:
    """The highest score of a watch by a week; nothing before its first day."""
    return float(run.excess.score[watch, : week + 1].max(initial=0.0))


def why_again(told: Sequence[Told], now: Stand) -> Why | None:
    """Whether an alert that was told before is told again: it turned red, grew by half, or stands for 13 weeks more.

    `told`: everything that was told, in its order, with all scores known.
    """
    last = told[-1]
    if now.alert.level is Level.RED and not any(one.level is Level.RED for one in told):
        return Why.RED
    if now.score > 0 and now.score >= GROWN * (last.score or 0.0):
        return Why.GREW
    return Why.STANDS if now.stands and now.day - last.day >= WINDOW_DAYS else None
