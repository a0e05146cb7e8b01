"""The workforce as comparison cells (unit, grade band, job family, contract), and person-weeks at work."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats, Ints
from retaliation_watch.detector.calendar import Calendar
from retaliation_watch.hr_formats.roster import Roster

MAX_GRADE_BANDS: Final = 6
FACTORS: Final = ("unit", "band", "family", "contract")
"""Categorical factors whose levels define a cell."""


@dataclass(frozen=True)
class Population:
    """Everybody on the roster.

    `groups` has the level of each of `FACTORS` per person; `cell` numbers their combinations, and `cell_groups` has
    the levels per cell. `first`, `last` are the weeks of employment, both included. `protected` people are in no
    reference group.
    """

    groups: dict[str, Ints]
    location: Ints
    manager: Ints
    cell: Ints
    cell_groups: dict[str, Ints]
    first: Ints
    last: Ints
    hired: Ints
    protected: Bools

    def __len__(self) -> int:
        return len(self.cell)

    def levels(self, factor: str) -> int:
        """The number of levels of a factor."""
        return int(self.groups[factor].max(initial=0)) + 1

    def exposure(self, group: Ints, count: int, weeks: int) -> Floats:
        """Person-weeks of unprotected people at work, shape (`count` groups, `weeks`)."""
        included = ~self.protected & (self.last >= self.first)
        row_start = group[included].astype(np.int64) * (weeks + 1)
        changes = np.bincount(row_start + self.first[included], minlength=count * (weeks + 1)).astype(np.float64)
        changes -= np.bincount(row_start + self.last[included] + 1, minlength=count * (weeks + 1))
        return np.cumsum(changes.reshape(count, weeks + 1), axis=1)[:, :weeks]

    def weeks_at_work(self, calendar: Calendar, quarter: int) -> Ints:
        """Weeks of a quarter in which each person was employed."""
        start = quarter * calendar.quarter_length
        end = min(start + calendar.quarter_length, calendar.count) - 1
        return np.maximum(np.minimum(self.last, end) - np.maximum(self.first, start) + 1, 0)


def population_of(roster: Roster, calendar: Calendar, protected: Ints) -> Population:
    """Assigns everybody on the roster to cells and weeks."""
    groups = {
        "unit": roster.groups["org_unit"],
        "band": grade_bands(roster.groups["grade"]),
        "family": roster.groups["job_family"],
        "contract": roster.groups["contract_type"],
    }
    key = np.zeros(len(roster), np.int64)
    for name in FACTORS:
        key = key * (int(groups[name].max(initial=0)) + 1) + groups[name]
    _, first_member, cell = np.unique(key, return_index=True, return_inverse=True)
    is_protected = np.zeros(len(roster), bool)
    is_protected[protected] = True
    return Population(
        groups,
        roster.groups["location"],
        roster.manager,
        cell.astype(np.int32),
        {name: groups[name][first_member] for name in FACTORS},
        np.clip(calendar.week(roster.hired), 0, calendar.count),
        np.clip(calendar.week(roster.left), -1, calendar.count - 1),
        roster.hired,
        is_protected,
    )


def grade_bands(grade: Ints) -> Ints:
    """Merges adjacent grades into at most `MAX_GRADE_BANDS` bands of about equal size."""
    counts = np.bincount(grade)
    if len(counts) <= MAX_GRADE_BANDS:
        return grade
    midpoint = (np.cumsum(counts) - counts / 2) / counts.sum()
    return np.minimum((midpoint * MAX_GRADE_BANDS).astype(np.int32), MAX_GRADE_BANDS - 1)[grade]
