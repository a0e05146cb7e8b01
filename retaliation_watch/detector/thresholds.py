"""Control limits from matched controls: how rarely a control's maximum goes as far, over all looks so far."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.arrays import Bools, Floats, Ints

CORRECTION_OFFSET: Final = 10.0
CORRECTION_EXPONENT: Final = 4
MAX_CORRECTION: Final = 1.5
"""How the control limit follows the controls that have crossed so far: offset in controls, exponent, bound."""


@dataclass(frozen=True)
class FirstCrossings:
    """For each episode the week in which it first crossed, or -1; `alarm_rate`: controls per year that go as far.

    `control_limit`, shape (weeks): the value that the first score must exceed to cross by itself, infinite where none
    would. Of the protected episodes, in their order, shape (protected episodes, weeks): `peak_alarm_rate`, controls
    per year that had gone by each week as far as the episode's maximum, infinite before the first run;
    `is_above_limit`, whether the score of the week itself is above the control limit.
    """

    week: Ints
    alarm_rate: Floats
    control_limit: Floats
    peak_alarm_rate: Floats
    is_above_limit: Bools


def first_crossings(
    scores: tuple[Floats, ...], at_risk: Bools, control_years: Floats, is_control: Bools, rate: float, first_week: int
) -> FirstCrossings:
    """First crossings when `rate` false alarms per protected year are allowed.

    `scores`: each of shape (episodes, weeks); `control_years`: protected years of all controls up to each week, shape
    (weeks). In each week a score is turned into the number of controls per year whose running maximum is at least as
    high; the smallest over all scores counts, and the control limit is where, with all scores together, `rate`
    controls per year went. The limit of a week uses no later week.
    """
    week_of, alarm_rate = np.full(len(is_control), -1, np.int32), np.full(len(is_control), np.inf)
    maxima = [np.full(len(is_control), -np.inf) for _ in scores]
    control_limit, protected = np.full(at_risk.shape[1], np.inf), np.flatnonzero(~is_control)
    peak_alarm_rate = np.full((len(protected), at_risk.shape[1]), np.inf, np.float32)
    is_above_limit = np.zeros(peak_alarm_rate.shape, bool)
    for week in range(first_week, at_risk.shape[1]):
        now_at_risk = at_risk[:, week]
        for score, maximum in zip(scores, maxima, strict=True):
            np.maximum(maximum, np.where(now_at_risk, score[:, week], -np.inf), out=maximum)
        years = control_years[week]
        if years <= 0:
            continue
        by_maximum = _smallest([_exceedance_rate(top, top[is_control], is_control, years) for top in maxima])
        by_score = _smallest(
            [
                _exceedance_rate(score[:, week], maximum[is_control], is_control, years)
                for score, maximum in zip(scores, maxima, strict=True)
            ]
        )
        ordered = np.sort(by_maximum[is_control])
        current = _rank(by_score, ordered, is_control) / years
        crossed = int((week_of[is_control] >= 0).sum())
        allowed = rate * _correction(crossed, rate * years)
        control_limit[week] = _control_limit(maxima[0][is_control], int(allowed * years))
        peak_alarm_rate[:, week] = _rank(by_maximum[protected], ordered, is_control[protected]) / years
        is_above_limit[:, week] = now_at_risk[protected] & (current[protected] <= allowed)
        crosses = now_at_risk & (week_of < 0) & (current <= allowed)
        week_of[crosses] = week
        alarm_rate[crosses] = current[crosses]
    return FirstCrossings(week_of, alarm_rate, control_limit, peak_alarm_rate, is_above_limit)


def _control_limit(maxima: Floats, allowed: int) -> float:
    """The value that a protected score must exceed to have rank `allowed`: itself and the next control below count."""
    above = allowed - 1
    if above < 1 or above > len(maxima):
        return np.inf if above < 1 else -np.inf
    return float(np.partition(maxima, len(maxima) - above)[len(maxima) - above])


def _correction(crossed: int, nominal: float) -> float:
    """Factor on the allowed rate that brings the crossed controls to their nominal number.

    It is needed because maxima reached before the limit fell to their value count in the ranks but never crossed.
    """
    return min(
        max(((nominal + CORRECTION_OFFSET) / (crossed + CORRECTION_OFFSET)) ** CORRECTION_EXPONENT, 1 / MAX_CORRECTION),
        MAX_CORRECTION,
    )


def _exceedance_rate(values: Floats, maxima: Floats, is_control: Bools, years: float) -> Floats:
    """Controls per year whose maximum is at least each value; like a control, a protected episode counts itself."""
    ordered = np.sort(maxima)
    above = len(ordered) - np.searchsorted(ordered, values, side="left")
    return (above + ~is_control) / years


def _smallest(rates: list[Floats]) -> Floats:
    return np.minimum.reduce(rates)


def _rank(values: Floats, ordered: Floats, is_control: Bools) -> Ints:
    """Rank among the controls, smallest first, itself included: the numerator of the rank p-value."""
    return np.searchsorted(ordered, values + 1e-12, side="right") + ~is_control
