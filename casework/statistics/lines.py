"""One case as statistics count it: codes, days and clocks, and no word of anybody."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import Final

from casework.deadlines.calendars import Office
from casework.deadlines.clock import ClockState, clock_state
from casework.deadlines.terms import ClockKind, ClockStatus
from casework.engine.case import Case
from casework.engine.policy_clocks import clocks_of, facts_of, happenings, terms_of
from casework.engine.sealed_steps import SealedCase
from casework.errors import StartRefused
from casework.policy.policy import Policy
from casework.rules.acts import Act, Attribute
from casework.rules.flow import FIRST_STAGE, ClockId, OutcomeOf, StageId, Upholds
from casework.rules.limits import ClockRule
from casework.rules.roles import RoleId

REPORTER: Final = RoleId("reporter")
"""Whose limits say nothing about how the office works."""


class LimitStatus(StrEnum):
    """How a limit of the office was kept."""

    SATISFIED = "met"
    LATE = "late"
    OVERDUE = "overdue"
    RUNNING = "running"


LIMIT_STATUS_OF: Final[Mapping[ClockStatus, LimitStatus]] = {
    ClockStatus.SATISFIED: LimitStatus.SATISFIED,
    ClockStatus.LATE: LimitStatus.LATE,
    ClockStatus.MISSED: LimitStatus.OVERDUE,
    ClockStatus.RUNNING: LimitStatus.RUNNING,
    ClockStatus.PAUSED: LimitStatus.RUNNING,
}


@dataclass(frozen=True, slots=True)
class LimitOutcome:
    """A limit that ran in a case: how it was kept, until when, and by how many days it was late."""

    clock: ClockId
    status: LimitStatus
    due: date | None
    late: int


@dataclass(frozen=True, slots=True)
class Stay:
    """How many days of the calendar a case stayed in a stage; it may come back."""

    stage: StageId
    days: int


@dataclass(frozen=True, slots=True)
class Opened:
    """What only those know who opened the items of a case: the verdict, and whether the reporter is content."""

    sealed: SealedCase
    satisfied: bool | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """One case. `name` is what the office calls it; `opened` is None where nobody opened its items for this."""

    name: str
    entity: str
    policy: str
    version: str
    received: date
    stage: StageId
    ended: date | None
    codes: Mapping[Attribute, str]
    stays: tuple[Stay, ...]
    limits: tuple[LimitOutcome, ...]
    counts: Mapping[Act, int]
    opened: Opened | None = None
    handlers: frozenset[str] = frozenset()
    """Everybody who was named to handle it, now or before."""

    @property
    def month(self) -> str:
        """The month of receipt, `2026-11`."""
        return f"{self.received:%Y-%m}"

    @property
    def handler(self) -> str | None:
        """The member who was named to handle it."""
        return self.codes.get(Attribute.HANDLER)

    @property
    def sole_handler(self) -> str | None:
        """The handler of a case that nobody else handled; of several nobody can tell whose the late limits were."""
        return self.handler if len(self.handlers) <= 1 else None


def line_of(
    name: str, entity: str, policy: Policy, case: Case, office: Office, now: datetime, opened: Opened | None = None
) -> Line:
    """What statistics count of a case as it stands at `now` (with its zone).

    Raises `BeyondCalendar` where no clock runs. A limit that cannot be counted is left out.
    """
    stage = policy.rules.stage(case.stage)
    stays, entered = _stays(case, office.day_of(now))
    return Line(
        name=name,
        entity=entity,
        policy=case.policy,
        version=case.version,
        received=case.events[0].day,
        stage=case.stage,
        ended=entered if stage is not None and stage.end else None,
        codes=case.codes,
        stays=stays if stage is None or not stage.end else stays[:-1],
        limits=tuple(_limits(policy, case, office, now)),
        counts=case.counts,
        opened=opened,
        handlers=_handlers(case),
    )


def _handlers(case: Case) -> frozenset[str]:
    named = (one.codes.get(Attribute.HANDLER) for one in case.events if one.n not in case.uncounted)
    return frozenset(filter(None, named))


def verdict_of(policy: Policy, line: Line) -> str | None:
    """The outcome on the facts of an opened case; None where there is none yet or nobody opened it."""
    if line.opened is None:
        return None
    facts = {one.id for one in policy.rules.outcomes if one.of is OutcomeOf.FACTS}
    return next((one for one in line.opened.sealed.outcomes if one in facts), None)


def upheld(policy: Policy, line: Line) -> Upholds | None:
    """How far the verdict bears the report out (substantiation)."""
    verdict = verdict_of(policy, line)
    return next((one.upholds for one in policy.rules.outcomes if one.id == verdict), None)


def _stays(case: Case, today: date) -> tuple[tuple[Stay, ...], date]:
    """Every stay in a stage, the last one up to today, and the day on which the last one began."""
    stays: list[Stay] = []
    stage, since = FIRST_STAGE, case.events[0].day
    for event in case.events[1:]:
        if event.to is not None and event.n not in case.uncounted:
            stays.append(Stay(stage, max((event.day - since).days, 0)))
            stage, since = event.to, event.day
    return (*stays, Stay(stage, max((today - since).days, 0))), since


def _limits(policy: Policy, case: Case, office: Office, now: datetime) -> list[LimitOutcome]:
    found: list[LimitOutcome] = []
    for clock in clocks_of(policy, case):
        if clock.kind is not ClockKind.DEADLINE or clock.who == REPORTER:
            continue
        state = _state(clock, case, office, now)
        status = LIMIT_STATUS_OF.get(state.status) if state is not None else None
        if state is not None and status is not None and state.due is not None:
            found.append(LimitOutcome(clock.id, status, state.due.day, state.late))
    return found


def _state(clock: ClockRule, case: Case, office: Office, now: datetime) -> ClockState | None:
    try:
        return clock_state(terms_of(clock), happenings(case, clock), facts_of(case), office, now)
    except StartRefused:
        return None
