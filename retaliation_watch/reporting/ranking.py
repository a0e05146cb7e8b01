"""The board's yearly ranking: which kinds of measures people on the list met oftener than comparable colleagues.

The list is reporters, witnesses and cover alike; colleagues are matched controls of the same dates, units, grades.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats, Ints
from retaliation_watch.kinds import KINDS, Measure
from retaliation_watch.reporting.cells import LEAST

RATE: Final = 0.2
"""Of what the ranking names, so many are there by chance on average, at most (Benjamini and Hochberg 1995)."""


@dataclass(frozen=True)
class Ranked:
    """One kind: measures on the list, how many colleagues would have met in as many years, and the chance of so many.

    `adjusted` is the smallest rate at which the kind would be named; `named` whether it is at `RATE`.
    """

    kind: Measure
    observed: int
    expected: float
    chance: float
    adjusted: float
    named: bool


def ranking(listed: Ints, colleagues: Ints, years: tuple[float, float]) -> list[Ranked]:
    """The kinds in the order of their evidence, from counts per kind, shape (kinds), and years of watches of both.

    Kinds of fewer than twice `LEAST` measures in all are not tested, which looks at no difference; of the others only
    those are told of which both sides have `LEAST`.
    """
    if min(years) <= 0:
        return []
    tested = np.flatnonzero(listed + colleagues >= 2 * LEAST)
    part = years[0] / sum(years)
    chances = np.array([at_least(int(listed[one]), int(listed[one] + colleagues[one]), part) for one in tested])
    adjusted = adjust(chances)
    found = [
        Ranked(
            KINDS[int(kind)], int(listed[kind]), float(colleagues[kind]) * years[0] / years[1], float(chances[at]),
            float(adjusted[at]), bool(adjusted[at] <= RATE),
        )
        for at, kind in enumerate(tested.tolist())
        if listed[kind] >= LEAST and colleagues[kind] >= LEAST
    ]  # fmt: skip
    return sorted(found, key=lambda one: (one.chance, one.kind))


def adjust(chances: Floats) -> Floats:
    """The rates at which each would be named: for the i-th smallest of m chances m / i times it, never falling."""
    order = np.argsort(chances, kind="stable")
    raised = chances[order] * len(chances) / np.arange(1, len(chances) + 1)
    adjusted = np.empty(len(chances))
    adjusted[order] = np.minimum(np.minimum.accumulate(raised[::-1])[::-1], 1.0)
    return adjusted


def named(chances: Floats, rate: float = RATE) -> Bools:
    """Which are named at a rate."""
    return adjust(chances) <= rate


def at_least(hits: int, tries: int, chance: float) -> float:
    """The chance of so many hits or more in so many tries (binomial, exact)."""
    if hits <= 0:
        return 1.0
    whole = lgamma(tries + 1)
    logs = [
        whole - lgamma(n + 1) - lgamma(tries - n + 1) + n * log(chance) + (tries - n) * log(1 - chance)
        for n in range(hits, tries + 1)
    ]
    top = max(logs)
    return min(exp(top) * sum(exp(one - top) for one in logs), 1.0)
