"""A member's cases as pages: what is due, overdue, one's own, waiting for the reporter, or all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, Connection, Select, and_, or_, select, tuple_, union

from casework.record.claims import CaseRow, has_very_many, is_claimed, listed, read_rows
from casework.record.store import CASES, CaseId, MemberId

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
    very_many = has_very_many(connection, member)
    query = _in_order(listed(member, very_many=very_many), view, after)
    if view is View.MINE and very_many:
        query = query.where(CASES.c.case_id.in_(_own_page(member, after)))
    else:
        query = query.where(*_filter(view, member, until))
    rows = read_rows(connection, query)
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], None if last is None else _end(last, by_due=view in BY_DUE))


def _in_order(query: Select[Any], view: View, after: After | None) -> Select[Any]:
    """The first cases behind `after`, one more than a page has, in the order of their view."""
    if view in BY_DUE:
        query = query.order_by(CASES.c.next_due, CASES.c.case_id)
    else:
        query = query.order_by(CASES.c.day.desc(), CASES.c.case_id.desc())
    if after is not None and view in BY_DUE:
        query = query.where(tuple_(CASES.c.next_due, CASES.c.case_id) > tuple_(after.key, after.case))
    elif after is not None:
        day = date.fromordinal(min(max(after.key, 1), date.max.toordinal()))
        query = query.where(tuple_(CASES.c.day, CASES.c.case_id) < tuple_(day, after.case))
    return query.limit(PAGE + 1)


def _end(row: CaseRow, *, by_due: bool) -> After:
    return After((row.standing.next_due or 0) if by_due else row.day.toordinal(), row.case)


def _filter(view: View, member: MemberId, until: tuple[int, int]) -> list[ColumnElement[bool]]:
    now, end = until
    found: dict[View, list[Any]] = {
        View.ALL: [],
        View.MINE: [CASES.c.ended.is_(False), or_(CASES.c.owner == member, CASES.c.deputy == member)],
        View.DUE: [and_(CASES.c.next_due > now, CASES.c.next_due <= end)],
        View.OVERDUE: [CASES.c.next_due <= now],
        View.WAITING: [CASES.c.waiting.is_(True), CASES.c.ended.is_(False)],
    }
    return found[view]


def _own_page(member: MemberId, after: After | None) -> CompoundSelect[Any]:
    """Where a page of the cases in work is that a member owns or is deputy in: the first of both, by an index each.

    Asked for both together, a database walks through the cases of all others.
    """
    pages: list[Select[Any]] = []
    for column in (CASES.c.owner, CASES.c.deputy):
        own = select(CASES.c.case_id).where(CASES.c.ended.is_(False), column == member, is_claimed(member))
        pages.append(select(_in_order(own, View.MINE, after).subquery().c.case_id))
    return union(*pages)
