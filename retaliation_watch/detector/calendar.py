"""Days as weeks and quarters; a week ends on the day of a weekly run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Ints

YEAR: Final = 365.25
WINDOW_DAYS: Final = 91
MAX_HISTORY_DAYS: Final = 1096
"""Longest history before the first run that is read."""


@dataclass(frozen=True)
class Calendar:
    """`count` weeks of `every` days; week 0 ends on `first_end`; the first run is at the end of `first_run_week`."""

    first_end: int
    every: int
    count: int
    first_run_week: int

    def week(self, days: Ints) -> Ints:
        """The week of each day; negative before the first week."""
        return ((days - self.first_end + self.every - 1) // self.every).astype(np.int32)

    def end(self, week: int) -> int:
        """The last day of a week."""
        return self.first_end + week * self.every

    @property
    def window(self) -> int:
        """Weeks in the window of observed and expected counts (91 days)."""
        return self.weeks_in(WINDOW_DAYS)

    def weeks_in(self, days: float) -> int:
        """The number of weeks closest to a number of days, at least one."""
        return max(1, round(days / self.every))

    @property
    def quarter_length(self) -> int:
        """Weeks in a quarter."""
        return self.window

    @property
    def quarters(self) -> int:
        """The number of quarters; the last one may be incomplete."""
        return -(-self.count // self.quarter_length)

    def quarter_of_week(self) -> Ints:
        """The quarter of each week."""
        return (np.arange(self.count) // self.quarter_length).astype(np.int32)

    @property
    def per_year(self) -> float:
        """Weeks in a year."""
        return YEAR / self.every


def calendar_of(first_run: int, last_run: int, every: int, first_event: int) -> Calendar:
    """The weeks from the first event (at most three years before the first run) to the last run."""
    before = min(max(first_run - first_event, 0), MAX_HISTORY_DAYS)
    weeks_before = -(-before // every)
    runs = (last_run - first_run) // every + 1
    return Calendar(first_run - weeks_before * every, every, weeks_before + runs, weeks_before)
