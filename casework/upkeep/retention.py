"""How long an ended case is kept, and what stops its keys from being destroyed."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from casework.clocks.limits import Limit, Unit
from casework.clocks.reckoning import plain_end
from casework.engine.case import Case
from casework.policy.policy import Policy


class Kept(StrEnum):
    """Why a case is still kept, or that it need not be."""

    OPEN = "open"
    HELD = "held"
    WITH_AUTHORITY = "with-authority"
    UNBOUND = "unbound"
    """It has ended, and nobody has said how long the files of this policy are kept."""
    RUNNING = "running"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Retained:
    """Why a case is kept, since which day it has ended, and the last day on which it is."""

    why: Kept
    ended: date | None = None
    until: date | None = None


def retained(policy: Policy, case: Case, today: date) -> Retained:
    """Whether a case is still kept on `today`: a hold and an authority come before every number of months.

    Kept until the day of the same number so many months after it ended; the operator's months where the text has none.
    """
    stage = policy.rules.stage(case.stage)
    if stage is None or not stage.end:
        return Retained(Kept.OPEN)
    ended = case.events[case.entered].at
    day = ended.date() if isinstance(ended, datetime) else ended
    months = months_of(policy)
    until = plain_end(Limit(months, Unit.MONTHS), day) if months is not None else None
    if case.held or case.frozen:
        return Retained(Kept.HELD if case.held else Kept.WITH_AUTHORITY, day, until)
    if until is None:
        return Retained(Kept.UNBOUND, day)
    return Retained(Kept.OVER if today > until else Kept.RUNNING, day, until)


def months_of(policy: Policy) -> int | None:
    """The months of the text, else those that the operator bound."""
    rule = policy.rules.retention
    return rule.months if rule is not None and rule.months is not None else policy.bound.retention_months
