"""The demo is started again and again: its steps race with the worker, and none of the races may be lost."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.cli.demo.stories import RETALIATION, stories_of
from portal.office.sample import SAMPLE_MEMBERS
from tests.journeys.demo import running_demo

STARTS = 12


@pytest.mark.parametrize("start", range(STARTS))
def test_the_demo_becomes_ready_at_every_start(start: int, tmp_path: Path) -> None:
    """Each start makes up the whole office: a receipt for each story, three servers, and sign-ins for everyone."""
    with running_demo(tmp_path) as demo:
        assert len(set(demo.receipts)) == len(stories_of({RETALIATION: "group"})), start
        assert len(demo.staff) == len(SAMPLE_MEMBERS)
        assert len(demo.pids) == 4
