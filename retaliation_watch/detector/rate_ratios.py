"""Rate ratios of units, grade bands, job families and contracts by iterative proportional fitting with shrinkage.

The ratios of a quarter are fitted to earlier quarters only.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.detector.population import FACTORS

KIND_PRIOR_EVENTS: Final = 5.0
"""Prior weight, in events, with which the ratios of one kind are shrunk to 1."""
POOLED_PRIOR_EVENTS: Final = 10.0
"""The same for the ratios of all kinds together."""
LOOKBACK_QUARTERS: Final = 8
ITERATIONS: Final = 2
UNIT: Final = "unit"


@dataclass(frozen=True)
class Strata:
    """Each cell as a unit and a stratum, the combination of all factors other than the unit.

    `unit` and `stratum`: shape (cells); `groups`: the level of each of these other factors per stratum.
    """

    unit: Ints
    stratum: Ints
    units: int
    count: int
    groups: Mapping[str, Ints]


def strata_of(groups: dict[str, Ints]) -> Strata:
    """The strata of cells, by their factor levels."""
    others = [name for name in FACTORS if name != UNIT]
    key = np.zeros(len(groups[UNIT]), np.int64)
    for name in others:
        key = key * (int(groups[name].max(initial=0)) + 1) + groups[name]
    _, first, stratum = np.unique(key, return_index=True, return_inverse=True)
    units = int(groups[UNIT].max(initial=0)) + 1
    varying = {name: groups[name][first].astype(np.intp) for name in others if int(groups[name].max(initial=0)) > 0}
    return Strata(groups[UNIT].astype(np.intp), stratum.astype(np.intp), units, len(first), varying)


@dataclass(frozen=True)
class RateRatios:
    """Rate ratios to the company: `unit`, shape (quarters, units), and `stratum`, shape (quarters, strata)."""

    strata: Strata
    unit: Floats
    stratum: Floats

    def in_quarter(self, quarter: int) -> Floats:
        """The rate ratio of every cell in one quarter, shape (cells)."""
        return self.unit[quarter][self.strata.unit] * self.stratum[quarter][self.strata.stratum]

    def of_cells(self, cells: Ints) -> Floats:
        """The rate ratios of some cells, shape (cells, quarters)."""
        return (self.unit[:, self.strata.unit[cells]] * self.stratum[:, self.strata.stratum[cells]]).T


@dataclass(frozen=True)
class Margins:
    """Observed events by quarter and unit, and by quarter and stratum: (quarters, units) and (quarters, strata)."""

    unit: Floats
    stratum: Floats


def fit_rate_ratios(strata: Strata, observed: Margins, expected: Iterator[Floats], prior_events: float) -> RateRatios:
    """Fits one ratio per factor level, each shrunk to 1; the ratios of a quarter use earlier quarters only.

    `expected` yields, for quarter 1 and each later one, the expected events of each cell over its lookback window.
    """
    quarters = len(observed.unit)
    unit, stratum = np.ones((quarters, strata.units)), np.ones((quarters, strata.count))
    for quarter in range(1, quarters):
        past = lookback_window(quarter)
        margins = Margins(observed.unit[past].sum(axis=0), observed.stratum[past].sum(axis=0))
        unit[quarter], stratum[quarter] = _fit(strata, margins, next(expected), prior_events)
    return RateRatios(strata, unit, stratum)


def lookback_window(quarter: int) -> slice:
    """The earlier quarters to which the ratios of a quarter are fitted."""
    return slice(max(0, quarter - LOOKBACK_QUARTERS), quarter)


def _fit(strata: Strata, observed: Margins, expected: Floats, prior_events: float) -> tuple[Floats, Floats]:
    """The ratios of units and of strata, fitted factor by factor given the others; none is ever 0.

    Factors other than the unit are fitted on strata: while they are, each cell's expectation keeps its unit's ratio.
    """
    unit, stratum = np.ones(strata.units), np.ones(strata.count)
    ratio = {name: np.ones(int(group.max()) + 1) for name, group in strata.groups.items()}
    for _ in range(ITERATIONS):
        if strata.units > 1:
            given_others = np.bincount(strata.unit, expected * stratum[strata.stratum], strata.units)
            unit = (observed.unit + prior_events) / (given_others + prior_events)
        by_stratum = np.bincount(strata.stratum, expected * unit[strata.unit], strata.count)
        for name, group in strata.groups.items():
            stratum = stratum / ratio[name][group]
            given_others = np.bincount(group, by_stratum * stratum, len(ratio[name]))
            ratio[name] = (np.bincount(group, observed.stratum, len(ratio[name])) + prior_events) / (
                given_others + prior_events
            )
            stratum = stratum * ratio[name][group]
    return unit, stratum
