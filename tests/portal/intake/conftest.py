"""The edge on each pair of stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.offices.edge import Edge, open_edge
from tests.support.stores.backends import Stores


@pytest.fixture
def edge(stores: Stores, tmp_path: Path) -> Iterator[Edge]:
    """Intake and worker of a sample office, on SQLite with a folder and on PostgreSQL with S3."""
    opened = open_edge(stores, tmp_path)
    yield opened
    opened.close()
