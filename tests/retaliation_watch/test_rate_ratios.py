"""Rate ratios that are fitted on strata are those of iterative proportional fitting over every cell."""

from __future__ import annotations

import numpy as np

from retaliation_watch.arrays import Floats, Ints
from retaliation_watch.detector.population import FACTORS
from retaliation_watch.detector.rate_ratios import Margins, fit_rate_ratios, lookback_window, strata_of


def fit_by_cell(events: Floats, expected: Floats, groups: dict[str, Ints], prior_events: float) -> Floats:
    """One ratio per factor level, each fitted given the others, over cells; shape (cells, quarters)."""
    ratios = np.ones_like(events)
    for quarter in range(1, events.shape[1]):
        past = lookback_window(quarter)
        observed, in_window = events[:, past].sum(axis=1), expected[:, past].sum(axis=1)
        ratio = {name: np.ones(int(groups[name].max()) + 1) for name in FACTORS if groups[name].max() > 0}
        for name in [*ratio] * 2:
            others = np.prod([ratio[other][groups[other]] for other in ratio if other != name], axis=0)
            given_others = np.bincount(groups[name], in_window * others)
            ratio[name] = (np.bincount(groups[name], observed) + prior_events) / (given_others + prior_events)
        ratios[:, quarter] = np.prod([ratio[name][groups[name]] for name in ratio], axis=0)
    return ratios


def test_ratios_fitted_on_strata_are_those_of_a_fit_over_cells() -> None:
    """With and without a factor that has a single level, over more quarters than the lookback window."""
    rng = np.random.default_rng(5)
    sizes = {"unit": 7, "band": 3, "family": 1, "contract": 2}
    for single in (None, "unit"):
        groups = {
            name: rng.permutation(np.arange(60) % (1 if name == single else size)) for name, size in sizes.items()
        }
        events, expected = rng.poisson(0.6, (60, 11)).astype(np.float64), rng.random((60, 11))
        strata = strata_of(groups)
        observed = Margins(*(
            np.stack([np.bincount(group, events[:, quarter], count) for quarter in range(11)])
            for group, count in ((strata.unit, strata.units), (strata.stratum, strata.count))
        ))  # fmt: skip
        in_window = (expected[:, lookback_window(quarter)].sum(axis=1) for quarter in range(1, 11))
        found = fit_rate_ratios(strata, observed, in_window, 5.0)
        exact = fit_by_cell(events, expected, groups, 5.0)
        assert np.allclose(found.of_cells(np.arange(60)), exact, rtol=1e-12)
        assert np.array_equal(
            np.stack([found.in_quarter(at) for at in range(11)], axis=1), found.of_cells(np.arange(60))
        )
        assert exact.std() > 0.1
