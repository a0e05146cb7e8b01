"""A member's cases as pages: what is due, overdue, one's own, waiting for the reporter, or all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, or_, select, tuple_, union

from casework.event_store.claims import CaseRow, claimed_ids, has_very_many, is_claimed, listed_ids, read_rows
from casework.event_store.store import CASES, CLAIMS, PROPOSALS, CaseId, MemberId

PAGE: Final = 50
"""Cases of one page."""


class View(StrEnum):
    """Which of a member's cases are listed."""

    ALL = "all"
    MINE = "mine"
    DUE = "due"
    OVERDUE = "overdue"
    WAITING = "waiting"


BY_DUE: Final = frozenset({View.DUE, View.OVERDUE})
"""The views whose order is that of due times; the others begin with the newest day."""


@dataclass(frozen=True, slots=True)
class After:
    """Where the page before ended: the day, or the due time in seconds since 1970, and the case."""

    key: int
    case: CaseId


@dataclass(frozen=True, slots=True)
class Page:
    """Some cases, and where the next page begins; None on the last."""

    rows: Sequence[CaseRow]
    after: After | None


def list_page(
    connection: Connection, member: MemberId, view: View, until: tuple[int, int], after: After | None
) -> Page:
    """One page of a view; `until` is now and the end of today, in seconds since 1970.

    By due time come `due` (today, or before, counted from now) and `overdue`; the others by day, the newest first.
    """
    rows = read_rows(connection, _query(connection, member, view, until, after))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], None if last is None else _end(last, by_due=view in BY_DUE))


def change_marker(connection: Connection, member: MemberId) -> list[bytes]:
    """What changes when anything in a member's cases does: of each its id, epoch, head and open proposal, in order."""
    mine = claimed_ids(member).subquery()
    heads = select(CASES.c.case_id, CASES.c.epoch, CASES.c.head_hash).join(mine, mine.c.case_id == CASES.c.case_id)
    found = {bytes(row.case_id): b"%d %b" % (row.epoch, bytes(row.head_hash)) for row in connection.execute(heads)}
    asked = select(PROPOSALS.c.case_id, PROPOSALS.c.epoch, PROPOSALS.c.day)
    of_mine = asked.join(mine, mine.c.case_id == PROPOSALS.c.case_id)
    for row in connection.execute(of_mine.order_by(PROPOSALS.c.case_id, PROPOSALS.c.actor)):
        found[bytes(row.case_id)] += f" {row.epoch} {row.day}".encode()
    return [case + rest for case, rest in sorted(found.items())]


def _query(
    connection: Connection, member: MemberId, view: View, until: tuple[int, int], after: After | None
) -> Select[Any]:
    """The first cases of a view behind `after`, one more than a page has: their ids first, then the rows of these.

    Nothing is asked of the rows once more. PostgreSQL has no statistics of ids (`portal/stores/samples.py`): it takes
    each such question to multiply the rows, and then walks through the cases of all others.
    """
    found = _page_ids(connection, member, view, until, after)
    rows = select(*CASES.c).where(CASES.c.case_id.in_(union(*(select(ids.subquery().c.case_id) for ids in found))))
    return _first_due(rows, None) if view in BY_DUE else _newest_first(rows, None)


def _page_ids(
    connection: Connection, member: MemberId, view: View, until: tuple[int, int], after: After | None
) -> list[Select[Any]]:
    """The ids that a page is taken from, each view by an index of its own: one query, or two that find a page each."""
    if view is View.ALL:
        return _claimed_page(member, after)
    very_many = has_very_many(connection, member)
    if view is View.MINE and very_many:
        return _own_page(member, after)
    ids = listed_ids(member, very_many=very_many).where(*_filter(view, member, until))
    return [_first_due(ids, after) if view in BY_DUE else _newest_first(ids, after)]


def _first_due(query: Select[Any], after: After | None) -> Select[Any]:
    place = (CASES.c.next_due, CASES.c.case_id)
    if after is not None:
        query = query.where(tuple_(*place) > tuple_(after.key, after.case))
    return query.order_by(*place).limit(PAGE + 1)


def _newest_first(
    query: Select[Any], after: After | None, place: tuple[Column[Any], Column[Any]] = (CASES.c.day, CASES.c.case_id)
) -> Select[Any]:
    if after is not None:
        day = date.fromordinal(min(max(after.key, 1), date.max.toordinal()))
        query = query.where(tuple_(*place) < tuple_(day, after.case))
    return query.order_by(*(column.desc() for column in place)).limit(PAGE + 1)


def _end(row: CaseRow, *, by_due: bool) -> After:
    return After((row.status.next_due or 0) if by_due else row.day.toordinal(), row.case)


def _filter(view: View, member: MemberId, until: tuple[int, int]) -> list[ColumnElement[bool]]:
    now, end = until
    found: dict[View, list[Any]] = {
        View.MINE: [CASES.c.ended.is_(False), or_(CASES.c.owner == member, CASES.c.deputy == member)],
        View.DUE: [and_(CASES.c.next_due > now, CASES.c.next_due <= end)],
        View.OVERDUE: [CASES.c.next_due <= now],
        View.WAITING: [CASES.c.waiting.is_(True), CASES.c.ended.is_(False)],
    }
    return found[view]


def _claimed_page(member: MemberId, after: After | None) -> list[Select[Any]]:
    """Where a page of all that a member has claimed is, by the day beside each claim.

    A claim that an older release wrote beside this one has none there, and is found by its case.
    """
    known = claimed_ids(member).where(CLAIMS.c.day.is_not(None))
    unknown = claimed_ids(member).where(CLAIMS.c.day.is_(None))
    return [_newest_first(known, after, (CLAIMS.c.day, CLAIMS.c.case_id)), _newest_first(unknown, after)]


def _own_page(member: MemberId, after: After | None) -> list[Select[Any]]:
    """Where a page of the cases in work is that a member owns or is deputy in: the first of each, by an index each.

    Asked for both together, a database walks through the cases of all others.
    """
    in_work = select(CASES.c.case_id).where(CASES.c.ended.is_(False), is_claimed(member))
    return [_newest_first(in_work.where(column == member), after) for column in (CASES.c.owner, CASES.c.deputy)]
