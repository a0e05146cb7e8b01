"""What a simulated case shows on which day: limits and what meets them, what has to wait, who hears of what is late."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import Final

from casework.deadlines.calendars import Office
from casework.deadlines.clock import ClockState, clock_state
from casework.deadlines.explanations import explain
from casework.deadlines.terms import ClockKind, ClockStatus
from casework.engine.case import Case, Event, fold
from casework.engine.policy_clocks import PROMPTLY, clocks_of, facts_of, happenings, terms_of
from casework.errors import StartRefused
from casework.obligations.case_schedule import ScheduledEvent, WorkerKind, case_schedule
from casework.policy.policy import Policy
from casework.rules.acts import ACT_WORDS, Act
from casework.rules.limits import ClockRule
from casework.rules.roles import RoleId
from casework.words import Words

REPORTER: Final = "reporter"
"""Who lets a limit pass without being late: nobody has to appeal."""
EVENING: Final = time(23, 59)
NOTICES: Final = {
    WorkerKind.REMINDED: ("提醒", "reminder"),
    WorkerKind.OVERDUE: ("逾期", "overdue"),
    WorkerKind.ESCALATED: ("上报", "escalated"),
    WorkerKind.WARNING: ("期限已过，可以向外部渠道反映", "the time has passed; an outside channel is open"),
}
LONG_AFTER: Final = timedelta(days=60)
"""By then the worker has said of a limit that ran out all that it ever says."""


@dataclass(frozen=True, slots=True)
class Moment:
    """One line of the story: a day, what happens or falls due on it, and why; `late` for what was missed.

    `met` says what meets a limit, and on which day something did; `hears` who is told on that day.
    """

    day: date
    words: Words
    why: Words | None = None
    late: bool = False
    provisional: bool = False
    done_by: Words | None = None
    hears: Words | None = None


def case_moments(policy: Policy, case: Case, office: Office) -> Iterator[Moment]:
    """What happened, and when each run of each clock ends and why; what has no number is shown on the day it starts.

    What must wait for an end comes first of its day, so that what is done then stands below it.
    """
    runs = [*_runs(policy, case, office)]
    yield from (wait for clock, state in runs for wait in _waits(policy, clock, state))
    yield from (Moment(day_of(event.at), _words_of(policy, event)) for event in case.events)
    yield from (_due(clock, state) for clock, state in runs)


def _runs(policy: Policy, case: Case, office: Office) -> Iterator[tuple[ClockRule, ClockState]]:
    """Each run of each clock, as it stands at its own end or at the end of the case."""
    for clock in policy.rules.clocks:
        runs: dict[date, ClockState] = {}
        for length in range(1, len(case.events) + 1):
            before = fold(case.events[:length])
            if clock not in clocks_of(policy, before):
                continue
            state = state_of(clock, before, office, day_of(before.events[-1].at))
            if state is not None and state.started is not None:
                runs[state.started] = state
        yield from ((clock, state) for state in runs.values())


def notice_moments(policy: Policy, case: Case, office: Office, last: date) -> Iterator[Moment]:
    """What the worker says as long as nobody acts: reminders, what is overdue, whose matter it becomes."""
    now = datetime.combine(last + LONG_AFTER, EVENING, office.zone)
    for event in case_schedule(policy, case, office, now).events:
        clock = next(one for one in policy.rules.clocks if one.id == event.clock)
        # Of what only has to wait, its own line says when that is over.
        if clock.kind is not ClockKind.NOT_BEFORE and clock.who != REPORTER:
            yield _notice(policy, clock, event, datetime.fromtimestamp(event.at, office.zone).date())


def state_of(clock: ClockRule, case: Case, office: Office, day: date) -> ClockState | None:
    """None where the clock cannot be counted from what starts it: minutes from a reporter's day."""
    now = datetime.combine(day, EVENING, office.zone)
    try:
        return clock_state(terms_of(clock), happenings(case, clock), facts_of(case), office, now)
    except StartRefused:
        return None


def day_of(when: date) -> date:
    """The day of a day or a moment."""
    return when.date() if isinstance(when, datetime) else when


def _due(clock: ClockRule, state: ClockState) -> Moment:
    name, done_by = clock.name, _done_by(clock, state)
    if state.due is None:
        word = clock.word or "____"
        said = Words(f"{name.zh}：{word}", f"{name.en}: {PROMPTLY.get(word, word)}")
        return Moment(state.started or date.min, said, done_by=done_by)
    waits = clock.kind is not ClockKind.DEADLINE
    ends = Words(f"{name.zh}：期满", f"{name.en}: over") if waits else Words(f"{name.zh}：到期", f"{name.en}: due")
    missed = clock.who != REPORTER and state.status in (ClockStatus.LATE, ClockStatus.MISSED)
    why = explain(state.due, clock.since, waits=waits)
    return Moment(state.due.day, ends, why, missed, state.due.provisional, done_by)


def _done_by(clock: ClockRule, state: ClockState) -> Words | None:
    """What stops a clock: what it did where it did, else what would; a wait or a warning is met by nothing."""
    if clock.kind is not ClockKind.DEADLINE or not clock.stop:
        return None
    acts = _named(clock.stop, any_of=clock.any_stop)
    if state.stopped is not None and state.late:
        return Words(
            f"{state.stopped} 完成，逾期 {state.late} 天：{acts.zh}", f"met on {state.stopped}, late, by {acts.en}"
        )
    if state.stopped is not None:
        return Words(f"{state.stopped} 完成：{acts.zh}", f"met on {state.stopped} by {acts.en}")
    if clock.who == REPORTER:
        return Words(f"此前举报人可以：{acts.zh}", f"until then the reporter may: {acts.en}")
    return Words(f"完成条件：{acts.zh}", f"met by {acts.en}")


def _named(acts: Iterable[Act], *, any_of: bool) -> Words:
    names = [ACT_WORDS[act] for act in acts]
    zh, en = ("或", " or ") if any_of else ("和", " and ")
    return Words(zh.join(f"“{one.zh}”" for one in names), en.join(f"“{one.en}”" for one in names))


def _waits(policy: Policy, clock: ClockRule, state: ClockState) -> Iterator[Moment]:
    """What may come only once a clock has run out, on the first day on which it may."""
    if state.due is None or (state.stopped is not None and state.stopped <= state.due.day):
        return
    own = (rule for stage in policy.rules.stages for rule in policy.rules.acts_in(stage))
    acts = [rule.act for rule in (*own, *policy.rules.anywhere) if rule.after == clock.id]
    if acts:
        named = _named(dict.fromkeys(acts), any_of=True)
        first = state.due.day + timedelta(days=1)
        yield Moment(first, Words(f"不早于本日：{named.zh}", f"not before this day: {named.en}"))


def _notice(policy: Policy, clock: ClockRule, event: ScheduledEvent, day: date) -> Moment:
    zh, en = NOTICES[event.kind]
    return Moment(
        day,
        Words(f"{clock.name.zh}：{zh}", f"{clock.name.en}: {en}"),
        late=event.kind in (WorkerKind.OVERDUE, WorkerKind.ESCALATED),
        provisional=event.provisional,
        hears=_hears(policy, clock, event),
    )


def _hears(policy: Policy, clock: ClockRule, event: ScheduledEvent) -> Words:
    names = {one.id: one.name for one in policy.rules.roles} | {RoleId(REPORTER): Words("举报人", "the reporter")}
    own = names[clock.who]
    if event.kind is not WorkerKind.ESCALATED:
        return Words(f"通知：{own.zh}", f"told: {own.en}")
    if event.to is None:
        return Words(f"制度未设上级，仍由{own.zh}处理", f"the policy names no role above; it stays with: {own.en}")
    above = names[event.to]
    return Words(f"通知：{above.zh}", f"told: {above.en}")


def _words_of(policy: Policy, event: Event) -> Words:
    name, stage = ACT_WORDS[event.act], policy.rules.stage(event.to) if event.to else None
    if stage is None:
        return name
    return Words(f"{name.zh} → {stage.name.zh}", f"{name.en} → {stage.name.en}")
