"""What is due in a case, and what the worker owes to its record: reminders before an end, escalation after it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from casework.deadlines.calendars import Office, next_day
from casework.deadlines.clock import ClockState, clock_state
from casework.deadlines.deadline import Due, LastDay, compute_deadline
from casework.deadlines.limits import Unit
from casework.deadlines.terms import ClockKind, ClockStatus, ClockTerms
from casework.engine.case import Case
from casework.engine.policy_clocks import clocks_of, facts_of, happenings, terms_of
from casework.errors import BeyondCalendar, StartRefused
from casework.obligations.retention import RetentionStatus, retention
from casework.policy.policy import Policy
from casework.rules.limits import ClockRule
from casework.rules.roles import RoleId, RoleKind

ACTIVE: Final = frozenset({ClockStatus.RUNNING, ClockStatus.PAUSED, ClockStatus.MISSED, ClockStatus.OPEN})
"""Clocks that were neither stopped nor never started: whether one ran out, the hour tells."""
REPORTER: Final = RoleId("reporter")
SUPERIORS: Final = (RoleKind.SUPERIOR, RoleKind.LEADERSHIP, RoleKind.OVERSIGHT)
"""Who is above whom: what a department leaves undone goes to its superior, and so on upward."""
HOUR_PART: Final = 4
"""Of a limit in hours the last so-manieth part is reminded of."""
LONGEST_CLOSURE: Final = 31
"""Days in a row that an office may be closed and still be looked for beyond them."""


class WorkerKind(StrEnum):
    """What the worker writes beside arrivals; none of it is an act."""

    REMINDED = "reminded"
    """An end is near; or what had to wait may be done now."""
    OVERDUE = "overdue"
    """The end has gone by."""
    ESCALATED = "escalated-by-clock"
    """It went by, and a whole day of work after it too: from here on it is the superior's matter.

    `to` is that role; where the text has none above, no matter who stands above in the directory.
    """
    WARNING = "warning-open"
    """An outside road is open."""


@dataclass(frozen=True, slots=True)
class DueRow:
    """One clock of a case that runs or stands still; moments in seconds since 1970, none while it stands."""

    clock: str
    kind: ClockKind
    who: str
    day: str | None
    due_at: int | None
    provisional: bool
    remind_at: int | None
    reminded: bool = False
    escalated: bool = False


@dataclass(frozen=True, slots=True)
class ScheduledEvent:
    """One event that the worker owes: from `at` on, about the end `due` of a clock, in seconds since 1970.

    `at` is always the turn of a day in the office. Between two messages of one day the record so
    never holds an event whose hour anybody knows: a message has its day and no hour.
    """

    at: int
    kind: WorkerKind
    clock: str
    due: int
    to: RoleId | None = None
    provisional: bool = False

    @property
    def name(self) -> tuple[str, str, int]:
        """What it is about: it is raised once under this name."""
        return self.kind.value, self.clock, self.due


@dataclass(frozen=True, slots=True)
class Schedule:
    """The standing clocks of a case, all that the worker owes or will owe it, and when else it must be looked at.

    `turns` are moments at which something begins though nobody acts: a clock for want of its first start.
    """

    dues: tuple[DueRow, ...]
    events: tuple[ScheduledEvent, ...]
    turns: tuple[int, ...]


def case_schedule(policy: Policy, case: Case, office: Office, now: datetime) -> Schedule:
    """What is due in a case at `now`, and what will be as long as nobody acts.

    Depends on `now` only for what has begun by then; the same stream and calendar give the same events.
    """
    dues: list[DueRow] = []
    events: list[ScheduledEvent] = []
    turns: list[int] = []
    ended, facts = case_ended(policy, case), facts_of(case)
    for rule in clocks_of(policy, case):
        with suppress(StartRefused, BeyondCalendar):
            terms = terms_of(rule)
            state = clock_state(terms, happenings(case, rule), facts, office, now)
            # What ran out before it was stopped is told all the same, however late the worker comes.
            if state.status is ClockStatus.LATE or (state.status in ACTIVE and not ended):
                events += _events_of(policy, rule, state, office)
            if state.status in ACTIVE and not ended:
                dues.append(_due_row(rule, state, office))
            if state.status is ClockStatus.NOT_STARTED and not ended:
                turns += _otherwise_starts(terms, case, rule, office)
    return Schedule(
        tuple(dues), tuple(sorted(events, key=lambda one: (one.at, one.due, one.clock, one.kind))), tuple(turns)
    )


def retention_end(policy: Policy, case: Case, office: Office, now: datetime) -> int | None:
    """When the case need not be kept any longer, in seconds since 1970; None while nobody can say.

    A hold, an authority and a number that nobody bound all keep it.
    """
    found = retention(policy, case, office.day_of(now))
    if found.why not in (RetentionStatus.RUNNING, RetentionStatus.OVER) or found.until is None:
        return None
    return start_of_day(next_day(found.until), office)


def case_ended(policy: Policy, case: Case) -> bool:
    """Whether the case stands in a stage that ends it."""
    stage = policy.rules.stage(case.stage)
    return stage is not None and stage.end


def end_time(end: Due, office: Office) -> int:
    """When a limit is over: its moment, or the end of its last day in the office."""
    return start_of_day(next_day(end.day), office) if end.moment is None else int(end.moment.timestamp())


def start_of_day(day: date, office: Office) -> int:
    """The first second of a day in the office, in seconds since 1970."""
    return int(datetime.combine(day, time(), office.zone).timestamp())


def _due_row(rule: ClockRule, state: ClockState, office: Office) -> DueRow:
    end = state.due
    if end is None or state.status is ClockStatus.PAUSED:
        return DueRow(rule.id, rule.kind, rule.who, None, None, end is not None and end.provisional, None)
    before = _reminder(end, office) if _binds_the_office(rule) else _day_after(end)
    return DueRow(
        clock=rule.id,
        kind=rule.kind,
        who=rule.who,
        day=end.day.isoformat(),
        due_at=end_time(end, office),
        provisional=end.provisional,
        remind_at=None if before is None else start_of_day(before, office),
    )


def _events_of(policy: Policy, rule: ClockRule, state: ClockState, office: Office) -> Iterator[ScheduledEvent]:
    end = state.due
    if end is None or state.status is ClockStatus.PAUSED:
        return

    def event(kind: WorkerKind, day: date, to: RoleId | None = None) -> ScheduledEvent:
        return ScheduledEvent(start_of_day(day, office), kind, rule.id, end_time(end, office), to, end.provisional)

    if not _binds_the_office(rule):
        if state.status is not ClockStatus.LATE:
            yield event(WorkerKind.WARNING if rule.kind is ClockKind.WARNING else WorkerKind.REMINDED, _day_after(end))
        return
    before = _reminder(end, office)
    if before is not None and state.status is not ClockStatus.LATE:
        yield event(WorkerKind.REMINDED, before)
    yield event(WorkerKind.OVERDUE, _day_after(end))
    above, grace = superior_of(policy, rule.who), next_day(_workday(next_day(end.day), office, 1))
    if state.stopped is None or state.stopped >= grace:
        yield event(WorkerKind.ESCALATED, grace, above)


def superior_of(policy: Policy, role: RoleId) -> RoleId | None:
    """Whose matter it becomes when a role leaves it undone: the first role above it; None where the text has none."""
    own = next((one.kind for one in policy.rules.roles if one.id == role), None)
    higher = SUPERIORS[SUPERIORS.index(own) + 1 :] if own in SUPERIORS else SUPERIORS
    found = {one.kind: one.id for one in reversed(policy.rules.roles) if one.id != role}
    return next((found[kind] for kind in higher if kind in found), None)


def _binds_the_office(rule: ClockRule) -> bool:
    """Of a reporter's limit, a not-before or a warning it is told that they are over, and nobody is late with them."""
    return rule.kind is ClockKind.DEADLINE and rule.who != REPORTER


def _day_after(end: Due) -> date:
    """The day with whose first second the end is surely over."""
    return next_day(end.day)


def _reminder(end: Due, office: Office) -> date | None:
    """The day of work before the last day, of hours that in which the last quarter begins; never that of the start."""
    if end.moment is None:
        day = _workday(end.day - timedelta(days=1), office, -1)
    else:
        hours = timedelta(hours=end.limit.amount) if end.limit.unit is Unit.HOURS else timedelta()
        day = office.day_of(end.moment - hours / HOUR_PART)
    return day if day > (end.start if end.begun is None else office.day_of(end.begun)) else None


def _workday(day: date, office: Office, step: int) -> date:
    """The first day of work from here, forward or back; the last one looked at where nobody works for a month."""
    for _ in range(LONGEST_CLOSURE):
        if office.calendar.day(day).worked:
            break
        day += timedelta(days=step)
    return day


def _otherwise_starts(terms: ClockTerms, case: Case, rule: ClockRule, office: Office) -> Iterator[int]:
    """When a clock begins for want of its proper start."""
    if terms.otherwise is None:
        return
    for one in happenings(case, rule):
        if one.code in terms.otherwise.start:
            end = compute_deadline(terms.otherwise.after, one.day, office, LastDay.STANDS).day
            yield start_of_day(next_day(end), office)
            return
