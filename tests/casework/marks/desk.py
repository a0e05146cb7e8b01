"""A report as somebody writes it down at the desk or in the form, under one of the twenty policies."""

from __future__ import annotations

from datetime import date
from typing import Any

from casework.intake.entry import IncomingReport, Intake, IntakeReason, IntakeRefusal
from casework.intake.registration import take_in
from casework.rules.intake_form import IntakeKind
from casework.rules.roles import RoleId
from tests.casework.marks.life import FIRST_DAY, policy_of


def entry(
    channel: str, *, kind: str | None = None, by: str | None = None, concerned: str = "", **more: Any
) -> IncomingReport:
    """An entry: `by` is the role of anyone who writes it down, `concerned` the role of anyone who is complained of."""
    return IncomingReport(
        channel,
        date.fromisoformat(FIRST_DAY),
        kind=IntakeKind(kind) if kind else None,
        recorded_by=RoleId(by) if by else None,
        concerned=frozenset({RoleId(concerned)} if concerned else ()),
        **more,
    )


def taken(policy: str, channel: str, **more: Any) -> Intake:
    """What the policy makes of an entry that it takes."""
    found = take_in(policy_of(policy), entry(channel, **more))
    assert isinstance(found, Intake), found
    return found


def turned_back(policy: str, channel: str, **more: Any) -> IntakeReason:
    """Why the form gives an entry back to be filled in otherwise."""
    found = take_in(policy_of(policy), entry(channel, **more))
    assert isinstance(found, IntakeRefusal), found
    return found.reason
