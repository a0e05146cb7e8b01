"""The desk on each pair of stores."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.offices.desk import DeskRoom, desk_room
from tests.support.stores.backends import Stores


@pytest.fixture
def room(stores: Stores, tmp_path: Path) -> Iterator[DeskRoom]:
    """The desk of a sample office beside its intake, on each pair of stores."""
    with desk_room(stores, tmp_path) as opened:
        yield opened
