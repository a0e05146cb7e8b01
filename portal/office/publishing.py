"""What a directory publishes of each policy: the page that reporters read, and the rules by which cases run."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date

from casework.errors import PolicyUnbound, RulesRefused
from casework.policy.document import read_rules, rules_document
from casework.policy.policy import Policy, policy_document
from casework.policy.questionnaire import read_page
from crypto.errors import CryptoError
from portal.office.config import OfficeConfig
from portal.office.current_members import roll_of
from portal.office.errors import ConfigRefused, Said, VersionLost
from portal.office.folder import OfficeFolder
from portal.office.published import PublishedText, held_by, own_page, source_policy
from portal.office.role_holders import misbound
from portal.office.unfinished import draft_reasons
from portal.office.versions import (
    PolicyVersion,
    add_version,
    earlier,
    in_force,
    latest,
    read_published,
    rules_hash,
    with_holders,
)

UNBOUND = "{policy}: not bound yet: {missing}"
NOT_YET = "{policy}: no version of it is in force yet; version {version} will be from {day} on."
EARLIER_PUBLISHED = (
    "Sign on that day or later; or, to bring the day forward: `yanlu policy supersede {policy} {version} --from "
    "{today}`."
)
EARLIER_BOUND = "Sign on that day or later; or change `effective` in {policy}.bindings.toml to {today} or earlier."
GONE = "published/rules/{name}.json is gone: bring it back from a backup"
UNREADABLE = "published/rules/{name}.json cannot be read: {reason}"
UNKNOWN = "{policy}: version {version} was never published; published: {known}"


@dataclass(frozen=True)
class PolicyTexts:
    """What is published of one policy, and the lines that the list of versions lacks.

    `drifted` tells that the office's text is another one by now.
    """

    page: PublishedText
    rules: PublishedText | None = None
    added: tuple[PolicyVersion, ...] = ()
    drifted: bool = False


def policy_texts(folder: OfficeFolder, config: OfficeConfig, policy: str, today: date) -> PolicyTexts:
    """The page and the rules of the version in force; a policy that was never published is published as it stands.

    Of a version that was published only the holders follow the office's bindings. Raises ConfigRefused,
    OfficeMissing, VersionLost.
    """
    page = own_page(policy, folder.own_texts)
    if page is not None:
        return PolicyTexts(page)
    versions = folder.versions()
    written = held_by(source_policy(policy, folder.own_texts), holders_of(config, policy))
    known = require_versions(folder, versions, policy)
    source = _dated(written, known, today)
    files = (folder.own_texts / f"{policy}.toml", folder.own_texts / f"{policy}.bindings.toml")
    if not known and (reasons := draft_reasons(*files)):
        raise ConfigRefused(*reasons)
    grown = versions if known else add_version(versions, None, source, written.bound.effective)
    now = in_force(grown, policy, today)
    if now is None:
        raise ConfigRefused(*_not_yet(grown, policy, today, published=bool(known)))
    found = known.get(now.version, source)
    if source.version == found.version:
        found = with_holders(found, source.bound.holders)
    grown = add_version(grown, found, found, now.effective)
    drifted = source.version == found.version and source != found
    return PolicyTexts(_page(found, grown), PublishedText(rules_document(found)), grown[len(versions) :], drifted)


def _dated(policy: Policy, known: Mapping[str, Policy], day: date | None) -> Policy:
    """The policy with the day since when it holds: that of its bindings, else the day of its first publishing.

    Recurring duties run from it, so it stands in the rules, which no later signing changes.
    """
    if policy.bound.effective is not None:
        return policy
    same = known.get(policy.version)
    effective = day if same is None else same.bound.effective
    return replace(policy, bound=replace(policy.bound, effective=effective))


def _not_yet(versions: Sequence[PolicyVersion], policy: str, today: date, *, published: bool) -> list[Said]:
    """That no version is in force, which one will be first and from which day, and what to do about it."""
    coming = ((one.effective, one.version) for one in latest(versions, policy).values() if one.effective is not None)
    day, version = min(coming)
    facts = {"policy": policy, "version": version, "day": day.isoformat(), "today": today.isoformat()}
    return [(NOT_YET, facts), (EARLIER_PUBLISHED if published else EARLIER_BOUND, facts)]


def _page(policy: Policy, versions: Sequence[PolicyVersion]) -> PublishedText:
    missing = policy.unbound()
    if missing:
        raise ConfigRefused((UNBOUND, {"policy": policy.id, "missing": ", ".join(missing)}))
    try:
        document = policy_document(policy, rules_hash(policy), earlier(versions, policy.id, policy.version))
        # What is signed must be readable for pages, worker and commands: they are strict, and nobody could report.
        read_page(document)
        read_rules(rules_document(policy))
    except PolicyUnbound as error:
        raise ConfigRefused((UNBOUND, {"policy": error.policy, "missing": ", ".join(error.missing)})) from error
    except (CryptoError, RulesRefused) as error:
        raise ConfigRefused(
            ("{policy}: no page could read it: {reason}", {"policy": policy.id, "reason": error})
        ) from error
    return PublishedText(document)


def holders_of(config: OfficeConfig, policy: str) -> tuple[str, ...]:
    """Whom `office.toml` lets open reports under a policy: they hold each role that nobody was bound to."""
    inside = {member for row in config.holders if row.policy == policy for member in row.members}
    entities = {entity for one in config.policies if one.id == policy for entity in one.entities}
    outside = {member for entity in config.entities if entity.id in entities for member in entity.outside}
    return tuple(sorted(inside | outside))


def bound_policies(folder: OfficeFolder, config: OfficeConfig) -> list[Policy]:
    """The office's policies as its bindings stand, less those that are pages alone; raises as `source_policy`."""
    named = [one.id for one in config.policies if own_page(one.id, folder.own_texts) is None]
    return [source_policy(one, folder.own_texts) for one in named]


def require_versions(folder: OfficeFolder, versions: Iterable[PolicyVersion], policy: str) -> dict[str, Policy]:
    """Every published version of a policy as its rules say; raises VersionLost where one is gone or altered."""
    found: dict[str, Policy] = {}
    for line in latest(versions, policy).values():
        content = folder.rules(line.rules)
        if content is None:
            raise VersionLost((GONE, {"name": line.rules}))
        try:
            found[line.version] = read_published(content, line.rules)
        except RulesRefused as error:
            raise VersionLost((UNREADABLE, {"name": line.rules, "reason": error})) from error
    return found


def publish_version(folder: OfficeFolder, policy: Policy, effective: date | None) -> PolicyVersion:
    """Publishes a version, which holds from `effective` on: the first directory signed after that names it.

    Raises VersionTaken, VersionLost, ConfigRefused.
    """
    versions, config = folder.versions(), folder.config()
    if reasons := misbound(config, policy, roll_of(folder)):
        raise ConfigRefused(*reasons)
    known = require_versions(folder, versions, policy.id)
    whole = _dated(held_by(policy, holders_of(config, policy.id)), known, effective)
    _page(whole, versions)
    grown = add_version(versions, known.get(whole.version), whole, effective)
    folder.publish("rules", PublishedText(rules_document(whole)))
    folder.write_versions(grown)
    return latest(grown, policy.id)[whole.version]


def supersede_version(folder: OfficeFolder, policy: str, version: str, effective: date) -> PolicyVersion:
    """From `effective` on cases open under this published version; those that are open stay where they are.

    Raises ConfigRefused where it was never published.
    """
    versions = folder.versions()
    line = latest(versions, policy).get(version)
    if line is None:
        known = ", ".join(latest(versions, policy)) or "-"
        raise ConfigRefused((UNKNOWN, {"policy": policy, "version": version, "known": known}))
    moved = replace(line, effective=effective)
    if moved != line:
        folder.write_versions((*versions, moved))
    return moved


def drafted_policies(texts: Iterable[PolicyTexts]) -> list[Policy]:
    """The policies of a directory that is drafted, held as it will say; less those that are pages alone."""
    return [read_rules(one.rules.content) for one in texts if one.rules is not None]
