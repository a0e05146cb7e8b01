"""What somebody has to confirm of a policy before its first version here is published, which is never changed.

A version that the office has published is not asked about again: its numbers are fixed, and holders of roles change
with each signature.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import Final

from casework.policy.policy import Policy
from casework.policy.reader import shipped_policies, shipped_policy
from casework.policy_check.bound_roles import joined_holders
from casework.policy_check.findings import Fault
from crypto.localized import Words
from portal.office.config import OfficeConfig
from portal.office.errors import Said
from portal.office.folder import OfficeFolder
from portal.office.published import held_by
from portal.office.publishing import bound_policies, holders_of
from portal.office.role_holders import held_alone, unheld
from portal.office.versions import latest

EXAMPLES: Final = (
    "{policy} is about to be published for the first time, and a published version is never changed. No "
    "{policy}.bindings.toml of this office is in texts/, so its numbers are the examples that ship: {numbers}. Nobody "
    "is bound to {roles}: all who hold the reports act there. To decide both first: `yanlu policy bindings {policy} "
    "--out {folder}`, fill in {folder}/{policy}.bindings.toml, and only then go on."
)


JOINED: Final = (
    "{policy}: {members} hold two roles that the text keeps apart ({key}): in one case each of them can act in one of "
    "the two only."
)
SAME_PERSON: Final = (
    "{policy}: one person alone holds the roles of two steps that the text gives to different people ({key}): no case "
    "could go on there. Bind somebody else to one of them; this can't be confirmed."
)
POLICY_TOPICS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "examples": "numbers that ship as examples",
        "unbound": "roles to which nobody is bound",
        "alone": "roles that one member holds alone",
        "joined": "roles that the text keeps apart and the same members hold",
    }
)
"""What can be confirmed, by the name under which it is, and in words (msgids of the commands' catalogue)."""
REFUSED: Final = "same-person"
"""The topic of what nobody can confirm."""


def to_confirm(
    folder: OfficeFolder, config: OfficeConfig, policies: Iterable[Policy] | None = None, *, own_bindings: bool = False
) -> dict[str, list[Said]]:
    """Sentences by topic of POLICY_TOPICS or REFUSED, for each policy of which a version is about to be published.

    `policies` are those of the next directory where none are given: it publishes those of which no version was
    published yet, and a new version waits for `yanlu policy publish`. With `own_bindings` their numbers are the
    office's own, wherever its file is. Topics without a sentence are left out. Raises as `source_policy`.
    """
    versions = folder.versions()
    if policies is None:
        new = [one for one in bound_policies(folder, config) if not latest(versions, one.id)]
    else:
        new = [one for one in policies if one.version not in latest(versions, one.id)]
    # A text with numbers left open is refused for them, and no confirmation helps.
    new = [one for one in new if not one.unbound()]
    examples = [one for one in new if not (own_bindings or latest(versions, one.id)) and _as_shipped(folder, one)]
    decided = [one for one in new if one not in examples]
    found = {
        "examples": [_example(folder, one) for one in examples],
        "unbound": [said for one in decided for said in unheld(one)],
        "alone": [said for one in decided for said in held_alone(one)],
        "joined": _joined(new, Fault.JOINED, JOINED),
        REFUSED: _joined([held_by(one, holders_of(config, one.id)) for one in new], Fault.SAME_PERSON, SAME_PERSON),
    }
    return {topic: said for topic, said in found.items() if said}


def _as_shipped(folder: OfficeFolder, policy: Policy) -> bool:
    """Whether text and bindings are those that ship: nobody of this office has written either."""
    own, name = folder.own_texts, policy.id
    if name not in shipped_policies() or (own / f"{name}.bindings.toml").is_file():
        return False
    return policy.version == shipped_policy(name).version


def _example(folder: OfficeFolder, policy: Policy) -> Said:
    facts = {"policy": policy.id, "numbers": _numbers(policy), "roles": _roles(policy), "folder": folder.own_texts}
    return EXAMPLES, facts


def _joined(policies: Iterable[Policy], fault: Fault, sentence: str) -> list[Said]:
    return [
        (sentence, {"policy": policy.id, "members": one.name, "key": one.key})
        for policy in policies
        for one in joined_holders(policy, policy.id)
        if one.fault is fault
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
