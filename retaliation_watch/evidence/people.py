"""Who is compared with whom: cells of like colleagues, and who was there in which week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats, Ints
from retaliation_watch.evidence.calendar import Calendar
from retaliation_watch.feed.roster import Roster

BANDS: Final = 6
"""Grades are joined into so many bands at most."""
FACTORS: Final = ("unit", "band", "family", "contract")


@dataclass(frozen=True)
class People:
    """Everybody of the roster.

    `groups` has for each of `FACTORS` a number per person; `cell` numbers the combinations of these, and
    `cell_groups` has the group numbers per cell. `first`, `last` are the weeks of employment, both included.
    `watched` people are in no reference group.
    """

    groups: dict[str, Ints]
    location: Ints
    manager: Ints
    cell: Ints
    cell_groups: dict[str, Ints]
    first: Ints
    last: Ints
    hired: Ints
    watched: Bools

    def __len__(self) -> int:
        return len(self.cell)

    def sizes(self, name: str) -> int:
        """How many groups a factor has."""
        return int(self.groups[name].max(initial=0)) + 1

    def exposure(self, group: Ints, count: int, weeks: int) -> Floats:
        """Unwatched people at work, shape (`count` groups, `weeks`)."""
        here = ~self.watched & (self.last >= self.first)
        places = group[here].astype(np.int64) * (weeks + 1)
        steps = np.bincount(places + self.first[here], minlength=count * (weeks + 1)).astype(np.float64)
        steps -= np.bincount(places + self.last[here] + 1, minlength=count * (weeks + 1))
        return np.cumsum(steps.reshape(count, weeks + 1), axis=1)[:, :weeks]

    def weeks_at_work(self, calendar: Calendar, quarter: int) -> Ints:
        """Weeks of a quarter in which each person was employed."""
        start = quarter * calendar.quarter_length
        end = min(start + calendar.quarter_length, calendar.count) - 1
        return np.maximum(np.minimum(self.last, end) - np.maximum(self.first, start) + 1, 0)


def people_of(roster: Roster, calendar: Calendar, watched: Ints) -> People:
    """Puts the roster into groups and weeks."""
    groups = {
        "unit": roster.groups["org_unit"],
        "band": bands(roster.groups["grade"]),
        "family": roster.groups["job_family"],
        "contract": roster.groups["contract_type"],
    }
    key = np.zeros(len(roster), np.int64)
    for name in FACTORS:
        key = key * (int(groups[name].max(initial=0)) + 1) + groups[name]
    _, first_of, cell = np.unique(key, return_index=True, return_inverse=True)
    marks = np.zeros(len(roster), bool)
    marks[watched] = True
    return People(
        groups,
        roster.groups["location"],
        roster.manager,
        cell.astype(np.int32),
        {name: groups[name][first_of] for name in FACTORS},
        np.clip(calendar.week(roster.hired), 0, calendar.count),
        np.clip(calendar.week(roster.left), -1, calendar.count - 1),
        roster.hired,
        marks,
    )


def bands(grade: Ints) -> Ints:
    """Joins neighbouring grades into bands of about the same size."""
    counts = np.bincount(grade)
    if len(counts) <= BANDS:
        return grade
    middle = (np.cumsum(counts) - counts / 2) / counts.sum()
    return np.minimum((middle * BANDS).astype(np.int32), BANDS - 1)[grade]
