"""Ratings and pay reviews: who was judged, and how many of the same unit fell in the same week."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.evidence.calendar import Calendar
from retaliation_watch.evidence.people import People
from retaliation_watch.feed.events import Events
from retaliation_watch.kinds import DERIVED, INDEX

PSEUDO: Final = 5.0
FELL, STOOD = 1.0, 3.0
"""Pseudo-occasions of a week: one that went against somebody, three that did not."""
ALONE: Final = FELL / (FELL + STOOD)
"""The chance where nobody else was judged, or where a derived kind was booked without its occasion."""


@dataclass(frozen=True)
class Occasions:
    """One derived kind: each occasion's person and week, and the chance that it goes against the person.

    The chance of each is that of the others in its unit and week.
    """

    kind: int
    person: Ints
    week: Ints
    chance: Floats


def occasions_of(people: People, events: Events, calendar: Calendar) -> list[Occasions]:
    """The occasions of each derived kind for which the feed has any."""
    found: list[Occasions] = []
    for derived in DERIVED:
        kind = INDEX[derived]
        here = events.occasions["kind"] == kind
        week = calendar.week(events.occasions["recorded"][here])
        within = (week >= 0) & (week < calendar.count)
        if within.any():
            found.append(
                _chances(kind, people, events, events.occasions["person"][here][within], week[within], calendar)
            )
    return found


def _chances(kind: int, people: People, events: Events, person: Ints, week: Ints, calendar: Calendar) -> Occasions:
    """Each occasion's chance: the unit's share in that week, shrunk to the company's, without the person itself."""
    units, weeks = people.sizes("unit"), calendar.count
    unit = people.groups["unit"].astype(np.int64)
    place, mine = unit[person] * weeks + week, ~people.watched[person]
    fallen = np.flatnonzero(events.kind == kind)
    fallen_week = calendar.week(events.recorded[fallen])
    within = (fallen_week >= 0) & (fallen_week < weeks)
    who, when = events.person[fallen][within], fallen_week[within]
    free = ~people.watched[who]
    judged = np.bincount(place[mine], minlength=units * weeks).astype(np.float64)
    fell = np.bincount(unit[who[free]] * weeks + when[free], minlength=units * weeks).astype(np.float64)
    in_company = (fell.reshape(units, weeks).sum(axis=0) + FELL) / (
        judged.reshape(units, weeks).sum(axis=0) + FELL + STOOD
    )
    key = person.astype(np.int64) * weeks + week
    own = np.isin(key, who.astype(np.int64) * weeks + when) & mine
    left, left_fell = judged[place] - mine, fell[place] - own
    chance = (left_fell + PSEUDO * in_company[week]) / (np.maximum(left, 0.0) + PSEUDO)
    return Occasions(kind, person, week, np.clip(chance, 1e-4, 1.0))
