"""Whether those whom a policy's roles are bound to can be given its cases.

Bindings say who may act in a role; `office.toml` says who may open reports: by a row of `[[holders]]`, as an outside
holder of an entity, or by oversight (SPEC §6). Somebody bound who has neither can never be added to a case.
"""

from __future__ import annotations

from casework.policy.policy import Policy
from crypto.office.holders import has_place
from portal.office.config import OfficeConfig
from portal.office.errors import Said

UNPLACED = (
    "{policy}: {role} is bound to {member}, whom office.toml gives no place at {entities}: nobody can add them to a "
    "case. Name them in a row of [[holders]], as outside of the entity, or under oversight."
)
NOBODY = (
    "{policy}: of those who are bound to {role} office.toml gives nobody a place at {entity}: no case of it can be "
    "given to that role."
)


def unplaced(config: OfficeConfig, policy: Policy) -> list[Said]:
    """Every reason for which a role of this policy, as it is bound, can't be given its cases."""
    entities = [entity for one in config.policies if one.id == policy.id for entity in one.entities]
    # One that office.toml does not name yet serves nobody.
    if not entities:
        return []
    found: list[Said] = []
    for role, members in sorted(policy.bound.holders.items()):
        nowhere = [member for member in members if not any(has_place(config, member, one) for one in entities)]
        facts = {"policy": policy.id, "role": role}
        found += [(UNPLACED, {**facts, "member": one, "entities": ", ".join(entities)}) for one in nowhere]
        if len(nowhere) == len(members):
            continue
        missing = [one for one in entities if not any(has_place(config, member, one) for member in members)]
        found += [(NOBODY, {**facts, "entity": one}) for one in missing]
    return found
