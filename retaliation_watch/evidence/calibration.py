"""Scores as odds: how many placebo watches went as far, with all the looks they had; and who crosses the line."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats, Ints

SLACK: Final = 10.0
STRENGTH: Final = 4
MOST_CORRECTED: Final = 1.5
"""How the line follows the number of placebos that crossed so far: slack in placebos, a power, a bound."""


@dataclass(frozen=True)
class Crossings:
    """For each watch the week in which it first crossed, or -1; `per_year`: how many placebos a year go so far.

    `line`, shape (weeks): what the first score must exceed to cross by itself, infinite where nothing would. Of the
    protected watches, in their order, shape (protected watches, weeks): `height`, how many placebos a year had gone as
    far by each week as the watch ever had, infinite before the first look; `stands`, whether its score of the week
    itself lies beyond the line.
    """

    week: Ints
    per_year: Floats
    line: Floats
    height: Floats
    stands: Bools


def crossings(
    scores: tuple[Floats, ...], active: Bools, exposed_years: Floats, is_placebo: Bools, rate: float, first_look: int
) -> Crossings:
    """Who crosses first when, at `rate` false alarms per protected year.

    `scores`: each of shape (watches, weeks); `exposed_years`: protected years of all placebo watches up to each week,
    shape (weeks). In each week every score is turned into the number of placebo watches per year whose running
    maximum went as far; the smaller number counts, and the line is drawn where, with both scores together, `rate` of
    the placebos went in a year. No week's line knows anything of a later week.
    """
    week_of, per_year = np.full(len(is_placebo), -1, np.int32), np.full(len(is_placebo), np.inf)
    highest = [np.full(len(is_placebo), -np.inf) for _ in scores]
    line, mine = np.full(active.shape[1], np.inf), np.flatnonzero(~is_placebo)
    height = np.full((len(mine), active.shape[1]), np.inf, np.float32)
    stands = np.zeros(height.shape, bool)
    for week in range(first_look, active.shape[1]):
        here = active[:, week]
        for score, top in zip(scores, highest, strict=True):
            np.maximum(top, np.where(here, score[:, week], -np.inf), out=top)
        years = exposed_years[week]
        if years <= 0:
            continue
        joint = _rarest([_per_year(top, top[is_placebo], is_placebo, years) for top in highest])
        now = _rarest(
            [
                _per_year(score[:, week], top[is_placebo], is_placebo, years)
                for score, top in zip(scores, highest, strict=True)
            ]
        )
        ordered = np.sort(joint[is_placebo])
        reached = _as_far(now, ordered, is_placebo) / years
        crossed = int((week_of[is_placebo] >= 0).sum())
        limit = rate * _correction(crossed, rate * years)
        line[week] = _line(highest[0][is_placebo], int(limit * years))
        height[:, week] = _as_far(joint[mine], ordered, is_placebo[mine]) / years
        stands[:, week] = here[mine] & (reached[mine] <= limit)
        cross = here & (week_of < 0) & (reached <= limit)
        week_of[cross] = week
        per_year[cross] = reached[cross]
    return Crossings(week_of, per_year, line, height, stands)


def _line(tops: Floats, most: int) -> float:
    """What a watched person must exceed to cross where `most` may: it counts itself and the next placebo below."""
    above = most - 1
    if above < 1 or above > len(tops):
        return np.inf if above < 1 else -np.inf
    return float(np.partition(tops, len(tops) - above)[len(tops) - above])


def _correction(crossed: int, asked: float) -> float:
    """How much further the line must lie, so that as many placebos cross as asked: some went far before it fell."""
    return min(max(((asked + SLACK) / (crossed + SLACK)) ** STRENGTH, 1 / MOST_CORRECTED), MOST_CORRECTED)


def _per_year(values: Floats, tops: Floats, is_placebo: Bools, years: float) -> Floats:
    """How many placebo watches a year reached each value; a placebo counts itself, so a watched person counts too."""
    ordered = np.sort(tops)
    above = len(ordered) - np.searchsorted(ordered, values, side="left")
    return (above + ~is_placebo) / years


def _rarest(per_year: list[Floats]) -> Floats:
    return np.minimum.reduce(per_year)


def _as_far(values: Floats, ordered: Floats, is_placebo: Bools) -> Ints:
    """How many placebos have so small a number, or a smaller one."""
    return np.searchsorted(ordered, values + 1e-12, side="right") + ~is_placebo
