"""Whether those whom a policy's roles are bound to are there, and can be given its cases.

Bindings say who may act in a role; `office.toml` says who may open reports: by a row of `[[holders]]`, as an outside
holder of an entity, or by oversight (SPEC §6). Somebody bound who has neither can never be added to a case.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import product
from typing import Final

from casework.policy.policy import Policy
from casework.rules.flow import FIRST_STAGE, Stage
from casework.rules.intake_form import Channel, ChannelKind
from casework.rules.roles import RoleId
from crypto.office.holders import has_place
from portal.office.config import HoldersConfig, OfficeConfig
from portal.office.current_members import Roll
from portal.office.errors import Said

NEAR: Final = 2
UNPLACED = (
    "{policy}: {role} is bound to {member}, whom office.toml gives no place at {entities}: nobody can add them to a "
    "case. Name them in a row of [[holders]], as outside of the entity, or under oversight."
)
CUSTODIAN = (
    "{policy}: {role} is bound to {member}, who is a custodian: no custodian may ever handle a case. Bind the role to "
    "somebody else."
)
NOBODY = (
    "{policy}: of those who are bound to {role} office.toml gives nobody a place at {entity}: no case of it can be "
    "given to that role."
)
STRANGER = (
    "{policy}: {role} is bound to {member}, and there is no such member: neither office.toml nor the directory names "
    "one. Nearest: {near}."
)
UNKNOWN = (
    "{policy}: {role} is bound to {member}, and there is no such member: neither office.toml nor the directory names "
    "one. In office.toml [[holders]], `outside` and `oversight` are where the office names people."
)
NO_READER = (
    "{policy}: {role} has to act in the first stage ({stage}), and nobody who is bound to it is in the row {row} of "
    "[[holders]]: no new report would reach them. Name one of {members} there."
)
NO_ADDRESSEE = (
    "{policy}: reports by the online channel {channel} are for {roles}, and nobody who is bound to one of these roles "
    "is in the row {row} of [[holders]]: they could not read such a report. Name one of {members} there."
)
UNENROLLED = "{policy}: nobody who has enrolled holds {roles}."
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
    return [*strangers(config, policy, roll), *unplaced(config, policy, roll), *unread(config, policy)]


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
            near = nearest(member, known)
            found.append((UNKNOWN, facts) if near is None else (STRANGER, {**facts, "near": near}))
    return found


def unplaced(config: OfficeConfig, policy: Policy, roll: Roll) -> list[Said]:
    """Those bound who are there and have no place, and roles that nobody can fill at an entity."""
    entities = [entity for one in config.policies if one.id == policy.id for entity in one.entities]
    # One that office.toml does not name yet serves nobody.
    if not entities:
        return []
    known = (named_in(config) | set(roll.there)) - set(roll.ended) - set(roll.leaving)
    custodians = set(config.custodians.members if config.custodians else ())
    found: list[Said] = []
    for role, members in sorted(policy.bound.holders.items()):
        nowhere = [member for member in members if not any(has_place(config, member, one) for one in entities)]
        facts = {"policy": policy.id, "role": role}
        lost = [member for member in nowhere if member in known and member not in custodians]
        found += [(CUSTODIAN, {**facts, "member": one}) for one in nowhere if one in custodians]
        found += [(UNPLACED, {**facts, "member": one, "entities": ", ".join(entities)}) for one in lost]
        if len(nowhere) == len(members):
            continue
        missing = [one for one in entities if not any(has_place(config, member, one) for member in members)]
        found += [(NOBODY, {**facts, "entity": one}) for one in missing]
    return found


def unread(config: OfficeConfig, policy: Policy) -> list[Said]:
    """Roles without which nobody could act on a new report, and of which a row of readers names no holder.

    A role beside which another one may do the same act is none: a superior body need not read what it may handle.
    """
    stage = next((one for one in policy.rules.stages if one.id == FIRST_STAGE), None)
    entities = {entity for one in config.policies if one.id == policy.id for entity in one.entities}
    rows = [row for row in config.holders if row.policy == policy.id and row.entity in entities]
    if stage is None:
        return []
    lacking = [(row, role) for row in rows for role in _without_reader(policy, stage, row)]
    return [
        (
            NO_READER,
            {
                "policy": policy.id,
                "role": role,
                "stage": stage.id,
                "row": _place(row),
                "members": ", ".join(policy.bound.holders[role]),
            },
        )
        for row, role in lacking
        # Somebody without any place is named as that.
        if any(has_place(config, member, row.entity) for member in policy.bound.holders[role])
    ]


def unaddressed(config: OfficeConfig, policy: Policy) -> list[Said]:
    """Online channels whose reports nobody could read to whom the text has them go, row by row of readers.

    A channel that leads to a role to which nobody is bound leads to every reader. What `unread` names of a row is
    not said twice.
    """
    refused = {(values["row"], values["role"]) for _, values in unread(config, policy)}
    rows = [row for row in config.holders if row.policy == policy.id]
    channels = [one for one in policy.rules.channels if one.kind is ChannelKind.ONLINE]
    return [
        (
            NO_ADDRESSEE,
            {
                "policy": policy.id,
                "channel": channel.id,
                "roles": ", ".join(channel.to),
                "row": _place(row),
                "members": ", ".join(members),
            },
        )
        for row, channel in product(rows, channels)
        if (members := _addressees(policy, channel))
        and _readers(row).isdisjoint(members)
        and not any((_place(row), role) in refused for role in channel.to)
    ]


def _addressees(policy: Policy, channel: Channel) -> list[str]:
    """Who is bound to the roles of a channel; nobody where one of them is anybody's."""
    held = [policy.bound.holders.get(role, ()) for role in channel.to]
    return list(dict.fromkeys(member for members in held for member in members)) if all(held) else []


def _place(row: HoldersConfig) -> str:
    return f"{row.entity}/{row.policy}/{row.category}"


def _readers(row: HoldersConfig) -> set[str]:
    return set(row.members) - set(row.left_out)


def _without_reader(policy: Policy, stage: Stage, row: HoldersConfig) -> list[RoleId]:
    """The roles of acts of the first stage that nobody among the readers of a row could do."""
    readers = _readers(row)
    lacks: dict[RoleId, bool] = {
        role.id: bool(held := policy.bound.holders.get(role.id)) and readers.isdisjoint(held)
        for role in policy.rules.roles
    }
    found: list[RoleId] = []
    for rule in stage.acts:
        roles = rule.by or stage.actors
        lacking = [role for role in roles if lacks.get(role)]
        found += lacking if rule.every or len(lacking) == len(roles) else ()
    return list(dict.fromkeys(found))


def unenrolled(policy: Policy, enrolled: Collection[str]) -> list[Said]:
    """The roles that nobody holds who has enrolled, in one sentence."""
    roles = [str(role) for role, members in policy.bound.holders.items() if not {*members} & {*enrolled}]
    return [(UNENROLLED, {"policy": policy.id, "roles": ", ".join(roles)})] if roles else []


def nearest(member: str, known: Collection[str]) -> str | None:
    """The id that somebody may have meant: at most two letters away; None where none is that near."""
    found = min(((_distance(member, one), one) for one in known), default=(NEAR + 1, ""))
    return found[1] if found[0] <= NEAR else None


def _distance(first: str, second: str) -> int:
    """How many letters have to be put in, left out or changed (Levenshtein)."""
    row = list(range(len(second) + 1))
    for at, letter in enumerate(first, 1):
        before, row[0] = row[0], at
        for other, its in enumerate(second, 1):
            before, row[other] = row[other], min(row[other] + 1, row[other - 1] + 1, before + (letter != its))
    return row[-1]


def held_alone(policy: Policy) -> list[Said]:
    """Roles that are bound to one member alone."""
    return [
        (ALONE, {"policy": policy.id, "role": role, "member": members[0]})
        for role, members in sorted(policy.bound.holders.items())
        if len(set(members)) == 1
    ]


def unheld(policy: Policy, among: Collection[RoleId] | None = None) -> list[Said]:
    """The roles to which nobody is bound, in one sentence; of those `among` alone where they are given."""
    free = (role.id for role in policy.rules.roles if not policy.bound.holders.get(role.id))
    roles = [str(role) for role in free if among is None or role in among]
    return [(UNHELD, {"policy": policy.id, "roles": ", ".join(roles)})] if roles else []


def named_in(config: OfficeConfig) -> set[str]:
    """Every member whom `office.toml` names."""
    named = {member for row in config.holders for member in row.members}
    named |= {member for entity in config.entities for member in entity.outside}
    named |= {member for one in config.entities if one.watch for member in (*one.watch.inside, *one.watch.outside)}
    return named | set(config.oversight) | set(config.custodians.members if config.custodians else [])


def _bound(policy: Policy) -> Iterator[tuple[str, str]]:
    return ((role, member) for role, members in sorted(policy.bound.holders.items()) for member in members)
