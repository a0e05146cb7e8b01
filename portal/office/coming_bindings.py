"""The bindings that the next directory puts in force: those of new policies, and those that changed since."""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace

from casework.policy.policy import Policy
from casework.rules.roles import RoleId
from portal.office.config import OfficeConfig
from portal.office.current_members import Roll, signed_document
from portal.office.errors import ConfigRefused, Said
from portal.office.folder import OfficeFolder
from portal.office.published import held_by
from portal.office.publishing import bound_policies, holders_of, require_versions
from portal.office.role_holders import misbound, unheld
from portal.office.versions import latest, with_holders


@dataclass(frozen=True)
class ComingBindings:
    """A policy as its bindings stand, and the same with those that were published last; None where none were."""

    policy: Policy
    before: Policy | None = None

    def only(self, reasons: Callable[[Policy], list[Said]]) -> list[Said]:
        """What is to be said of the bindings as they stand, less what held of those before too."""
        known = [] if self.before is None else reasons(self.before)
        return [one for one in reasons(self.policy) if one not in known]

    def unheld(self) -> list[Said]:
        """The roles to which nobody is bound, less those that were open to all who read before too."""
        return unheld(self.policy, None if self.before is None else self.before.bound.holders)

    def held(self, readers: Iterable[str]) -> ComingBindings:
        """Both with each open role held by all readers."""
        everybody = tuple(readers)
        before = None if self.before is None else held_by(self.before, everybody)
        return replace(self, policy=held_by(self.policy, everybody), before=before)


def coming_bindings(folder: OfficeFolder, config: OfficeConfig) -> list[ComingBindings]:
    """Every policy of the office of which no version is published, or that of its file is.

    A new version waits for `yanlu policy publish`, so its file changes nothing yet. Raises as `source_policy`, and
    VersionLost.
    """
    versions, found = folder.versions(), list[ComingBindings]()
    for policy in bound_policies(folder, config):
        if not latest(versions, policy.id):
            found.append(ComingBindings(policy))
            continue
        known = require_versions(folder, versions, policy.id).get(policy.version)
        if known is not None:
            found.append(ComingBindings(policy, with_holders(policy, _bound_before(folder, config, known))))
    return found


def require_held(folder: OfficeFolder, config: OfficeConfig, roll: Roll) -> None:
    """Raises ConfigRefused for what `misbound` names of new policies, and of what was bound since in those in force.

    What changed in office.toml or among the members alone is said and signed: nobody could be let go else.
    """
    coming = coming_bindings(folder, config)
    if reasons := [said for one in coming for said in one.only(lambda policy: misbound(config, policy, roll))]:
        raise ConfigRefused(*reasons)


def _bound_before(folder: OfficeFolder, config: OfficeConfig, known: Policy) -> dict[RoleId, tuple[str, ...]]:
    """Whom the published bindings named, less roles that were open: those are published with all who read."""
    signed = _signed_readers(folder, known.id)
    everybody = [set(one) for one in (signed, holders_of(config, known.id)) if one]
    return {
        role: members
        for role, members in known.bound.holders.items()
        if not any(one <= set(members) for one in everybody)
    }


def _signed_readers(folder: OfficeFolder, policy: str) -> set[str]:
    """Who reads the reports of a policy by the last directory, from outside too."""
    document = signed_document(folder)
    if document is None:
        return set()
    entities = {entity for one in document["policies"] if one["id"] == policy for entity in one["entities"]}
    outside = {member for one in document["entities"] if one["id"] in entities for member in one["outside"]}
    return outside | {member for row in document["holders"] if row["policy"] == policy for member in row["members"]}
