"""Watches, and the same watch on colleagues who are not protected: placebos of like place, grade and dates."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Ints
from retaliation_watch.evidence.calendar import Calendar
from retaliation_watch.evidence.people import People
from retaliation_watch.feed.watchlist import Watchlist

MOST: Final = 6000
FEWEST: Final = 2000
PART: Final = 3
LATE_DAYS: Final = 35
"""What is recorded so long after a person left still counts."""


@dataclass(frozen=True)
class Watches:
    """One row per watch: person, first and last week, first and last day; `of` is the protected watch it stands for."""

    person: Ints
    start: Ints
    end: Ints
    start_day: Ints
    end_day: Ints
    of: Ints
    is_placebo: Bools

    def __len__(self) -> int:
        return len(self.person)

    def active(self, people: People, calendar: Calendar) -> Bools:
        """The weeks in which each watch can see something, shape (watches, weeks)."""
        week = np.arange(calendar.count)[None, :]
        last = np.minimum(self.end, people.last[self.person] + calendar.weeks_in(LATE_DAYS))
        return (week >= self.start[:, None]) & (week <= last[:, None])

    def protected(self, calendar: Calendar) -> Bools:
        """The weeks of each watch, shape (watches, weeks): anyone who has left stays on the list until it ends."""
        week = np.arange(calendar.count)[None, :]
        return (week >= self.start[:, None]) & (week <= self.end[:, None])


def watches_of(watchlist: Watchlist, people: People, calendar: Calendar, seed: int, most: int = MOST) -> Watches:
    """The protected watches that have begun by the last look, and placebos for each of them.

    `seed` chooses among colleagues; the choice for one watch depends on those that began before it alone.
    """
    each = _placebos_each(len(watchlist.person), int((~people.watched).sum()), most)
    begun = np.flatnonzero(calendar.week(watchlist.start) < calendar.count)
    begun = begun[np.lexsort((watchlist.person[begun], watchlist.start[begun]))]
    chosen = _chosen(watchlist, begun, people, calendar, seed, each)
    person = np.concatenate([watchlist.person[begun], chosen[:, 0]]).astype(np.int32)
    of = np.concatenate([np.arange(len(begun)), chosen[:, 1]])
    start, end = watchlist.start[begun][of], watchlist.end[begun][of]
    return Watches(
        person,
        np.maximum(calendar.week(start), 0),
        # The last look lies within protection: an alert after its end would be of somebody who is on no list.
        np.minimum(calendar.week(end + 1) - 1, calendar.count - 1),
        start,
        end,
        of,
        np.arange(len(person)) >= len(begun),
    )


def _placebos_each(watches: int, colleagues: int, most: int) -> int:
    """Placebos of each watch: as many early as late ones, so never more than a third of the colleagues in all."""
    wanted = max(min(most, FEWEST), min(most, 20 * watches))
    return max(min(-(-wanted // watches), colleagues // (PART * watches)), 1)


def _chosen(watchlist: Watchlist, begun: Ints, people: People, calendar: Calendar, seed: int, each: int) -> Ints:
    """Pairs of colleague and watch, shape (placebos, 2); nobody is taken twice, those nearest come first."""
    taken = people.watched.copy()
    pairs: list[Ints] = [np.empty((0, 2), np.int64)]
    by_unit, by_band = _Pool(people.groups["unit"]), _Pool(people.groups["band"])
    for place, watch in enumerate(begun.tolist()):
        person, week = int(watchlist.person[watch]), max(int(calendar.week(watchlist.start[watch : watch + 1])[0]), 0)
        dice = np.random.default_rng([seed, person])
        band = int(people.groups["band"][person])
        mates, peers = by_unit.members(int(people.groups["unit"][person])), by_band.members(band)
        found: list[Ints] = []
        missing = each
        for pool in (mates[people.groups["band"][mates] == band], mates, peers):
            free = pool[~taken[pool] & (people.first[pool] <= week) & (people.last[pool] >= week)]
            picked = dice.permutation(free)[:missing]
            taken[picked] = True
            found.append(picked)
            missing -= len(picked)
            if not missing:
                break
        whole = np.concatenate(found)
        pairs.append(np.stack([whole, np.full(len(whole), place)], axis=1))
    return np.concatenate(pairs)


class _Pool:
    """People by group, found without a search."""

    def __init__(self, group: Ints) -> None:
        self._order = np.argsort(group, kind="stable")
        self._ends = np.searchsorted(group[self._order], np.arange(int(group.max(initial=0)) + 2))

    def members(self, group: int) -> Ints:
        return self._order[self._ends[group] : self._ends[group + 1]]
