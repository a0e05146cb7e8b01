"""A report as a member logs it for somebody, at the desk or by the command, under one of the twenty policies."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

from casework.ids import MemberId
from casework.intake.entry import Intake, IntakeReason, IntakeRefusal
from casework.intake.on_behalf import CallerReport, LoggedReport, acts_for, log_report
from casework.intake.sheets import IN_THE_ACCOUNT, Sheet, register_sheet
from casework.policy.policy import Policy, policy_document
from casework.policy.questionnaire import PolicyPage, read_page
from casework.rules.intake_form import ChannelKind, IntakeKind
from casework.rules.roles import RoleId
from casework.words import Words
from tests.casework.marks.life import FIRST_DAY, policy_of

COLLEAGUE = "colleague"
"""A member who holds no role: anyone of the office may log what reached them."""


def _staffed(policy: str) -> Policy:
    """The policy with one member in each role, who is called as the role is."""
    bound = policy_of(policy)
    holders = {role.id: (MemberId(role.id),) for role in bound.rules.roles}
    return replace(bound, bound=replace(bound.bound, holders=holders))


def _log(policy: str, channel: str, kind: str | None, by: str, concerned: str, more: Any) -> Any:
    report = CallerReport(
        channel,
        date.fromisoformat(FIRST_DAY),
        by,
        IN_THE_ACCOUNT.zh,
        kind=IntakeKind(kind) if kind else None,
        concerned=frozenset({RoleId(concerned)} if concerned else ()),
        **more,
    )
    return log_report(_staffed(policy), report, _kind_name)


def _kind_name(kind: ChannelKind) -> Words:
    return Words(kind, kind)


def logged(
    policy: str, channel: str, *, kind: str | None = None, by: str = COLLEAGUE, concerned: str = "", **more: Any
) -> LoggedReport:
    """What becomes of a report that is logged: `by` is the role of the member, `concerned` one complained of."""
    found = _log(policy, channel, kind, by, concerned, more)
    assert isinstance(found, LoggedReport), found
    return found


def taken(policy: str, channel: str, **more: Any) -> Intake:
    """What the policy makes of a report that is logged."""
    return logged(policy, channel, **more).intake


def report_page(policy: str) -> PolicyPage:
    """The page on which anybody reports under the policy, as a browser reads it."""
    return read_page(policy_document(policy_of(policy)))


def acted_for(policy: str, channel: str, reader: str, **more: Any) -> bool:
    """Whether a report by this channel is acted on where one in this role is its only reader."""
    return acts_for(_staffed(policy), taken(policy, channel, **more).addressees, (reader,))


def form(policy: str, channel: str, **more: Any) -> Sheet:
    """The register form of a report that is logged."""
    found = logged(policy, channel, **more)
    return register_sheet(found.policy, found.entry, found.intake, "K")


def turned_back(
    policy: str, channel: str, *, kind: str | None = None, by: str = COLLEAGUE, concerned: str = "", **more: Any
) -> IntakeReason:
    """Why the form gives a report back to be filled in otherwise."""
    found = _log(policy, channel, kind, by, concerned, more)
    assert isinstance(found, IntakeRefusal), found.intake.channel.id
    return found.reason
