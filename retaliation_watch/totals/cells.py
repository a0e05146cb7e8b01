"""A quarter's figures of a whole company: small ones are withheld, and a sum is told only where all of its parts are.

So nothing that is told depends on anything that is withheld, and there is nothing to subtract: whichever small number a
withheld cell has, every quarter and every year says the same (a test changes each of them and compares).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

LEAST: Final = 10
MEASURES: Final = ("grave", "middle", "daily")
REVIEWS: Final = ("grave-reviewed", "middle-reviewed", "proposed")
ALERTS: Final = ("alerts",)
COLUMNS: Final = (*MEASURES, *REVIEWS, *ALERTS)
SUMS: Final = {"measures": MEASURES, "reviews": REVIEWS}
TIED: Final = (("grave", "grave-reviewed"),)
"""Nearly the same number: every grave measure is reviewed, so that each would give the other away."""

Counts = Mapping[str, int]
Told = dict[str, int | None]


def told_quarter(counts: Counts) -> Told:
    """What is told of a quarter: each of `COLUMNS` and `SUMS`, None where it is withheld. None at all is small too."""
    told: Told = {name: counts[name] if counts[name] >= LEAST else None for name in COLUMNS}
    for tied in TIED:
        if any(told[name] is None for name in tied):
            told |= dict.fromkeys(tied)
    return told | {name: _sum(told[part] for part in parts) for name, parts in SUMS.items()}


def told_year(quarters: Iterable[Told]) -> Told:
    """What is told of a year, from what was told of its four quarters, and from nothing else."""
    four = list(quarters)
    return {name: _sum(quarter[name] for quarter in four) for name in (*COLUMNS, *SUMS)}


def _sum(parts: Iterable[int | None]) -> int | None:
    every = list(parts)
    known = [part for part in every if part is not None]
    return sum(known) if len(known) == len(every) else None
