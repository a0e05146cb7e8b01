"""Shares and usual durations: told so roughly that no small count follows from them.

They stand where a count would say nothing: all limits kept, or nearly all, is what an office wants
to show, and a table of counts would withhold just that. How many cases a share is of is not told.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from casework.statistics.suppression import SMALL
from casework.words import Words

WIDTHS: Final = (5, 10, 20, 25, 50)
"""Percent that one step may be wide."""
BANDS: Final = (1, 3, 7, 15, 30, 60, 90, 180, 365)
"""Days up to which a duration falls into one step."""


@dataclass(frozen=True, slots=True)
class Share:
    """From `low` to under `high` percent; 100 itself belongs to the last step."""

    id: str
    name: Words
    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Usual:
    """Half of the cases took no more than `days`; None where it was longer than the longest step."""

    id: str
    name: Words
    days: int | None


def share(name: str, words: Words, number: int, of: int, small: int = SMALL) -> Share | None:
    """The share of `number` in `of`, in steps so wide that each holds `small` numbers; None for too few cases."""
    width = next((one for one in WIDTHS if of * one // 100 >= small), None)
    if width is None:
        return None
    low = min(number * 100 // of // width * width, 100 - width)
    return Share(name, words, low, low + width)


def usual(name: str, words: Words, days: Sequence[int], small: int = SMALL) -> Usual | None:
    """The step in which the median lies; None for fewer than twice `small` cases."""
    if len(days) < 2 * small:
        return None
    median = sorted(days)[(len(days) - 1) // 2]
    return Usual(name, words, next((band for band in BANDS if median <= band), None))
