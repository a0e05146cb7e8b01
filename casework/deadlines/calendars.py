"""Calendars: which days an office works, and which years nobody has told it about."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from types import MappingProxyType
from zoneinfo import ZoneInfo

from casework.errors import BeyondCalendar
from casework.words import Words

FIRST_DAY = date(1900, 1, 1)
LAST_DAY = date(2999, 12, 31)
LAST_MINUTE = time(23, 59)
"""No clock runs outside of these: a date beyond them is a slip of the pen."""

ONE_DAY = timedelta(days=1)
SATURDAY_AND_SUNDAY = frozenset({5, 6})
NO_DAYS: Mapping[date, Words] = MappingProxyType({})


def no_days() -> Mapping[date, Words]:
    """No day at all."""
    return NO_DAYS


class DayKind(StrEnum):
    """What a day is to an office."""

    WORKING = "working"
    MAKE_UP = "make-up"
    """A day of the weekend that is worked in exchange for a holiday (调休上班)."""
    WEEKEND = "weekend"
    HOLIDAY = "holiday"
    CLOSED = "closed"
    """A closure of the company itself."""


WORKED = frozenset({DayKind.WORKING, DayKind.MAKE_UP})


@dataclass(frozen=True, slots=True)
class Day:
    """One day: its kind, the holiday or closure that made it so, and the years that are not known.

    `missing` holds the years whose official calendar would be needed to be sure; while there is
    one, `kind` follows the weekday alone and is no more than an estimate.
    """

    date: date
    kind: DayKind
    name: Words | None = None
    missing: tuple[int, ...] = ()

    @property
    def worked(self) -> bool:
        """Whether the office works on this day."""
        return self.kind in WORKED


@dataclass(frozen=True, slots=True)
class OfficialYear:
    """The official calendar of one year: its holidays and make-up days by date, and who says so.

    The notice of a year may also settle the last days of the year before (`Calendar.turn`).
    """

    year: int
    source: str
    holidays: Mapping[date, Words] = field(default_factory=no_days)
    make_up: Mapping[date, Words] = field(default_factory=no_days)
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY


@dataclass(frozen=True, slots=True)
class Calendar:
    """The official years that an office knows, and the closures of the company.

    `turn` is the month and day from which a year waits for the notice of the next one: in China
    the notice for 2019 made 29 December 2018 a working day. None where law fixes each year alone.
    """

    id: str
    years: Mapping[int, OfficialYear]
    closures: Mapping[date, Words] = field(default_factory=no_days)
    turn: tuple[int, int] | None = None

    def day(self, when: date) -> Day:
        """What `when` is; raises `BeyondCalendar` before 1900 and after 2999."""
        if not FIRST_DAY <= when <= LAST_DAY:
            raise BeyondCalendar(when.isoformat())
        missing = self._missing(when)
        if when in self.closures:
            return Day(when, DayKind.CLOSED, self.closures[when], missing)
        for official in self._notices(when):
            if when in official.make_up:
                return Day(when, DayKind.MAKE_UP, official.make_up[when], missing)
            if when in official.holidays:
                return Day(when, DayKind.HOLIDAY, official.holidays[when], missing)
        own = self.years.get(when.year)
        weekend = SATURDAY_AND_SUNDAY if own is None else own.weekend
        return Day(when, DayKind.WEEKEND if when.weekday() in weekend else DayKind.WORKING, None, missing)

    def days_after(self, when: date) -> Iterator[Day]:
        """The days after `when`, in order; raises `BeyondCalendar` at the end of 2999."""
        while True:
            when = next_day(when)
            yield self.day(when)

    def with_years(self, years: Mapping[int, OfficialYear]) -> Calendar:
        """This calendar with years that an operator uploaded: they stand before what shipped."""
        return replace(self, years=MappingProxyType({**self.years, **years}))

    def with_closures(self, closures: Mapping[date, Words]) -> Calendar:
        """This calendar with closures of the company beside those it has."""
        return replace(self, closures=MappingProxyType({**self.closures, **closures}))

    def official(self) -> Calendar:
        """This calendar without closures: no company shortens or lengthens what a law says."""
        return replace(self, closures=NO_DAYS)

    def _at_turn(self, when: date) -> bool:
        return self.turn is not None and (when.month, when.day) >= self.turn

    def _missing(self, when: date) -> tuple[int, ...]:
        needed = (when.year, when.year + 1) if self._at_turn(when) else (when.year,)
        return tuple(year for year in needed if year not in self.years)

    def _notices(self, when: date) -> Iterator[OfficialYear]:
        """The notices that may name this day, the later one first: it has the last word."""
        years = (when.year + 1, when.year) if self._at_turn(when) else (when.year,)
        return (self.years[year] for year in years if year in self.years)


@dataclass(frozen=True, slots=True)
class Office:
    """An office as a clock sees it: its calendar, its time zone, and when it opens on a day of work."""

    calendar: Calendar
    zone: ZoneInfo
    opens: time = field(default=time(9))

    def day_of(self, moment: datetime) -> date:
        """The day on which a moment (with its zone) falls in the office."""
        return moment.astimezone(self.zone).date()

    def last_minute(self, day: date) -> datetime:
        """23:59 of `day` in the office's zone: from here hours run where only the day of an act is known.

        The latest reading of "within 24 hours of receipt" that is still true to it: no limit is shorter
        than the text says, and none ends later than on the day that was promised.
        """
        return real_moment(datetime.combine(day, LAST_MINUTE, self.zone))

    def opening_after(self, day: date) -> datetime:
        """The moment of the first opening after `day`, in the office's zone.

        From here a clock that stood goes on when the reporter's answer came: nobody could read it before,
        and only its day is known.
        """
        opening = next(one.date for one in self.calendar.days_after(day) if one.worked)
        return real_moment(datetime.combine(opening, self.opens, self.zone))


def real_moment(moment: datetime) -> datetime:
    """The moment as a clock on the wall would show it: an hour that summer time leaves out becomes the next."""
    return moment.astimezone(UTC).astimezone(moment.tzinfo)


def next_day(when: date) -> date:
    """The day after; raises `BeyondCalendar` rather than leave the range of dates."""
    if when >= LAST_DAY:
        raise BeyondCalendar(when.isoformat())
    return when + ONE_DAY
