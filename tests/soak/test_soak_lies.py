"""Lies about one field of one answer, one after the other, to every command: none of them gets anything."""

from __future__ import annotations

import time
from collections.abc import Iterator

import pytest

from tests.portal.cli.test_lied_to import NAMES, honest_run, used_machine
from tests.support.lied_to import Machine


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """Everything that people do with the commands, once, before honest faces."""
    with used_machine(tmp_path_factory.mktemp("house")) as machine:
        yield machine


def test_no_lie_about_a_field_gets_anything(machine: Machine, minutes: float) -> None:
    """Round after round another lie to each command, drawn by the clock, for as long as the search lasts."""
    end, told, lot = time.monotonic() + minutes * 60, 0, time.time_ns()
    while time.monotonic() < end or told < len(NAMES):
        for name in NAMES:
            honest = honest_run(machine, name)
            for at, lie in honest.some_lies(2, f"{lot}/{told}"):
                machine.is_lied_to(honest, at, lie)
                told += 1
    assert told >= len(NAMES)
