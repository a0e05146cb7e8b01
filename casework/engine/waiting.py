"""From when on a step may be done that the policy refuses as too early."""

from __future__ import annotations

from datetime import datetime, timedelta

from casework.deadlines.calendars import Office
from casework.deadlines.clock import clock_state
from casework.deadlines.deadline import Due
from casework.deadlines.explanations import day_en, day_zh, end_en, end_zh
from casework.engine.case import Case
from casework.engine.policy_clocks import facts_of, happenings, terms_of
from casework.engine.refusals import Refusal, RefusalReason
from casework.errors import BeyondCalendar, StartRefused
from casework.policy.policy import Policy
from casework.rules.flow import ClockId
from casework.words import Words


def waiting_names(policy: Policy, case: Case, refusal: Refusal, when: tuple[Office, datetime]) -> dict[str, Words]:
    """The name of the clock that a step waits for, with the first day or the moment on which it may be done.

    By the id of the clock; empty where the step does not wait, or where nobody knows until when.
    """
    clock = policy.rules.clock(ClockId(refusal.names[0])) if refusal.reason is RefusalReason.TOO_EARLY else None
    if clock is None:
        return {}
    try:
        state = clock_state(terms_of(clock), happenings(case, clock), facts_of(case), *when)
    except (StartRefused, BeyondCalendar):
        return {}
    if state.due is None or state.stopped is not None or state.paused_since is not None:
        return {}
    opens = _opens(state.due)
    return {clock.id: Words(f"{clock.name.zh}（{opens.zh}）", f"{clock.name.en} ({opens.en})")}


def _opens(due: Due) -> Words:
    """From the moment on, or from the day after the last."""
    first = due.day + timedelta(days=1)
    zh, en = (end_zh(due), end_en(due)) if due.moment is not None else (day_zh(first), day_en(first))
    if due.provisional:
        return Words(f"暂定 {zh}起可以办理", f"from {en}, provisionally")
    return Words(f"{zh}起可以办理", f"from {en}")
