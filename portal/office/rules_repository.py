"""Repository of the rules and calendars that cases run under: read from what the office published, each once."""

from __future__ import annotations

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import cast

from casework.deadlines.calendar_document import read_calendars
from casework.deadlines.calendars import Office
from casework.errors import RulesRefused
from casework.event_store.step_check import Ruling
from casework.policy.policy import Policy
from crypto.framing import b64encode, sha256
from crypto.office.directory import VerifiedDirectory
from crypto.office.directory_shape import Policy as PolicyNamed
from crypto.shape import Fields
from crypto.text import read_json
from portal.clock import day_in
from portal.errors import OfficeNotReady
from portal.logs import log
from portal.office.current_directory import CurrentDirectory
from portal.office.errors import VersionLost
from portal.office.published import DOCUMENT_LIMIT
from portal.office.versions import latest, read_published


@dataclass
class RulesRepository:
    """Gives the rules of a version and the days of an entity.

    What the signed directory names comes first; a policy that it no longer names is looked up in the
    list of published versions.
    """

    directory: CurrentDirectory
    _policies: dict[str, Policy] = field(default_factory=dict[str, Policy], repr=False)
    _named: NamedRules | None = field(default=None, repr=False)
    _calendars: Calendars | None = field(default=None, repr=False)
    _lock: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def named(self, policy: str, version: str, today: date) -> str | None:
        """The `b64` hash of the rules document of a version; None where it was published without rules.

        Raises `OfficeNotReady` while there is no directory that is valid today, and for a policy whose page,
        which the directory names, is gone, altered or names a version twice: nobody knows which rules hold.
        """
        directory = self.directory.on(today)
        with self._lock:
            if self._named is None or self._named.directory is not directory or self._named.lost:
                self._named = self._names(directory)
            if policy in self._named.lost:
                log.error("policy's page lost", error="another hash")
                raise OfficeNotReady
            return self._named.rules.get((policy, version))

    def policy(self, policy: str, version: str, today: date) -> Policy | None:
        """The rules of a version; None where it has none. Raises `OfficeNotReady` for rules that are gone."""
        name = self.named(policy, version, today)
        if name is None:
            return None
        if name not in self._policies:
            try:
                self._policies[name] = read_published(self.directory.office.rules(name) or b"", name)
            except (VersionLost, RulesRefused) as error:
                log.error("rules lost", error=type(error).__qualname__)
                raise OfficeNotReady from error
        return self._policies[name]

    def office(self, entity: str, today: date) -> Office | None:
        """The days of an entity; None where no calendars are published for it. Raises `OfficeNotReady`."""
        found = self._published_calendars(today)
        return None if found is None else found.offices.get(entity)

    def ready(self, now: datetime) -> None:
        """Raises `OfficeNotReady` while there is no directory that is valid today."""
        self.directory.on(day_in("UTC", now))

    def calendars(self, today: date) -> bytes | None:
        """What tells one set of published calendars from another; None where none are published."""
        found = self._published_calendars(today)
        return None if found is None else found.digest

    def _published_calendars(self, today: date) -> Calendars | None:
        """The calendars that the signed directory names, read and hashed once; where it names none, those beside it."""
        named = self.directory.on(today).content.calendars
        with self._lock:
            if named is None:
                self._calendars = self._unsigned_calendars()
            elif self._calendars is None or self._calendars.digest != named:
                content = self.directory.office.calendars(b64encode(named))
                if content is None or sha256(content) != named:
                    log.error("calendars lost", error="another hash")
                    raise OfficeNotReady
                self._calendars = Calendars.read(None, content)
            return self._calendars

    def _unsigned_calendars(self) -> Calendars | None:
        mark = self.directory.office.calendars_mark()
        if mark is None or (self._calendars is not None and self._calendars.mark == mark):
            return None if mark is None else self._calendars
        # The mark came first: a file that was put there meanwhile has another, and is read the next time.
        content = self.directory.office.unsigned_calendars()
        return None if content is None else Calendars.read(mark, content)

    def rules_of(self, now: datetime) -> Callable[[str, str, str], Ruling | None]:
        """What casework asks: the ruling of (policy, version, entity) at a moment."""
        today = day_in("UTC", now)

        def is_member(member: str) -> bool:
            return self.directory.on(today).valid_member(member) is not None

        def ruling(policy: str, version: str, entity: str) -> Ruling | None:
            found, office = self.policy(policy, version, today), self.office(entity, today)
            if found is None or office is None:
                return None
            return Ruling(found, office, now, lambda other: self.policy(policy, other, today), is_member)

        return ruling

    def _names(self, directory: VerifiedDirectory) -> NamedRules:
        office = self.directory.office
        lines = office.versions()
        policies = {line.policy for line in lines}
        found = {(one.policy, one.version): one.rules for name in policies for one in latest(lines, name).values()}
        lost = set[str]()
        for policy in directory.content.policies:
            page = self.directory.office.policy(b64encode(policy.hash))
            named = _signed(policy, page) if page is not None and sha256(page) == policy.hash else None
            if named is None:
                lost.add(policy.id)
            else:
                found |= named
        return NamedRules(directory, found, frozenset(lost))


@dataclass(frozen=True)
class NamedRules:
    """Which rules the versions of policies have; of `lost` ones nobody knows."""

    directory: VerifiedDirectory
    rules: Mapping[tuple[str, str], str | None]
    lost: frozenset[str]


def _signed(policy: PolicyNamed, content: bytes) -> dict[tuple[str, str], str | None] | None:
    """What the page that the directory names says of itself and of the versions before; None where of one twice."""
    page = PolicyPageRules.read(content)
    found: dict[tuple[str, str], str | None] = {(policy.id, version): rules for version, rules in page.earlier}
    if len(found) < len(page.earlier) or (policy.id, policy.version) in found:
        return None
    if page.rules is not None:
        found[policy.id, policy.version] = page.rules
    return found


@dataclass(frozen=True)
class Calendars:
    """The published calendars by entity; `digest` tells their content, `mark` the file of those that none names."""

    mark: tuple[int, int, int] | None
    digest: bytes
    offices: Mapping[str, Office]

    @classmethod
    def read(cls, mark: tuple[int, int, int] | None, content: bytes) -> Calendars:
        """Raises `OfficeNotReady` for a document that does not read."""
        try:
            return cls(mark, sha256(content), read_calendars(content))
        except RulesRefused as error:
            log.error("calendars lost", error=type(error).__qualname__)
            raise OfficeNotReady from error


@dataclass(frozen=True)
class PolicyPageRules:
    """Which rules a policy's page names."""

    rules: str | None
    earlier: tuple[tuple[str, str], ...]

    @classmethod
    def read(cls, content: bytes) -> PolicyPageRules:
        """The names in a page; a page that the office wrote itself names none."""
        document = read_json(content, DOCUMENT_LIMIT)
        rules = cast("dict[str, object]", document).get("rules") if isinstance(document, dict) else None
        if not isinstance(rules, str):
            return cls(None, ())
        listed = cast("dict[str, object]", document).get("earlier")
        return cls(rules, tuple(map(_earlier, cast("list[object]", listed))) if isinstance(listed, list) else ())


def _earlier(value: object) -> tuple[str, str]:
    fields = Fields(value, "version", "rules")
    return fields.id("version"), fields.text("rules", 43)
