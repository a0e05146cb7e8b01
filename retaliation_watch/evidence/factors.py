"""How much more often a kind comes in a unit, grade band, job family or kind of contract: from past quarters alone."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.evidence.people import FACTORS

PSEUDO: Final = 5.0
POOLED_PSEUDO: Final = 10.0
QUARTERS: Final = 8
"""Quarters that are looked back upon."""
ROUNDS: Final = 2
UNIT: Final = "unit"


@dataclass(frozen=True)
class Strata:
    """Each cell as a unit and a stratum, which is what its people have in common beside the unit.

    `unit` and `stratum`: shape (cells); `groups`: for each factor but the unit the group of each stratum.
    """

    unit: Ints
    stratum: Ints
    units: int
    count: int
    groups: Mapping[str, Ints]


def strata_of(groups: dict[str, Ints]) -> Strata:
    """The strata of cells, by the numbers of their groups."""
    others = [name for name in FACTORS if name != UNIT]
    key = np.zeros(len(groups[UNIT]), np.int64)
    for name in others:
        key = key * (int(groups[name].max(initial=0)) + 1) + groups[name]
    _, first, stratum = np.unique(key, return_index=True, return_inverse=True)
    units = int(groups[UNIT].max(initial=0)) + 1
    found = {name: groups[name][first].astype(np.intp) for name in others if int(groups[name].max(initial=0)) > 0}
    return Strata(groups[UNIT].astype(np.intp), stratum.astype(np.intp), units, len(first), found)


@dataclass(frozen=True)
class Factors:
    """What a unit and a stratum have more or less than the company, shapes (quarters, units) and (quarters, strata)."""

    strata: Strata
    unit: Floats
    stratum: Floats

    def quarter(self, quarter: int) -> Floats:
        """The product for every cell, shape (cells)."""
        return self.unit[quarter][self.strata.unit] * self.stratum[quarter][self.strata.stratum]

    def of(self, cells: Ints) -> Floats:
        """The product for some cells, shape (cells, quarters)."""
        return (self.unit[:, self.strata.unit[cells]] * self.stratum[:, self.strata.stratum[cells]]).T


@dataclass(frozen=True)
class Seen:
    """Events per quarter and unit, and per quarter and stratum: shapes (quarters, units) and (quarters, strata)."""

    unit: Floats
    stratum: Floats


def fitted(strata: Strata, seen: Seen, expected: Iterator[Floats], pseudo: float) -> Factors:
    """Multiplies one factor per group, each shrunk to 1, fitted in turn; quarter q sees quarters before q alone.

    `expected` gives for quarter 1 and each later one what was to be expected in each cell in the quarters before.
    """
    quarters = len(seen.unit)
    unit, stratum = np.ones((quarters, strata.units)), np.ones((quarters, strata.count))
    for quarter in range(1, quarters):
        past = looked_back(quarter)
        met = Seen(seen.unit[past].sum(axis=0), seen.stratum[past].sum(axis=0))
        unit[quarter], stratum[quarter] = _fit(strata, met, next(expected), pseudo)
    return Factors(strata, unit, stratum)


def looked_back(quarter: int) -> slice:
    """The quarters that the factors of a quarter are made of."""
    return slice(max(0, quarter - QUARTERS), quarter)


def _fit(strata: Strata, met: Seen, hoped: Floats, pseudo: float) -> tuple[Floats, Floats]:
    """The factors of units and of strata; each is fitted to what the others leave, and none is ever 0.

    All factors but the unit's are fitted to strata: a cell counts with its unit's factor, which they leave alone.
    """
    unit, stratum = np.ones(strata.units), np.ones(strata.count)
    own = {name: np.ones(int(group.max()) + 1) for name, group in strata.groups.items()}
    for _ in range(ROUNDS):
        if strata.units > 1:
            left = np.bincount(strata.unit, hoped * stratum[strata.stratum], strata.units)
            unit = (met.unit + pseudo) / (left + pseudo)
        within = np.bincount(strata.stratum, hoped * unit[strata.unit], strata.count)
        for name, group in strata.groups.items():
            stratum = stratum / own[name][group]
            left = np.bincount(group, within * stratum, len(own[name]))
            own[name] = (np.bincount(group, met.stratum, len(own[name])) + pseudo) / (left + pseudo)
            stratum = stratum * own[name][group]
    return unit, stratum
