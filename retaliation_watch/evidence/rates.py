"""How often a kind comes in the company: this week, shrunk to five weeks, these to the year."""

from __future__ import annotations

from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats
from retaliation_watch.evidence.calendar import Calendar

PSEUDO: Final = 10.0
RECENT_DAYS: Final = 35
LEAST: Final = 0.5
"""Pseudo-events of a year, so that a kind never seen has a rate."""


def trailing(values: Floats, weeks: int) -> Floats:
    """Sums over the last `weeks` columns, this one included, along the last axis."""
    total = np.cumsum(values, axis=-1)
    if weeks < total.shape[-1]:
        total[..., weeks:] -= total[..., :-weeks].copy()
    return total


def year_rate(events: Floats, exposure: Floats, calendar: Calendar) -> Floats:
    """Events per person and week over the last 52 weeks, shape (weeks)."""
    year = calendar.weeks_in(364)
    return (trailing(events, year) + LEAST) / np.maximum(trailing(exposure, year), 1.0)


def week_rate(events: Floats, exposure: Floats, yearly: Floats, calendar: Calendar) -> Floats:
    """Events per person and week now; each stretch of time is shrunk to the longer one by ten pseudo-events."""
    recent = calendar.weeks_in(RECENT_DAYS)
    five = (trailing(events, recent) + PSEUDO) / (trailing(exposure, recent) + PSEUDO / yearly)
    return (events + PSEUDO) / (exposure + PSEUDO / five)
