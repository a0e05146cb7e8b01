"""The clocks of a policy and of a case, in the terms in which they are reckoned."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import lru_cache

from casework.deadlines.calendars import Office
from casework.deadlines.clock import clock_state
from casework.deadlines.limits import Limit, Unit
from casework.deadlines.terms import (
    ClockKind,
    ClockStatus,
    ClockTerms,
    EventCode,
    ExtensionTerms,
    Facts,
    Happening,
    Length,
    Otherwise,
    Promptly,
    Tier,
    Unbound,
)
from casework.engine.case import Case, Event
from casework.errors import StartRefused
from casework.policy.policy import Policy
from casework.rules.acts import Act, Attribute
from casework.rules.flow import ClockId
from casework.rules.limits import ClockRule
from casework.words import Words

RULES_CACHED = 1024
"""More than the clocks of all policies that one office runs."""


@lru_cache(maxsize=RULES_CACHED)
def terms_of(clock: ClockRule) -> ClockTerms:
    """A clock of a policy as the reckoning wants it; the same for every case, so made once."""
    extension = clock.extension
    return ClockTerms(
        id=clock.id,
        start=_codes(clock.start),
        stop=_codes(clock.stop),
        length=length_of(clock),
        kind=clock.kind,
        any_stop=clock.any_stop,
        since=clock.since,
        tiers=tuple(Tier(tier.limit, frozenset(tier.grades), tier.departments) for tier in clock.tiers),
        last_day=clock.last_day,
        # While an authority has the matter, the office's own clocks stand still.
        pauses=_codes((*clock.pauses, Act.HANDED_OVER)),
        resumes=_codes((*clock.resumes, Act.HANDED_BACK)),
        extension=None
        if extension is None
        else ExtensionTerms(_codes((Act.EXTENDED,)), extension.cap, extension.times, extension.tell, extension.whole),
        restarts=clock.restarts,
        statutory=clock.statutory,
        otherwise=None
        if clock.otherwise is None
        else Otherwise(_codes(clock.otherwise.start), clock.otherwise.after, clock.otherwise.wait_last),
    )


def length_of(clock: ClockRule) -> Length:
    """A limit, a word without a number, or the parameter that an operator must bind."""
    if clock.limit is not None:
        return clock.limit
    if clock.word is not None:
        return Promptly(Words(zh=clock.word, en=PROMPTLY.get(clock.word, clock.word)))
    return Unbound(f"limits.{clock.id}")


RUN_OUT = {
    ClockKind.DEADLINE: frozenset({ClockStatus.MISSED}),
    ClockKind.NOT_BEFORE: frozenset({ClockStatus.OPEN, ClockStatus.SATISFIED}),
    ClockKind.WARNING: frozenset({ClockStatus.OPEN}),
}
"""Late is not among them: what was stopped late has happened. A wait that was kept is over: its step may come again."""

FROZEN_BY = frozenset({Act.HANDED_OVER, Act.HANDED_BACK, Act.EXTENDED})
"""What any clock heeds: an authority that has the matter, and an extension of its own."""

PROMPTLY = {
    "及时": "promptly",
    "立即": "immediately",
    "立刻": "at once",
    "第一时间": "at the first opportunity",
    "尽快": "as soon as possible",
    "迅速": "quickly",
    "合理的时间": "within a reasonable time",
    "定期": "regularly",
}


def clocks_of(policy: Policy, case: Case) -> tuple[ClockRule, ...]:
    """The clocks that this case can know: those of its grade, and those of every grade."""
    grade = case.codes.get(Attribute.GRADE)
    return tuple(clock for clock in policy.rules.clocks if not clock.grades or grade in clock.grades)


def needs_minute(policy: Policy, act: Act) -> bool:
    """Whether a clock of hours or minutes runs from this act, or stops with it: else the day is all that is told.

    A minute more would tell of each message that lies between two acts of the office when it came.
    """
    return finest_limit(policy, act) is not None


def finest_limit(policy: Policy, act: Act) -> timedelta | None:
    """The shortest limit in hours or minutes among the clocks that this act moves; None where it moves none."""
    found: list[timedelta] = []
    for clock in policy.rules.clocks:
        if act in (*clock.start, *clock.stop, *clock.pauses, *clock.resumes):
            limits = (clock.limit, *(tier.limit for tier in clock.tiers))
            found += [_span(limit) for limit in limits if limit is not None and limit.unit.is_clock_time]
    return min(found, default=None)


def _span(limit: Limit) -> timedelta:
    return timedelta(hours=limit.amount) if limit.unit is Unit.HOURS else timedelta(minutes=limit.amount)


def lapsed(policy: Policy, case: Case, office: Office, now: datetime) -> frozenset[ClockId]:
    """The clocks that have run out at `now`: what the engine must be told with each command.

    Raises `BeyondCalendar` where no clock runs. A clock that cannot be counted has not run out.
    """
    found: set[ClockId] = set()
    for clock in clocks_of(policy, case):
        with suppress(StartRefused):
            state = clock_state(terms_of(clock), happenings(case, clock), facts_of(case), office, now)
            if state.status in RUN_OUT[clock.kind]:
                found.add(clock.id)
    return frozenset(found)


def facts_of(case: Case) -> Facts:
    """What the length of a clock depends on in this case."""
    return Facts(case.codes.get(Attribute.GRADE), max(1, len(case.departments)))


def happenings(case: Case, clock: ClockRule) -> tuple[Happening, ...]:
    """What happened in a case as far as this clock is concerned; an extension of another clock does not."""
    heeded = _heeded(clock)
    return tuple(_happening(event) for event in _counted(case) if event.act in heeded and _concerns(event, clock))


def _heeded(clock: ClockRule) -> frozenset[Act]:
    """The acts that can start, stop, pause, resume or extend a clock: no other moves it."""
    waits = clock.otherwise.start if clock.otherwise is not None else ()
    return FROZEN_BY | {*clock.start, *clock.stop, *clock.pauses, *clock.resumes, *waits}


def _counted(case: Case) -> Iterator[Event]:
    """What counts. A notice is received once: who reads the same one again begins no limit again."""
    reading = _Reading(waits=True)
    for event in case.events:
        if event.n in case.uncounted or (event.act is Act.NOTICE_RECEIVED and not reading.waits):
            continue
        reading.follow(event)
        yield event


def is_notice_unread(case: Case) -> bool:
    """Whether a notice waits for its receipt: one of an earlier day, recorded late, is that of an earlier notice."""
    reading = _Reading(waits=False)
    for event in case.events:
        if event.n not in case.uncounted:
            reading.follow(event)
    return reading.waits


@dataclass
class _Reading:
    """Whether a receipt says something new, and the day of the newest notice."""

    waits: bool
    newest: date = date.min

    def follow(self, event: Event) -> None:
        if event.act is Act.NOTIFIED:
            self.waits, self.newest = True, event.day
        elif event.act is Act.NOTICE_RECEIVED and event.day >= self.newest:
            self.waits = False


def _concerns(event: Event, clock: ClockRule) -> bool:
    return event.act is not Act.EXTENDED or event.codes.get(Attribute.CLOCK) == clock.id


def _happening(event: Event) -> Happening:
    moment = event.at if isinstance(event.at, datetime) else None
    until = event.codes.get(Attribute.UNTIL)
    return Happening(
        EventCode(event.act.value),
        event.day,
        moment,
        date.fromisoformat(until) if until else None,
    )


def _codes(acts: tuple[Act, ...]) -> frozenset[EventCode]:
    return frozenset(EventCode(act.value) for act in acts)
