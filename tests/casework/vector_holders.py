"""The vectors of who acts in which role: holders drawn by lot, a handler and a deputy, and the roles of a member."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from random import Random  # noqa: TID251  # lots that fall the same way every time
from typing import Final

from casework.engine.case import Case, Event, fold, opening
from casework.engine.holders import roles_of
from casework.event_store.step_check import Ruling, check_record_rules
from casework.ids import MemberId
from casework.policy.policy import Policy
from casework.rules.acts import Act, Attribute
from tests.casework.vector_rows import OFFICES, Row

DRAWS: Final = 4
NAMINGS: Final = 6
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
        "named": [_named(bound, case, lots) for _ in range(NAMINGS)],
    }


def _named(policy: Policy, case: Case, lots: Random) -> list[object]:
    """A member names a handler and a deputy, by lot: what the record says to it, null where it takes it."""
    act, by = lots.choice((Act.ASSIGNED, Act.REASSIGNED)), lots.choice(MEMBERS)
    people = [lots.choice((*MEMBERS, MemberId("nobody"))) for _ in range(2)]
    codes: dict[Attribute, str] = {Attribute.HANDLER: people[0], Attribute.DEPUTY: people[1]}
    ruling = Ruling(policy, OFFICES["shanghai"], datetime(2026, 10, 1, 12, tzinfo=UTC), lambda _: None)
    found = check_record_rules(ruling, case, Event(1, act, date(2026, 10, 1), by, None, codes=codes))
    return [act, by, *people, None if found is None else [found.reason, list(found.names)]]


def holders(policies: Callable[[], list[Policy]]) -> list[Row]:
    """Some draws under each policy."""
    return [_drawn(policy, number) for policy in policies() for number in range(DRAWS)]
