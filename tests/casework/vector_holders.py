"""The vectors of who acts in which role: holders drawn by lot, a handler and a deputy, and the roles of a member."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from random import Random  # noqa: TID251  # lots that fall the same way every time
from typing import Final

from casework.engine.case import fold, opening
from casework.engine.holders import roles_of
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.rules.acts import Attribute
from tests.casework.vector_rows import Row

DRAWS: Final = 4
MEMBERS: Final = tuple(MemberId(name) for name in ("li", "wang", "zhao", "chen"))


def _drawn(policy: Policy, number: int) -> Row:
    """Who holds what, whom the case names, and the roles that come of it for each member."""
    lots = Random(f"holders {policy.id} {number}")
    roles = [role.id for role in policy.rules.roles if lots.random() < 0.9]
    holders = {role: tuple(lots.sample(MEMBERS, lots.choice((0, 1, 1, 2)))) for role in roles}
    codes = {Attribute.HANDLER: lots.choice(MEMBERS), Attribute.DEPUTY: lots.choice(MEMBERS)}
    codes = {name: value for name, value in codes.items() if lots.random() < 0.8}
    bound = replace(policy, bound=replace(policy.bound, holders=holders))
    case = replace(fold([opening(policy.id, policy.version, date(2026, 9, 30))]), codes=codes)
    return {
        "policy": policy.id,
        "holders": holders,
        "codes": codes,
        "roles": {member: sorted(roles_of(bound, case, member)) for member in MEMBERS},
    }


def holders(policies: Callable[[], list[Policy]]) -> list[Row]:
    """Some draws under each policy."""
    return [_drawn(policy, number) for policy in policies() for number in range(DRAWS)]
