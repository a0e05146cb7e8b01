"""How much more often a kind comes in a unit, grade band, job family or kind of contract: from past quarters alone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.evidence.people import FACTORS

PSEUDO: Final = 5.0
POOLED_PSEUDO: Final = 10.0
QUARTERS: Final = 8
"""Quarters that are looked back upon."""
ROUNDS: Final = 2


def pooled_factors(events: Floats, expected: Floats, groups: dict[str, Ints]) -> Floats:
    """What each cell has more or less than the company, all kinds together; shape (cells, quarters).

    `events` and `expected`: shape (cells, quarters), all kinds together.
    """
    return _factors(events, expected, groups, POOLED_PSEUDO)


def kind_factors(events: Floats, expected: Floats, groups: dict[str, Ints]) -> Floats:
    """The same for one kind, `expected` already with the pooled factors."""
    return _factors(events, expected, groups, PSEUDO)


def _factors(events: Floats, expected: Floats, groups: dict[str, Ints], pseudo: float) -> Floats:
    """Multiplies one factor per group, each shrunk to 1, fitted in turn; quarter q sees quarters before q alone."""
    found = np.ones_like(events)
    names = [name for name in FACTORS if int(groups[name].max(initial=0)) > 0]
    for quarter in range(1, events.shape[1]):
        past = slice(max(0, quarter - QUARTERS), quarter)
        seen, hoped = events[:, past].sum(axis=1), expected[:, past].sum(axis=1)
        own = {name: np.ones(int(groups[name].max(initial=0)) + 1) for name in names}
        for name in names * ROUNDS:
            others = hoped * _product(own, [other for other in names if other != name], groups, len(hoped))
            size = len(own[name])
            met = np.bincount(groups[name], seen, size)
            own[name] = (met + pseudo) / (np.bincount(groups[name], others, size) + pseudo)
        found[:, quarter] = _product(own, names, groups, len(hoped))
    return found


def _product(own: Mapping[str, Floats], names: list[str], groups: dict[str, Ints], cells: int) -> Floats:
    found = np.ones(cells)
    for name in names:
        found *= own[name][groups[name]]
    return found
