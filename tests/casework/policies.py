"""Small policies for tests, and every shipped one, bound."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import date
from functools import cache
from pathlib import Path

from casework.engine.case import Case, Event, apply_events, fold, opening
from casework.engine.engine import Command, decide
from casework.engine.refusals import Refusal
from casework.policy.binding import bind_policy
from casework.policy.policy import Policy
from casework.policy.promises import clock_of
from casework.policy.reader import read_policy, shipped_bindings, shipped_policy
from casework.policy_check.path_search import commands, rules_of
from casework.rules.acts import Act
from casework.rules.flow import StageId

ROOT = Path(__file__).resolve().parents[2]
DAY = date(2026, 9, 30)
NAME = "company-whistleblowing"
CONTENT = (ROOT / f"casework/policies/{NAME}.toml").read_text("utf-8")


def changed(*changes: tuple[str, str], added: str = "") -> Policy:
    """The whistleblowing policy with some of its text changed, and more at its end."""
    text = CONTENT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new)
    return read_policy((text + added).encode(), "mine.toml")


@cache
def bound(name: str = NAME) -> Policy:
    """A shipped policy with the bindings that ship with it."""
    return bind_policy(shipped_policy(name), shipped_bindings(name), f"{name}.toml")


def text_alone(policy: Policy) -> Policy:
    """The policy with the clocks of its text, and none for what its page promises: for tests that count those."""
    ours = {clock_of(promise.id) for promise in policy.promises}
    kept = tuple(clock for clock in policy.rules.clocks if clock.id not in ours)
    return replace(policy, rules=replace(policy.rules, clocks=kept))


def opened(policy: Policy) -> Case:
    """A case that has just arrived."""
    return fold([opening(policy.id, policy.version, DAY)])


def after(case: Case, events: Iterable[Event]) -> Case:
    """The case with more events in its stream."""
    return apply_events(case, tuple(events))


def do(policy: Policy, case: Case, act: Act, to: str | None = None) -> Case:
    """The case after an act by anyone who may do it, with all that the act must bring."""
    tried: list[Command] = commands(policy, case, act, StageId(to) if to else None, DAY)
    for command in tried:
        found = decide(policy, case, command)
        if not isinstance(found, Refusal):
            return after(case, found)
    raise AssertionError(decide(policy, case, tried[0]), case.stage, len(rules_of(policy, act)))


def follow(policy: Policy, *steps: tuple[Act, str | None] | Act) -> Case:
    """A fresh case led along a way."""
    return follow_on(policy, opened(policy), *steps)


def follow_on(policy: Policy, case: Case, *steps: tuple[Act, str | None] | Act) -> Case:
    """A case led further along a way."""
    for step in steps:
        act, to = step if isinstance(step, tuple) else (step, None)
        case = do(policy, case, act, to)
    return case
