"""Whether each limit of a policy is the one that its own quotation names."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import fields, is_dataclass
from itertools import chain
from math import ceil
from typing import Final, cast

from casework.deadlines.limits import Limit, Unit
from casework.legal_sources import Ground, Source
from casework.policy.policy import Policy, Promise
from casework.policy.promises import clock_of
from casework.policy.reader import shipped_policies
from casework.policy_check.findings import Fault
from casework.policy_check.text_numbers import numbers_in
from casework.rules.acts import Act
from casework.rules.limits import ClockRule

Found = Iterator[tuple[str, Fault, str]]
Quoted = frozenset[tuple[str, int]]
"""The measures of all numbers that a policy quotes."""
MINUTES: Final = {Unit.MINUTES: 1, Unit.HOURS: 60, Unit.DAYS: 24 * 60, Unit.WEEKS: 7 * 24 * 60}
MONTHS: Final = {Unit.MONTHS: 1, Unit.YEARS: 12}
SHORTEST_MONTH, LONGEST_MONTH = 28, 31
HOLIDAYS: Final = 14
"""Calendar days by which holidays and weekends at most stretch a few working days that are promised."""


def other_limits(policy: Policy) -> Found:
    """Limits that no number of their quotation equals; a quotation without a number bears any.

    A promise counts calendar days, whatever its text counts: there it is enough that the two can be the same. The
    text of a policy that ships leaves its days to the office, whatever a sentence says of some cases: a warning.
    """
    quoted = quoted_measures(policy)
    fixed = policy.id in shipped_policies()
    for promise in policy.promises:
        if promise.days is not None:
            yield from _promised(promise, fixed=fixed)
    for key, source, limits in own_limits(policy):
        yield from _compare(key, source, limits, quoted)


def own_limits(policy: Policy) -> Iterator[tuple[str, Ground, list[Limit]]]:
    """Key, source and limits of each clock of the text, each extension and the keeping of cases."""
    ours = {clock_of(promise.id) for promise in policy.promises}
    for clock in policy.rules.clocks:
        if clock.id not in ours:
            yield from _of_clock(clock)
    retention, bound = policy.rules.retention, policy.bound.retention_months
    if retention is not None:
        months = retention.months or bound
        yield "retention", retention.source, [] if months is None else [Limit(months, Unit.MONTHS)]


def quoted_measures(policy: Policy) -> Quoted:
    """The measures of all numbers that a policy quotes, wherever it does."""
    return frozenset(measure(number) for source in _sources(policy) for number in _numbers(source))


def _of_clock(clock: ClockRule) -> Iterator[tuple[str, Ground, list[Limit]]]:
    limits = [one for one in (clock.limit, *(tier.limit for tier in clock.tiers)) if one is not None]
    if clock.otherwise is not None:
        limits.append(clock.otherwise.after)
    yield f"clocks[{clock.id}]", clock.source, limits if clock.limit or clock.tiers else []
    extension = clock.extension
    if extension is not None:
        added = [one for one in (extension.cap, extension.whole) if one is not None]
        yield f"clocks[{clock.id}].extension", extension.source, added


def _compare(key: str, source: Ground, limits: Iterable[Limit], quoted: Quoted) -> Found:
    ours, numbers = list(limits), _numbers(source)
    here = {*map(measure, numbers)}
    if not ours or not numbers:
        return
    if here.isdisjoint(map(measure, ours)):
        yield _finding(key, numbers, ours[0])
        return
    # Beside a limit that is quoted here, another of the rule may stand in another sentence of the text.
    other = next((one for one in ours if measure(one) not in here | quoted), None)
    if other is not None:
        key, _, facts = _finding(key, numbers, other)
        yield key, Fault.NONE_OF_LIMITS, facts


def _sources(value: object) -> Iterator[Source]:
    """Every quotation inside a value."""
    if isinstance(value, Source):
        yield value
    elif isinstance(value, tuple):
        yield from chain.from_iterable(map(_sources, cast("tuple[object, ...]", value)))
    elif is_dataclass(value):
        yield from chain.from_iterable(_sources(getattr(value, field.name)) for field in fields(value))


def _promised(promise: Promise, *, fixed: bool) -> Found:
    days, numbers = promise.days or 0, _numbers(promise.source)
    if numbers and not any(days in range(*_calendar_days(number)) for number in numbers):
        key, fault, facts = _finding(f"promises[{promise.id}]", numbers, Limit(days, Unit.DAYS))
        yield key, Fault.NONE_OF_LIMITS if fixed else fault, facts


def _numbers(source: Ground) -> list[Limit]:
    return [one.limit for one in numbers_in(source.quote)] if isinstance(source, Source) else []


def _finding(key: str, numbers: list[Limit], limit: Limit) -> tuple[str, Fault, str]:
    """With several numbers none may be meant: that is for somebody to look at."""
    said = [one.words for one in dict.fromkeys(numbers)]
    fault = Fault.OTHER_LIMIT if len(said) == 1 else Fault.NONE_OF_LIMITS
    facts = (limit.words.en, limit.words.zh, ", ".join(one.en for one in said), "、".join(one.zh for one in said))
    return key, fault, "|".join(facts)


def measure(limit: Limit) -> tuple[str, int]:
    """What two limits of the same time have in common: 24 hours and a day, a year and 12 months."""
    if limit.unit in MINUTES:
        return "minutes", MINUTES[limit.unit] * limit.amount
    return ("months", MONTHS[limit.unit] * limit.amount) if limit.unit in MONTHS else ("working-days", limit.amount)


def _calendar_days(limit: Limit) -> tuple[int, int]:
    """How many calendar days can be a limit of the text, as a range."""
    kind, amount = measure(limit)
    if kind == "months":
        return SHORTEST_MONTH * amount, LONGEST_MONTH * amount + 1
    if kind == "working-days":
        return amount, 3 * amount + HOLIDAYS + 1
    days = ceil(amount / MINUTES[Unit.DAYS])
    # Hours that begin in the afternoon end on the next day.
    return days, days + (2 if amount % MINUTES[Unit.DAYS] or limit.unit is Unit.HOURS else 1)


def approvers(policy: Policy) -> Found:
    """Who approves an extension is among those who may extend: the engine goes by these."""
    rules = policy.rules
    extending = [(rule.by or stage.actors, rule) for stage in rules.stages for rule in stage.acts]
    extending += [(rule.by, rule) for rule in rules.anywhere]
    may = [roles for roles, rule in extending if rule.act is Act.EXTENDED]
    for clock in rules.clocks:
        role = clock.extension.approved_by if clock.extension else None
        if role is not None and may and not any(role in roles for roles in may):
            yield f"clocks[{clock.id}].extension.approved_by", Fault.NOT_APPROVER, role
