"""How many cases there are, counted where they lie: nothing of any one case is read."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from sqlalchemy import Connection, func, select

from casework.event_store.store import CASES, DELETIONS_BY_MONTH


def cases_received(connection: Connection, first: date, last: date) -> list[tuple[str, str, bool, int]]:
    """Entity, month of receipt, whether it has ended, and how many, of the cases received from day to day."""
    columns = (CASES.c.entity, CASES.c.day, CASES.c.ended)
    within = (CASES.c.day >= first) & (CASES.c.day <= last)
    rows = connection.execute(select(*columns, func.count()).where(within).group_by(*columns))
    return [(entity, day.isoformat()[:7], bool(ended), number) for entity, day, ended, number in rows]


def cases_deleted(connection: Connection, months: Collection[str]) -> list[tuple[str, int]]:
    """Reason and number of the cases deleted in some months."""
    table = DELETIONS_BY_MONTH
    rows = connection.execute(select(table.c.reason, table.c.number).where(table.c.month.in_(months)))
    return [(row.reason, row.number) for row in rows]
