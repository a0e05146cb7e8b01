"""Quarters and years that are over, and so long that what was recorded in them has come."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

SETTLED_DAYS: Final = 28
"""A quarter is counted once, so long after its end: what comes later changes nothing any more."""


@dataclass(frozen=True, order=True)
class Quarter:
    """A quarter of a year; `number` from 1 to 4."""

    year: int
    number: int

    @property
    def first(self) -> date:
        """Its first day."""
        return date(self.year, 3 * self.number - 2, 1)

    @property
    def after(self) -> date:
        """The first day that is not in it any more."""
        return self.next.first

    @property
    def next(self) -> Quarter:
        """The quarter after it."""
        return Quarter(self.year, self.number + 1) if self.number < 4 else Quarter(self.year + 1, 1)

    def __str__(self) -> str:
        return f"{self.year}-Q{self.number}"


def quarter_of(day: date) -> Quarter:
    """The quarter that a day lies in."""
    return Quarter(day.year, (day.month + 2) // 3)


def settled(since: date, today: date) -> list[Quarter]:
    """The whole quarters from a day on that have settled by today."""
    first = quarter_of(since)
    found, one = list[Quarter](), first if first.first == since else first.next
    while one.after + timedelta(days=SETTLED_DAYS) <= today:
        found.append(one)
        one = one.next
    return found
