"""What an office owes again and again without a case: emptying a box, statistics, reviews, assessments."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import Final

from casework.deadlines.calendars import Office
from casework.deadlines.deadline import Due, compute_deadline
from casework.deadlines.limits import Limit, Unit
from casework.policy.policy import Policy
from casework.rules.clauses import Rhythm
from casework.rules.intake_form import Channel
from casework.rules.roles import RoleId
from casework.words import Words

DAILY: Final = Limit(1, Unit.DAYS)


@dataclass(frozen=True, slots=True)
class OfficeDuty:
    """A recurring duty: what, whose, to whom, how often. `every` None is a 定期 that nobody has bound yet."""

    id: str
    text: Words
    by: RoleId | None
    to: RoleId | None
    every: Limit | None
    word: str | None


class DutyStatus(StrEnum):
    """Where a recurring duty stands."""

    UNBOUND = "unbound"
    """The text says how often in no number, and the operator has not said it either."""
    DONE = "done"
    """It was done, and is not yet due again."""
    DUE = "due"
    """It is to be done by the day named, and today is the last day."""
    OVERDUE = "overdue"


@dataclass(frozen=True, slots=True)
class DutyState:
    """Status, the last day by which it is to be done again, and how many days it is late."""

    status: DutyStatus
    due: Due | None = None
    late: int = 0


def duties_of(policy: Policy) -> tuple[OfficeDuty, ...]:
    """Every recurring duty of a policy in its order, boxes that are emptied daily first."""
    boxes = (_box(channel) for channel in policy.rules.channels if channel.daily)
    return (*boxes, *_rhythms(policy))


def duty_state(duty: OfficeDuty, since: date, done: Iterable[date], office: Office, today: date) -> DutyState:
    """Where a duty stands on `today`, which it owes `since` (that day not counted) or since it was last done.

    A last day on which nobody works moves to the next on which somebody does.
    """
    if duty.every is None:
        return DutyState(DutyStatus.UNBOUND)
    last = max((day for day in done if since <= day <= today), default=since)
    end = compute_deadline(duty.every, last, office)
    if end.is_over(today):
        return DutyState(DutyStatus.OVERDUE, end, (today - end.day).days)
    return DutyState(DutyStatus.DUE if end.day == today else DutyStatus.DONE, end)


def missed_days(duty: OfficeDuty, since: date, done: Iterable[date], office: Office, today: date) -> tuple[date, ...]:
    """Every last day that went by without the duty being done, in order: what a week away has left behind.

    A day that was missed is owed once; the next is counted from it, not from when somebody came.
    """
    if duty.every is None:
        return ()
    days = sorted(day for day in set(done) if since <= day <= today)
    found: list[date] = []
    last = since
    while (end := compute_deadline(duty.every, last, office).day) < today or (end == today and today in days):
        if not any(last < day <= end for day in days):
            found.append(end)
        last = end
    return tuple(found)


def _box(channel: Channel) -> OfficeDuty:
    return OfficeDuty(f"channel-{channel.id}", channel.name, next(iter(channel.to), None), None, DAILY, None)


def _rhythms(policy: Policy) -> Iterator[OfficeDuty]:
    """A text may name one rhythm twice: the second is told apart by its number."""
    seen: dict[Rhythm, int] = {}
    for row in policy.rules.recurring:
        seen[row.what] = seen.get(row.what, 0) + 1
        name = row.what if seen[row.what] == 1 else f"{row.what}-{seen[row.what]}"
        yield OfficeDuty(name, row.text, row.by, row.to, policy.bound.every.get(row.what), row.word)
