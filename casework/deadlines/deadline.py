"""When a time limit ends: pure arithmetic over a limit, a start and an office's calendar."""

from __future__ import annotations

from calendar import monthrange
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from casework.deadlines.calendars import FIRST_DAY, LAST_DAY, Day, DayKind, Office, next_day, real_moment
from casework.deadlines.limits import Limit, Unit
from casework.errors import BeyondCalendar, StartRefused


class LastDay(StrEnum):
    """What the law of a policy says about a last day on which nobody works."""

    MOVES = "moves"
    """It becomes the next working day: 民法典 art. 203, Regulation 1182/71 art. 3(4), BGB § 193."""
    STANDS = "stands"


@dataclass(frozen=True, slots=True)
class Pause:
    """A time in which a clock stood: from `begin` to `end`, both days included, or from moment to moment.

    One that ends before it begins is none: a reporter's counts from the office's next opening, and
    staff may have ended it before. A day on which it stood for a part is not counted, as a day of
    start is not (BGB § 209). Hours and minutes need moments.
    """

    begin: date | datetime
    end: date | datetime


@dataclass(frozen=True, slots=True)
class Due:
    """The end of a limit.

    `start` is the day from which it is counted (itself never counted); `day` the last day, in the
    office's zone; `moment` the exact end of hours and minutes, in the office's zone, else None: a
    day ends with the day. `moved` is the last day before the law moved it, if it did. `passed` are
    the holidays, closures and make-up days on the way that had their say. `missing` are the years
    whose official calendar is not known: while there is one, the date is provisional.
    `before_extension` is the last day that held before it was extended, if it was, and `plus` a
    second limit that the law adds to the first.
    """

    limit: Limit
    start: date
    begun: datetime | None
    day: date
    moment: datetime | None
    moved: date | None
    paused: timedelta
    passed: tuple[Day, ...]
    missing: tuple[int, ...]
    before_extension: date | None = None
    plus: Limit | None = None

    @property
    def provisional(self) -> bool:
        """Whether the date may still change, because an official calendar is not known yet."""
        return bool(self.missing)

    def is_over(self, today: date, now: datetime | None = None) -> bool:
        """Whether the limit has run out: on the day after the last, or once the moment has passed."""
        if self.moment is not None and now is not None:
            return now > self.moment
        return today > self.day

    def has_passed(self, today: date, now: datetime | None = None) -> bool:
        """Whether what must not happen before may happen: from that very moment, or after the last day.

        Of what a reporter caused only the day is known: against a moment, its whole day is enough.
        """
        if self.moment is None:
            return today > self.day
        return today >= self.day if now is None else now >= self.moment


def compute_deadline(
    limit: Limit,
    start: date | datetime,
    office: Office,
    last_day: LastDay = LastDay.MOVES,
    pauses: Iterable[Pause] = (),
    plus: Limit | None = None,
) -> Due:
    """When `limit` ends if it starts at `start`; `plus` is counted on from its end (three months and seven days).

    `start` is a day, or a moment with its zone that staff caused. Days, weeks, months, years and
    working days are counted from the office's day of it, which does not count itself; months end on
    the day of the same number, or on the last of a shorter month; working days never need
    `last_day` and take no `plus`. Hours run from the moment without regard to nights and holidays;
    from a day alone they run from its last minute (`Office.last_minute`). Raises `StartRefused` for
    minutes from a day alone and for a moment without a zone, `BeyondCalendar` where no clock runs.
    """
    if isinstance(start, datetime) and start.tzinfo is None:
        raise StartRefused("a moment needs its time zone")
    if plus is not None and not (limit.unit.is_calendar_time and plus.unit.is_calendar_time):
        raise StartRefused(f"{limit} and {plus}: only days, weeks, months and years add up")
    if limit.unit.is_clock_time:
        return _deadline_moment(limit, start, office, tuple(pauses))
    first = office.day_of(start) if isinstance(start, datetime) else start
    if not FIRST_DAY <= first <= LAST_DAY:
        raise BeyondCalendar(first.isoformat())
    stood = _days(pauses, first, office)
    if limit.unit is Unit.WORKING_DAYS:
        return _deadline_working_day(limit, first, office, stood)
    end = calendar_end(limit, first)
    if plus is None:
        return _finished(limit, first, end, office, last_day, stood)
    return replace(_finished(limit, first, calendar_end(plus, end), office, last_day, stood), plus=plus)


def _deadline_moment(limit: Limit, start: date | datetime, office: Office, pauses: Sequence[Pause]) -> Due:
    if isinstance(start, datetime):
        begun = start.astimezone(office.zone)
    elif limit.unit is Unit.MINUTES:
        raise StartRefused("minutes run from a moment that staff caused, and only its day is known")
    else:
        begun = office.last_minute(start)
    spent = timedelta(minutes=limit.amount) if limit.unit is Unit.MINUTES else timedelta(hours=limit.amount)
    end = begun.astimezone(UTC) + spent
    stood = timedelta()
    for stopped, resumed in _moments(pauses, begun.astimezone(UTC)):
        if stopped <= end:
            end += resumed - stopped
            stood += resumed - stopped
    moment = real_moment(end.astimezone(office.zone))
    return Due(
        limit=limit,
        start=start if not isinstance(start, datetime) else begun.date(),
        begun=begun,
        day=moment.date(),
        moment=moment,
        moved=None,
        paused=stood,
        passed=(),
        missing=(),
    )


def _deadline_working_day(limit: Limit, start: date, office: Office, stood: Sequence[tuple[date, date]]) -> Due:
    left = limit.amount
    passed: list[Day] = []
    paused = 0
    for one in office.calendar.days_after(start):
        passed.append(one)
        if _is_paused(one.date, stood):
            paused += 1
        elif one.worked:
            left -= 1
        if left == 0:
            break
    return Due(
        limit=limit,
        start=start,
        begun=None,
        day=passed[-1].date,
        moment=None,
        moved=None,
        paused=timedelta(days=paused),
        passed=_notable(passed),
        missing=_missing(passed),
    )


def extend_deadline(
    before: Due, until: date, office: Office, last_day: LastDay = LastDay.MOVES, pauses: Iterable[Pause] = ()
) -> Due:
    """The same limit, extended to the day `until`; later `pauses` move it on.

    The day that was told stands even where nobody works on it; one that pauses moved follows `last_day`.
    """
    stood = _days(pauses, before.start, office)
    law = last_day if stood else LastDay.STANDS
    return replace(
        _finished(before.limit, before.start, until, office, law, stood),
        begun=before.begun,
        plus=before.plus,
        before_extension=before.before_extension or before.day,
    )


def _finished(
    limit: Limit, start: date, last: date, office: Office, last_day: LastDay, stood: Sequence[tuple[date, date]]
) -> Due:
    paused = 0
    for begin, end in stood:
        if begin <= last:
            days = (end - begin).days + 1
            paused += days
            last = _later(last, days)
    passed: list[Day] = []
    moved = last
    if last_day is LastDay.MOVES:
        passed.append(office.calendar.day(last))
        while not passed[-1].worked:
            passed.append(office.calendar.day(next_day(passed[-1].date)))
        moved = passed[-1].date
    return Due(
        limit=limit,
        start=start,
        begun=None,
        day=moved,
        moment=None,
        moved=last if moved != last else None,
        paused=timedelta(days=paused),
        passed=_notable(passed),
        missing=_missing(passed),
    )


def calendar_end(limit: Limit, start: date) -> date:
    """The last day of calendar days, weeks, months or years from `start`, before any law moves it."""
    match limit.unit:
        case Unit.DAYS:
            return _later(start, limit.amount)
        case Unit.WEEKS:
            return _later(start, 7 * limit.amount)
        case Unit.MONTHS:
            return _months_later(start, limit.amount)
        case Unit.YEARS:
            return _months_later(start, 12 * limit.amount)
        case Unit.MINUTES | Unit.HOURS | Unit.WORKING_DAYS:
            raise StartRefused(f"{limit.unit} are not counted by the calendar alone")


def _later(day: date, days: int) -> date:
    if days > (LAST_DAY - day).days:
        raise BeyondCalendar(f"{day.isoformat()} + {days}")
    return day + timedelta(days=days)


def _months_later(start: date, months: int) -> date:
    years, month = divmod(start.year * 12 + start.month - 1 + months, 12)
    if years > LAST_DAY.year:
        raise BeyondCalendar(f"{start.isoformat()} + {months} months")
    return date(years, month + 1, min(start.day, monthrange(years, month + 1)[1]))


def _days(pauses: Iterable[Pause], start: date, office: Office) -> list[tuple[date, date]]:
    """First and last days of the pauses, in order, without overlaps, all after the start."""

    def day(when: date | datetime) -> date:
        return office.day_of(when) if isinstance(when, datetime) else when

    found: list[tuple[date, date]] = []
    counted = start
    for begin, end in sorted((day(pause.begin), day(pause.end)) for pause in pauses):
        first = max(begin, next_day(counted))
        if end >= first:
            found.append((first, end))
            counted = end
    return found


def _moments(pauses: Iterable[Pause], start: datetime) -> list[tuple[datetime, datetime]]:
    """Begin and end of the pauses in UTC, in order, without overlaps, none before the start."""
    spans: list[tuple[datetime, datetime]] = []
    for pause in pauses:
        if not isinstance(pause.begin, datetime) or not isinstance(pause.end, datetime):
            raise StartRefused("hours and minutes pause from moment to moment")
        spans.append((pause.begin.astimezone(UTC), pause.end.astimezone(UTC)))
    found: list[tuple[datetime, datetime]] = []
    counted = start
    for begin, end in sorted(spans):
        first = max(begin, counted)
        if end > first:
            found.append((first, end))
            counted = end
    return found


def _is_paused(day: date, stood: Sequence[tuple[date, date]]) -> bool:
    return any(begin <= day <= end for begin, end in stood)


def _notable(days: Iterable[Day]) -> tuple[Day, ...]:
    """The days that have a name: what makes a date other than a count of weekdays."""
    return tuple(day for day in days if day.name is not None or day.kind is DayKind.MAKE_UP)


def _missing(days: Iterable[Day]) -> tuple[int, ...]:
    return tuple(sorted({year for day in days for year in day.missing}))
