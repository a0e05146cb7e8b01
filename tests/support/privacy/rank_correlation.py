"""How well a clue restores an order: Kendall's count of pairs, and how unlikely that is by chance."""

from __future__ import annotations

import math
from collections.abc import Hashable, Iterable, Mapping, Sequence
from itertools import combinations
from typing import Any

# A random order exceeds six standard deviations twice in a thousand million tries.
BY_CHANCE = 6.0
ENOUGH = 0.6

Clue = Mapping[Hashable, Any]
"""What a thief reads off for some of the arrivals; anything that can be sorted."""


def agreement(order: Sequence[Hashable], clue: Clue) -> int:
    """Pairs that the clue has in the true order, less those it has the other way round."""
    pairs = combinations([clue[one] for one in order if one in clue], 2)
    return sum((before < after) - (before > after) for before, after in pairs)


def tau(groups: Iterable[Sequence[Hashable]], clue: Clue) -> float:
    """Kendall's tau over all groups: 1 for the true order, -1 for the reverse, near 0 for chance."""
    counted = [(agreement(order, clue), math.comb(_present(order, clue), 2)) for order in groups]
    return sum(right for right, _ in counted) / max(1, sum(pairs for _, pairs in counted))


def deviations(groups: Iterable[Sequence[Hashable]], clue: Clue) -> float:
    """How many standard deviations of a random order lie between the clue's agreement and none."""
    right, variance = 0, 0.0
    for order in groups:
        present = _present(order, clue)
        if present < ENOUGH * len(order):
            continue
        right += agreement(order, clue)
        variance += present * (present - 1) * (2 * present + 5) / 18
    return abs(right) / math.sqrt(variance) if variance else 0.0


def _present(order: Sequence[Hashable], clue: Clue) -> int:
    return sum(one in clue for one in order)
