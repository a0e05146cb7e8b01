"""What a member logs for a caller, completed by the policy: channel, role of the writer, kind, what the account fills.

The command and the desk's page both use it, so the same answers give the same entry in the register.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Final

from casework.intake.entry import IncomingReport, Intake, IntakeReason, IntakeRefusal
from casework.intake.registration import channel_of, take_in
from casework.legal_sources import Supplied
from casework.policy.policy import Policy
from casework.rules.intake_form import Channel, ChannelKind, IntakeKind
from casework.rules.roles import RoleId
from casework.words import Words

IN_THE_ACCOUNT: Final = frozenset({"account", "complaint", "content", "description", "matter", "opinion", "problem"})
"""Fields of a register that ask for what happened: the account is that."""
WHO_REPORTS: Final = frozenset({"address", "complainant", "contact", "department", "name", "person", "telephone"})
"""Fields of a register that say who reports: every reader of the case sees the form."""
NO_ROLE: Final = RoleId("-")
"""The writer of a box that does not lead to them: the text's own refusal names whom it leads to."""


@dataclass(frozen=True, slots=True)
class CallerReport:
    """What a member was told. `channel` is the id of a channel of the policy, or a kind of channel.

    `member` is who writes it down. `account` are the words that stand in the form where it asks for what happened.
    The rest is as in `IncomingReport`; `category` may be one of the policy's page.
    """

    channel: str
    received: date
    member: str
    account: str
    subject: str | None = None
    kind: IntakeKind | None = None
    category: str | None = None
    entity: str | None = None
    imminent: bool = False
    left_out: bool = False
    fields: Mapping[str, str] = field(default_factory=dict[str, str])
    concerned: frozenset[RoleId] = frozenset()


@dataclass(frozen=True, slots=True)
class LoggedReport:
    """An entry that the policy takes in, and what it makes of it.

    `policy` has the channel by which it came even where the text does not name it (`beside`). `only_outside` tells
    that all who could receive it under the policy are concerned. `signed` is the kind of channel that the member signs.
    """

    policy: Policy
    entry: IncomingReport
    intake: Intake
    beside: bool
    only_outside: bool
    signed: str


def log_report(
    policy: Policy, report: CallerReport, name_of: Callable[[ChannelKind], Words]
) -> LoggedReport | IntakeRefusal:
    """What becomes of a report that a member logs; `name_of` names a kind of channel that the text does not know."""
    found = _with_channel(policy, report.channel, name_of)
    if isinstance(found, IntakeRefusal):
        return found
    whole, channel = found
    entry = _entry(whole, report, channel)
    intake = take_in(whole, entry)
    only_outside = isinstance(intake, IntakeRefusal) and intake.reason is IntakeReason.NOBODY_IMPARTIAL
    if only_outside:
        intake = take_in(whole, replace(entry, concerned=frozenset()))
    if isinstance(intake, IntakeRefusal):
        return intake
    signed = report.channel if report.channel in set(ChannelKind) else channel.kind.value
    return LoggedReport(whole, entry, intake, whole is not policy, only_outside, signed)


def members_concerned(
    policy: Policy, roles: Iterable[RoleId], readers: Collection[str], members: Collection[str]
) -> tuple[list[str], list[RoleId]]:
    """Those of `members`, all of the directory, who hold one of these roles; and the roles that all `readers` hold.

    Nobody of the first gets a key, now or later: who reads no reports today may be an outside holder, or join a case.
    Nobody in particular is bound to a role that all readers hold: who is complained of has to be named.
    """
    found: set[str] = set()
    shared: list[RoleId] = []
    for role in roles:
        holders = set(policy.bound.holders.get(role, ()))
        if len(set(readers)) > 1 and set(readers) <= holders:
            shared.append(role)
        else:
            found |= holders & set(members)
    return sorted(found), shared


def acts_for(policy: Policy, addressees: Sequence[RoleId], readers: Collection[str]) -> bool:
    """Whether one of the readers holds a role to which the policy sends a report."""
    return any(member in readers for role in addressees for member in policy.bound.holders.get(role, ()))


def _with_channel(
    policy: Policy, given: str, name_of: Callable[[ChannelKind], Words]
) -> tuple[Policy, Channel] | IntakeRefusal:
    """The channel of this id, or the only one of this kind; where the list is open, any other way is that one.

    A report that came another way is registered all the same: its kind stands beside the policy's channels then.
    """
    rules = policy.rules
    of_kind = [one for one in rules.channels if one.kind == given]
    found = next((one for one in rules.channels if one.id == given), None)
    found = found or (of_kind[0] if len(of_kind) == 1 else None if of_kind else channel_of(rules, given))
    if found is not None:
        return policy, found
    if of_kind or given not in set(ChannelKind):
        known = [one.id for one in of_kind] or [
            *(one.id for one in rules.channels),
            *(kind.value for kind in ChannelKind),
        ]
        return IntakeRefusal(IntakeReason.NO_SUCH_CHANNEL, tuple(known))
    to = tuple(dict.fromkeys(role for one in rules.channels for role in one.to)) or tuple(one.id for one in rules.roles)
    name = name_of(ChannelKind(given))
    beside = Channel(f"beside-{given}", ChannelKind(given), name, Supplied(name), to)
    return replace(policy, rules=replace(rules, channels=(*rules.channels, beside))), beside


def _entry(policy: Policy, report: CallerReport, channel: Channel) -> IncomingReport:
    rules = policy.rules
    filled = {one.id: report.account for one in rules.fields if one.id in IN_THE_ACCOUNT}
    return IncomingReport(
        channel=channel.id,
        received=report.received,
        subject=report.subject,
        kind=_kind(policy, report),
        category=None if rules.classifications else report.category,
        entity=report.entity,
        imminent=report.imminent,
        left_out=report.left_out,
        fields=filled | dict(report.fields),
        recorded_by=_written_by(policy, channel, report.member),
        concerned=report.concerned,
    )


def _kind(policy: Policy, report: CallerReport) -> IntakeKind | None:
    """The kind that was named; else the one that the category is, where the policy calls both alike."""
    same = next((one.id for one in policy.rules.kinds if one.id == report.category), None)
    return report.kind or same


def _written_by(policy: Policy, channel: Channel, member: str) -> RoleId:
    """The role in which a member writes it down: one that the channel leads to first; else any of theirs.

    Somebody bound to no role writes for those to whom the channel leads: nobody is turned away for that. A box alone
    is emptied by nobody else.
    """
    roles = [role.id for role in policy.rules.roles]
    own = [role for role in roles if member in policy.bound.holders.get(role, ())]
    mine = [role for role in own if role in channel.to] or own
    if mine or channel.kind is not ChannelKind.BOX:
        return (mine or [*channel.to, *roles])[0]
    return NO_ROLE
