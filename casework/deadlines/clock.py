"""Where a clock of a case stands: computed again from its terms, what happened, and the calendar."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import StrEnum

from casework.deadlines.calendars import Office, next_day
from casework.deadlines.deadline import Due, LastDay, Pause, compute_deadline, extend_deadline
from casework.deadlines.limits import Limit, Unit
from casework.deadlines.terms import (
    ClockKind,
    ClockStatus,
    ClockTerms,
    ExtensionTerms,
    Facts,
    Happening,
    Length,
    Otherwise,
    Unbound,
)


class ExtensionRefusal(StrEnum):
    """Why a clock is not extended."""

    NOT_HERE = "not-here"
    """The policy knows no extension of this clock."""
    TOO_OFTEN = "too-often"
    TOO_LATE = "too-late"
    """The limit had run out before anybody extended it."""
    NO_DAY_GIVEN = "no-day-told"
    NOT_LATER = "not-later"
    BEYOND_CAP = "beyond-cap"


@dataclass(frozen=True, slots=True)
class ClockState:
    """Where a clock stands at a moment.

    `due` is the end as it is now, None where nothing runs or no number is given; while the clock is
    paused it is the end if it went on today. `stopped` is the day of the stop, `paused_since` that
    of a pause that lasts. `late` is by how many days of the calendar it is or was overdue: 0 means
    in time, or late on the last day itself. `refused` are the extensions that did not hold, with
    the reason.
    """

    status: ClockStatus
    started: date | None = None
    due: Due | None = None
    stopped: date | None = None
    paused_since: date | None = None
    late: int = 0
    extensions: tuple[Happening, ...] = ()
    refused: tuple[tuple[Happening, ExtensionRefusal], ...] = ()
    length: Length | None = None


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of a clock: its start, what happened until its stop, the stop, and the pauses in between.

    `plus` is the waiting that a law adds to the length because the proper start never came.
    """

    start: Happening
    plus: Limit | None
    within: tuple[Happening, ...]
    stop: Happening | None
    pauses: tuple[Pause, ...]
    paused_since: Happening | None


def clock_state(
    terms: ClockTerms, happenings: Sequence[Happening], facts: Facts, office: Office, now: datetime
) -> ClockState:
    """The state of a clock at `now` (with its zone), after `happenings` in the order of the record.

    Only happenings up to the office's day of `now` are given; of one with a moment the day is the
    office's day of that moment. The same arguments give the same
    state, so that anyone who holds the record can check what a worker wrote; with another calendar in
    `office` every open deadline is recomputed. Raises `BeyondCalendar` where no clock runs.
    """
    seen = _seen(terms, office)
    length = terms.length_for(facts)
    dated = [one if one.moment is None else replace(one, day=seen.day_of(one.moment)) for one in happenings]
    run = _run(terms, length, dated, seen, now)
    if not isinstance(length, Limit):
        return _without_number(length, run)
    if run is None:
        return ClockState(ClockStatus.NOT_STARTED, length=length)
    end, extensions, refused = _extended(terms, length, run, seen)
    status = _status(terms.kind, end, run, seen, now)
    overdue_on = run.stop.day if run.stop else seen.day_of(now)
    overdue = status in (ClockStatus.LATE, ClockStatus.MISSED)
    return ClockState(
        status=status,
        started=run.start.day,
        due=end,
        stopped=run.stop.day if run.stop else None,
        paused_since=run.paused_since.day if run.paused_since and status is ClockStatus.PAUSED else None,
        late=max((overdue_on - end.day).days, 0) if overdue else 0,
        extensions=extensions,
        refused=refused,
        length=length,
    )


def extension_refused(
    terms: ClockTerms, before: Due, times: int, happening: Happening, office: Office
) -> ExtensionRefusal | None:
    """Why an extension told by `happening` would not hold for a limit that ends at `before`; None if it holds.

    `times` is how often the clock was extended already.
    """
    extension = terms.extension
    if extension is None or happening.code not in extension.events:
        return ExtensionRefusal.NOT_HERE
    if extension.times is not None and times >= extension.times:
        return ExtensionRefusal.TOO_OFTEN
    if before.is_over(happening.day, happening.moment):
        return ExtensionRefusal.TOO_LATE
    cap = _cap(terms, extension, before, _seen(terms, office))
    if cap is not None and not extension.gives_day:
        return None
    return _day_refused(before, happening, cap)


def _day_refused(before: Due, happening: Happening, cap: date | None) -> ExtensionRefusal | None:
    if happening.until is None:
        return ExtensionRefusal.NO_DAY_GIVEN
    if happening.until <= before.day:
        return ExtensionRefusal.NOT_LATER
    return ExtensionRefusal.BEYOND_CAP if cap is not None and happening.until > cap else None


def extension_cap(terms: ClockTerms, before: Due, office: Office) -> date | None:
    """The last day to which a limit that ends at `before` can be extended; None without an extension or a cap."""
    return None if terms.extension is None else _cap(terms, terms.extension, before, _seen(terms, office))


def _cap(terms: ClockTerms, extension: ExtensionTerms, before: Due, office: Office) -> date | None:
    """The last day to which a limit can be extended, by the law of the clock; None without a cap."""
    if extension.whole is not None:
        return (
            compute_deadline(extension.whole, before.begun or before.start, office, terms.last_day).day + before.paused
        )
    if extension.by is not None:
        return compute_deadline(extension.by, before.moment or before.day, office, terms.last_day).day
    return None


def _seen(terms: ClockTerms, office: Office) -> Office:
    """The office as this clock sees it: a law knows no closure of the company."""
    return replace(office, calendar=office.calendar.official()) if terms.statutory else office


def _without_number(length: Length, run: _Run | None) -> ClockState:
    """A clock of a word, or of a number that nobody bound: it begins and stops, and is never overdue."""
    if isinstance(length, Unbound):
        return ClockState(ClockStatus.UNBOUND, started=run.start.day if run else None, length=length)
    if run is None:
        return ClockState(ClockStatus.NOT_STARTED, length=length)
    status = ClockStatus.SATISFIED if run.stop else ClockStatus.PROMPTLY
    return ClockState(status, run.start.day, stopped=run.stop.day if run.stop else None, length=length)


def _run(
    terms: ClockTerms, length: Length, happenings: Sequence[Happening], office: Office, now: datetime
) -> _Run | None:
    needs_moment = isinstance(length, Limit) and length.unit is Unit.MINUTES
    starts = [
        number
        for number, one in enumerate(happenings)
        if one.code in terms.start and (one.moment is not None or not needs_moment)
    ]
    first = (starts[-1] if terms.restarts else starts[0]) if starts else None
    start = None if first is None else happenings[first]
    plus: Limit | None = None
    by_moment = isinstance(length, Limit) and length.unit.is_clock_time
    waited = _waited(terms.otherwise, happenings, office, now, by_moment=by_moment)
    if terms.otherwise is not None and waited is not None and (start is None or start.day > waited[1].day):
        first, start = waited
        if terms.otherwise.wait_last:
            start, plus = happenings[first], terms.otherwise.after
    if first is None or start is None:
        return None
    after = tuple(happenings[first + 1 :])
    stop = _stop(terms, after)
    within = after if stop is None else after[:stop]
    pauses, paused_since = _pauses(terms, within, lambda one: _point(one, office) if by_moment else one.day)
    stopped = None if stop is None else after[stop]
    if paused_since is not None:
        until = now if stopped is None else (_point(stopped, office))
        begin = _point(paused_since, office) if by_moment else paused_since.day
        pauses.append(Pause(begin, until if by_moment else office.day_of(until)))
    return _Run(start, plus, within, stopped, tuple(pauses), paused_since)


def _waited(
    otherwise: Otherwise | None, happenings: Sequence[Happening], office: Office, now: datetime, *, by_moment: bool
) -> tuple[int, Happening] | None:
    """Where the waiting for a start began, and its end as a start of its own, once it is over."""
    if otherwise is None:
        return None
    for number, one in enumerate(happenings):
        if one.code in otherwise.start:
            end = compute_deadline(otherwise.after, one.day, office, LastDay.STANDS).day
            if office.day_of(now) <= end:
                return None
            # The end of a waiting is nobody's act: hours and minutes run from the next opening.
            return number, Happening(one.code, end, office.opening_after(end) if by_moment else None)
    return None


def _stop(terms: ClockTerms, after: Sequence[Happening]) -> int | None:
    """The place of the happening that stops the clock: the first of its stops, or the one that completes them."""
    firsts: dict[str, int] = {}
    for number, one in enumerate(after):
        if one.code in terms.stop:
            firsts.setdefault(one.code, number)
    if not firsts:
        return None
    if terms.any_stop:
        return min(firsts.values())
    return max(firsts.values()) if len(firsts) == len(terms.stop) else None


def _pauses(
    terms: ClockTerms, within: Iterable[Happening], point: Callable[[Happening], date | datetime]
) -> tuple[list[Pause], Happening | None]:
    """The pauses that ended, and the happening that began the one which lasts."""
    pauses: list[Pause] = []
    since: Happening | None = None
    for one in within:
        if since is None and one.code in terms.pauses:
            since = one
        elif since is not None and one.code in terms.resumes:
            pauses.append(Pause(point(since), point(one)))
            since = None
    return pauses, since


def _point(one: Happening, office: Office) -> datetime:
    """The moment of what staff caused; for what a reporter caused, the next opening after its day."""
    return office.opening_after(one.day) if one.moment is None else one.moment


def _extended(
    terms: ClockTerms, limit: Limit, run: _Run, office: Office
) -> tuple[Due, tuple[Happening, ...], tuple[tuple[Happening, ExtensionRefusal], ...]]:
    """The end after all extensions that hold, each reckoned with the pauses that were before it."""
    begun = run.start.moment or run.start.day
    reckon = _counting(limit, begun, office, terms.last_day, run.plus)
    held: list[Happening] = []
    refused: list[tuple[Happening, ExtensionRefusal]] = []
    pauses = run.pauses
    for happening in run.within:
        if terms.extension is None or happening.code not in terms.extension.events:
            continue
        before = reckon(_until(pauses, happening, office))
        reason = extension_refused(terms, before, len(held), happening, office)
        if reason is not None:
            refused.append((happening, reason))
            continue
        held.append(happening)
        until = _extended_until(terms, terms.extension, before, happening, office)
        pauses = _since(pauses, happening, office)
        reckon = _postponing(before, until, office, terms.last_day)
    return reckon(pauses), tuple(held), tuple(refused)


def _extended_until(
    terms: ClockTerms, extension: ExtensionTerms, before: Due, happening: Happening, office: Office
) -> date:
    cap = None if extension.gives_day else _cap(terms, extension, before, office)
    return cap or happening.until or before.day


def _counting(
    limit: Limit, start: date | datetime, office: Office, last_day: LastDay, plus: Limit | None
) -> Callable[[Iterable[Pause]], Due]:
    return lambda pauses: compute_deadline(limit, start, office, last_day, pauses, plus)


def _postponing(before: Due, until: date, office: Office, last_day: LastDay) -> Callable[[Iterable[Pause]], Due]:
    return lambda pauses: extend_deadline(before, until, office, last_day, pauses)


def _until(pauses: Iterable[Pause], happening: Happening, office: Office) -> tuple[Pause, ...]:
    """The pauses as they stood when an extension was told."""
    found: list[Pause] = []
    for pause in pauses:
        limit = _point(happening, office) if isinstance(pause.begin, datetime) else happening.day
        if pause.begin <= limit:
            found.append(Pause(pause.begin, min(pause.end, limit)))
    return tuple(found)


def _since(pauses: Iterable[Pause], happening: Happening, office: Office) -> tuple[Pause, ...]:
    """What of the pauses came after the day on which an extension was told, as days."""

    def day(when: date | datetime) -> date:
        return office.day_of(when) if isinstance(when, datetime) else when

    spans = ((max(day(pause.begin), next_day(happening.day)), day(pause.end)) for pause in pauses)
    return tuple(Pause(begin, end) for begin, end in spans if end >= begin)


def _status(kind: ClockKind, end: Due, run: _Run, office: Office, now: datetime) -> ClockStatus:
    if kind is ClockKind.NOT_BEFORE:
        return _status_of_wait(end, run, office, now)
    if run.stop is not None:
        return ClockStatus.LATE if end.is_over(run.stop.day, run.stop.moment) else ClockStatus.SATISFIED
    if end.is_over(office.day_of(now), now):
        return ClockStatus.OPEN if kind is ClockKind.WARNING else ClockStatus.MISSED
    return ClockStatus.PAUSED if run.paused_since else ClockStatus.RUNNING


def _status_of_wait(end: Due, run: _Run, office: Office, now: datetime) -> ClockStatus:
    if run.stop is not None:
        return ClockStatus.SATISFIED if end.has_passed(run.stop.day, run.stop.moment) else ClockStatus.EARLY
    if end.has_passed(office.day_of(now), now):
        return ClockStatus.OPEN
    return ClockStatus.PAUSED if run.paused_since else ClockStatus.RUNNING
