"""Days as weeks and quarters: a week ends on a day on which the watch looks."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Ints

YEAR: Final = 365.25
WINDOW_DAYS: Final = 91
LONGEST_HISTORY: Final = 1096
"""Days before the first look that are read at most."""


@dataclass(frozen=True)
class Calendar:
    """`count` weeks of `every` days; week 0 ends on `first_end`; the first look is at the end of week `first_look`."""

    first_end: int
    every: int
    count: int
    first_look: int

    def week(self, days: Ints) -> Ints:
        """The week that each day lies in; below 0 before the first one."""
        return ((days - self.first_end + self.every - 1) // self.every).astype(np.int32)

    def end(self, week: int) -> int:
        """The last day of a week."""
        return self.first_end + week * self.every

    @property
    def window(self) -> int:
        """Weeks in thirteen weeks' time."""
        return self.weeks_in(WINDOW_DAYS)

    def weeks_in(self, days: float) -> int:
        """How many weeks make up so many days, at least one."""
        return max(1, round(days / self.every))

    @property
    def quarter_length(self) -> int:
        """Weeks in a quarter."""
        return self.window

    @property
    def quarters(self) -> int:
        """How many quarters there are, the last one cut short."""
        return -(-self.count // self.quarter_length)

    def quarter_of_week(self) -> Ints:
        """The quarter of each week."""
        return (np.arange(self.count) // self.quarter_length).astype(np.int32)

    @property
    def per_year(self) -> float:
        """Weeks in a year."""
        return YEAR / self.every


def calendar_of(first_look: int, last_look: int, every: int, first_event: int) -> Calendar:
    """The weeks from the first event (at most three years before the first look) to the last look."""
    before = min(max(first_look - first_event, 0), LONGEST_HISTORY)
    weeks_before = -(-before // every)
    looks = (last_look - first_look) // every + 1
    return Calendar(first_look - weeks_before * every, every, weeks_before + looks, weeks_before)
