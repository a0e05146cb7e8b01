"""Whether an extension that the record is to hold would move its clock: one that would not is refused, not kept."""

from __future__ import annotations

from contextlib import suppress
from datetime import date, datetime, timedelta

from casework.deadlines.calendars import Office
from casework.deadlines.clock import ClockState, ExtensionRefusal, clock_state, extension_cap
from casework.engine.case import Case, Event, apply_events
from casework.engine.policy_clocks import clocks_of, facts_of, happenings, terms_of
from casework.engine.refusals import Refusal, RefusalReason
from casework.errors import BeyondCalendar, StartRefused
from casework.policy.policy import Policy
from casework.rules.acts import Act, Attribute
from casework.rules.limits import ClockRule

At = tuple[Office, datetime]
"""By whose days, and at which moment."""


def extension_unfit(policy: Policy, case: Case, event: Event, at: At) -> Refusal | None:
    """Why the clock that an `extended` event names would not move to the day it tells; None for any other event."""
    if event.act is not Act.EXTENDED:
        return None
    named = event.codes[Attribute.CLOCK]
    rule = next((one for one in clocks_of(policy, case) if one.id == named), None)
    before = None if rule is None else _state(case, rule, at)
    after = None if rule is None else _state(apply_events(case, (event,)), rule, at)
    if rule is None or before is None or after is None:
        return Refusal(RefusalReason.WRONG_CODE, (Attribute.CLOCK,))
    if len(after.extensions) > len(before.extensions):
        return None
    if len(after.refused) == len(before.refused):
        # It does not run: it has not begun, or was stopped.
        return Refusal(RefusalReason.WRONG_CODE, (Attribute.CLOCK,))
    return _refusal(rule, after.refused[-1][1])


def extension_days(policy: Policy, case: Case, clock: str, at: At) -> tuple[date, date | None] | None:
    """The days to which a limit that runs can be extended.

    From the day after its present end to the last that its policy lets, None without such; the last alone where the
    policy extends by all that it lets. None where the limit does not run, or is at its longest.
    """
    rule = next((one for one in clocks_of(policy, case) if one.id == clock), None)
    state = None if rule is None else _state(case, rule, at)
    if rule is None or state is None or state.due is None:
        return None
    first, last = state.due.day + timedelta(days=1), extension_cap(terms_of(rule), state.due, at[0])
    if last is None:
        return first, None
    whole = rule.extension is not None and not rule.extension.tell
    return None if last < first else (last if whole else first, last)


def _state(case: Case, rule: ClockRule, at: At) -> ClockState | None:
    with suppress(StartRefused, BeyondCalendar):
        return clock_state(terms_of(rule), happenings(case, rule), facts_of(case), *at)
    return None


def _refusal(rule: ClockRule, why: ExtensionRefusal) -> Refusal:
    match why:
        case ExtensionRefusal.TOO_LATE:
            return Refusal(RefusalReason.TOO_LATE, (rule.id,))
        case ExtensionRefusal.TOO_OFTEN:
            times = rule.extension.times if rule.extension else None
            return Refusal(RefusalReason.TOO_OFTEN, (str(times or 0),))
        case ExtensionRefusal.NOT_HERE:
            return Refusal(RefusalReason.WRONG_CODE, (Attribute.CLOCK,))
        case _:
            return Refusal(RefusalReason.WRONG_CODE, (Attribute.UNTIL,))
