"""What members signed of the office's recurring duties: a line for each duty, day and member, never changed."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from typing import Final

from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from casework.event_store.store import DUTIES_DONE

MOST: Final = 128
"""Newest lines of one duty that are read: no other duty, however often it comes, takes their place."""


@dataclass(frozen=True)
class DutyLine:
    """The signed line as it was sent, with what it says where."""

    policy: str
    duty: str
    day: date
    member: str
    line: bytes = field(repr=False)


def keep_duty_line(tx: Connection, row: DutyLine) -> bool:
    """Whether the line is kept now; False where this member had signed for this day already, and nothing changes."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    values = {"policy": row.policy, "duty": row.duty, "day": row.day, "member": row.member, "statement": row.line}
    placed = make(DUTIES_DONE).on_conflict_do_nothing().returning(DUTIES_DONE.c.member)
    return tx.execute(placed, values).first() is not None


def duty_lines(connection: Connection) -> list[bytes]:
    """The newest lines of each duty by their day, the newest first."""
    table = DUTIES_DONE
    place = func.row_number().over(
        partition_by=(table.c.policy, table.c.duty), order_by=(table.c.day.desc(), table.c.member)
    )
    ranked = select(table, place.label("place")).subquery()
    order = (ranked.c.day.desc(), ranked.c.policy, ranked.c.duty, ranked.c.member)
    newest = select(ranked.c.statement).where(ranked.c.place <= MOST).order_by(*order)
    return [bytes(line) for line in connection.scalars(newest)]


def lines_of_day(connection: Connection, policy: str, duty: str, day: date) -> list[DutyLine]:
    """Who signed that a duty was done on a day."""
    table = DUTIES_DONE
    mine = (table.c.policy == policy) & (table.c.duty == duty) & (table.c.day == day)
    return [DutyLine(*row) for row in connection.execute(select(table).where(mine))]
