"""Hundreds of reports a day: with so many, even a faint trace of their order would be beyond chance."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.portal.test_order import Life, finer_times
from tests.support.offices.edge import open_edge
from tests.support.stores.backends import Stores

DAYS = (20, 200, 200)


@pytest.fixture
def life(stores: Stores, tmp_path: Path) -> Iterator[Life]:
    """An office before its first report, on each pair of stores."""
    edge = open_edge(stores, tmp_path)
    yield Life(edge, stores)
    edge.close()


@pytest.mark.timeout(3600)
def test_a_thief_of_hundreds_of_reports_restores_nothing(life: Life) -> None:
    """With two hundred arrivals a day a tau of 0.3 would be found; none is, nor a time finer than the day."""
    life.go_on(*DAYS)
    assert life.seen_at_once()
    life.turn_the_day()
    assert life.restored() == {}
    assert finer_times(life) == []
