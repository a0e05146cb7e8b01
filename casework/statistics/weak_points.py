"""Trend, weak points and evaluation of a policy's handling, all from what is shown: nothing withheld comes back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from casework.statistics.figures import NONE, Block
from casework.statistics.shares import BANDS, Share
from casework.statistics.tables import REST
from casework.words import Words

SLOW_DAYS: Final = 30
"""Where half of the cases stay longer than this in one stage, it is slow."""


class Weakness(StrEnum):
    """What is weak about a point."""

    LATE = "late"
    """A limit of the office is missed, in this many percent of cases at least."""
    SLOW = "slow"
    """Half of the cases lie in a stage for more than this many days."""
    RISING = "rising"
    """More of a kind came in the second half of the period than in the first: this many percent at least."""


@dataclass(frozen=True, slots=True)
class WeakPoint:
    """A weak point of a limit, a stage or a classification, at least so grave."""

    weakness: Weakness
    id: str
    name: Words
    at_least: int


@dataclass(frozen=True, slots=True)
class Evaluation:
    """How a policy's process works. `trend` gives None for months that are only shown together."""

    policy: str
    cases: int
    in_time: tuple[Share, ...]
    satisfied: Share | None
    appealed: Share | None
    trend: tuple[tuple[str, int | None], ...]
    weak_points: tuple[WeakPoint, ...]


def weak_points(block: Block) -> tuple[WeakPoint, ...]:
    """The weak points of a policy's handling by what they are, the gravest first."""
    found = (*_late(block), *_slow(block), *_rising(block))
    return tuple(sorted(found, key=lambda point: (point.weakness, -point.at_least, point.id)))


def trend(block: Block) -> tuple[tuple[str, int | None], ...]:
    """How many cases came in each month that the table names."""
    table = block.table("trend")
    if table is None or table.total is None:
        return ()
    shown = zip(table.columns, table.column_totals, strict=True)
    joined = (name for column in table.columns for name in column.joined)
    found = {column.id: n for column, n in shown if column.id != REST} | {name.en: None for name in joined}
    return tuple(sorted(found.items()))


def evaluate(block: Block) -> Evaluation:
    """The periodic evaluation of a process that policies ask for."""
    return Evaluation(
        policy=block.policy,
        cases=block.total,
        in_time=block.in_time,
        satisfied=block.satisfied,
        appealed=block.appealed,
        trend=trend(block),
        weak_points=weak_points(block),
    )


def _late(block: Block) -> Iterator[WeakPoint]:
    for share in block.in_time:
        if share.high < 100:
            yield WeakPoint(Weakness.LATE, share.id, share.name, 100 - share.high)


def _slow(block: Block) -> Iterator[WeakPoint]:
    for stay in block.stays:
        if stay.days is None or stay.days > SLOW_DAYS:
            below = [band for band in BANDS if stay.days is None or band < stay.days]
            yield WeakPoint(Weakness.SLOW, stay.id, stay.name, below[-1])


def _rising(block: Block) -> Iterator[WeakPoint]:
    """Kinds whose shown months of the second half hold more than half of all their cases."""
    table = block.table("trend")
    if table is None or table.total is None:
        return
    months = [month for month, _ in trend(block)]
    later = months[(len(months) + 1) // 2 :]
    for row, of in zip(table.rows, table.row_totals, strict=True):
        number = sum(table.cell(row.id, month) or 0 for month in later)
        if row.id not in (REST, NONE) and number * 2 > of:
            yield WeakPoint(Weakness.RISING, row.id, row.name, number * 100 // of)
