"""How long an ended case is kept, and what stops its keys from being destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from casework.deadlines.deadline import calendar_end
from casework.deadlines.limits import Limit, Unit
from casework.engine.case import Case
from casework.policy.policy import Policy


class RetentionStatus(StrEnum):
    """Why a case is still kept, or that it need not be."""

    OPEN = "open"
    HELD = "held"
    WITH_AUTHORITY = "with-authority"
    UNBOUND = "unbound"
    """It has ended, and nobody has said how long the files of this policy are kept."""
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Retention:
    """Why a case is kept, since which day it has ended, and the last day on which it is."""

    why: RetentionStatus
    ended: date | None = None
    until: date | None = None


def retention(policy: Policy, case: Case, today: date) -> Retention:
    """Whether a case is still kept on `today`: a hold and an authority come before every number of months.

    Kept until the day of the same number so many months after it ended; the operator's months where the text has none.
    """
    stage = policy.rules.stage(case.stage)
    if stage is None or not stage.end:
        return Retention(RetentionStatus.OPEN)
    day = case.events[case.entered].day
    months = months_of(policy)
    until = calendar_end(Limit(months, Unit.MONTHS), day) if months is not None else None
    if case.held or case.frozen:
        return Retention(RetentionStatus.HELD if case.held else RetentionStatus.WITH_AUTHORITY, day, until)
    if until is None:
        return Retention(RetentionStatus.UNBOUND, day)
    return Retention(RetentionStatus.OVER if today > until else RetentionStatus.RUNNING, day, until)


def months_of(policy: Policy) -> int | None:
    """The months of the text, else those that the operator bound."""
    rule = policy.rules.retention
    return rule.months if rule is not None and rule.months is not None else policy.bound.retention_months
