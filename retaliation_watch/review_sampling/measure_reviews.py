"""Which recorded measures are reviewed: by class and random draw alone, never because somebody asked for it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats, Ints
from retaliation_watch.kinds import KINDS
from retaliation_watch.review_sampling.classes import REPEATED, REPEATED_DAYS, Class, class_of
from retaliation_watch.review_sampling.randomization import RandomizationKey, uniform_draw, uniform_draws
from retaliation_watch.review_sampling.ratio import BOUND, COVER, SMALLEST_UNIT, listed_chance

_SAMPLED = np.array([class_of(kind) is Class.SAMPLED for kind in KINDS])
_UNIVERSAL = np.array([class_of(kind) is Class.UNIVERSAL for kind in KINDS])


_WIDEST: Final = 1 << 22
"""More days than lie between any two that the feed reads."""


@dataclass(frozen=True)
class SamplingFrame:
    """Everybody of the roster: on the list from when to when, entries and cover entries alike, and the unit.

    Arrays have one value per person, days since 1970: `listed_from` is beyond every day for anyone who is not on the
    list; `hired` and `left` are the first day at work and the day of leaving. `ids` are ids, or pseudonyms.
    """

    ids: list[str]
    listed_from: Ints
    listed_until: Ints
    unit: Ints
    hired: Ints
    left: Ints

    def listed(self, person: Ints, day: Ints) -> Bools:
        """Whether each person is on the list on each day."""
        return (self.listed_from[person] <= day) & (day <= self.listed_until[person])

    def unit_size(self, person: Ints, day: Ints) -> Ints:
        """How many people each person's unit has on each day."""
        unit = self.unit[person].astype(np.int64) * _WIDEST + _WIDEST // 2
        return _up_to(self.unit, self.hired, unit, day) - _up_to(self.unit, self.left, unit, day)


def _up_to(unit: Ints, days: Ints, wanted: Ints, day: Ints) -> Ints:
    """How many of a unit's days lie on or before each day."""
    keys = np.sort(unit.astype(np.int64) * _WIDEST + _WIDEST // 2 + np.clip(days, -_WIDEST // 2, _WIDEST // 2 - 1))
    return np.searchsorted(keys, wanted + day, side="right") - np.searchsorted(keys, wanted - _WIDEST // 2)


@dataclass(frozen=True)
class Reviews:
    """For each recorded measure whether it is reviewed, and by which class; shape (measures)."""

    reviewed: Bools
    universal: Bools


def person_draw(key: RandomizationKey, person: str) -> float:
    """The one draw of a person for sampled measures: it is never repeated, in no later term either."""
    return uniform_draw(key, "review", person)


def sticky_assignment(draw: Floats, listed_at_first: Bools, cover: float = COVER, bound: float = BOUND) -> Bools:
    """The answer that holds for all sampled measures against each person: what the first one of them was answered.

    `listed_at_first`: whether the person was on the list when the first sampled measure was recorded. Anyone who comes
    onto the list later keeps the answer, since a change would tell.
    """
    return draw < np.where(listed_at_first, listed_chance(cover, bound), cover)


def reviews_of(person: Ints, kind: Ints, recorded: Ints, population: SamplingFrame, key: RandomizationKey) -> Reviews:
    """Which measures are reviewed; all that the feed holds are needed, in the order of their recording."""
    universal = _UNIVERSAL[kind] | repeated(person, kind, recorded)
    drawn = np.flatnonzero(_SAMPLED[kind])
    reviewed = universal.copy()
    if len(drawn):
        people, first = np.unique(person[drawn], return_index=True)
        draw = uniform_draws(key, [population.ids[one] for one in people.tolist()], "review")
        when = recorded[drawn[first]]
        answer = sticky_assignment(draw, population.listed(people, when))
        answer &= population.unit_size(people, when) >= SMALLEST_UNIT
        reviewed[drawn] |= answer[np.searchsorted(people, person[drawn])]
    return Reviews(reviewed, universal)


def sampled(kind: Ints) -> Bools:
    """Which kinds, by their place in `KINDS`, are drawn at random."""
    return _SAMPLED[kind]


def repeated(person: Ints, kind: Ints, recorded: Ints) -> Bools:
    """Measures that are the third sampled or graver one against a person within thirteen weeks."""
    heavy = np.flatnonzero(_SAMPLED[kind] | _UNIVERSAL[kind])
    order = heavy[np.lexsort((recorded[heavy], person[heavy]))]
    found = np.zeros(len(person), bool)
    back = REPEATED - 1
    last, before = order[back:], order[: len(order) - back]
    close = (person[last] == person[before]) & (recorded[last] - recorded[before] < REPEATED_DAYS)
    found[last[close]] = True
    return found
