"""Who is known to hold which case: what a member leaves behind, and cases that too few would still open.

The server knows only who has claimed a case, or written into it; who else could open it stands sealed in the grant.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from sqlalchemy import ColumnElement, Connection, ScalarSelect, Select, and_, exists, false, func, or_, select

from casework.event_store.store import CASES, CLAIMS, EVENTS, RECUSALS, CaseId, MemberId
from crypto.office.directory import VerifiedDirectory

ENOUGH: Final = 2
"""Living holders that every case needs: one may be ill, leave or die."""
GRACE_DAYS: Final = 7
"""So long after its receipt a case may wait to be claimed."""


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case that a member is known to have been able to read; `still` while the member's own claim counts.

    `others` is how many other living members have claimed it as it stands.
    """

    case: CaseId
    entity: str
    day: date
    epoch: int
    still: bool
    others: int

    @property
    def is_given_away(self) -> bool:
        """Whether it was re-granted and nobody has taken it up yet: whose signature counts then must be there."""
        return not self.still and self.others == 0


def held_by(connection: Connection, member: MemberId, living: Collection[MemberId] = ()) -> list[HeldCase]:
    """Every case that the member has claimed as it stands or written into, by day."""
    claim = exists().where(CLAIMS.c.case_id == CASES.c.case_id, CLAIMS.c.member == member)
    # Claims of the epoch before are kept for those who read on; anyone removed by it holds the case no longer.
    current = claim.where(CLAIMS.c.epoch == CASES.c.epoch).correlate(CASES)
    wrote = exists().where(EVENTS.c.case_id == CASES.c.case_id, EVENTS.c.actor == member)
    query = (
        select(
            CASES.c.case_id,
            CASES.c.entity,
            CASES.c.day,
            CASES.c.epoch,
            current.label("still"),
            _claimants(set(living) - {member}).label("others"),
        )
        .where(or_(current, wrote.correlate(CASES)))
        .order_by(CASES.c.day, CASES.c.case_id)
    )
    return [
        HeldCase(CaseId(bytes(row.case_id)), row.entity, row.day, row.epoch, bool(row.still), row.others)
        for row in connection.execute(query)
    ]


def living_members(directory: VerifiedDirectory) -> frozenset[MemberId]:
    """Those whom the directory names as valid today."""
    found = (directory.valid_member(member.id) for member in directory.content.members)
    return frozenset(MemberId(member.id) for member in found if member is not None)


def too_few(connection: Connection, living: Collection[MemberId], today: date) -> int:
    """How many cases that go on are claimed by fewer than two living members, new ones left aside."""
    return connection.scalar(_lonely(living, today)) or 0


def _lonely(living: Collection[MemberId], today: date) -> Select[int]:
    old = CASES.c.day <= today - timedelta(days=GRACE_DAYS)
    few = _claimants(living) < ENOUGH
    return select(func.count()).select_from(CASES).where(~CASES.c.ended, ~CASES.c.leaving, old, few)


def _claimants(living: Collection[MemberId]) -> ScalarSelect[int]:
    """How many of them have claimed the case as it stands, and not stepped back from it."""
    stepped_back = exists().where(RECUSALS.c.case_id == CLAIMS.c.case_id, RECUSALS.c.member == CLAIMS.c.member)
    alive: ColumnElement[bool] = CLAIMS.c.member.in_(sorted(living)) if living else false()
    current = and_(CLAIMS.c.case_id == CASES.c.case_id, CLAIMS.c.epoch == CASES.c.epoch)
    counted = select(func.count()).select_from(CLAIMS).where(current, alive, ~stepped_back)
    return counted.correlate(CASES).scalar_subquery()


UNOPENED_DAYS: Final = 30
"""So long after its receipt a case that nobody has opened is named: for all anybody knows, nobody can."""


@dataclass(frozen=True, slots=True)
class Unopened:
    """A case that nobody has claimed or written into: what the server knows of it, and its head."""

    case: CaseId
    entity: str
    policy: str
    day: date
    head: bytes


def unopened(connection: Connection, today: date) -> list[Unopened]:
    """Cases older than `UNOPENED_DAYS` that nobody has claimed or written into, on which no hold lies, by day."""
    query = select(CASES.c.case_id, CASES.c.entity, CASES.c.policy, CASES.c.day, CASES.c.head_hash)
    rows = connection.execute(query.where(_unopened(today)).order_by(CASES.c.day, CASES.c.case_id))
    return [Unopened(CaseId(bytes(row.case_id)), row.entity, row.policy, row.day, bytes(row.head_hash)) for row in rows]


def number_unopened(connection: Connection, today: date) -> int:
    """How many they are."""
    return connection.scalar(select(func.count()).select_from(CASES).where(_unopened(today))) or 0


def _unopened(today: date) -> ColumnElement[bool]:
    claimed = exists().where(CLAIMS.c.case_id == CASES.c.case_id).correlate(CASES)
    written = exists().where(EVENTS.c.case_id == CASES.c.case_id, EVENTS.c.signature.is_not(None)).correlate(CASES)
    old = CASES.c.day < today - timedelta(days=UNOPENED_DAYS)
    return and_(old, ~claimed, ~written, CASES.c.held.is_(False), CASES.c.frozen.is_(False), CASES.c.leaving.is_(False))
