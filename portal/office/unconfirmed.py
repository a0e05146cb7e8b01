"""What somebody has to confirm of a policy before it is published: its first version, and bindings that changed since.

The numbers of a version that is published are fixed and not asked about again. Holders of roles change with each
signature, by the same rules.
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
from portal.office.coming_bindings import ComingBindings, coming_bindings
from portal.office.config import OfficeConfig
from portal.office.errors import Said
from portal.office.folder import OfficeFolder
from portal.office.publishing import holders_of
from portal.office.role_holders import held_alone
from portal.office.versions import latest

EXAMPLES: Final = (
    "{policy} is about to be published for the first time, and a published version is never changed. No "
    "{policy}.bindings.toml of this office is in texts/, so its numbers are the examples that ship: {numbers}. Nobody "
    "is bound to {roles}: all who hold the reports act there. To decide both first: `yanlu policy bindings {policy} "
    "--out {folder}`, fill in {folder}/{policy}.bindings.toml, and only then go on."
)


JOINED: Final = "{policy}: {key}: {reason}."
SAME_PERSON: Final = (
    "{policy}: {key}: {reason}: no case could go on there. Bind somebody else to one of them; this can't be confirmed."
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
    """Sentences by topic of POLICY_TOPICS or REFUSED: of what the next directory publishes, or `policies` if given.

    It publishes those of which no version was published yet, and the bindings of those in force that have changed
    since; a new version waits for `yanlu policy publish`. With `own_bindings` the numbers are the office's own,
    wherever its file is. Topics without a sentence are left out. Raises as `source_policy`, and VersionLost.
    """
    if policies is None:
        coming = coming_bindings(folder, config)
    else:
        versions = folder.versions()
        coming = [ComingBindings(one) for one in policies if one.version not in latest(versions, one.id)]
    # A text with numbers left open is refused for them, and no confirmation helps.
    coming = [one for one in coming if not one.policy.unbound()]
    fresh = [one.policy for one in coming if one.before is None]
    known = {line.policy for line in folder.versions()}
    examples = [one for one in fresh if not (own_bindings or one.id in known) and _as_shipped(folder, one)]
    decided = [one for one in coming if one.policy not in examples]
    found = {
        "examples": [_example(folder, one) for one in examples],
        "unbound": [said for one in decided for said in one.unheld()],
        "alone": [said for one in decided for said in one.only(held_alone)],
        "joined": [said for one in coming for said in one.only(_joined)],
        REFUSED: [said for one in coming for said in one.held(holders_of(config, one.policy.id)).only(_same_person)],
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


def _joined(policy: Policy) -> list[Said]:
    return _said_of(policy, Fault.JOINED, JOINED)


def _same_person(policy: Policy) -> list[Said]:
    return _said_of(policy, Fault.SAME_PERSON, SAME_PERSON)


def _said_of(policy: Policy, fault: Fault, sentence: str) -> list[Said]:
    return [
        (sentence, {"policy": policy.id, "key": one.key, "reason": one.reason})
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
