"""What a feed no longer tells: kinds that used to come and fell silent."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Floats
from retaliation_watch.kinds import KINDS, Measure

LOOKBACK_WEEKS: Final = 26
"""Weeks before a silence that tell how often a kind has a week without any."""
UNLIKELY: Final = 1e-3


@dataclass(frozen=True)
class Gap:
    """A kind that has not come for so many weeks, though it used to: for it there is no all-clear."""

    kind: Measure
    weeks: int


def gaps_of(counts: Floats) -> list[Gap]:
    """Kinds that fell silent by the last week.

    `counts`: events per kind (in the order of `KINDS`) and week, shape (kinds, weeks). With p weeks in which nothing
    came among the `LOOKBACK_WEEKS` before the silence, so long a silence must be less likely than `UNLIKELY`: a kind
    with a season is silent for months and is no gap.
    """
    found: list[Gap] = []
    for kind, row in zip(KINDS, counts, strict=True):
        seen = np.flatnonzero(row)
        silent = len(row) - 1 - int(seen[-1]) if len(seen) else 0
        before = row[: len(row) - silent][-LOOKBACK_WEEKS:]
        empty = (float((before == 0).sum()) + 1) / (len(before) + 2)
        if silent and len(before) == LOOKBACK_WEEKS and empty**silent < UNLIKELY:
            found.append(Gap(kind, silent))
    return found
