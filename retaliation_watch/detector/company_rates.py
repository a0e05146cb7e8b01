"""The company's rate of each kind: the current week shrunk to five weeks, and these to the year."""

from __future__ import annotations

from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats
from retaliation_watch.detector.calendar import Calendar

WINDOW_PRIOR_EVENTS: Final = 10.0
"""Prior weight, in events, with which a short window is shrunk to the longer one."""
RECENT_DAYS: Final = 35
CONTINUITY_CORRECTION: Final = 0.5
"""Added to the events of a year, so that a kind without events has a positive rate."""


def rolling_sum(values: Floats, weeks: int) -> Floats:
    """Sums over the last `weeks` columns, this one included, along the last axis."""
    total = np.cumsum(values, axis=-1)
    if weeks < total.shape[-1]:
        total[..., weeks:] -= total[..., :-weeks].copy()
    return total


def yearly_rate(events: Floats, exposure: Floats, calendar: Calendar) -> Floats:
    """Events per person-week over the last 52 weeks, shape (weeks)."""
    year = calendar.weeks_in(364)
    return (rolling_sum(events, year) + CONTINUITY_CORRECTION) / np.maximum(rolling_sum(exposure, year), 1.0)


def weekly_rate(events: Floats, exposure: Floats, yearly: Floats, calendar: Calendar) -> Floats:
    """Events per person-week in each week; each window is shrunk to the next longer one by ten prior events."""
    recent = calendar.weeks_in(RECENT_DAYS)
    five_weeks = (rolling_sum(events, recent) + WINDOW_PRIOR_EVENTS) / (
        rolling_sum(exposure, recent) + WINDOW_PRIOR_EVENTS / yearly
    )
    return (events + WINDOW_PRIOR_EVENTS) / (exposure + WINDOW_PRIOR_EVENTS / five_weeks)
