"""Whether those whom a policy's roles are bound to are there, and can be given its cases.

Bindings say who may act in a role; `office.toml` says who may open reports: by a row of `[[holders]]`, as an outside
holder of an entity, or by oversight (SPEC §6). Somebody bound who has neither can never be added to a case.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import get_close_matches

from casework.policy.policy import Policy
from crypto.office.holders import has_place
from portal.office.config import OfficeConfig
from portal.office.current_members import Roll
from portal.office.errors import Said

UNPLACED = (
    "{policy}: {role} is bound to {member}, whom office.toml gives no place at {entities}: nobody can add them to a "
    "case. Name them in a row of [[holders]], as outside of the entity, or under oversight."
)
NOBODY = (
    "{policy}: of those who are bound to {role} office.toml gives nobody a place at {entity}: no case of it can be "
    "given to that role."
)
STRANGER = (
    "{policy}: {role} is bound to {member}, and there is no such member: neither office.toml nor the directory names "
    "one. Nearest: {near}."
)
ENDED = "{policy}: {role} is bound to {member}, who is a member no longer. Bind the role to somebody else."
LEAVING = (
    "{policy}: {role} is bound to {member}, whom this directory lets go: no account of theirs has passed the trial. "
    "Bind the role to somebody else."
)
UNHELD = (
    "{policy}: nobody is bound to {roles}: all who hold the reports act in each of these roles. Name members in "
    "[holders] of {policy}.bindings.toml."
)
ALONE = "{policy}: {role} is held by {member} alone: with one person away its cases stand still."


def misbound(config: OfficeConfig, policy: Policy, roll: Roll) -> list[Said]:
    """Every reason for which a role of this policy, as it is bound, can't be given its cases."""
    return [*strangers(config, policy, roll), *unplaced(config, policy, roll)]


def strangers(config: OfficeConfig, policy: Policy, roll: Roll) -> list[Said]:
    """Those bound whom nobody knows, with the nearest id that there is, and those who have left."""
    known = named_in(config) | set(roll.there)
    found: list[Said] = []
    for role, member in _bound(policy):
        facts = {"policy": policy.id, "role": role, "member": member}
        if member in roll.ended:
            found.append((ENDED, facts))
        elif member in roll.leaving:
            found.append((LEAVING, facts))
        elif member not in known:
            near = ", ".join(get_close_matches(member, sorted(known), n=1, cutoff=0.0)) or "-"
            found.append((STRANGER, {**facts, "near": near}))
    return found


def unplaced(config: OfficeConfig, policy: Policy, roll: Roll) -> list[Said]:
    """Those bound who are there and have no place, and roles that nobody can fill at an entity."""
    entities = [entity for one in config.policies if one.id == policy.id for entity in one.entities]
    # One that office.toml does not name yet serves nobody.
    if not entities:
        return []
    known = (named_in(config) | set(roll.there)) - set(roll.ended) - set(roll.leaving)
    found: list[Said] = []
    for role, members in sorted(policy.bound.holders.items()):
        nowhere = [member for member in members if not any(has_place(config, member, one) for one in entities)]
        facts = {"policy": policy.id, "role": role}
        lost = [member for member in nowhere if member in known]
        found += [(UNPLACED, {**facts, "member": one, "entities": ", ".join(entities)}) for one in lost]
        if len(nowhere) == len(members):
            continue
        missing = [one for one in entities if not any(has_place(config, member, one) for member in members)]
        found += [(NOBODY, {**facts, "entity": one}) for one in missing]
    return found


def held_alone(policy: Policy) -> list[Said]:
    """Roles that are bound to one member alone."""
    return [
        (ALONE, {"policy": policy.id, "role": role, "member": members[0]})
        for role, members in sorted(policy.bound.holders.items())
        if len(set(members)) == 1
    ]


def unheld(policy: Policy) -> list[Said]:
    """The roles to which nobody is bound, in one sentence."""
    roles = [str(role.id) for role in policy.rules.roles if not policy.bound.holders.get(role.id)]
    return [(UNHELD, {"policy": policy.id, "roles": ", ".join(roles)})] if roles else []


def named_in(config: OfficeConfig) -> set[str]:
    """Every member whom `office.toml` names."""
    named = {member for row in config.holders for member in row.members}
    named |= {member for entity in config.entities for member in entity.outside}
    named |= {member for one in config.entities if one.watch for member in (*one.watch.inside, *one.watch.outside)}
    return named | set(config.oversight) | set(config.custodians.members if config.custodians else [])


def _bound(policy: Policy) -> Iterator[tuple[str, str]]:
    return ((role, member) for role, members in sorted(policy.bound.holders.items()) for member in members)
