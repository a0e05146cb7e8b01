"""Lookups in the office's directory: which entities and policies there are, and the day at each entity."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from crypto.errors import UnexpectedStanzas
from crypto.office.directory import VerifiedDirectory
from crypto.office.holders import bucket_of
from crypto.reporter.submission import Submission
from portal.clock import day_in
from portal.errors import OfficeNotReady
from portal.mailroom.errors import ForeignSubmission, UnknownPolicy, WrongBucket
from portal.office import OfficeFolder
from portal.office.current_directory import CurrentDirectory


@dataclass(frozen=True)
class DirectoryLookup:
    """What intake and the worker read from the directory of this office."""

    current: CurrentDirectory

    @property
    def office(self) -> OfficeFolder:
        """The office folder."""
        return self.current.office

    def directory(self, now: datetime) -> VerifiedDirectory:
        """The directory of the day, UTC, lapsed or not; raises `OfficeNotReady`."""
        return self.current.on(day_in("UTC", now))

    def today(self, entity: str, now: datetime) -> date:
        """The day at an entity; raises `UnknownPolicy` for one that is not in the directory."""
        return _today(self.directory(now), entity, now)

    def days(self, now: datetime) -> Callable[[str | None], date]:
        """Tells the day at each entity; Greenwich's where there is none, as in a decoy."""
        found = self.entity_days(now)
        return lambda entity: found.get(entity or "", day_in("UTC", now))

    def entity_days(self, now: datetime) -> dict[str, date]:
        """Each entity's day; none while there is no directory."""
        try:
            entities = self.directory(now).content.entities
        except OfficeNotReady:
            # A message to a case that is there is taken all the same.
            entities = []
        return {known.id: day_in(known.timezone, now) for known in entities}

    def admit_submission(self, submission: Submission, now: datetime) -> date:
        """Checks that a submission is for us and for a policy of ours; gives the entity's day.

        Raises `OfficeNotReady` once the directory has ended: no new report is taken under it, and `WrongBucket` for
        a grant of another size than all others of its entity.
        """
        directory = self.current.in_force(day_in("UTC", now))
        if submission.office != directory.office:
            raise ForeignSubmission
        fits = [
            one
            for one in directory.content.policies
            if one.id == submission.policy and submission.entity in one.entities
        ]
        if not fits:
            raise UnknownPolicy
        if submission.grant.bucket != bucket_of(directory, submission.entity):
            raise WrongBucket
        return _today(directory, submission.entity, now)

    def on_call(self, entity: str, now: datetime) -> bool:
        """Whether staff on call are told of an urgent report to an entity; yes while no directory says otherwise."""
        try:
            return any(one.on_call for one in self.directory(now).content.entities if one.id == entity)
        except OfficeNotReady:
            # The reporter saw a directory that was valid then; somebody may be in danger.
            return True

    def buckets(self, now: datetime) -> dict[str, int]:
        """Each entity's bucket: the size of every grant of its cases, and of its dummies."""
        directory = self.directory(now)
        return {one.id: bucket_of(directory, one.id) for one in directory.content.entities if _fits(directory, one.id)}


def _fits(directory: VerifiedDirectory, entity: str) -> bool:
    """Whether grants of an entity have a size at all; one that names too many people holds up no other."""
    try:
        return bucket_of(directory, entity) > 0
    except UnexpectedStanzas:
        return False


def _today(directory: VerifiedDirectory, entity: str, now: datetime) -> date:
    for known in directory.content.entities:
        if known.id == entity:
            return day_in(known.timezone, now)
    raise UnknownPolicy
