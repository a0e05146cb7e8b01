"""Whether the worker wrote what follows from policy, calendar and signed acts: the server is not believed in that."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from enum import StrEnum
from typing import Final

from casework.deadlines.calendars import Office
from casework.engine.case import Case
from casework.event_store.history import StreamEntry, day_of, history
from casework.event_store.projection import raised_names
from casework.obligations.case_schedule import ScheduledEvent, WorkerKind, case_schedule
from casework.policy.policy import Policy

PATIENCE: Final = 2
"""Days that the worker may be away before it is told that it owes something."""


class DifferenceKind(StrEnum):
    """How the record differs from what the worker should have written."""

    UNFOUNDED = "unfounded"
    """No clock says so: or it said so by a calendar that has changed since."""
    TWICE = "twice"
    MISSING = "missing"


@dataclass(frozen=True, slots=True)
class Difference:
    """One difference; `n` is the number of the event, None for one that is missing."""

    how: DifferenceKind
    kind: WorkerKind
    clock: str
    n: int | None = None


PolicyOf = Callable[[str, str], Policy | None]
"""Gives the rules of (policy, version); None where they are not known."""


def differences(
    policy: str, version: str, entries: Sequence[StreamEntry], rules: PolicyOf, office: Office, now: datetime
) -> tuple[Difference, ...]:
    """What the worker wrote without ground or twice, and what it owes since days, in a case opened under a version.

    Each event is held against the record as it stood before it, on its day. Nothing is said of a version
    whose rules are not known. Raises `NotAHistory` and `BeyondCalendar`.
    """
    found: list[Difference] = []
    seen: set[tuple[str, str, int]] = set()
    for n, entry in enumerate(entries):
        for name in raised_names([entry]):
            before = history(policy, version, entries[:n])
            due = _due_events(before, rules, office, _noon(entry, office))
            if name in seen:
                found.append(Difference(DifferenceKind.TWICE, WorkerKind(name[0]), name[1], n))
            elif due is not None and name not in {one.name for one in due}:
                found.append(Difference(DifferenceKind.UNFOUNDED, WorkerKind(name[0]), name[1], n))
            seen.add(name)
    due = _due_events(history(policy, version, entries), rules, office, now - timedelta(days=PATIENCE)) or ()
    found += [Difference(DifferenceKind.MISSING, one.kind, one.clock) for one in due if one.name not in seen]
    return tuple(found)


def _due_events(case: Case, rules: PolicyOf, office: Office, now: datetime) -> tuple[ScheduledEvent, ...] | None:
    policy = rules(case.policy, case.version)
    if policy is None:
        return None
    return tuple(one for one in case_schedule(policy, case, office, now).events if one.at <= int(now.timestamp()))


def _noon(entry: StreamEntry, office: Office) -> datetime:
    return datetime.combine(day_of(entry.event), time(12), office.zone)
