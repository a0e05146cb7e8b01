"""What a manager may learn from a review: odds, kept within a bound by how often anybody's measure is reviewed."""

from __future__ import annotations

from collections.abc import Iterable
from math import prod
from typing import Final

BOUND: Final = 2.0
"""No answer, and no set of answers, multiplies the odds that somebody reported by more."""
COVER: Final = 0.25
"""The part of middle measures that is reviewed, no matter whom they hit."""
SMALLEST_UNIT: Final = 20


def listed_chance(cover: float = COVER, bound: float = BOUND) -> float:
    """How often a measure against somebody on the list may be reviewed: its odds are `bound` times those of others.

    Cover entries are left out of the reckoning, so that nobody raises this by putting people on the list, and the
    odds of reviewed against not reviewed are bounded, not the chance of a review alone, so that the answers about all
    colleagues of somebody together tell no more. Always at most 2 q_c (1 - d) / (1 - 2 d) for d covered colleagues.
    """
    if not 0 < cover <= 1 or bound < 1:
        raise ValueError("a cover chance lies in (0, 1], a bound is at least 1")
    return bound * cover / (1 + (bound - 1) * cover)


def ratio(listed: float, cover: float, decoys: float, *, reviewed: bool) -> float:
    """How much likelier the answer is for the reporter than for a colleague, a share `decoys` of whom is listed."""
    other = decoys * listed + (1 - decoys) * cover
    return listed / other if reviewed else (1 - listed) / (1 - other) if other < 1 else 1.0


def most(listed: float, cover: float) -> float:
    """The most that all answers about a whole unit multiply anybody's odds by."""
    return 1.0 if cover >= 1 else listed * (1 - cover) / (cover * (1 - listed))


def together(people: int, decoys: float = 0.0) -> float:
    """What a review of every one of these people, who report together, multiplies the odds by that all of them did.

    The bound of `listed_chance` is that of one person: each of a group has a coin of its own, and all tell of one fact.
    """
    return ratio(listed_chance(), COVER, decoys, reviewed=True) ** people


def multiplied(ratios: Iterable[float]) -> float:
    """All earlier answers together."""
    return prod(ratios)


def posterior(prior: float, by: float) -> float:
    """A probability after its odds were multiplied."""
    return prior * by / (prior * by + 1 - prior)
