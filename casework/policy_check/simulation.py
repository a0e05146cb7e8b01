"""Runs a case through time under a policy, as one of a few stories, and tells what falls due when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from casework.deadlines.calendars import Office
from casework.deadlines.clock import ClockState, extension_cap
from casework.deadlines.terms import ClockStatus
from casework.engine.case import Case, Event, apply_events, fold, opening
from casework.engine.engine import attempt
from casework.engine.policy_clocks import clocks_of, terms_of
from casework.engine.refusals import Refusal
from casework.policy.policy import Policy
from casework.policy.reader import common_rules
from casework.policy_check.path_search import commands, find_path, has_ended, replay_path, shorten_path
from casework.policy_check.simulation_moments import (
    Moment,
    case_moments,
    day_of,
    notice_moments,
    state_of,
)
from casework.rules.acts import Act, Attribute
from casework.rules.flow import ActRule, ClockId
from casework.rules.limits import ClockRule

NOON: Final = time(12)
STEP: Final = timedelta(minutes=1)
WITHOUT_CAP: Final = timedelta(days=30)
"""By how much a limit is extended whose rule bounds nothing."""
IDLE: Final = frozenset({rule.act for rule in common_rules().anywhere} | {Act.SEALED, Act.EXTENDED, Act.ESCALATED})
"""What may be done at any time: no part of a story unless its path needs it."""


class Story(StrEnum):
    """What happens in the simulated case."""

    NOBODY_ACTS = "nobody-acts"
    """It arrives, and that is all."""
    IN_TIME = "in-time"
    """The office does all of it at once and waits only where it must; the reporter says nothing."""
    APPEAL = "appeal-on-the-last-day"
    """As above, and the reporter appeals on the last day of the window."""
    EXTENSION = "with-extension"
    """As in time, but each limit that may be extended is, once and as far as it may, and met on its last day."""


@dataclass(frozen=True, slots=True)
class Simulation:
    """The case at the end of the story, and its moments in their order; `whole` unless no path led to the end."""

    case: Case
    moments: tuple[Moment, ...]
    whole: bool = True


def simulate(policy: Policy, story: Story, start: date, office: Office) -> Simulation:
    """The story of a case that arrives on `start`; a moment with its zone is a report that staff took.

    The same arguments give the same story. Clocks without a bound number give no date and are told as such.
    """
    case = fold([opening(policy.id, policy.version, start)])
    whole = True
    if story is not Story.NOBODY_ACTS:
        case, whole = _run_story(policy, case, story, start, office)
    moments = [*case_moments(policy, case, office)]
    if story is Story.NOBODY_ACTS:
        moments += notice_moments(policy, case, office, max(one.day for one in moments))
    return Simulation(case, tuple(sorted(moments, key=lambda one: one.day)), whole)


def _run_story(policy: Policy, case: Case, story: Story, start: date, office: Office) -> tuple[Case, bool]:
    """The case at the end of its path; where the story wants an appeal and the policy has none, it is not whole."""
    wanted: tuple[Callable[[Case], bool], ...] = (lambda one: has_ended(policy, one),)
    if story is Story.APPEAL:
        wanted = (lambda one: bool(one.counts.get(Act.APPEALED)), *wanted)
    day = day_of(start)
    for reached in wanted:
        path = find_path(policy, case, day, reached, reporter=story is Story.APPEAL)
        if path is None:
            return case, False
        for event in shorten_path(policy, case, path, reached, IDLE.__contains__):
            case = _extend(policy, case, office) if story is Story.EXTENSION else case
            day = max(day, _day_for(policy, case, event, office), _extended_day(policy, case, event, office))
            case = _act(policy, case, replace(event, at=_moment(case, day, office)))
    return case, story is not Story.EXTENSION or bool(case.counts.get(Act.EXTENDED))


def _act(policy: Policy, case: Case, event: Event) -> Case:
    """The case after an event of its path, which has another number once a limit was extended before it."""
    return replay_path(policy, case, (event,)) or apply_events(case, (event,))


def _extend(policy: Policy, case: Case, office: Office) -> Case:
    """The case once every clock that runs and may be extended was, by anyone who may, as far as its rule lets."""
    for clock, state in _extendable(policy, case, office):
        terms, due = terms_of(clock), state.due
        if state.extensions or due is None:
            continue
        until = extension_cap(terms, due, office) or due.day + WITHOUT_CAP
        codes = {Attribute.CLOCK: str(clock.id), Attribute.UNTIL: until.isoformat()}
        at = _moment(case, day_of(case.events[-1].at), office)
        for command in commands(policy, case, Act.EXTENDED, None, at):
            events = attempt(policy, case, replace(command, codes=codes))
            if not isinstance(events, Refusal):
                case = apply_events(case, events)
                break
    return case


def _extendable(policy: Policy, case: Case, office: Office) -> Iterator[tuple[ClockRule, ClockState]]:
    """Each clock that runs in the case and whose rule knows an extension."""
    for clock in clocks_of(policy, case):
        state = state_of(clock, case, office, day_of(case.events[-1].at)) if clock.extension else None
        if state is not None and state.status is ClockStatus.RUNNING:
            yield clock, state


def _extended_day(policy: Policy, case: Case, event: Event, office: Office) -> date:
    """The last day of an extended limit that an event stops; else no day in particular."""
    extended = ((clock, state) for clock, state in _extendable(policy, case, office) if state.extensions)
    days = (state.due.day for clock, state in extended if event.act in clock.stop and state.due is not None)
    return max(days, default=date.min)


def _moment(case: Case, day: date, office: Office) -> datetime:
    """Noon, or a minute after what happened before on the same day."""
    last = case.events[-1].at
    noon = datetime.combine(day, NOON, office.zone)
    return max(noon, last + STEP) if isinstance(last, datetime) else noon


def _day_for(policy: Policy, case: Case, event: Event, office: Office) -> date:
    """The first day on which an event of the path may be: after a wait is over, on the last day of a window."""
    rule = _rule(policy, case, event)
    if rule is None:
        return date.min
    for clock, later in ((rule.within, 0), (rule.after, 1)):
        state = _state(policy, case, clock, office) if clock else None
        if state is not None and state.due is not None:
            return state.due.day + timedelta(days=later)
    return date.min


def _rule(policy: Policy, case: Case, event: Event) -> ActRule | None:
    stage = policy.rules.stage(case.stage)
    rules = policy.rules.acts_in(stage) if stage else ()
    fit = (one for one in rules if one.act is event.act and (event.to is None or event.to in one.to))
    return next(fit, None)


def _state(policy: Policy, case: Case, clock: ClockId, office: Office) -> ClockState | None:
    rule = policy.rules.clock(clock)
    return None if rule is None else state_of(rule, case, office, day_of(case.events[-1].at))
