"""The policies that the demo's office runs besides the one of the sample, and who holds their roles."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import combinations, islice, product
from pathlib import Path
from typing import Final

from casework.policy.policy import Policy
from casework.policy.reader import shipped_bindings, shipped_policy
from casework.policy_check.bound_roles import joined_holders
from portal.cli.demo.stories import RETALIATION
from portal.office.config import EntityConfig, HoldersConfig, OfficeConfig, OfficeText, PolicyConfig
from portal.office.published import source_policy

GROUP, IRELAND, AIRLINE, APPLIANCES = "group", "ireland", "airline", "appliances"
ENTITIES: Final[Mapping[str, str]] = {
    RETALIATION: GROUP,
    "employee-complaint-resolution-sla": GROUP,
    "eu-wb-internal": IRELAND,
    "airline-complaint": AIRLINE,
    "employee-complaint-review-publish": AIRLINE,
    "product-quality-complaint": APPLIANCES,
    "customer-callback-workorder": APPLIANCES,
}
"""The policies of a demo for which none is named, and the entity that each binds; any other policy binds the group."""
NAMES: Final[Mapping[str, OfficeText]] = {
    AIRLINE: OfficeText.of(zh="示例航空有限公司", en="Sample Airline Ltd"),
    APPLIANCES: OfficeText.of(zh="示例电器有限公司", en="Sample Appliances Ltd"),
}
COMPLAINT_HANDLERS: Final = ["investigator-b", "approver-a"]
"""Who handles complaints of retaliation; its roles stay unbound, so that both act in each."""
MEMBERS: Final = ["investigator-a", "investigator-b", "investigator-c", "registrar-a"]
"""Who reads the reports of the other policies and holds their roles, two to a role."""
HOLDERS_OF_A_ROLE: Final = 2
TRIES: Final = 20_000
MONTHS: Final = 36
"""For so long the demo's office keeps closed cases, where the text names no number."""


@dataclass(frozen=True)
class DemoPolicy:
    """A policy in the demo: the entity that it binds, and the members who hold each role (none: all readers do)."""

    id: str
    entity: str
    roles: Mapping[str, tuple[str, ...]]

    def document(self) -> dict[str, object]:
        """As the ready file shows it."""
        return {"policy": self.id, "entity": self.entity, "roles": {role: [*held] for role, held in self.roles.items()}}

    def bindings(self) -> str:
        """The file of bindings: the numbers that ship as examples, how long files are kept, and who holds the roles."""
        rule = shipped_policy(self.id).rules.retention
        months = f"retention_months = {MONTHS}\n" if rule is None or rule.months is None else ""
        held = "".join(f"{role} = {[*members]}\n".replace("'", '"') for role, members in self.roles.items())
        return f"{months}{shipped_bindings(self.id).decode()}\n[holders]\n{held}"


def demo_policies(names: Iterable[str], texts: Path) -> list[DemoPolicy]:
    """The policies of these names, each with its roles held by members who may hold them together.

    `texts` is the office's own folder of texts, which goes before what ships. Raises as `source_policy`.
    """
    return [_with_holders(name, texts) for name in dict.fromkeys(names)]


def _with_holders(name: str, texts: Path) -> DemoPolicy:
    entity = ENTITIES.get(name, GROUP)
    if name == RETALIATION:
        return DemoPolicy(name, entity, {})
    return DemoPolicy(name, entity, bind_roles(source_policy(name, texts)))


def bind_roles(policy: Policy) -> dict[str, tuple[str, ...]]:
    """Two members to each role so that nobody holds two that the text keeps apart; always the same ones.

    Where there is no such choice one member holds each role. Raises ValueError where that does not do either.
    """
    roles = [str(role.id) for role in policy.rules.roles]
    for size in (HOLDERS_OF_A_ROLE, 1):
        groups = [*combinations(MEMBERS, size)]
        # Another group is tried first for each role, so that no member holds them all.
        turns = [groups[at % len(groups) :] + groups[: at % len(groups)] for at in range(len(roles))]
        for chosen in islice(product(*turns), TRIES):
            held = dict(zip(roles, chosen, strict=True))
            if not joined_holders(replace(policy, bound=replace(policy.bound, holders=held)), policy.id):
                return held
    raise ValueError(policy.id)


def with_policies(config: OfficeConfig, policies: Iterable[DemoPolicy]) -> OfficeConfig:
    """The sample office with these policies, and with the entities that they bind."""
    entities, running, holders = [*config.entities], [*config.policies], [*config.holders]
    for one in policies:
        if one.entity not in {entity.id for entity in entities}:
            entities.append(_entity(config.entities[0], one.entity))
        members = COMPLAINT_HANDLERS if one.id == RETALIATION else MEMBERS
        running.append(PolicyConfig(id=one.id, entities=[one.entity]))
        holders.append(HoldersConfig(entity=one.entity, policy=one.id, members=members))
    return config.model_copy(update={"entities": entities, "policies": running, "holders": holders})


def _entity(group: EntityConfig, name: str) -> EntityConfig:
    """A subsidiary in the group's country."""
    return group.model_copy(update={"id": name, "name": NAMES[name], "superior": GROUP})
