"""What the written policy makes of a report that a member writes down: channel, kind, register, what it still asks."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final
from unicodedata import category

from casework.errors import RulesRefused
from casework.ids import CaseId
from casework.intake.entry import Intake, IntakeReason, IntakeRefusal, Outside
from casework.intake.on_behalf import (
    WHO_REPORTS,
    CallerReport,
    LoggedReport,
    acts_for,
    log_report,
    members_concerned,
)
from casework.intake.sheets import IN_THE_ACCOUNT, Sheet, register_sheet, slip, work_order
from casework.intake.ticket import ticket_number
from casework.letters.templates import letter_templates
from casework.policy.document import read_rules
from casework.policy.policy import Policy
from casework.policy.questionnaire import PolicyPage
from casework.rules.intake_form import ChannelKind, IntakeKind, Need
from casework.rules.roles import RoleId
from casework.words import Words
from crypto import Holders
from crypto.framing import b64decode
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import OfficeDocuments
from portal.cli.terminal import Terminal
from portal.languages import in_language

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
MOST_EXCLUDED: Final = 64
"""As many ids as a report can leave out."""
LONGEST_FIELD: Final = 1000
"""Characters of one field in the register form, which has a line for it; the desk's page asks for no more."""
CONTROLS: Final = frozenset({"Cc", "Zl", "Zp"})
"""Control characters, and what begins a new line."""
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
    """A report that the policy takes in, and the department that gets a work order."""

    logged: LoggedReport
    order_to: RoleId | None

    def sheet(self, case: bytes) -> Sheet:
        """The register form of this case, or the work order where one goes out."""
        number, found = ticket_number(CaseId(case)), self.logged
        if self.order_to is None:
            return register_sheet(found.policy, found.entry, found.intake, number)
        return work_order(found.policy, found.entry, found.intake, number, self.order_to)

    def slip(self, case: bytes) -> Sheet:
        """What the reporter takes home."""
        return slip(self.logged.policy, self.logged.entry.received, ticket_number(CaseId(case)))


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
    found = log_report(policy, _report(terminal, policy, given, received, member), _channel_name)
    if isinstance(found, IntakeRefusal):
        raise _refused(terminal, policy, given["channel"], found)
    order_to = _role(policy, given["order_to"]) if given["order_to"] else None
    for line in _lines(terminal, found):
        terminal.note("{line}", line=line)
    return Registered(found, order_to)


def _channel_name(kind: ChannelKind) -> Words:
    return letter_templates().words[f"channel-{kind}"]


def _refused(terminal: Terminal, policy: Policy, channel: str, refusal: IntakeRefusal) -> CommandError:
    if refusal.reason is IntakeReason.NO_SUCH_CHANNEL:
        return CommandError(Exit.USAGE, UNKNOWN_CHANNEL, channel=channel, known=", ".join(refusal.names))
    said = in_language(refusal.words, terminal.words.language)
    return CommandError(Exit.USAGE, "{policy}: {reason}.", policy=policy.id, reason=said)


def document(registered: Registered, case: bytes) -> dict[str, object]:
    """What a script reads of it."""
    intake = registered.logged.intake
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


def concerned_members(
    policy: Policy, roles: Sequence[str], readers: Collection[str], members: Collection[str]
) -> list[str]:
    """Those of the directory's `members` who hold one of these roles: none of them gets a key, inside or outside.

    Raises CommandError for a role that all `readers` hold, because nobody in particular is bound to it.
    """
    found, shared = members_concerned(policy, [_role(policy, one) for one in roles], readers, members)
    if shared:
        sentence = "All who read reports hold the role {role}: name the people complained of with --exclude."
        raise CommandError(Exit.USAGE, sentence, role=shared[0])
    if len(found) > MOST_EXCLUDED:
        sentence = "More than {most} people hold these roles: name the people complained of with --exclude."
        raise CommandError(Exit.USAGE, sentence, most=MOST_EXCLUDED)
    return found


def readers_line(terminal: Terminal, holders: Holders) -> str:
    """Who gets a key, by name; and that it is those outside, where too few would be left inside."""
    names = ", ".join(in_language(one.name, terminal.words.language) for one in holders.members)
    sentence = "Readers: {names}."
    if holders.escalated:
        sentence = "Readers: {names} as stand-ins, since too few others would be left."
    return terminal.words(sentence, names=names)


def unread_lines(terminal: Terminal, registered: Registered, holders: Holders) -> list[str]:
    """Says that none of the readers holds a role to which the policy sends it."""
    policy, intake = registered.logged.policy, registered.logged.intake
    if acts_for(policy, intake.addressees, [one.id for one in holders.members]):
        return []
    names = {role.id: in_language(role.name, terminal.words.language) for role in policy.rules.roles}
    to = ", ".join(names[role] for role in intake.addressees)
    return [terminal.words("None of these readers acts as {to}: a reader has to add somebody who does.", to=to)]


def _report(terminal: Terminal, policy: Policy, given: Mapping[str, Any], received: date, member: str) -> CallerReport:
    fields = _fields(given["fields"])
    if (named := sorted(fields.keys() & WHO_REPORTS)) and not given["named"]:
        raise CommandError(Exit.USAGE, IDENTITY_IN_FORM, fields=", ".join(named))
    return CallerReport(
        channel=given["channel"],
        received=received,
        member=member,
        account=in_language(IN_THE_ACCOUNT, terminal.words.language),
        subject=given["subject"],
        kind=_kind(policy, given["kind"]),
        category=given["category"],
        entity=given["entity"],
        imminent=given["imminent"],
        left_out=given["left_out"],
        fields=fields,
        concerned=frozenset(_role(policy, one) for one in given["concerned"]),
    )


def _kind(policy: Policy, given: str | None) -> IntakeKind | None:
    known = [one.id for one in policy.rules.kinds]
    if given is None or given in known:
        return None if given is None else IntakeKind(given)
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
    found = {name: text.strip() for name, _, text in pairs}
    if len(found) < len(pairs):
        raise CommandError(Exit.USAGE, "Give each field of the register only once with --field.")
    for name, text in found.items():
        if len(text) > LONGEST_FIELD or any(category(letter) in CONTROLS for letter in text):
            sentence = "--field {name}: one line of at most {most} characters, without control characters."
            raise CommandError(Exit.USAGE, sentence, name=name, most=LONGEST_FIELD)
    return found


def _lines(terminal: Terminal, logged: LoggedReport) -> list[str]:
    say, intake = terminal.words, logged.intake
    language = say.language
    roles = {role.id: in_language(role.name, language) for role in logged.policy.rules.roles}
    to = ", ".join(roles[role] for role in intake.addressees)
    sentence = (
        "Under the policy, reports by {channel} go to those complained of; the next to receive it: {to}."
        if intake.diverted
        else "Channel: {channel}. Under the policy this goes to: {to}. Kind: {kind}."
    )
    names = {"channel": in_language(intake.channel.name, language), "kind": in_language(intake.kind.name, language)}
    lines = [*_beside_lines(terminal, logged), say(sentence, to=to, **names), *_missing_lines(terminal, intake)]
    if intake.to_be_written:
        lines.append(say("The policy asks for it in writing: ask the person to confirm it in the mailbox."))
    return lines + [say(OUTSIDE[one]) for one in intake.outside]


def _beside_lines(terminal: Terminal, logged: LoggedReport) -> list[str]:
    """What the text does not provide for."""
    say, lines = terminal.words, list[str]()
    if logged.beside:
        channel = in_language(logged.intake.channel.name, say.language)
        sentence = "{channel} is not among the channels of the policy; the report is registered all the same."
        lines.append(say(sentence, channel=channel))
    if logged.only_outside:
        lines.append(say("Under the policy nobody is left to receive it."))
    return lines


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
