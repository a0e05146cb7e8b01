"""A member's cases as pages: what is due, overdue, one's own, waiting for the reporter, or all."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Any, Final

from sqlalchemy import ColumnElement, CompoundSelect, Connection, and_, select, tuple_, union

from casework.record.claims import CaseRow, listed, read_rows
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
    query = listed(connection, member).where(*_filter(view, member, until))
    by_due = view in (View.DUE, View.OVERDUE)
    if by_due:
        query = query.order_by(CASES.c.next_due, CASES.c.case_id)
    else:
        query = query.order_by(CASES.c.day.desc(), CASES.c.case_id.desc())
    if after is not None and by_due:
        query = query.where(tuple_(CASES.c.next_due, CASES.c.case_id) > tuple_(after.key, after.case))
    elif after is not None:
        day = date.fromordinal(min(max(after.key, 1), date.max.toordinal()))
        query = query.where(tuple_(CASES.c.day, CASES.c.case_id) < tuple_(day, after.case))
    rows = read_rows(connection, query.limit(PAGE + 1))
    last = rows[PAGE - 1] if len(rows) > PAGE else None
    return Page(rows[:PAGE], None if last is None else _end(last, by_due=by_due))


def _end(row: CaseRow, *, by_due: bool) -> After:
    return After((row.standing.next_due or 0) if by_due else row.day.toordinal(), row.case)


def _filter(view: View, member: MemberId, until: tuple[int, int]) -> list[ColumnElement[bool]]:
    now, end = until
    found: dict[View, list[Any]] = {
        View.ALL: [],
        View.MINE: [CASES.c.case_id.in_(_in_work_of(member))],
        View.DUE: [and_(CASES.c.next_due > now, CASES.c.next_due <= end)],
        View.OVERDUE: [CASES.c.next_due <= now],
        View.WAITING: [CASES.c.waiting.is_(True), CASES.c.ended.is_(False)],
    }
    return found[view]


def _in_work_of(member: MemberId) -> CompoundSelect[Any]:
    """The cases in work that a member owns, and those where the member is deputy: each from its own index."""
    other = CASES.alias("held")
    in_work = select(other.c.case_id).where(other.c.ended.is_(False))
    return union(in_work.where(other.c.owner == member), in_work.where(other.c.deputy == member))
