"""Claims: who has shown that they can open a case. Every list, count and look begins here."""

from __future__ import annotations

import hmac
from collections.abc import Collection, Sequence
from dataclasses import dataclass, fields
from datetime import date
from typing import Any, Final

from sqlalchemy import (
    ColumnElement,
    Connection,
    Dialect,
    Exists,
    Insert,
    Select,
    String,
    and_,
    exists,
    func,
    literal_column,
    select,
)
from sqlalchemy.dialects import postgresql, sqlite

from casework.event_store.proposals import invited_cases
from casework.event_store.store import CASES, CLAIMS, EVENTS, RECUSALS, CaseId, MemberId
from crypto.framing import sha256

AT_ONCE: Final = 500
"""Cases that one statement names: a database takes only so many values at once."""
SELF_ASSIGNED: Final = literal_column("'taken'", String)
"""Written into the statement, as in the index that answers it."""
BLOCK: Final = 8
"""A client claims in blocks of exactly this many, filled with random ones."""
VERY_MANY: Final = 5000
"""From so many claims on, a page of what is due, waiting or one's own is found from the cases and not from the claims.

Of a million cases every two-hundredth is then this member's: the other way takes 5,000 looks at most.
"""


@dataclass(frozen=True, slots=True)
class Claim:
    """A case id and the 32-byte access token of its grant; a random pair is a dummy."""

    case: CaseId
    access: bytes

    def __repr__(self) -> str:
        return "Claim"


@dataclass(frozen=True, slots=True)
class CaseRow:
    """A case as its claimants see it in a list."""

    case: CaseId
    entity: str
    policy: str
    policy_version: str
    day: date
    stage: str
    epoch: int
    urgent: bool
    head_n: int
    head_hash: bytes
    to_office: int
    to_reporter: int
    self_assigned: tuple[str, ...]
    mark: bytes | None
    status: CaseStatus


@dataclass(frozen=True, slots=True)
class CaseStatus:
    """What the stream of a case says of it, as it is kept for lists; `next_due` in seconds since 1970."""

    frozen: bool
    held: bool
    ended: bool
    waiting: bool
    kind: str | None
    classification: str | None
    grade: str | None
    departments: str | None
    owner: str | None
    deputy: str | None
    next_due: int | None


@dataclass(frozen=True, slots=True)
class StoredEvent:
    """One event as received."""

    payload: str
    signature: bytes | None


def claim_cases(connection: Connection, member: MemberId, claims: Sequence[Claim]) -> list[bool]:
    """Which of a block's access tokens are those of their case's current epoch; these are claimed.

    The same statements run whether a case is there or not. Raises ValueError unless the block is full.
    """
    if len(claims) != BLOCK:
        raise ValueError("a block of claims is always full")
    wanted = [claim.case for claim in claims]
    rows = connection.execute(
        select(CASES.c.case_id, CASES.c.epoch, CASES.c.access_hash, CASES.c.day)
        .where(CASES.c.case_id.in_(wanted))
        .with_for_update(read=True)
    ).all()
    known = {bytes(row.case_id): (row.epoch, bytes(row.access_hash), row.day) for row in rows}
    accepted: list[bool] = []
    for claim in claims:
        epoch, expected, day = known.get(claim.case, (0, bytes(32), None))
        right = hmac.compare_digest(sha256(claim.access), expected)
        accepted.append(right)
        if right:
            values = {"member": member, "case_id": claim.case, "epoch": epoch, "day": day}
            connection.execute(_insert_new(connection.dialect).values(values))
    return accepted


def claimed_case(connection: Connection, member: MemberId, case: CaseId) -> CaseRow | None:
    """The case if this member has claimed its current epoch; None alike for absent and forbidden."""
    return claimed_among(connection, member, [case]).get(case)


def claimed_among(connection: Connection, member: MemberId, cases: Collection[CaseId]) -> dict[CaseId, CaseRow]:
    """Those of the cases that this member has claimed in their current epoch; no more than `AT_ONCE` are named."""
    rows = read_rows(connection, claimed(member).where(CASES.c.case_id.in_(cases)))
    return {row.case: row for row in rows}


def invited_case(connection: Connection, member: MemberId, case: CaseId, today: date) -> CaseRow | None:
    """The case if this member is asked for the second signature under a re-grant of it."""
    return invited_among(connection, member, [case], today).get(case)


def invited_among(
    connection: Connection, member: MemberId, cases: Collection[CaseId], today: date
) -> dict[CaseId, CaseRow]:
    """Those of the cases whose re-grant this member is asked to countersign."""
    asked = {*invited_cases(connection, member, today)} & {*cases}
    if not asked:
        return {}
    return {row.case: row for row in read_rows(connection, select(*CASES.c).where(CASES.c.case_id.in_(asked)))}


def case_events(connection: Connection, case: CaseId) -> list[StoredEvent]:
    """The whole stream of a case, in order."""
    return events_of_cases(connection, [case]).get(case, [])


def events_of_cases(connection: Connection, cases: Collection[CaseId]) -> dict[CaseId, list[StoredEvent]]:
    """The whole streams of some cases, each in order; a case without one is not among them."""
    query = (
        select(EVENTS.c.case_id, EVENTS.c.payload, EVENTS.c.signature)
        .where(EVENTS.c.case_id.in_(cases))
        .order_by(EVENTS.c.case_id, EVENTS.c.n)
    )
    found: dict[CaseId, list[StoredEvent]] = {}
    for case, payload, signature in connection.execute(query):
        event = StoredEvent(payload, None if signature is None else bytes(signature))
        found.setdefault(CaseId(bytes(case)), []).append(event)
    return found


def claimed(member: MemberId) -> Select[Any]:
    """The cases that are this member's: claimed in their current epoch, and not stepped back from."""
    return select(*CASES.c).join(CLAIMS, _current()).where(CLAIMS.c.member == member, ~_recused(member))


def regranted_cases(connection: Connection, member: MemberId) -> list[CaseId]:
    """The cases that this member had claimed in the epoch before, and not in this one yet."""
    former = and_(CLAIMS.c.case_id == CASES.c.case_id, CLAIMS.c.epoch == CASES.c.epoch - 1)
    query = select(CASES.c.case_id).join(CLAIMS, former).where(CLAIMS.c.member == member, ~is_claimed(member))
    return [CaseId(bytes(one)) for one in connection.scalars(query.where(~_recused(member)).order_by(CASES.c.case_id))]


def has_very_many(connection: Connection, member: MemberId) -> bool:
    """Whether a page of this member's cases is found from the cases, and not from the claims."""
    some = select(CLAIMS.c.case_id).where(CLAIMS.c.member == member).limit(VERY_MANY).subquery()
    return (connection.scalar(select(func.count()).select_from(some)) or 0) >= VERY_MANY


def listed_ids(member: MemberId, *, very_many: bool) -> Select[Any]:
    """As `claimed_ids`, for a page: found from the claims of anyone who has few, from the cases of who has very many.

    The database cannot know which of both takes a look at fewer rows; the wrong one takes seconds.
    """
    if very_many:
        return select(CASES.c.case_id).where(is_claimed(member))
    own = select(CLAIMS.c.case_id, CLAIMS.c.epoch).where(CLAIMS.c.member == member).cte("own")
    own = own.prefix_with("MATERIALIZED", dialect="postgresql")
    current = and_(own.c.case_id == CASES.c.case_id, own.c.epoch == CASES.c.epoch)
    return select(CASES.c.case_id).join(own, current).where(~_recused(member))


def is_claimed(member: MemberId) -> ColumnElement[bool]:
    """Whether a case is this member's, as a look at that one case."""
    return exists().where(_current(), CLAIMS.c.member == member).correlate(CASES) & ~_recused(member)


def claimed_ids(member: MemberId) -> Select[Any]:
    """As `claimed`, of each case its id alone: to be narrowed and ordered by the day beside the claim."""
    return select(CASES.c.case_id).join(CLAIMS, _current()).where(CLAIMS.c.member == member, ~_recused(member))


def _current() -> ColumnElement[bool]:
    return and_(CLAIMS.c.case_id == CASES.c.case_id, CLAIMS.c.epoch == CASES.c.epoch)


def _recused(member: MemberId) -> Exists:
    return exists().where(RECUSALS.c.case_id == CASES.c.case_id, RECUSALS.c.member == member).correlate(CASES)


def read_rows(connection: Connection, query: Select[Any]) -> list[CaseRow]:
    """The cases that a query of whole rows finds, in its order."""
    found = connection.execute(query).all()
    self_assigned = _self_assigned(connection, [row.case_id for row in found])
    return [
        CaseRow(
            case=CaseId(bytes(row.case_id)),
            entity=row.entity,
            policy=row.policy,
            policy_version=row.policy_version,
            day=row.day,
            stage=row.stage,
            epoch=row.epoch,
            urgent=row.urgent,
            head_n=row.head_n,
            head_hash=bytes(row.head_hash),
            to_office=row.to_office,
            to_reporter=row.to_reporter,
            self_assigned=tuple(self_assigned.get(bytes(row.case_id), ())),
            mark=None if row.mark is None else bytes(row.mark),
            status=CaseStatus(*(getattr(row, one.name) for one in fields(CaseStatus))),
        )
        for row in found
    ]


def _self_assigned(connection: Connection, cases: Sequence[bytes]) -> dict[bytes, list[str]]:
    """Who wrote a `taken` event, each once, in the order of the stream; asked even for no case at all."""
    self_assigned: dict[bytes, list[str]] = {}
    for at in range(0, max(1, len(cases)), AT_ONCE):
        query = (
            select(EVENTS.c.case_id, EVENTS.c.actor)
            .where(EVENTS.c.case_id.in_(cases[at : at + AT_ONCE]), EVENTS.c.kind == SELF_ASSIGNED)
            .group_by(EVENTS.c.case_id, EVENTS.c.actor)
            .order_by(func.min(EVENTS.c.n))
        )
        for row in connection.execute(query):
            self_assigned.setdefault(bytes(row.case_id), []).append(row.actor)
    return self_assigned


def _insert_new(dialect: Dialect) -> Insert:
    if dialect.name == "sqlite":
        return sqlite.insert(CLAIMS).on_conflict_do_nothing()
    return postgresql.insert(CLAIMS).on_conflict_do_nothing()
