"""Monitoring episodes of protected people, and of matched controls: colleagues with the same dates and detector."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Ints
from retaliation_watch.detector.calendar import Calendar
from retaliation_watch.detector.population import Population
from retaliation_watch.hr_formats.watchlist import Watchlist

MAX_CONTROLS: Final = 6000
MIN_CONTROLS: Final = 2000
COLLEAGUES_PER_CONTROL: Final = 3
LATE_RECORDING_DAYS: Final = 35
"""Events recorded up to so many days after a person left still count."""


@dataclass(frozen=True)
class MonitoringEpisodes:
    """One row per episode: person, first and last week, first and last day.

    `matched_to` is the row of the protected episode that a control is matched to, and its own for a protected one.
    """

    person: Ints
    start: Ints
    end: Ints
    start_day: Ints
    end_day: Ints
    matched_to: Ints
    is_control: Bools

    def __len__(self) -> int:
        return len(self.person)

    def at_risk(self, population: Population, calendar: Calendar) -> Bools:
        """The weeks in which an event of the person can be recorded, shape (episodes, weeks)."""
        week = np.arange(calendar.count)[None, :]
        last = np.minimum(self.end, population.last[self.person] + calendar.weeks_in(LATE_RECORDING_DAYS))
        return (week >= self.start[:, None]) & (week <= last[:, None])

    def protected(self, calendar: Calendar) -> Bools:
        """The weeks of each episode, shape (episodes, weeks): protection goes on when a person has left."""
        week = np.arange(calendar.count)[None, :]
        return (week >= self.start[:, None]) & (week <= self.end[:, None])


def episodes_of(
    watchlist: Watchlist, population: Population, calendar: Calendar, seed: int, max_controls: int = MAX_CONTROLS
) -> MonitoringEpisodes:
    """The protected episodes that have begun by the last run, and matched controls for each of them.

    `seed` selects among colleagues; the selection for an episode depends only on episodes that began before it.
    """
    each = _controls_per_episode(len(watchlist.person), int((~population.protected).sum()), max_controls)
    begun = np.flatnonzero(calendar.week(watchlist.start) < calendar.count)
    begun = begun[np.lexsort((watchlist.person[begun], watchlist.start[begun]))]
    controls = _match_controls(watchlist, begun, population, calendar, seed, each)
    person = np.concatenate([watchlist.person[begun], controls[:, 0]]).astype(np.int32)
    matched_to = np.concatenate([np.arange(len(begun)), controls[:, 1]])
    start, end = watchlist.start[begun][matched_to], watchlist.end[begun][matched_to]
    return MonitoringEpisodes(
        person,
        np.maximum(calendar.week(start), 0),
        # The last run is within protection: a later alert would concern a person who is no longer on the list.
        np.minimum(calendar.week(end + 1) - 1, calendar.count - 1),
        start,
        end,
        matched_to,
        np.arange(len(person)) >= len(begun),
    )


def _controls_per_episode(episodes: int, colleagues: int, max_controls: int) -> int:
    """Controls per episode, the same for early and late ones, at most a third of the colleagues in all."""
    wanted = max(min(max_controls, MIN_CONTROLS), min(max_controls, 20 * episodes))
    return max(min(-(-wanted // episodes), colleagues // (COLLEAGUES_PER_CONTROL * episodes)), 1)


def _match_controls(
    watchlist: Watchlist, begun: Ints, population: Population, calendar: Calendar, seed: int, each: int
) -> Ints:
    """Pairs of control and episode, shape (controls, 2): without replacement, closest match first.

    First colleagues of the same unit and grade band, then of the same unit, then of the same band.
    """
    unavailable = population.protected.copy()
    pairs: list[Ints] = [np.empty((0, 2), np.int64)]
    by_unit, by_band = _GroupIndex(population.groups["unit"]), _GroupIndex(population.groups["band"])
    for row, episode in enumerate(begun.tolist()):
        person, week = (
            int(watchlist.person[episode]),
            max(int(calendar.week(watchlist.start[episode : episode + 1])[0]), 0),
        )
        rng = np.random.default_rng([seed, person])
        band = int(population.groups["band"][person])
        same_unit, same_band = (
            by_unit.members(int(population.groups["unit"][person])),
            by_band.members(band),
        )
        selected: list[Ints] = []
        missing = each
        for pool in (same_unit[population.groups["band"][same_unit] == band], same_unit, same_band):
            eligible = pool[~unavailable[pool] & (population.first[pool] <= week) & (population.last[pool] >= week)]
            sample = rng.permutation(eligible)[:missing]
            unavailable[sample] = True
            selected.append(sample)
            missing -= len(sample)
            if not missing:
                break
        controls = np.concatenate(selected)
        pairs.append(np.stack([controls, np.full(len(controls), row)], axis=1))
    return np.concatenate(pairs)


class _GroupIndex:
    """People sorted by group, so that the members of a group are a slice."""

    def __init__(self, group: Ints) -> None:
        self._order = np.argsort(group, kind="stable")
        self._ends = np.searchsorted(group[self._order], np.arange(int(group.max(initial=0)) + 2))

    def members(self, group: int) -> Ints:
        return self._order[self._ends[group] : self._ends[group + 1]]
