"""Fixtures of the journeys: a running demo, shared by all journeys of one file."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.journeys.demo import Demo, running_demo


@pytest.fixture(scope="module")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demo]:
    """The demo on SQLite and a folder."""
    with running_demo(tmp_path_factory.mktemp("demo")) as running:
        yield running
