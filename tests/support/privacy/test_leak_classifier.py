"""The classifier itself: a weak leak among features that chance alone moves is found, and chance alone is not."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import numpy as np
from numpy.typing import NDArray

from tests.support.privacy.leak_classifier import (
    Measured,
    advantage,
    as_measured,
    chance_advantage,
    held_out_auc,
    pair_signs,
)

TOWNS = 20
REPORTS = 2000
NOISE = 12
WEAK = 0.58


def _town(lot: int) -> tuple[NDArray[np.bool_], Measured]:
    """Which reports have a name, and features that say nothing of it; some are small counts, as in a store."""
    dice = np.random.default_rng(lot)
    named = dice.permutation(REPORTS) % 2 == 0
    counts = dice.poisson(1, (REPORTS, NOISE // 2)).astype(np.float64)
    return named, np.hstack([counts, dice.random((REPORTS, NOISE // 2))])


def _with_leak(lot: int, named: NDArray[np.bool_], measured: Measured) -> Measured:
    """A feature more, which by itself tells a report with a name in 58 of 100 pairs."""
    apart = sqrt(2) * NormalDist().inv_cdf(WEAK)
    leak = np.random.default_rng(lot + TOWNS).normal(size=REPORTS) + apart * named
    return np.column_stack([measured, leak])


def test_a_weak_leak_is_found_and_chance_is_not() -> None:
    """Of twenty towns without a leak none is over 0.55; of those with a leak of 0.58 at least three in four are."""
    towns = [_town(lot) for lot in range(TOWNS)]
    silent = [held_out_auc(measured, named.tolist()) for named, measured in towns]
    leaky = [
        held_out_auc(_with_leak(lot, named, measured), named.tolist()) for lot, (named, measured) in enumerate(towns)
    ]
    assert max(silent) <= 0.55
    # Anyone who learned on what is held out would find something in nothing.
    assert abs(sum(silent) / TOWNS - 0.5) < 0.005
    assert sum(value > 0.55 for value in leaky) >= TOWNS * 3 / 4
    assert 0.55 < sum(leaky) / TOWNS < WEAK + 0.01


def test_features_that_never_vary_say_nothing() -> None:
    """A feature that a report lacks counts as nothing; one that all share is left out, and no feature is a coin."""
    names, measured = as_measured([{"a": 1.0, "b": 2.0}, {"a": 1.0}])
    assert (names, measured.tolist()) == (["b"], [[2.0], [0.0]])
    assert held_out_auc(measured[:, :0].repeat(20, axis=0), [True, False] * 20) == 0.5


def test_equal_values_share_their_rank() -> None:
    """One bit that is the class itself tells all of it, though the values tie; turned round it tells as much."""
    named = [at % 3 == 0 for at in range(REPORTS)]
    for sign in (1.0, -1.0):
        assert held_out_auc(sign * np.array([named], dtype=np.float64).T, named) == 1.0


def test_a_pair_is_told_by_what_leans_and_by_nothing_else() -> None:
    """One feature that leans in three of four pairs gives half an advantage, among a hundred drawn at random."""
    dice = np.random.default_rng(7)
    noise = np.sign(dice.normal(size=(400, 100)))
    leaning = np.where(np.arange(400) % 4 == 0, -1.0, 1.0).reshape(-1, 1)
    bound = chance_advantage(noise, times=200)
    assert 0.0 < bound < 0.2
    assert advantage(noise) <= bound
    assert 0.3 < advantage(np.hstack([noise, leaning])) <= 0.7


def test_pairs_that_are_alike_tell_nothing() -> None:
    """Missing counts as nothing, and where no feature differs there is no advantage."""
    signs = pair_signs([({"a": 1.0, "b": 2.0}, {"a": 1.0}), ({"a": 1.0}, {"a": 3.0, "b": 0.0})])
    assert signs.tolist() == [[0.0, 1.0], [-1.0, 0.0]]
    assert advantage(np.zeros((40, 3))) == 0.0
    assert chance_advantage(np.zeros((40, 3)), times=20) == 0.0
