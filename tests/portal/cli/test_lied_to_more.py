"""Names, exports, leavings, proofs and the log before a server that alters field by field: the liar gets nothing."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.support.lied_to import Machine
from tests.support.more_lied_to import CALLS, NAMES, used_machine

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
SOME = 3
"""So many lies of each command are told here; `tests/soak/test_soak_lies.py` goes on telling others."""


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machine]:
    """One for all tests here."""
    with used_machine(tmp_path_factory.mktemp("house")) as machine:
        yield machine


@pytest.mark.parametrize("name", NAMES)
def test_a_lie_about_a_field_gets_nothing(machine: Machine, name: str) -> None:
    """Nothing outside the profile, no other pin, nothing sealed to anybody else, 3 or 6 or the same as before."""
    assert machine.is_told_lies(SOME, name, name) == SOME


def test_the_lists_are_those_of_what_was_done(machine: Machine) -> None:
    """No command and no call stands outside of the lists."""
    assert machine.commands() == NAMES
    assert machine.asked() == CALLS
