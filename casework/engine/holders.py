"""In which roles a member acts in a case: those bound to the member, and a deputy in those of the handler."""

from __future__ import annotations

from casework.engine.case import Case
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.rules.acts import Attribute
from casework.rules.roles import RoleId


def roles_of(policy: Policy, case: Case, member: MemberId) -> frozenset[RoleId]:
    """The roles that `holders` gives the member; the deputy of a case also has its handler's."""
    held = _held(policy, member)
    if case.codes.get(Attribute.DEPUTY) != member:
        return held
    return held | _held(policy, MemberId(case.codes.get(Attribute.HANDLER, "")))


def _held(policy: Policy, member: MemberId) -> frozenset[RoleId]:
    return frozenset(role for role, members in policy.bound.holders.items() if member in members)
