"""How somebody retaliates: pushing out, squeezing, one blow, a frozen career, factory ways, or leaving no trace."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

import numpy as np

from retaliation_watch.kinds import Measure
from retaliation_watch.simulation.synthetic import Rows

EXITS: Final = frozenset({Measure.DISMISSAL, Measure.REDUNDANCY, Measure.CONTRACT_NOT_RENEWED, Measure.DISPATCH_RETURN})
SHARES: Final = {"push-out": 0.2, "squeeze": 0.2, "blow": 0.12, "freeze": 0.1, "shop-floor": 0.08, "quiet": 0.3}
"""How often each profile is chosen; `quiet` leaves nothing in HR's records."""


@dataclass(frozen=True)
class Setting:
    """Where retaliation is made up: dice, the last day, codes of contracts."""

    dice: np.random.Generator
    last: int
    contracts: dict[str, int]


Plan = list[tuple[Measure, int]]


def retaliate(
    setting: Setting, person: int, start: int, until: int, contract: int, rows: Rows
) -> tuple[str, list[tuple[Measure, int]]]:
    """Adds one person's retaliation to the events; returns the profile and kind and recording day of each entry."""
    dice = setting.dice
    profile = str(dice.choice(list(SHARES), p=list(SHARES.values())))
    if profile == "quiet":
        return profile, []
    onset = start + round(float(dice.gamma(2.0, 45.0))) + 7
    plan = _PLANS[profile](dice, onset, contract == setting.contracts["dispatch"])
    entries: list[tuple[Measure, int]] = []
    for kind, when in plan:
        lag = int(dice.geometric(0.25)) - 1
        if when >= until or when + lag > setting.last:
            break
        rows.add(kind, np.array([person]), np.array([when]), np.array([lag]))
        entries.append((kind, when + lag))
        if kind in EXITS:
            break
    return profile if entries else "quiet", entries


def _some(dice: np.random.Generator, kinds: tuple[Measure, ...], count: int, onset: int, gap: float) -> Plan:
    """So many measures of these kinds, some days apart."""
    days = onset + np.cumsum(np.concatenate([[0.0], dice.exponential(gap, count - 1)])).astype(int)
    return [(kinds[int(dice.integers(len(kinds)))], int(when)) for when in days]


def _push_out(dice: np.random.Generator, onset: int, _: bool) -> Plan:  # one shape for all
    first = _some(
        dice,
        (Measure.VERBAL_WARNING, Measure.WRITTEN_WARNING, Measure.WRITTEN_WARNING, Measure.IMPROVEMENT_PLAN),
        int(dice.integers(1, 4)),
        onset,
        25,
    )
    last = first[-1][1] + 14 + int(dice.exponential(30))
    return [*first, (Measure.DISMISSAL, last)] if dice.random() < 0.6 else [*first, (Measure.SUSPENSION, last)]


def _squeeze(dice: np.random.Generator, onset: int, _: bool) -> Plan:  # as above
    kinds = (Measure.SHIFT_CHANGE, Measure.LEAVE_DENIED, Measure.OVERTIME_WITHDRAWN, Measure.DUTIES_REMOVED,
             Measure.TRAINING_DENIED, Measure.TELEWORK_REVOKED, Measure.ACCESS_REVOKED,
             Measure.VERBAL_WARNING)  # fmt: skip
    return _some(dice, kinds, int(dice.integers(3, 8)), onset, 16)


def _blow(dice: np.random.Generator, onset: int, _: bool) -> Plan:  # as above
    kinds = (
        Measure.DISMISSAL,
        Measure.DEMOTION,
        Measure.SUSPENSION,
        Measure.TRANSFER,
        Measure.PAY_CUT,
        Measure.RELOCATION,
    )
    return _some(dice, kinds, 1, onset, 1)


def _freeze(dice: np.random.Generator, onset: int, _: bool) -> Plan:  # as above
    kinds = (Measure.PROMOTION_DENIED, Measure.BONUS_CUT, Measure.TRAINING_DENIED, Measure.DUTIES_REMOVED)
    return _some(dice, kinds, int(dice.integers(2, 4)), onset, 35)


def _shop_floor(dice: np.random.Generator, onset: int, is_dispatch: bool) -> Plan:  # as above
    kinds = (Measure.OVERTIME_WITHDRAWN, Measure.DORMITORY_CHANGED, Measure.SHIFT_CHANGE, Measure.HOURS_REDUCED)
    end = (Measure.DISPATCH_RETURN if is_dispatch else Measure.STANDBY, onset + 45 + int(dice.exponential(20)))
    return [*(one for one in _some(dice, kinds, int(dice.integers(1, 4)), onset, 14) if one[1] < end[1]), end]


_PLANS: Final[dict[str, Callable[[np.random.Generator, int, bool], Plan]]] = {
    "push-out": _push_out,
    "squeeze": _squeeze,
    "blow": _blow,
    "freeze": _freeze,
    "shop-floor": _shop_floor,
}
