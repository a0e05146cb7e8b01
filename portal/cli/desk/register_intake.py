"""What the written policy makes of a report that a member writes down: channel, kind, register, what it still asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from casework.errors import RulesRefused
from casework.grounds import Supplied
from casework.ids import CaseId
from casework.intake.entry import IncomingReport, Intake, IntakeReason, IntakeRefusal, Outside
from casework.intake.registration import channel_of, take_in
from casework.intake.sheets import Sheet, register_sheet, slip, work_order
from casework.intake.ticket import ticket_number
from casework.letters.templates import letter_templates
from casework.policy.document import read_rules
from casework.policy.policy import Policy
from casework.policy.questionnaire import PolicyPage
from casework.rules.people import Channel, ChannelKind, IntakeKind, Need, RoleId
from casework.words import Words
from crypto import Holders
from crypto.framing import b64decode
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import OfficeDocuments
from portal.cli.terminal import Terminal
from portal.languages import in_language

IN_THE_ACCOUNT: Final = frozenset({"account", "complaint", "content", "description", "matter", "opinion", "problem"})
"""Fields of a register that ask for what happened: the account is that."""
WHO_REPORTS: Final = frozenset({"address", "complainant", "contact", "department", "name", "person", "telephone"})
"""Fields of a register that say who reports: every reader of the case sees the form."""
IDENTITY_IN_FORM: Final = (
    "Every reader of the case sees the register form, and {fields} say who reports. Give --named if the person wants "
    "that; else leave them out: a name can be sealed for the custodians later."
)
UNKNOWN_CHANNEL: Final = "There is no channel {channel}. Give one of: {known}."
ONLY_BY_RULES: Final[Mapping[str, str]] = {
    "kind": "--kind",
    "subject": "--subject",
    "fields": "--field",
    "concerned": "--concerned",
    "left_out": "--left-out",
    "imminent": "--imminent",
    "order_to": "--order-to",
    "slip": "--slip",
}
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

    def kind_signed(self, given: str) -> str:
        """What is signed of the channel: the kind that was named, else that of the policy's channel."""
        return given if given in set(ChannelKind) else self.intake.channel.kind.value

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


def refuse_without_rules(policy: str, given: Mapping[str, Any]) -> None:
    """Raises CommandError for what only rules could apply: nothing that was asked for is passed over in silence."""
    if given["channel"] not in set(ChannelKind):
        raise CommandError(Exit.USAGE, UNKNOWN_CHANNEL, channel=given["channel"], known=", ".join(ChannelKind))
    asked = [option for name, option in ONLY_BY_RULES.items() if given[name]]
    if asked:
        sentence = "{policy} was published as a page without rules: {options} can't be applied."
        raise CommandError(Exit.USAGE, sentence, policy=policy, options=", ".join(asked))


def register(terminal: Terminal, policy: Policy, given: Mapping[str, Any], received: date, member: str) -> Registered:
    """Takes an entry in under the policy; says what it is, what the text still asks, and what is beside the text.

    Raises CommandError with the ids that would do, before anything is sealed.
    """
    policy, channel = _with_channel(terminal, policy, given["channel"])
    entry = _entry(terminal, policy, given, received, _written_by(policy, channel, member), channel)
    found = take_in(policy, entry)
    if isinstance(found, IntakeRefusal) and found.reason is IntakeReason.NOBODY_IMPARTIAL:
        terminal.note("Everybody who could receive it under the policy is concerned: only outside holders can.")
        found = take_in(policy, replace(entry, concerned=frozenset()))
    if isinstance(found, IntakeRefusal):
        said = in_language(found.words, terminal.words.language)
        raise CommandError(Exit.USAGE, "{policy}: {reason}.", policy=policy.id, reason=said)
    order_to = _role(policy, given["order_to"]) if given["order_to"] else None
    for line in _lines(terminal, policy, found):
        terminal.note("{line}", line=line)
    return Registered(policy, entry, found, order_to)


def _with_channel(terminal: Terminal, policy: Policy, given: str) -> tuple[Policy, Channel]:
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
        known = ", ".join(one.id for one in of_kind) or ", ".join([*(one.id for one in rules.channels), *ChannelKind])
        raise CommandError(Exit.USAGE, UNKNOWN_CHANNEL, channel=given, known=known)
    to = tuple(dict.fromkeys(role for one in rules.channels for role in one.to)) or tuple(one.id for one in rules.roles)
    kind, name = ChannelKind(given), letter_templates().words[f"channel-{given}"]
    terminal.note(
        "{channel} is not among the channels of the policy; the report is registered all the same.",
        channel=in_language(name, terminal.words.language),
    )
    beside = Channel(f"beside-{given}", kind, name, Supplied(name), to)
    return replace(policy, rules=replace(rules, channels=(*rules.channels, beside))), beside


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


def concerned_members(policy: Policy, roles: Sequence[str], readers: Collection[str]) -> list[str]:
    """Those of the readers who hold one of these roles: none of them gets a key.

    Raises CommandError for a role that all of them hold, because nobody in particular is bound to it.
    """
    found: set[str] = set()
    for role in roles:
        holders = set(policy.bound.holders.get(_role(policy, role), ())) & set(readers)
        if len(holders) > 1 and holders == set(readers):
            sentence = "All who read reports hold the role {role}: name the people complained of with --exclude."
            raise CommandError(Exit.USAGE, sentence, role=role)
        found |= holders
    return sorted(found)


def readers_line(terminal: Terminal, holders: Holders) -> str:
    """Who gets a key, by name; and that it is those outside, where too few would be left inside."""
    names = ", ".join(in_language(one.name, terminal.words.language) for one in holders.members)
    sentence = "Readers: {names}."
    if holders.escalated:
        sentence = "Readers: {names}, outside the company, since too few others would be left."
    return terminal.words(sentence, names=names)


def unread_lines(terminal: Terminal, registered: Registered, holders: Holders) -> list[str]:
    """Says that none of the readers holds a role to which the policy sends it."""
    policy, intake = registered.policy, registered.intake
    addressed = {member for role in intake.addressees for member in policy.bound.holders.get(role, ())}
    if addressed & {one.id for one in holders.members}:
        return []
    names = {role.id: in_language(role.name, terminal.words.language) for role in policy.rules.roles}
    to = ", ".join(names[role] for role in intake.addressees)
    return [terminal.words("None of these readers acts as {to}: a reader has to add somebody who does.", to=to)]


def _entry(
    terminal: Terminal,
    policy: Policy,
    given: Mapping[str, Any],
    received: date,
    writer: RoleId,
    channel: Channel,
) -> IncomingReport:
    rules = policy.rules
    fields = _fields(given["fields"])
    if (named := sorted(fields.keys() & WHO_REPORTS)) and not given["named"]:
        raise CommandError(Exit.USAGE, IDENTITY_IN_FORM, fields=", ".join(named))
    account = in_language(AS_IN_THE_ACCOUNT, terminal.words.language)
    fields |= {one.id: account for one in rules.fields if one.id in IN_THE_ACCOUNT and one.id not in fields}
    return IncomingReport(
        channel=channel.id,
        received=received,
        subject=given["subject"],
        kind=_kind(policy, given["kind"], given["category"]),
        category=None if rules.classifications else given["category"],
        entity=given["entity"],
        imminent=given["imminent"],
        left_out=given["left_out"],
        fields=fields,
        taken_by=writer,
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
    # Nobody whom the box leads to: the text's own refusal names them.
    return RoleId("-")


def _lines(terminal: Terminal, policy: Policy, intake: Intake) -> list[str]:
    say = terminal.words
    language = say.language
    roles = {role.id: in_language(role.name, language) for role in policy.rules.roles}
    to = ", ".join(roles[role] for role in intake.addressees)
    sentence = (
        "Under the policy, reports by {channel} go to those complained of; the next to receive it: {to}."
        if intake.diverted
        else "Channel: {channel}. Under the policy for: {to}. Kind: {kind}."
    )
    names = {"channel": in_language(intake.channel.name, language), "kind": in_language(intake.kind.name, language)}
    lines = [say(sentence, to=to, **names), *_missing_lines(terminal, intake)]
    if intake.to_be_written:
        lines.append(say("The policy asks for it in writing: ask the person to confirm it in the mailbox."))
    return lines + [say(OUTSIDE[one]) for one in intake.outside]


def _missing_lines(terminal: Terminal, intake: Intake) -> list[str]:
    """What the policy asks for and nobody gave; who reports is never called missing."""
    language = terminal.words.language
    gaps = [one for one in intake.gaps if one.id not in WHO_REPORTS]
    asked = (
        ([one for one in gaps if one.need is Need.REQUIRED], "Required by the policy and not given: {fields}."),
        ([one for one in gaps if one.need is Need.ASKED], "The policy also asks for: {fields}."),
        (intake.unknown, "Where available, the policy also records: {fields}."),
        (
            [one for one in intake.gaps if one.id in WHO_REPORTS],
            "The policy also asks who reports ({fields}); nobody has to say, and every reader would see it.",
        ),
    )
    return [
        terminal.words(sentence, fields=", ".join(in_language(one.name, language) for one in fields))
        for fields, sentence in asked
        if fields
    ]
