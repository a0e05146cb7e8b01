"""What the written policy makes of a report that a member writes down: channel, kind, register, what it still asks."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final

from casework.errors import RulesRefused
from casework.ids import CaseId
from casework.intake.entry import IncomingReport, Intake, IntakeRefusal, Outside
from casework.intake.registration import channel_of, take_in
from casework.intake.sheets import Sheet, register_sheet, slip, work_order
from casework.intake.ticket import ticket_number
from casework.policy.document import read_rules
from casework.policy.policy import Policy
from casework.policy.questionnaire import PolicyPage
from casework.rules.people import Channel, ChannelKind, IntakeKind, Need, RoleId
from casework.rules.rulebook import Rulebook
from casework.words import Words
from crypto.framing import b64decode
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import OfficeDocuments
from portal.cli.terminal import Terminal
from portal.languages import in_language

IN_THE_ACCOUNT: Final = frozenset({"account", "complaint", "content", "description", "matter", "opinion", "problem"})
"""Fields of a register that ask for what happened: the account is that."""
AS_IN_THE_ACCOUNT: Final = Words("见举报内容", "as in the account")
SHEET_FILE: Final = "register-form.txt"
OUTSIDE: Final[Mapping[Outside, str]] = {
    Outside.SUBJECT: "The policy does not name such a reporter; the report is registered all the same.",
    Outside.IMMINENT: "It has not happened yet, and the policy covers only what has; the report is registered all "
    "the same.",
    Outside.ENTITY: "The policy does not apply to this company or department; the report is registered all the same.",
    Outside.SCOPE: "You marked it as outside the scope of the policy; the office decides.",
}


@dataclass(frozen=True)
class Registered:
    """An entry that the policy takes in, and what it makes of it."""

    policy: Policy
    entry: IncomingReport
    intake: Intake
    order_to: RoleId | None

    def sheet(self, case: bytes) -> Sheet:
        """The register form of this case, or the work order where one goes out."""
        number = ticket_number(CaseId(case))
        if self.order_to is None:
            return register_sheet(self.policy, self.entry, self.intake, number)
        return work_order(self.policy, self.entry, self.intake, number, self.order_to)

    def slip(self, case: bytes) -> Sheet:
        """What the reporter takes home."""
        return slip(self.policy, self.entry.received, ticket_number(CaseId(case)))


def rules_of(office: OfficeDocuments, page: PolicyPage) -> Policy | None:
    """The rules of the version in force; None for a policy that is a page alone. Raises CommandError."""
    if page.rules is None:
        return None
    try:
        return read_rules(office.bytes_of(b64decode(page.rules, 32), "rules"))
    except RulesRefused as error:
        raise CommandError(Exit.NOT_VERIFIED, "A text that the office publishes is missing or was altered.") from error


def channel_named(rules: Rulebook, given: str) -> Channel | None:
    """The channel of this id, or the only one of this kind; any other way where the list is open."""
    of_kind = [one for one in rules.channels if one.kind == given]
    named = next((one for one in rules.channels if one.id == given), None)
    return named or (of_kind[0] if len(of_kind) == 1 else channel_of(rules, given))


def register(terminal: Terminal, policy: Policy, given: Mapping[str, Any], received: date, member: str) -> Registered:
    """Takes an entry in under the policy; says what it is, what the text still asks, and what is beside the text.

    Raises CommandError with the ids that would do, before anything is sealed.
    """
    entry = _entry(terminal, policy, given, received, member)
    found = take_in(policy, entry)
    if isinstance(found, IntakeRefusal):
        said = in_language(found.words, terminal.words.language)
        raise CommandError(Exit.USAGE, "{policy}: {reason}.", policy=policy.id, reason=said)
    order_to = _role(policy, given["order_to"]) if given["order_to"] else None
    for line in _lines(terminal, policy, found):
        terminal.note("{line}", line=line)
    return Registered(policy, entry, found, order_to)


def document(registered: Registered, case: bytes) -> dict[str, object]:
    """What a script reads of it."""
    intake = registered.intake
    return {
        "number": ticket_number(CaseId(case)),
        "register": intake.register,
        "kind": intake.kind.id,
        "by": intake.channel.id,
        "addressees": list(intake.addressees),
        "missing": [one.id for one in intake.gaps],
        "unknown": [one.id for one in intake.unknown],
        "in_writing": intake.to_be_written,
        "outside": list(intake.outside),
    }


def sheet_text(sheet: Sheet, language: str) -> str:
    """A paper as lines of text."""
    rows = ((in_language(row.label, language), in_language(row.value, language)) for row in sheet.rows)
    return "\n".join([in_language(sheet.title, language), "", *(f"{label}: {value}" for label, value in rows), ""])


def concerned_members(policy: Policy, roles: Sequence[str]) -> list[str]:
    """Everybody who holds one of these roles: none of them gets a key."""
    return sorted({member for role in roles for member in policy.bound.holders.get(_role(policy, role), ())})


def _entry(terminal: Terminal, policy: Policy, given: Mapping[str, Any], received: date, member: str) -> IncomingReport:
    rules = policy.rules
    channel = channel_named(rules, given["channel"])
    fields = _fields(given["fields"])
    account = in_language(AS_IN_THE_ACCOUNT, terminal.words.language)
    fields |= {one.id: account for one in rules.fields if one.id in IN_THE_ACCOUNT and one.id not in fields}
    return IncomingReport(
        channel=channel.id if channel else given["channel"],
        received=received,
        subject=given["subject"],
        kind=_kind(policy, given["kind"], given["category"]),
        category=None if rules.classifications else given["category"],
        entity=given["entity"],
        imminent=given["imminent"],
        left_out=given["left_out"],
        fields=fields,
        taken_by=_written_by(policy, channel, member),
        concerned=frozenset(_role(policy, one) for one in given["concerned"]),
    )


def _kind(policy: Policy, given: str | None, category: str | None) -> IntakeKind | None:
    """The kind that was named; else the one that the category is, where the policy calls both alike."""
    known = [one.id for one in policy.rules.kinds]
    found = given or (category if category in known else None)
    if found is None or found in known:
        return None if found is None else IntakeKind(found)
    raise CommandError(Exit.USAGE, "Give its kind with --kind: {known}.", known=", ".join(known))


def _role(policy: Policy, given: str) -> RoleId:
    known = [role.id for role in policy.rules.roles]
    if given in known:
        return RoleId(given)
    raise CommandError(
        Exit.USAGE, "{policy} has no role {role}. Its roles: {known}.", policy=policy.id, role=given,
        known=", ".join(known),
    )  # fmt: skip


def _fields(given: Iterable[str]) -> dict[str, str]:
    pairs = [one.partition("=") for one in given]
    if any(not name or not between or not text.strip() for name, between, text in pairs):
        raise CommandError(Exit.USAGE, "Give each field of the register as --field ID=TEXT.")
    return {name: text.strip() for name, _, text in pairs}


def _written_by(policy: Policy, channel: Channel | None, member: str) -> RoleId:
    """The role in which a member writes it down: one that the channel leads to first; else any of theirs.

    Somebody bound to no role writes for those to whom the channel leads: nobody is turned away for that. A box alone
    is emptied by nobody else.
    """
    roles = [role.id for role in policy.rules.roles]
    own = [role for role in roles if member in policy.bound.holders.get(role, ())]
    to = () if channel is None else channel.to
    mine = [role for role in own if role in to] or own
    if mine or channel is None or channel.kind is not ChannelKind.BOX:
        return (mine or [*to, *roles])[0]
    # Nobody whom the box leads to: the text's own refusal names them.
    return RoleId("-")


def _lines(terminal: Terminal, policy: Policy, intake: Intake) -> list[str]:
    say = terminal.words
    language = say.language
    roles = {role.id: in_language(role.name, language) for role in policy.rules.roles}
    to = ", ".join(roles[role] for role in intake.addressees)
    sentence = (
        "Under the policy, reports by {channel} go to those complained of; this one goes to {to} instead."
        if intake.diverted
        else "Channel: {channel}. Goes to: {to}. Kind: {kind}."
    )
    names = {"channel": in_language(intake.channel.name, language), "kind": in_language(intake.kind.name, language)}
    lines = [say(sentence, to=to, **names)]
    missing = (
        (Need.REQUIRED, "Required by the policy and not given: {fields}."),
        (Need.ASKED, "The policy also asks for: {fields}."),
    )
    for need, words in missing:
        if fields := [in_language(one.name, language) for one in intake.gaps if one.need is need]:
            lines.append(say(words, fields=", ".join(fields)))
    if intake.unknown:
        fields = [in_language(one.name, language) for one in intake.unknown]
        lines.append(say("Where available, the policy also records: {fields}.", fields=", ".join(fields)))
    if intake.to_be_written:
        lines.append(say("The policy asks for it in writing: ask the person to confirm it in the mailbox."))
    return lines + [say(OUTSIDE[one]) for one in intake.outside]
