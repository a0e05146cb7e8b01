"""The clock of the edge: an argument everywhere, and read in the composition root alone."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

Clock = Callable[[], datetime]
"""Gives the present moment, with a time zone."""


def system_clock() -> datetime:
    """The system's time in UTC."""
    return datetime.now(UTC)


def day_in(timezone: str, now: datetime) -> date:
    """The day that people in this time zone have now."""
    return now.astimezone(ZoneInfo(timezone)).date()
