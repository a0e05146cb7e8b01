"""What holds the texts of the policies against their rules sees its own mistakes."""

from __future__ import annotations

from pathlib import Path

import pytest

from casework.policy.numbers import NUMBERS
from tests.casework.marks.life import Life
from tests.casework.rule_witnesses import Witness
from tests.casework.told_case import TOLD, quoted, tell, told_cases

POLICIES = Path(__file__).parents[2] / "casework" / "policies"


def test_a_line_that_says_refused_names_its_reason() -> None:
    """Without one it would hold for a step that is let pass."""
    life = Life("P07")
    tell(life, "? hr accepted")
    with pytest.raises(AssertionError):
        tell(life, "- hr accepted")


@pytest.mark.parametrize("policy", [file.stem for file in sorted(TOLD.glob("P??.txt"))])
def test_a_told_case_says_on_which_words_of_the_policy_it_rests(policy: str) -> None:
    """Each begins with them, as the policy's file quotes them or says why it supplies a rule."""
    rules = (POLICIES / f"{NUMBERS[policy]}.toml").read_text("utf-8")
    cases = told_cases(policy)
    assert [case for case in cases if not case.startswith("# ") or not quoted(case)] == []
    assert [words for case in cases for words in quoted(case) if words not in rules] == []


def test_a_witness_by_which_nothing_was_raised_does_not_hold() -> None:
    """pytest's own verdict is no Exception, and would end the whole count."""

    def told() -> None:
        with pytest.raises(ValueError, match="x"):
            pass

    assert not Witness("told", None, told, {}).holds
