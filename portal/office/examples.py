"""Policies that the next directory would publish for good with bindings that ship and nobody here has written."""

from __future__ import annotations

from typing import Final

from casework.policy.policy import Policy
from casework.policy.reader import shipped_policies, shipped_policy
from crypto.localized import Words
from portal.office.config import OfficeConfig
from portal.office.errors import Said
from portal.office.folder import OfficeFolder
from portal.office.published import own_page, source_policy
from portal.office.versions import latest

EXAMPLES: Final = (
    "{policy} is about to be published for the first time, and a published version is never changed. No "
    "{policy}.bindings.toml of this office is in texts/, so its numbers are the examples that ship: {numbers}. Nobody "
    "is bound to {roles}: all who hold the reports act there. To decide both first: `yanlu policy bindings {policy} "
    "--out {folder}`, fill in {folder}/{policy}.bindings.toml, and only then go on."
)


def unwritten(folder: OfficeFolder, config: OfficeConfig) -> list[Said]:
    """One warning for each such policy, with the numbers and the roles; raises as `source_policy`."""
    own, versions = folder.own_texts, folder.versions()
    new = [one.id for one in config.policies if not latest(versions, one.id)]
    shipped = [name for name in new if name in shipped_policies() and not (own / f"{name}.bindings.toml").is_file()]
    found = (source_policy(name, own) for name in shipped if own_page(name, own) is None)
    return [
        (EXAMPLES, {"policy": one.id, "numbers": _numbers(one), "roles": _roles(one), "folder": own})
        for one in found
        if one.version == shipped_policy(one.id).version
    ]


def _numbers(policy: Policy) -> Words:
    """Every number that the text leaves open, as what ships binds it, in the order of a file of bindings."""
    left = shipped_policy(policy.id).unbound()
    days = [f"{one.id} = {one.days}" for one in policy.promises if f"days.{one.id}" in left]
    limits = [(str(one.id), one.limit) for one in policy.rules.clocks if f"limits.{one.id}" in left]
    limits += [(str(what), limit) for what, limit in policy.bound.every.items()]
    said = [(name, limit.words) for name, limit in limits if limit is not None]
    return Words(
        zh="、".join([*days, *(f"{name} = {words.zh}" for name, words in said)]),
        en=", ".join([*days, *(f"{name} = {words.en}" for name, words in said)]),
    )


def _roles(policy: Policy) -> str:
    return ", ".join(str(role.id) for role in policy.rules.roles if not policy.bound.holders.get(role.id))
