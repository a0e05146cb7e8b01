"""What a policy leaves open to the reporter from now on, and until when: what a notice of the office asks."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Final

from casework.deadlines.calendars import Office
from casework.deadlines.clock import ClockState, clock_state
from casework.deadlines.limits import Limit, Unit
from casework.deadlines.terms import ClockKind, ClockStatus
from casework.engine.case import Case, Event, apply_events
from casework.engine.engine import Command, allowed
from casework.engine.policy_clocks import clocks_of, facts_of, happenings, is_notice_unread, lapsed, terms_of
from casework.errors import StartRefused
from casework.policy.policy import Policy
from casework.rules.acts import TRAITS, Act, Party
from casework.rules.limits import ClockRule
from crypto.case.step_payloads import Declaration

SPOKEN: Final[dict[Act, tuple[Declaration, ...]]] = {
    Act.FINDINGS_CONFIRMED: (Declaration.CONFIRM,),
    Act.FINDINGS_CONTESTED: (Declaration.CONTEST,),
    Act.PLAN_AGREED: (Declaration.AGREE,),
    Act.PLAN_REFUSED: (Declaration.REFUSE,),
    Act.INFORMATION_SUPPLIED: (Declaration.SUPPLY,),
    Act.NOTICE_RECEIVED: (Declaration.SEEN,),
    Act.APPEALED: (Declaration.APPEAL,),
    Act.WITHDRAWN: (Declaration.WITHDRAW,),
    Act.RATED: (Declaration.SATISFIED, Declaration.UNSATISFIED),
}
"""The reporter's declarations that stand for an act of the policy (SPEC §6)."""
ANSWERED: Final = {Act.INFORMATION_SUPPLIED: Act.INFORMATION_ASKED}
"""Acts that policies allow at any time, and what must have come first for somebody to be asked for them."""
REPORTER: Final = "reporter"
LONGEST: Final = 366


@dataclass(frozen=True, slots=True)
class LastDay:
    """The last day for what is asked; `counts` are the days that count towards a limit in working days."""

    day: date
    provisional: bool
    limit: Limit
    counts: tuple[date, ...] | None


def asked_of_reporter(policy: Policy, case: Case, office: Office, now: datetime) -> tuple[Act, ...]:
    """The acts of the reporter that are open now, or will be once the reporter has done another of them here.

    An appeal that runs from the receipt of a notice is open with it: who asks for a review has read it.
    """
    found: list[Act] = []
    today = office.day_of(now)
    fresh = _open(policy, case, office, now, found)
    while fresh:
        found += fresh
        stays = [act for act in fresh if not _leads_on(policy, case, act)]
        case = apply_events(case, [Event(len(case.events) + k, act, today) for k, act in enumerate(stays)])
        fresh = _open(policy, case, office, now, found)
    return tuple(found)


def _open(policy: Policy, case: Case, office: Office, now: datetime, known: list[Act]) -> list[Act]:
    """What of the reporter's is allowed, less what is known and what nobody asked for."""
    run_out = lapsed(policy, case, office, now)
    command = Command(Act.WITHDRAWN, office.day_of(now), lapsed=run_out)
    acts = [act for act in allowed(policy, case, command) if TRAITS[act].party is Party.REPORTER]
    return [act for act in acts if act not in known and _is_asked(case, act)]


def _is_asked(case: Case, act: Act) -> bool:
    """Whether the office has asked since the last answer; of what it need not ask for, always."""
    if act is Act.NOTICE_RECEIVED:
        return is_notice_unread(case)
    asking = ANSWERED.get(act)
    if asking is None:
        return True
    turns = [event.act for event in case.events if event.n not in case.uncounted and event.act in (act, asking)]
    return turns[-1:] == [asking]


def _leads_on(policy: Policy, case: Case, act: Act) -> bool:
    stage = policy.rules.stage(case.stage)
    return stage is not None and any(rule.to for rule in policy.rules.acts_in(stage, act))


def last_day(policy: Policy, case: Case, office: Office, now: datetime) -> LastDay | None:
    """Until when the reporter may do what is asked: the first end of the clocks that run for the reporter.

    Where what is asked has a limit that begins when a notice is read, and nobody has said so yet, it is the end for
    anyone who reads the notice today: the earliest there is. Where at most a withdrawal is open, no limit is for it:
    only the time counts in which the office waits for the reporter's view.
    """
    running = list(_running(policy, case, office, now))
    asked = asked_of_reporter(policy, case, office, now)
    if not {*asked} - {Act.WITHDRAWN}:
        running = [one for one in running if Act.VIEW_HEARD in one[1].stop]
    elif not running and Act.NOTICE_RECEIVED in asked:
        read = apply_events(case, [Event(len(case.events), Act.NOTICE_RECEIVED, office.day_of(now))])
        running = [one for one in _running(policy, read, office, now) if {*one[1].stop} & {*asked}]
    return min((found for found, _ in running), key=lambda one: one.day, default=None)


def _running(policy: Policy, case: Case, office: Office, now: datetime) -> Iterator[tuple[LastDay, ClockRule]]:
    for clock in clocks_of(policy, case):
        if clock.who != REPORTER or clock.kind is not ClockKind.DEADLINE:
            continue
        with suppress(StartRefused):
            state = clock_state(terms_of(clock), happenings(case, clock), facts_of(case), office, now)
            found = _last_day(state, office)
            if found is not None:
                yield found, clock


def _last_day(state: ClockState, office: Office) -> LastDay | None:
    if state.status is not ClockStatus.RUNNING or state.due is None or not isinstance(state.length, Limit):
        return None
    due = state.due
    plain = state.length.unit is Unit.WORKING_DAYS and not due.paused and due.before_extension is None
    counts = _counted(due.start, due.day, office) if plain else None
    return LastDay(due.day, due.provisional, state.length, counts)


def _counted(start: date, end: date, office: Office) -> tuple[date, ...] | None:
    """The days of work after the start, up to the end; None where they do not lead to it."""
    days = [start + timedelta(days=k) for k in range(1, (end - start).days + 1)]
    worked = tuple(day for day in days if office.calendar.day(day).worked)
    return worked if worked[-1:] == (end,) and len(worked) <= LONGEST else None
