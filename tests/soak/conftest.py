"""How long a soak searches: `make soak MINUTES=…`."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest

Going = Callable[[], bool]


@pytest.fixture
def minutes(request: pytest.FixtureRequest) -> float:
    """The minutes that each search may take."""
    return float(request.config.getoption("--minutes"))


@pytest.fixture
def going(minutes: float) -> Going:
    """Tells whether there is still time."""
    end = time.monotonic() + 60 * minutes
    return lambda: time.monotonic() < end
