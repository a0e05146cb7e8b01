"""The terms of one clock: what starts, stops and pauses it, how long it runs, and what happens around it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NewType

from casework.deadlines.deadline import LastDay
from casework.deadlines.limits import Limit
from casework.errors import LimitRefused
from casework.words import Words

EventCode = NewType("EventCode", str)
"""The code of a happening, such as `accepted`; what codes there are is the engine's matter."""


class ClockKind(StrEnum):
    """What it means that a limit runs out."""

    DEADLINE = "deadline"
    """The stop has to happen by then."""
    NOT_BEFORE = "not-before"
    """The stop must not happen before it has run out."""
    WARNING = "warning"
    """From then on an outside road is open (EU art. 15, Japan's 20 days, the SEC's 120 days)."""


@dataclass(frozen=True, slots=True)
class Unbound:
    """A number that the text leaves blank or `prescribed`; the operator binds the parameter."""

    parameter: str


@dataclass(frozen=True, slots=True)
class Promptly:
    """A word without a number, as printed: 及时 and `promptly`. It has no date and is never overdue."""

    words: Words


Length = Limit | Unbound | Promptly


@dataclass(frozen=True, slots=True)
class Tier:
    """A length that holds for some cases only: of one of these grades, or of this many departments."""

    length: Length
    grades: frozenset[str] = frozenset()
    departments: int | None = None

    def holds(self, facts: Facts) -> bool:
        """Whether one of its conditions is met: two tests that lead to one tier."""
        many = self.departments is not None and facts.departments >= self.departments
        return many or facts.grade in self.grades


@dataclass(frozen=True, slots=True)
class Facts:
    """What the length of a clock may depend on."""

    grade: str | None = None
    departments: int = 1


@dataclass(frozen=True, slots=True)
class ExtensionTerms:
    """Whether, how far and how often a clock may be extended.

    `by` caps one extension, counted from the last day before it; `whole` caps the whole limit once
    it is extended, counted from the start (HinSchG § 28: three months, extended six). Neither where
    the text sets no cap. Where `gives_day` an extension tells the new day; else it takes all of its cap.
    """

    events: frozenset[EventCode]
    by: Limit | None = None
    times: int | None = None
    gives_day: bool = True
    whole: Limit | None = None


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A start for want of the first one: once `after` has run out since one of `start`.

    EU art. 9(1)(f): three months from the acknowledgement, or from the end of the seven days in
    which none was sent; one that comes too late gains nothing. Where `wait_last` the law adds the
    waiting to the length instead (HinSchG § 17(2): three months and seven days after receipt),
    which may differ by days.
    """

    start: frozenset[EventCode]
    after: Limit
    wait_last: bool = False

    def __post_init__(self) -> None:
        """Refuses a waiting in hours: of a report only the day is known."""
        if self.after.unit.is_clock_time:
            raise LimitRefused(f"{self.after}: a start is waited for in days or longer")


@dataclass(frozen=True, slots=True)
class ClockTerms:
    """One clock: what starts it, what stops it, how long it runs, and what moves its end.

    It runs from any of `start`, or else from `otherwise`, until all of `stop` have happened, or any
    where `any_stop`. A clock that starts with its own stop and `restarts` comes again and again. The
    first of `tiers` that holds gives the length, else `length`. `restarts` says whether a later
    start begins again (a send-back); else the first one counts. From any of `pauses` to any of
    `resumes` it stands still. `statutory` limits follow the official calendar alone, without
    closures of the company. `since` names the start in the explanation: 受理, `acceptance`.
    """

    id: str
    start: frozenset[EventCode]
    stop: frozenset[EventCode]
    length: Length
    kind: ClockKind = ClockKind.DEADLINE
    any_stop: bool = False
    since: Words | None = None
    tiers: tuple[Tier, ...] = ()
    last_day: LastDay = LastDay.MOVES
    pauses: frozenset[EventCode] = frozenset()
    resumes: frozenset[EventCode] = frozenset()
    extension: ExtensionTerms | None = None
    restarts: bool = False
    statutory: bool = False
    otherwise: Otherwise | None = None

    def __post_init__(self) -> None:
        """Refuses a waiting that is added to hours, minutes or working days: no calendar gives their sum."""
        lengths = (self.length, *(tier.length for tier in self.tiers))
        if self.otherwise is not None and self.otherwise.wait_last:
            for one in lengths:
                if isinstance(one, Limit) and not one.unit.is_calendar_time:
                    raise LimitRefused(f"{one} and {self.otherwise.after}: only days, weeks, months and years add up")

    def length_for(self, facts: Facts) -> Length:
        """The length for a case of these facts."""
        return next((tier.length for tier in self.tiers if tier.holds(facts)), self.length)


@dataclass(frozen=True, slots=True)
class Happening:
    """Something that happened in a case, as plain as a clock needs it.

    `day` is the office's. `moment` is there only for what staff caused: what a reporter causes is
    never known finer than the day. `until` is the day that an extension tells.
    """

    code: EventCode
    day: date
    moment: datetime | None = None
    until: date | None = None


class ClockStatus(StrEnum):
    """Where a clock stands."""

    NOT_STARTED = "not-started"
    RUNNING = "running"
    PAUSED = "paused"
    SATISFIED = "met"
    MISSED = "missed"
    """It ran out, and the stop has not happened."""
    LATE = "late"
    """The stop happened after it had run out."""
    EARLY = "early"
    """What had to wait for a not-before did not wait."""
    OPEN = "open"
    """A not-before or a warning has run out: it may happen now, or the outside road is open."""
    PROMPTLY = "promptly"
    """It runs without a number."""
    UNBOUND = "unbound"
    """It cannot run: a parameter is not bound."""
