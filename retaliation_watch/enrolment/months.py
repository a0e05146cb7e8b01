"""Firsts of months: entries begin and end on them."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Final

MAX_REPORT_AGE_DAYS: Final = 14
"""So old a report is at most when it is entered: a week until its batch leaves, a week until the officer sits."""


def first_counted(day: date) -> date:
    """The first of the month of the oldest report that is entered on this day: from there HR's records count."""
    return (day - timedelta(days=MAX_REPORT_AGE_DAYS)).replace(day=1)


def first_of_next_month(day: date) -> date:
    """The first of the month after this day's."""
    return months_later(day.replace(day=1), 1)


def months_later(first: date, months: int) -> date:
    """The first of a month so many months later."""
    count = first.year * 12 + first.month - 1 + months
    return date(count // 12, count % 12 + 1, 1)
