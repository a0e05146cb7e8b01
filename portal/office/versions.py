"""Which versions of each policy this office published, since when each holds, and under which rules its cases run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from casework.policy.document import read_rules, rules_document
from casework.policy.policy import Policy, RulesNamed
from casework.policy.reader import shipped_policies
from casework.rules.roles import RoleId
from crypto.errors import CryptoError
from crypto.framing import b64encode, sha256
from crypto.shape import Fields, id_of
from crypto.text import read_json, write_json
from portal.office.errors import Said, VersionConflict, VersionLost

LEDGER_LIMIT = 1024 * 1024
MOST_VERSIONS = 4096
CONFLICT = (
    "{policy}: version {version} was published with other rules, and cases may be pinned to it: give the changed text "
    "a version of its own"
)
COPIED = (
    "`yanlu policy bindings {policy} --version NEW --out FOLDER` copies the text that ships under one, with bindings "
    "to fill in: publish both files, or put both into texts/."
)
ALTERED = "published/rules/{name}.json was altered: bring it back from a backup"


@dataclass(frozen=True)
class PolicyVersion:
    """One line of the ledger: from `effective` on (None: from the beginning) cases open under these rules.

    `rules` is the `b64` hash of the rules document. A later line of the same version may name other
    holders or another day, never other rules.
    """

    policy: str
    version: str
    effective: date | None
    rules: str


def read_versions(content: bytes) -> tuple[PolicyVersion, ...]:
    """The lines of a ledger, oldest first; raises `VersionLost` for what is none."""
    try:
        fields = Fields(read_json(content, LEDGER_LIMIT), "v", "versions")
        fields.version()
        return tuple(fields.list("versions", MOST_VERSIONS, _line))
    except (CryptoError, ValueError) as error:
        raise VersionLost("published/versions.json is not the list of versions that was written here") from error


def _line(value: object) -> PolicyVersion:
    fields = Fields(value, "policy", "version", "effective", "rules")
    effective = fields.maybe("effective", lambda day: date.fromisoformat(str(day)))
    return PolicyVersion(fields.id("policy"), id_of(fields["version"]), effective, b64encode(fields.bytes("rules", 32)))


def write_versions(versions: Iterable[PolicyVersion]) -> bytes:
    """The bytes that `read_versions` reads back."""
    rows = [
        {
            "policy": one.policy,
            "version": one.version,
            "effective": None if one.effective is None else one.effective.isoformat(),
            "rules": one.rules,
        }
        for one in versions
    ]
    return write_json({"v": 1, "versions": rows}) + b"\n"


def latest(versions: Iterable[PolicyVersion], policy: str) -> dict[str, PolicyVersion]:
    """The newest line of each version of a policy, in the order of their first publishing."""
    found: dict[str, PolicyVersion] = {}
    for one in versions:
        if one.policy == policy:
            found[one.version] = one
    return found


def in_force(versions: Iterable[PolicyVersion], policy: str, today: date) -> PolicyVersion | None:
    """The version under which cases open today: the last to take effect; None where none has yet."""
    begun = [one for one in latest(versions, policy).values() if one.effective is None or one.effective <= today]
    # `max` keeps the first of equals: of two that begin together the later published holds.
    return max(reversed(begun), key=lambda one: one.effective or date.min, default=None)


def earlier(versions: Iterable[PolicyVersion], policy: str, version: str) -> tuple[RulesNamed, ...]:
    """The other versions of a policy under which cases may still run."""
    others = latest(versions, policy).values()
    return tuple(RulesNamed(one.version, one.rules) for one in others if one.version != version)


def add_version(
    versions: Sequence[PolicyVersion], known: Policy | None, policy: Policy, effective: date | None
) -> tuple[PolicyVersion, ...]:
    """The ledger with a version published; `known` is the same version as it stands there.

    Raises `VersionConflict` where that has other rules: cases may be pinned to it.
    """
    if known is not None and with_holders(known, policy.bound.holders) != with_holders(policy, policy.bound.holders):
        said: list[Said] = [(CONFLICT, {"policy": policy.id, "version": policy.version})]
        said += [(COPIED, {"policy": policy.id})] if policy.id in shipped_policies() else []
        raise VersionConflict(*said)
    line = PolicyVersion(policy.id, policy.version, effective, rules_hash(policy))
    last = latest(versions, policy.id).get(policy.version)
    return tuple(versions) if line == last else (*versions, line)


def rules_hash(policy: Policy) -> str:
    """The `b64` hash under which the rules of a policy are published."""
    return b64encode(sha256(rules_document(policy)))


def with_holders(policy: Policy, holders: Mapping[RoleId, tuple[str, ...]]) -> Policy:
    """The policy with other members in its roles: all of a version that may change."""
    return replace(policy, bound=replace(policy.bound, holders=dict(holders)), sources=())


def read_published(content: bytes, name: str) -> Policy:
    """The policy of a rules document that lies under its hash `name`; raises `RulesRefused`, `VersionLost`."""
    if b64encode(sha256(content)) != name:
        raise VersionLost((ALTERED, {"name": name}))
    return read_rules(content)
