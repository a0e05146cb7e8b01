"""The edge on each pair of stores, with a log that its keepers have named."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.office import OfficeFolder
from portal.office.log_key import found_log
from tests.crypto.sample import Drawn
from tests.support.offices.edge import Edge, open_edge
from tests.support.stores.backends import Stores


@pytest.fixture
def edge(stores: Stores, tmp_path: Path) -> Iterator[Edge]:
    """Intake and worker of a sample office, on SQLite with a folder and on PostgreSQL with S3."""
    opened = open_edge(stores, tmp_path)
    found_log(OfficeFolder(opened.settings.office), opened.office.keepers, Drawn("log"))
    yield opened
    opened.close()
