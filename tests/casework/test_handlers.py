"""Who handles a case: named, taken, given to a colleague or back; and what nobody gains by it."""

from __future__ import annotations

from dataclasses import replace

import pytest

from casework.engine.case import Case, Event
from casework.engine.engine import Command, allowed, decide
from casework.engine.holders import roles_of
from casework.ids import MemberId
from casework.policy.reader import shipped_policies
from casework.policy_check.path_search import NO_ITEM
from casework.rules.acts import Act, Attribute
from casework.rules.roles import RoleId
from tests.casework.policies import DAY, after, bound, follow, opened

COMPANY, PERSON = RoleId("company"), RoleId("dedicated-person")
LI, WANG, ZHAO = MemberId("li"), MemberId("wang"), MemberId("zhao")
POLICY = replace(bound(), bound=replace(bound().bound, holders={COMPANY: (LI, WANG), PERSON: (WANG,)}))


def by(case: Case, act: Act, member: MemberId, **codes: str) -> Case:
    """The case after an act of one member."""
    item = None if act in {Act.SELF_ASSIGNED, Act.REASSIGNED} else NO_ITEM
    named = {Attribute(name): value for name, value in codes.items()}
    command = Command(act, DAY, member, roles_of(POLICY, case, member), codes=named, item=item)
    found = decide(POLICY, case, command)
    assert isinstance(found, tuple), found
    return after(case, found)


def handling(case: Case) -> tuple[str | None, str | None, tuple[str, ...]]:
    """The named handler, the deputy, and who took the case since."""
    return case.codes.get(Attribute.HANDLER), case.codes.get(Attribute.DEPUTY), case.self_assigned()


def test_a_case_goes_to_a_colleague_back_to_all_and_is_taken_again() -> None:
    """Each step stands on the record; the last naming counts, and who took the case before it no longer does."""
    case = opened(POLICY)
    seen = [handling(case)]
    for act, member, codes in (
        (Act.SELF_ASSIGNED, LI, {}), (Act.SELF_ASSIGNED, WANG, {}), (Act.SELF_ASSIGNED, LI, {}),
        (Act.REASSIGNED, LI, {"handler": "wang"}),
        (Act.SELF_ASSIGNED, LI, {}), (Act.REASSIGNED, WANG, {}), (Act.SELF_ASSIGNED, LI, {}),
    ):  # fmt: skip
        case = by(case, act, member, **codes)
        seen.append(handling(case))
    assert seen == [
        (None, None, ()), (None, None, ("li",)), (None, None, ("li", "wang")), (None, None, ("li", "wang")),
        ("wang", None, ()), ("wang", None, ("li",)), (None, None, ()), (None, None, ("li",)),
    ]  # fmt: skip
    assert [event.act for event in case.events].count(Act.REASSIGNED) == 2


@pytest.mark.parametrize("name", shipped_policies())
def test_every_policy_lets_a_case_that_is_open_be_reassigned(name: str) -> None:
    """In each stage but the last ones, by anyone who acts there."""
    policy = bound(name)
    roles = frozenset(role.id for role in policy.rules.roles)
    fresh = opened(policy)
    for stage in policy.rules.stages:
        case = replace(fresh, stage=stage.id)
        may = Act.REASSIGNED in allowed(policy, case, Command(Act.NOTED, DAY, LI, roles))
        assert may == (not stage.end and bool(stage.actors)), stage.id


@pytest.mark.parametrize("act", [Act.ASSIGNED, Act.REASSIGNED])
def test_a_deputy_does_not_get_the_roles_of_a_handler_who_is_named_later(act: Act) -> None:
    """Deputy of an equal, then that equal is exchanged for a superior: the way round the rule on naming oneself."""
    case = follow(POLICY, Act.REGISTERED)
    n = len(case.events)
    equal = Event(n, Act.ASSIGNED, DAY, LI, COMPANY, codes={Attribute.HANDLER: LI, Attribute.DEPUTY: LI})
    superior = Event(n + 1, act, DAY, LI, COMPANY, codes={Attribute.HANDLER: WANG})
    case = after(case, [equal, superior])
    assert handling(case) == (WANG, None, ())
    assert roles_of(POLICY, case, LI) == {COMPANY}


def test_what_nobody_signed_names_no_handler_and_no_taker() -> None:
    """The server's own word neither gives a case to anyone nor takes it from them."""
    case = by(opened(POLICY), Act.SELF_ASSIGNED, WANG)
    forged = Event(2, Act.REASSIGNED, DAY, LI, COMPANY, codes={Attribute.HANDLER: LI}, signed=False)
    taken = Event(3, Act.SELF_ASSIGNED, DAY, ZHAO, COMPANY, signed=False)
    assert handling(after(case, [forged, taken])) == (None, None, ("wang",))
