"""Clusters of events are those that a test of every unit and week finds."""

from __future__ import annotations

import numpy as np

from retaliation_watch.detector.calendar import Calendar
from retaliation_watch.detector.common_cause import MIN_COUNT, P_VALUE, UNIT_PRIOR_EVENTS, find_clusters, poisson_tail


def test_clusters_are_what_a_test_of_every_unit_and_week_finds() -> None:
    """Each week of a unit is tested against its own cleaned year; shares are right with and without a cluster."""
    rng = np.random.default_rng(6)
    counts, exposure = rng.poisson(0.4, (9, 80)), np.full((9, 80), 20.0)
    counts[2, 30] = counts[2, 31] = counts[7, 79] = 12
    company_rate, calendar = np.full(80, 0.02), Calendar(0, 7, 80, 60)
    found = find_clusters(counts, exposure, company_rate, calendar)
    cleaned, clusters = counts.astype(np.float64), list[tuple[int, int]]()
    for week in range(80):
        past = slice(max(0, week - 52), week)
        rate = (cleaned[:, past].sum(axis=1) + UNIT_PRIOR_EVENTS) / (
            exposure[:, past].sum(axis=1) + UNIT_PRIOR_EVENTS / company_rate[week]
        )
        significant = poisson_tail(counts[:, week].astype(np.float64), rate * 20.0) < P_VALUE
        for unit in np.flatnonzero(significant & (counts[:, week] >= MIN_COUNT)).tolist():
            cleaned[unit, week] = rate[unit] * 20.0
            clusters.append((unit, week))
    assert list(zip(found.unit.tolist(), found.week.tolist(), strict=True)) == clusters
    assert {(2, 30), (2, 31), (7, 79)} <= set(clusters)
    shares = np.zeros((9, 80), np.float32)
    for unit, week in clusters:
        shares[unit, week] = counts[unit, week] / 20
    assert np.array_equal(found.shares(np.array([8, 2, 0, 7, 2])), shares[[8, 2, 0, 7, 2]])
    none = find_clusters(counts[:1] * 0, exposure[:1], company_rate, calendar)
    assert len(none) == 0
    assert not none.shares(np.array([0, 0])).any()
