"""Who came into a role of a policy and who went, from the directory that is in force to the one that is drafted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, cast

from casework.policy.policy import Policy
from casework.rules.roles import RoleId
from crypto.text import read_json
from portal.office.current_members import signed_document
from portal.office.folder import OfficeFolder
from portal.office.published import DOCUMENT_LIMIT
from portal.office.versions import read_published

Held = Mapping[RoleId, tuple[str, ...]]


@dataclass(frozen=True)
class RoleChange:
    """A role's new holders, and those who hold it no more."""

    role: str
    gained: list[str]
    lost: list[str]


def role_changes(before: Held, after: Held) -> list[RoleChange]:
    """The roles of which the holders are others, in the order of the policy."""
    found = list[RoleChange]()
    for role in dict.fromkeys((*after, *before)):
        old, new = before.get(role, ()), after.get(role, ())
        gained, lost = [one for one in new if one not in old], [one for one in old if one not in new]
        found += [RoleChange(role, gained, lost)] if gained or lost else []
    return found


def changed_roles(folder: OfficeFolder, policies: Iterable[Policy]) -> dict[str, list[RoleChange]]:
    """The same by policy; of one that the directory in force does not name, everybody in its roles is new.

    Raises RulesRefused, VersionLost.
    """
    signed = signed_holders(folder)
    found = {one.id: role_changes(signed.get(one.id, {}), one.bound.holders) for one in policies}
    return {policy: changes for policy, changes in found.items() if changes}


def signed_holders(folder: OfficeFolder) -> dict[str, Held]:
    """Who holds the roles of each policy that the directory in force names. Raises RulesRefused, VersionLost."""
    document = signed_document(folder)
    return {one["id"]: _held(folder, one["hash"]) for one in document["policies"]} if document else {}


def _held(folder: OfficeFolder, page: str) -> Held:
    """Who held the roles by the page that a directory names; nobody where it names no rules, or they are gone."""
    content = folder.policy(page)
    document = {} if content is None else cast("dict[str, Any]", read_json(content, DOCUMENT_LIMIT))
    name = str(document.get("rules"))
    rules = folder.rules(name)
    return {} if rules is None else read_published(rules, name).bound.holders
