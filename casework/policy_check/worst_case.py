"""How long working days can take on the calendar, across holidays, and which promises to reporters end before."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from typing import Final

from casework.deadlines.limits import Limit, Unit
from casework.deadlines.public_holidays import shipped_calendar
from casework.policy.policy import Policy, Promise
from casework.policy.promises import most_days, serves
from casework.policy_check.findings import Fault, Finding
from casework.rules.limits import ClockRule

YEARS: Final = 5
"""How many of a calendar's last known years are tried."""


@dataclass(frozen=True, slots=True)
class Worst:
    """The most calendar days that a limit takes, and a day on which it then starts."""

    days: int
    start: date
    calendar: str


@cache
def worst_case(amount: int, calendar: str) -> Worst | None:
    """For so many working days; None where the calendar knows no year. Raises `CalendarUnknown`."""
    found = shipped_calendar(calendar)
    years = sorted(found.years)[-YEARS:]
    if not years:
        return None
    first, last = date(years[0], 1, 1), date(years[-1], 12, 31)
    days = [
        first + timedelta(days=n) for n in range((last - first).days + 1) if (first + timedelta(days=n)).year in years
    ]
    worked = [day for day in days if found.day(day).worked]
    ends = ((day, bisect_right(worked, day) + amount - 1) for day in days)
    spans = [((worked[at] - day).days, day) for day, at in ends if at < len(worked)]
    longest = max((span for span, _ in spans), default=0)
    start = max((day for span, day in spans if span == longest), default=first)
    return Worst(longest, start, calendar)


def hurried_promises(policy: Policy, file: str, calendars: Iterable[str]) -> tuple[Finding, ...]:
    """Promises in calendar days that can be over before the text's working days, if only across holidays."""
    known = tuple(calendars)
    found = (
        Finding(file, f"promises[{promise.id}]", Fault.HURRIED, name)
        for promise in policy.promises
        for clock in policy.rules.clocks
        for name in _hurried(promise, clock, known)
    )
    return tuple(dict.fromkeys(found))


def _hurried(promise: Promise, clock: ClockRule, calendars: Iterable[str]) -> Iterator[str]:
    if promise.days is None or not serves(clock, promise):
        return
    limits = [one for one in (clock.limit, *(tier.limit for tier in clock.tiers)) if one is not None]
    counted = [one for one in limits if one.unit is Unit.WORKING_DAYS and most_days(one) <= promise.days]
    for limit in counted:
        worst = _longest(limit, calendars)
        if worst is not None and worst.days > promise.days:
            counted_words = (limit.words.en, limit.words.zh)
            facts = (promise.days, clock.id, *counted_words, worst.days, worst.calendar, worst.start.isoformat())
            yield "|".join(map(str, facts))


def _longest(limit: Limit, calendars: Iterable[str]) -> Worst | None:
    found = (worst_case(limit.amount, one) for one in calendars)
    return max((one for one in found if one is not None), key=lambda one: one.days, default=None)
