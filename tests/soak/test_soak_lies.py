"""Lies about one field of one answer, one after the other, to every command: none of them gets anything."""

from __future__ import annotations

import time
from types import ModuleType

import pytest

from tests.soak.conftest import Going
from tests.support.attacks import daily_commands, other_commands, watch_commands


@pytest.mark.timeout(3600)
@pytest.mark.parametrize("work", [daily_commands, other_commands, watch_commands], ids=lambda one: one.__name__)
def test_no_lie_about_a_field_gets_anything(
    work: ModuleType, tmp_path_factory: pytest.TempPathFactory, going: Going
) -> None:
    """Round after round another lie to each command, drawn by the clock, for as long as the search lasts."""
    count, lot = 0, time.time_ns()
    with work.used_machine(tmp_path_factory.mktemp("house")) as machine:
        while going() or count < len(work.NAMES):
            for name in work.NAMES:
                count += machine.is_told_lies(2, name, f"{lot}/{count}")
    assert count >= len(work.NAMES)
