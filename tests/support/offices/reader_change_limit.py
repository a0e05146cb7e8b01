"""A day on which a case takes any number of changes of readers; the pace itself has tests of its own."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from typing import Final

import pytest

from crypto.case import daily_limits

LASTING: Final = 10**9


@contextmanager
def unlimited_reader_changes() -> Generator[None]:
    """Meanwhile no case has had too many, for faces and clients of this process."""
    with pytest.MonkeyPatch.context() as patch:
        for limit in ("DAILY", "DAILY_OF_ONE", "WRITTEN"):
            patch.setattr(daily_limits, limit, LASTING)
        yield
