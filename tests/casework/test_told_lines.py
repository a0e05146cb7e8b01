"""What holds the texts of the policies against their rules sees its own mistakes."""

from __future__ import annotations

import pytest

from tests.casework.marks.life import Life
from tests.casework.rule_witnesses import Witness
from tests.casework.told_case import tell


def test_a_line_that_says_refused_names_its_reason() -> None:
    """Without one it would hold for a step that is let pass."""
    life = Life("P07")
    tell(life, "? hr accepted")
    with pytest.raises(AssertionError):
        tell(life, "- hr accepted")


def test_a_witness_by_which_nothing_was_raised_does_not_hold() -> None:
    """pytest's own verdict is no Exception, and would end the whole count."""

    def told() -> None:
        with pytest.raises(ValueError, match="x"):
            pass

    assert not Witness("told", None, told, {}).holds
