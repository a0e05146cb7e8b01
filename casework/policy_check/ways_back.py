"""What rests on another step, or is ended by one, has it: a hold that nobody can ask to end would stay for good."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import chain

from casework.engine.case import ANSWERS
from casework.policy.policy import Policy
from casework.policy_check.findings import Fault
from casework.rules.acts import Act

RESTS_ON = {**ANSWERS, Act.HELD: Act.RELEASED, Act.HANDED_OVER: Act.HANDED_BACK}
"""What each act needs beside it: that it is asked for, or what ends it."""


def ways_back(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """Each act that the policy lacks and another of its acts needs: only `without` takes one away."""
    rules = policy.rules
    listed = chain(rules.anywhere, *(stage.acts for stage in rules.stages))
    known = {rule.act for rule in listed} - set(rules.without)
    for act, other in RESTS_ON.items():
        if act in known and other not in known:
            yield "without", Fault.NO_WAY_BACK, other
