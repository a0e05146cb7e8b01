"""A watch on each pair of stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.offices.watch import Watch, open_watch
from tests.support.stores.backends import Stores


@pytest.fixture
def watch(stores: Stores, tmp_path: Path) -> Iterator[Watch]:
    """The watch of an entity that agreed to it."""
    made = open_watch(stores, tmp_path)
    yield made
    made.close()
