"""The desk as one object, and the signed directory that says who may act today."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from datetime import UTC, date
from pathlib import Path

from casework.store import MemberId
from crypto.directory import VerifiedDirectory
from crypto.directory_shape import Role
from crypto.errors import CryptoError
from portal.accounts.book import Accounts
from portal.clock import Clock
from portal.errors import OfficeNotReady
from portal.mailroom.room import Mailroom
from portal.office.errors import OfficeMissing
from portal.office.folder import OfficeFolder
from portal.stores import Store

HOLDER_ROLES = frozenset({Role.REGISTRAR, Role.INVESTIGATOR, Role.APPROVER, Role.OVERSIGHT, Role.OUTSIDE})
"""Roles whose members may hold a case; an administrator never does."""


@dataclass
class CurrentDirectory:
    """The office's directory, verified once per signing and day."""

    office: OfficeFolder
    _kept: tuple[str, date, VerifiedDirectory] | None = field(default=None, repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def on(self, today: date) -> VerifiedDirectory:
        """The directory; raises `OfficeNotReady` while none is there, or none that is valid today."""
        note = self.office.directory()
        if note is None:
            raise OfficeNotReady
        with self._turn:
            if self._kept is None or self._kept[:2] != (note, today):
                self._kept = (note, today, self._verified(today))
            return self._kept[2]

    def _verified(self, today: date) -> VerifiedDirectory:
        try:
            return self.office.verified(today)
        except (OfficeMissing, CryptoError) as error:
            raise OfficeNotReady from error


@dataclass(frozen=True)
class Desk:
    """Everything that the desk's views work on; made by the composition root alone."""

    cases: Store
    accounts: Accounts
    mailroom: Mailroom
    directory: CurrentDirectory
    site: Path
    clock: Clock
    behind_tls: bool = False
    demo: bool = False
    # The outer budget of sign-in and enrolment for the whole desk; no address is ever counted.
    budget: str = "600/minute"

    @property
    def office(self) -> OfficeFolder:
        """The office folder."""
        return self.directory.office

    def now(self) -> int:
        """Seconds since 1970."""
        return int(self.clock().timestamp())

    def today(self) -> date:
        """The day, UTC."""
        return self.clock().astimezone(UTC).date()

    def holds(self, member: MemberId) -> bool:
        """Whether the directory of today gives this member a role that may hold cases."""
        found = self.directory.on(self.today()).valid_member(member)
        return found is not None and found.role in HOLDER_ROLES


def entities_read_by(directory: VerifiedDirectory, member: MemberId, home: str | None) -> list[str]:
    """The entities whose batch a member gets: those whose desk this is, wholly, opened or not.

    Who is left out by a conflict rule gets the same batch as a colleague. Outside holders get the
    batch of their entity and of every entity below it, since escalation climbs.
    """
    content = directory.content
    found = {row.entity for row in content.holders if member in row.members or member in row.left_out}
    above = {entity.id: entity.superior for entity in content.entities}
    outside = {entity.id for entity in content.entities if member in entity.outside}
    for entity in above:
        if outside & set(_climb(entity, above)):
            found.add(entity)
    if home in above:
        found.add(home)
    return sorted(found)


def _climb(entity: str, above: dict[str, str | None]) -> list[str]:
    """The entity and its superiors; a circle ends where it began."""
    steps: list[str] = []
    at: str | None = entity
    while at is not None and at not in steps:
        steps.append(at)
        at = above.get(at)
    return steps
