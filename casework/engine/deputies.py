"""Anyone who was named deputy in a case acts there in the roles of the handler."""

from __future__ import annotations

from casework.engine.case import Case
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.rules.acts import Attribute
from casework.rules.roles import RoleId


def roles_in(policy: Policy, case: Case, member: MemberId) -> frozenset[RoleId]:
    """The roles in which a member acts in this case: those bound to them, and as deputy those of the handler."""
    names = {member}
    if case.codes.get(Attribute.DEPUTY) == member:
        names.add(MemberId(case.codes[Attribute.HANDLER]))
    return frozenset(role for role, holders in policy.bound.holders.items() if names & set(holders))
