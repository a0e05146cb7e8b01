"""What is fitted to strata is what a fit cell by cell gives; bulk acts are those that a plain count finds."""

from __future__ import annotations

import numpy as np

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.evidence.bulk import FEWEST, PSEUDO, RARE, bulk_acts, poisson_tail
from retaliation_watch.evidence.calendar import Calendar
from retaliation_watch.evidence.factors import Seen, fitted, looked_back, strata_of
from retaliation_watch.evidence.people import FACTORS


def plainly(events: Floats, expected: Floats, groups: dict[str, Ints], pseudo: float) -> Floats:
    """One factor per group, fitted in turn to what the others leave, over cells; shape (cells, quarters)."""
    found = np.ones_like(events)
    for quarter in range(1, events.shape[1]):
        past = looked_back(quarter)
        seen, hoped = events[:, past].sum(axis=1), expected[:, past].sum(axis=1)
        own = {name: np.ones(int(groups[name].max()) + 1) for name in FACTORS if groups[name].max() > 0}
        for name in [*own] * 2:
            others = np.prod([own[other][groups[other]] for other in own if other != name], axis=0)
            left = np.bincount(groups[name], hoped * others)
            own[name] = (np.bincount(groups[name], seen) + pseudo) / (left + pseudo)
        found[:, quarter] = np.prod([own[name][groups[name]] for name in own], axis=0)
    return found


def test_factors_fitted_to_strata_are_those_of_a_fit_cell_by_cell() -> None:
    """With and without a factor that has one group alone, over more quarters than are looked back upon."""
    dice = np.random.default_rng(5)
    sizes = {"unit": 7, "band": 3, "family": 1, "contract": 2}
    for alone in (None, "unit"):
        groups = {
            name: dice.permutation(np.arange(60) % (1 if name == alone else size)) for name, size in sizes.items()
        }
        events, expected = dice.poisson(0.6, (60, 11)).astype(np.float64), dice.random((60, 11))
        strata = strata_of(groups)
        seen = Seen(*(
            np.stack([np.bincount(group, events[:, quarter], count) for quarter in range(11)])
            for group, count in ((strata.unit, strata.units), (strata.stratum, strata.count))
        ))  # fmt: skip
        hoped = (expected[:, looked_back(quarter)].sum(axis=1) for quarter in range(1, 11))
        found = fitted(strata, seen, hoped, 5.0)
        exact = plainly(events, expected, groups, 5.0)
        assert np.allclose(found.of(np.arange(60)), exact, rtol=1e-12)
        assert np.array_equal(np.stack([found.quarter(at) for at in range(11)], axis=1), found.of(np.arange(60)))
        assert exact.std() > 0.1


def test_bulk_acts_are_what_a_count_of_every_unit_finds() -> None:
    """Each week of each unit against its own cleaned year; shares of the units asked for, hit or not."""
    dice = np.random.default_rng(6)
    counts, exposure = dice.poisson(0.4, (9, 80)), np.full((9, 80), 20.0)
    counts[2, 30] = counts[2, 31] = counts[7, 79] = 12
    company, calendar = np.full(80, 0.02), Calendar(0, 7, 80, 60)
    found = bulk_acts(counts, exposure, company, calendar)
    clean, hit = counts.astype(np.float64), list[tuple[int, int]]()
    for week in range(80):
        past = slice(max(0, week - 52), week)
        level = (clean[:, past].sum(axis=1) + PSEUDO) / (exposure[:, past].sum(axis=1) + PSEUDO / company[week])
        rare = poisson_tail(counts[:, week].astype(np.float64), level * 20.0) < RARE
        for unit in np.flatnonzero(rare & (counts[:, week] >= FEWEST)).tolist():
            clean[unit, week] = level[unit] * 20.0
            hit.append((unit, week))
    assert list(zip(found.unit.tolist(), found.week.tolist(), strict=True)) == hit
    assert {(2, 30), (2, 31), (7, 79)} <= set(hit)
    shares = np.zeros((9, 80), np.float32)
    for unit, week in hit:
        shares[unit, week] = counts[unit, week] / 20
    assert np.array_equal(found.shares(np.array([8, 2, 0, 7, 2])), shares[[8, 2, 0, 7, 2]])
    none = bulk_acts(counts[:1] * 0, exposure[:1], company, calendar)
    assert len(none) == 0
    assert not none.shares(np.array([0, 0])).any()
