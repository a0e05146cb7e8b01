"""Runs a case through time under a policy, as one of a few stories, and tells what falls due when."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Final

from casework.deadlines.calendars import Office
from casework.deadlines.clock import ClockState, clock_state
from casework.deadlines.explanations import explain
from casework.deadlines.terms import ClockStatus
from casework.engine.case import Case, Event, apply_events, fold, opening
from casework.engine.policy_clocks import clocks_of, facts_of, happenings, terms_of
from casework.errors import StartRefused
from casework.policy.policy import Policy
from casework.policy.reader import common_rules
from casework.policy_check.path_search import find_path, has_ended, shorten_path
from casework.rules.acts import ACT_WORDS, Act
from casework.rules.flow import ActRule, ClockId
from casework.rules.limits import ClockRule
from casework.words import Words

REPORTER: Final = "reporter"
"""Who lets a limit pass without being late: nobody has to appeal."""
NOON: Final = time(12)
EVENING: Final = time(23, 59)
STEP: Final = timedelta(minutes=1)
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


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story: a day, what happens or falls due on it, and why; `late` for what was missed."""

    day: date
    words: Words
    why: Words | None = None
    late: bool = False
    provisional: bool = False


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
    events = tuple(Moment(_day(event.at), _words_of(policy, event)) for event in case.events)
    moments = sorted((*events, *_deadlines(policy, case, office)), key=lambda one: one.day)
    return Simulation(case, tuple(moments), whole)


def _run_story(policy: Policy, case: Case, story: Story, start: date, office: Office) -> tuple[Case, bool]:
    """The case at the end of its path; where the story wants an appeal and the policy has none, it is not whole."""
    wanted: tuple[Callable[[Case], bool], ...] = (lambda one: has_ended(policy, one),)
    if story is Story.APPEAL:
        wanted = (lambda one: bool(one.counts.get(Act.APPEALED)), *wanted)
    day = _day(start)
    for reached in wanted:
        path = find_path(policy, case, day, reached, reporter=story is Story.APPEAL)
        if path is None:
            return case, False
        for event in shorten_path(policy, case, path, reached, IDLE.__contains__):
            day = max(day, _day_for(policy, case, event, office))
            case = apply_events(case, (replace(event, at=_moment(case, day, office)),))
    return case, True


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
    return None if rule is None else _clock_state(rule, case, office, _day(case.events[-1].at))


def _clock_state(clock: ClockRule, case: Case, office: Office, day: date) -> ClockState | None:
    """None where the clock cannot be counted from what starts it: minutes from a reporter's day."""
    now = datetime.combine(day, EVENING, office.zone)
    try:
        return clock_state(terms_of(clock), happenings(case, clock), facts_of(case), office, now)
    except StartRefused:
        return None


def _deadlines(policy: Policy, case: Case, office: Office) -> Iterator[Moment]:
    """When each run of each clock ends, with its reason; what has no number is told on the day it starts."""
    for clock in policy.rules.clocks:
        runs: dict[date, ClockState] = {}
        for length in range(1, len(case.events) + 1):
            before = fold(case.events[:length])
            state = (
                _clock_state(clock, before, office, _day(before.events[-1].at))
                if _applies(policy, before, clock)
                else None
            )
            if state is not None and state.started is not None:
                runs[state.started] = state
        yield from (_due(clock, state) for state in runs.values())


def _applies(policy: Policy, case: Case, clock: ClockRule) -> bool:
    return clock in clocks_of(policy, case)


def _due(clock: ClockRule, state: ClockState) -> Moment:
    if state.due is None:
        word = clock.word or "____"
        return Moment(state.started or date.min, Words(f"{clock.name.zh}：{word}", f"{clock.name.en}: {word}"))
    ends = Words(f"{clock.name.zh}：到期", f"{clock.name.en}: due")
    missed = clock.who != REPORTER and state.status in (ClockStatus.LATE, ClockStatus.MISSED)
    return Moment(state.due.day, ends, explain(state.due, clock.since), missed, state.due.provisional)


def _words_of(policy: Policy, event: Event) -> Words:
    name, stage = ACT_WORDS[event.act], policy.rules.stage(event.to) if event.to else None
    if stage is None:
        return name
    return Words(f"{name.zh} → {stage.name.zh}", f"{name.en} → {stage.name.en}")


def _day(when: date) -> date:
    return when.date() if isinstance(when, datetime) else when
