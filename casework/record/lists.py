"""A member's cases as pages: what is due, overdue, one's own, waiting for the reporter, or all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import Column, ColumnElement, Connection, Select, and_, or_, select, tuple_, union

from casework.record.claims import CaseRow, claimed_ids, has_very_many, is_claimed, listed, read_rows
from casework.record.store import CASES, CLAIMS, CaseId, MemberId

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


def _query(
    connection: Connection, member: MemberId, view: View, until: tuple[int, int], after: After | None
) -> Select[Any]:
    """The first cases of a view behind `after`, one more than a page has, each view by an index of its own."""
    if view is View.ALL:
        return _newest_first(listed(member, very_many=True).where(_within(_claimed_page(member, after))), after)
    very_many = has_very_many(connection, member)
    query = listed(member, very_many=very_many)
    if view is View.MINE and very_many:
        return _newest_first(query.where(_within(_own_page(member, after))), after)
    query = query.where(*_filter(view, member, until))
    return _first_due(query, after) if view in BY_DUE else _newest_first(query, after)


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
    return After((row.standing.next_due or 0) if by_due else row.day.toordinal(), row.case)


def _filter(view: View, member: MemberId, until: tuple[int, int]) -> list[ColumnElement[bool]]:
    now, end = until
    found: dict[View, list[Any]] = {
        View.MINE: [CASES.c.ended.is_(False), or_(CASES.c.owner == member, CASES.c.deputy == member)],
        View.DUE: [and_(CASES.c.next_due > now, CASES.c.next_due <= end)],
        View.OVERDUE: [CASES.c.next_due <= now],
        View.WAITING: [CASES.c.waiting.is_(True), CASES.c.ended.is_(False)],
    }
    return found[view]


def _within(pages: Sequence[Select[Any]]) -> ColumnElement[bool]:
    """Whether a case is on any of these pages, of which each is found by itself."""
    return CASES.c.case_id.in_(union(*(select(page.subquery().c.case_id) for page in pages)))


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
