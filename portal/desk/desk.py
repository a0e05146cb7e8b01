"""The desk as one object: all that its views work on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date
from functools import cached_property
from pathlib import Path

from casework.record.store import MemberId
from crypto.directory import VerifiedDirectory
from crypto.directory_shape import Role
from portal.accounts.book import Accounts
from portal.clock import Clock
from portal.current_directory import CurrentDirectory
from portal.gate import Gate
from portal.mailroom.room import Mailroom
from portal.office.folder import OfficeFolder
from portal.rules_shelf import RulesShelf
from portal.stores import Store

HOLDER_ROLES = frozenset({Role.REGISTRAR, Role.INVESTIGATOR, Role.APPROVER, Role.OVERSIGHT, Role.OUTSIDE})
"""Roles whose members may hold a case; an administrator never does."""


@dataclass(frozen=True)
class Desk:
    """Everything that the desk's views work on; made by the composition root alone."""

    cases: Store
    accounts: Accounts
    mailroom: Mailroom
    # Sealed names and what is asked of them; nothing joins it with a case.
    identity: Store
    directory: CurrentDirectory
    site: Path
    clock: Clock
    behind_tls: bool = False
    demo: bool = False
    # The outer budget of sign-in and enrolment for the whole desk; no address is ever counted.
    budget: str = "600/minute"
    # Asks for work when sign-in is busy; without one it never does.
    gate: Gate | None = None

    @cached_property
    def shelf(self) -> RulesShelf:
        """The rules and calendars that cases run under."""
        return RulesShelf(self.directory)

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


def entities_read(directory: VerifiedDirectory) -> list[str]:
    """The entities whose batch every holder gets: all of them, whosever desk it is.

    A colleague of another entity may be added to a case, and an outside holder may be turned to;
    who gets a batch must not tell which.
    """
    return sorted(entity.id for entity in directory.content.entities)
