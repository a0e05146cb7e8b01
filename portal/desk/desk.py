"""The desk as one object: all that its views work on."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date
from functools import cached_property
from pathlib import Path

from casework.event_store.store import MemberId
from crypto.office.directory import VerifiedDirectory
from crypto.office.directory_shape import Role
from crypto.office.holders import group_of, places_of
from portal.accounts.service import Accounts
from portal.clock import Clock
from portal.edge.load_limiter import LoadLimiter
from portal.edge.office_views import Shown
from portal.mailroom.context import Mailroom
from portal.office.current_directory import CurrentDirectory
from portal.office.folder import OfficeFolder
from portal.office.rules_repository import RulesRepository
from portal.permissions.table import permissions
from portal.stores.engines import Store


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
    # How many changing calls of casework one member may make, counted by each process.
    budget: str = "600/minute"
    # How many bytes one member may upload in a day, counted by each process: claimed ones take room from others too.
    upload_budget: int = 4 * 1024**3
    # How many names one member may ask for in a day. A request has its place for 15 days at most and there are 256 of
    # them: nobody takes all. Each of `processes` counts its own share, since nothing that is kept tells who asked.
    names_budget: int = 16
    processes: int = 1
    # How many reports one member may take down in a day, counted by each process: each waits for a slot of the batch.
    reports_budget: int = 80
    # Asks for work when sign-in is busy; without one it never does.
    limiter: LoadLimiter | None = None
    # Gives the office document with what witnesses have confirmed; without it, as it was signed.
    shown: Shown | None = None

    @cached_property
    def rules(self) -> RulesRepository:
        """The rules and calendars that cases run under."""
        return RulesRepository(self.directory)

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

    def role(self, member: MemberId) -> Role | None:
        """The role that the directory of today gives this member; None for whom it does not name."""
        found = self.directory.on(self.today()).valid_member(member)
        return found and found.role

    def holds(self, member: MemberId) -> bool:
        """Whether that role may hold cases."""
        return permissions().action("find-cases").allows(self.role(member))


def entities_read(directory: VerifiedDirectory, member: MemberId, home: str | None) -> list[str]:
    """The entities whose batch a holder gets: all of the groups in which the directory gives the member a place.

    A place is a holders row, a seat as outside holder, or oversight of the whole office; `home` is the
    entity of anyone who has none yet. Within a group it is always all of them: a colleague of another
    entity may be added to a case, and who gets a batch must not tell which.
    """
    content = directory.content
    placed = places_of(content, member) | {entity.id for entity in content.entities if entity.id == home}
    everywhere = member in content.oversight
    groups = {group_of(content, entity) for entity in placed}
    return sorted(one.id for one in content.entities if everywhere or group_of(content, one.id) in groups)
