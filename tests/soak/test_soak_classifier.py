"""Whoever holds stores, files and backups cannot tell reports with a sealed name: 2,000 of them; leaks are found."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.classifier import known_reports
from tests.support.edge import open_edge
from tests.support.stores import Stores
from tests.support.town import Town

REPORTS = int(os.environ.get("CLASSIFIER_REPORTS", "2000"))
PLANTED = max(200, REPORTS // 10)


@pytest.fixture
def town(stores: Stores, tmp_path: Path) -> Iterator[Town]:
    """An empty town."""
    edge = open_edge(stores, tmp_path)
    yield Town(edge, stores, {})
    edge.close()


@pytest.mark.timeout(3600)
def test_nothing_tells_reports_with_a_sealed_name(town: Town) -> None:
    """On the half held out the AUC is at most 0.55; with order or times kept it would be at least 0.9."""
    town.fill(REPORTS)
    tables = town.tables()
    reports = known_reports(tables)
    assert len(reports) == REPORTS
    assert town.auc("sealed names", tables, reports) <= 0.55
    planted = town.in_order_of_arrival(tables)
    assert town.auc("order kept", planted, known_reports(planted)) >= 0.9
    town.touch(tables)
    planted = tables | {"objects": town.objects(tables)}
    assert town.auc("times kept", planted, reports) >= 0.9


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("leak", ["padding", "omitted"])
def test_a_planted_leak_is_found(town: Town, leak: str) -> None:
    """One padding block more with a name, or no finishing post without one: an AUC of at least 0.9."""
    town.fill(PLANTED, leak)
    tables = town.tables()
    assert town.auc(leak, tables, known_reports(tables)) >= 0.9
