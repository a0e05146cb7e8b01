"""Whether the result is promised for a day that the text's own limits, one after the other, let pass."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from casework.deadlines.limits import Limit, Unit
from casework.deadlines.terms import ClockKind
from casework.engine.case import Case, Event, fold, opening
from casework.policy.policy import Policy, Promise, PromiseId
from casework.policy.promises import clock_of, most_days
from casework.policy_check.findings import Fault
from casework.policy_check.path_search import path_to_end, shorten_path
from casework.rules.acts import Act, Attribute
from casework.rules.limits import ClockRule

SOME_DAY: Final = date(2026, 1, 5)
"""Any day: limits are added up without a calendar."""
WEEK: Final = 7 / 5
"""Calendar days of a working day, in the long run."""


@dataclass(frozen=True, slots=True)
class Way:
    """How many calendar days an act may wait, and the limits that add up to them."""

    days: float = 0
    limits: tuple[tuple[str, Limit], ...] = ()


def too_soon(policy: Policy) -> Iterator[tuple[str, Fault, str]]:
    """The promise of a result that is over before the limits on the shortest way to it, several of them."""
    promise = next((one for one in policy.promises if one.id is PromiseId.RESULT), None)
    if promise is None or promise.days is None:
        return
    way = _longest_wait(policy, _acts_to_result(policy))
    # One limit alone is held against the promise for itself (`OUTLASTS`, `HURRIED`).
    if len(way.limits) > 1 and promise.days < int(way.days):
        yield f"promises[{promise.id}]", Fault.TOO_SOON, _facts(promise, way)


def _acts_to_result(policy: Policy) -> tuple[Event, ...]:
    """The acts from receipt until the reporter is notified, without those that this does not need."""
    case = fold([opening(policy.id, policy.version, SOME_DAY)])
    path = path_to_end(policy, case, SOME_DAY) or ()
    shown = next((number for number, event in enumerate(path, 1) if event.act is Act.NOTIFIED), 0)
    if not shown:
        return ()
    return case.events + shorten_path(policy, case, path[:shown], _is_notified, lambda act: act is not Act.GRADED)


def _is_notified(case: Case) -> bool:
    return any(event.act is Act.NOTIFIED for event in case.events)


def _longest_wait(policy: Policy, events: Sequence[Event]) -> Way:
    """How long the last of the acts may wait where each is done on the last day that its limits allow.

    An act without a limit follows at once.
    """
    grades = {event.codes[Attribute.GRADE] for event in events if Attribute.GRADE in event.codes}
    promised = {clock_of(one) for one in PromiseId}
    clocks = [
        clock
        for clock in policy.rules.clocks
        if clock.id not in promised
        and clock.kind is ClockKind.DEADLINE
        and (not clock.grades or not grades.isdisjoint(clock.grades))
    ]
    ways: list[Way] = []
    for event in events:
        before = [one.act for one in events[: len(ways)]]
        ends = [way for clock in clocks if (way := _end(clock, event.act, before, ways)) is not None]
        ways.append(min(ends, key=lambda one: one.days, default=ways[-1] if ways else Way()))
    return ways[-1] if ways else Way()


def _end(clock: ClockRule, act: Act, before: Sequence[Act], ways: Sequence[Way]) -> Way | None:
    """Until when a clock lets an act wait; None where it does not run then."""
    starts = [number for number, one in enumerate(before) if one in clock.start]
    limits = [one for one in (clock.limit, *(tier.limit for tier in clock.tiers)) if one is not None]
    if act not in clock.stop or not starts or not limits:
        return None
    start = starts[-1 if clock.restarts else 0]
    if act in before[start + 1 :]:
        return None
    limit = min(limits, key=_days)
    return Way(ways[start].days + _days(limit), (*ways[start].limits, (clock.id, limit)))


def _days(limit: Limit) -> float:
    return limit.amount * WEEK if limit.unit is Unit.WORKING_DAYS else most_days(limit)


def _facts(promise: Promise, way: Way) -> str:
    english = ", ".join(f"{clock} {limit.words.en}" for clock, limit in way.limits)
    chinese = "、".join(f"{clock} {limit.words.zh}" for clock, limit in way.limits)
    return "|".join((str(promise.days), str(int(way.days)), english, chinese))
