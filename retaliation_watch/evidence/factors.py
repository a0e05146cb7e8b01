"""How much more often a kind comes in a unit, grade band, job family or kind of contract: from past quarters alone."""

from __future__ import annotations

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
    seen_in, hoped_in = np.ascontiguousarray(events.T), np.ascontiguousarray(expected.T)
    for quarter in range(1, events.shape[1]):
        past = slice(max(0, quarter - QUARTERS), quarter)
        seen, hoped = seen_in[past].sum(axis=0), hoped_in[past].sum(axis=0)
        met = {name: np.bincount(groups[name], seen) for name in names}
        own = {name: np.ones(len(met[name])) for name in names}
        product = np.ones(len(hoped))
        for name in names * ROUNDS:
            # Each factor is fitted to what the others leave; none is ever 0.
            product /= own[name][groups[name]]
            own[name] = (met[name] + pseudo) / (np.bincount(groups[name], hoped * product) + pseudo)
            product *= own[name][groups[name]]
        found[:, quarter] = product
    return found
