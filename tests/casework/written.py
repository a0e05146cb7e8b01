"""The twenty written policies by their number, and what tests ask of them."""

from __future__ import annotations

from collections.abc import Callable
from functools import cache

from casework.deadlines.limits import Limit, Unit
from casework.engine.case import Case, Event, apply_events
from casework.engine.engine import Command, decide
from casework.engine.refusals import Refusal, RefusalReason
from casework.ids import MemberId
from casework.policy.numbers import NUMBERED
from casework.policy.reader import shipped_policy
from casework.policy_check.path_search import NO_ITEM
from casework.rules.acts import Act
from casework.rules.flow import ClockId, StageId
from casework.rules.limits import ClockRule
from casework.rules.roles import RoleId
from casework.rules.rulebook import Rulebook
from tests.casework.policies import DAY, bound

SLUGS = dict(enumerate(NUMBERED, start=1))
LI = MemberId("li")
THREE, FIVE = Limit(3, Unit.WORKING_DAYS), Limit(5, Unit.WORKING_DAYS)


@cache
def text(number: int) -> Rulebook:
    """What the text of a policy rules, nothing bound."""
    return shipped_policy(SLUGS[number]).rules


def clock(number: int, name: str) -> ClockRule:
    """A clock of a policy as its text has it."""
    found = text(number).clock(ClockId(name))
    assert found is not None
    return found


def which(holds: Callable[[Rulebook], object]) -> set[int]:
    """The numbers of the policies of which something holds."""
    return {number for number in SLUGS if holds(text(number))}


def knows(act: Act) -> set[int]:
    """The policies whose own text allows an act; common rules don't count."""
    own = {number: [rule.act for stage in text(number).stages for rule in stage.acts] for number in SLUGS}
    return {number for number, acts in own.items() if act in acts}


def refused(number: int, case: Case, command: Command) -> RefusalReason:
    """Why a command is refused under a policy."""
    found = decide(bound(SLUGS[number]), case, command)
    assert isinstance(found, Refusal)
    return found.reason


def follow_with(case: Case, events: tuple[Event, ...] | Refusal) -> Case:
    """The case after events that must have been allowed."""
    assert isinstance(events, tuple), events
    return apply_events(case, events)


def by(role: str, act: Act, member: str = "li", to: str | None = None) -> Command:
    """A command of a member in one role."""
    return Command(act, DAY, MemberId(member), frozenset({RoleId(role)}), StageId(to) if to else None, item=NO_ITEM)
