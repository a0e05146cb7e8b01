"""Figures of a quarter and a company: small ones are withheld, and a sum is disclosed only where all its parts are.

So nothing that is disclosed depends on anything that is withheld, and there is nothing to subtract: whichever small
number a withheld cell has, every quarter and every year says the same (a test changes each of them and compares).
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
Disclosed = dict[str, int | None]


def disclose_quarter(counts: Counts) -> Disclosed:
    """What is disclosed of a quarter: each of `COLUMNS` and `SUMS`, None where it is withheld. Zero is small too."""
    disclosed: Disclosed = {name: counts[name] if counts[name] >= LEAST else None for name in COLUMNS}
    for tied in TIED:
        if any(disclosed[name] is None for name in tied):
            disclosed |= dict.fromkeys(tied)
    return disclosed | {name: _sum(disclosed[part] for part in parts) for name, parts in SUMS.items()}


def disclose_year(quarters: Iterable[Disclosed]) -> Disclosed:
    """What is disclosed of a year, from what was disclosed of its four quarters, and from nothing else."""
    four = list(quarters)
    return {name: _sum(quarter[name] for quarter in four) for name in (*COLUMNS, *SUMS)}


def _sum(parts: Iterable[int | None]) -> int | None:
    every = list(parts)
    known = [part for part in every if part is not None]
    return sum(known) if len(known) == len(every) else None
