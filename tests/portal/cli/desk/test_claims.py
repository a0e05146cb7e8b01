"""When a reader who has not opened a case is late, as the command line reckons it."""

from __future__ import annotations

import pytest

from portal.cli.desk.claims import are_over

FRIDAY = "2026-11-20"


@pytest.mark.parametrize(("today", "over"), [(FRIDAY, False), ("2026-11-27", False), ("2026-11-28", True)])
def test_five_working_days_are_over_on_the_day_after_the_fifth(today: str, over: bool) -> None:
    """Mondays to Fridays where no calendar is known; the day of the key counts for nothing."""
    assert are_over(None, FRIDAY, today) is over
