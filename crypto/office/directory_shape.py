"""The documents of an office: dataclasses and their readers (SPEC §4)."""

from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from crypto.errors import SignatureRefused, WrongShape
from crypto.framing import check_signature
from crypto.keys.former import FORMER_LIMIT, FormerKey, check_former_keys, read_former_key
from crypto.localized import LocalizedText, language_of, localized_of
from crypto.office.root_shape import check_suite, distinct
from crypto.sealing.recipients import Recipient
from crypto.shape import OrderedFields, bytes_of, day_of, id_of, text_of


class Role(StrEnum):
    """What a member does in the office."""

    REGISTRAR = "registrar"
    INVESTIGATOR = "investigator"
    APPROVER = "approver"
    CUSTODIAN = "custodian"
    RETALIATION_OFFICER = "retaliation-officer"
    OVERSIGHT = "oversight"
    COUNCIL_OBSERVER = "council-observer"
    AUDITOR = "auditor"
    ADMINISTRATOR = "administrator"
    OUTSIDE = "outside"


HOLDER_ROLES = frozenset({Role.REGISTRAR, Role.INVESTIGATOR, Role.APPROVER, Role.OVERSIGHT, Role.OUTSIDE})
"""Roles whose members may hold a case; all others open none, whatever else they do."""
DIRECTORY_KEYS = (
    "v", "language", "office", "suite", "sequence", "root", "issued", "expires",
    "name", "entities", "policies", "members", "holders", "recovery", "custodians", "oversight",
    "regrant_threshold", "jurisdictions", "calendars", "regrant_single_until",
)  # fmt: skip
"""Of a directory, in their order."""
SINGLE_DAYS = 14
"""After the day of issue: until a raised threshold is signed, published and seen by all, one signature still counts."""
OVERSIGHT_LIMIT = 10
"""A reason has room for these beside five custodians and the requester."""
USUAL_DELAY = 7
DELAYS = (2, 30)
"""Days for which a request for links of a watch waits: what a directory may set, and what holds where it does not."""


@dataclass(frozen=True)
class Authority:
    """An outside authority to name to reporters."""

    name: LocalizedText
    contact: str


@dataclass(frozen=True)
class Watch:
    """The watch of an entity: its recipient, and the two sides that open its links together, one person of each.

    Those outside are the workers' or an outside counsel's: never the officer and the employer alone. A share is given
    `delay` days after the request was entered in the log, no earlier.
    """

    recipient: str
    active: bool
    inside: list[str]
    outside: list[str]
    delay: int


@dataclass(frozen=True)
class Entity:
    """A legal entity that receives reports."""

    id: str
    name: LocalizedText
    country: str
    language: str
    calendar: str
    timezone: str
    superior: str | None
    outside: list[str]
    authorities: list[Authority]
    emergency: LocalizedText
    edge: LocalizedText
    other_channels: LocalizedText
    watch: Watch | None
    # Whether the staff on call are told at once that a report marked urgent came in.
    on_call: bool


@dataclass(frozen=True)
class Policy:
    """A policy document by hash, and where it applies."""

    id: str
    version: str
    hash: bytes
    entities: list[str]


@dataclass(frozen=True)
class Member:
    """Somebody who holds keys; valid from `start` to `until`, both included."""

    id: str
    role: Role
    name: LocalizedText
    recipient: Recipient
    signing: bytes
    start: str
    until: str
    # The oldest first; empty for anyone who still has the first keys.
    former: tuple[FormerKey, ...] = ()

    def check_signed(self, message: bytes, sig: bytes, day: str | None = None, sequence: int | None = None) -> int:
        """Which key of this member signed a frame: its place among all, the newest last; raises SignatureRefused.

        A former key counts for nothing that is dated after its `until` (`day`, the earliest that it can be
        from), and for nothing made by a directory that no longer named it (`sequence`).
        """
        for place, key in enumerate(self.former):
            there = (day is None or day <= key.until) and (sequence is None or sequence <= key.sequence)
            with suppress(SignatureRefused):
                if there:
                    check_signature(key.signing, message, sig)
                    return place
        check_signature(self.signing, message, sig)
        return len(self.former)


@dataclass(frozen=True)
class HoldersRow:
    """Who may open the reports of an entity, policy and category (`*` is every other one)."""

    entity: str
    policy: str
    category: str
    members: list[str]
    left_out: list[str]


@dataclass(frozen=True)
class Directory:
    """The whole directory, shape checked, not yet verified."""

    # The default: every text is there in this language.
    language: str
    office: bytes
    sequence: int
    root: int
    issued: str
    expires: str
    name: LocalizedText
    entities: list[Entity]
    policies: list[Policy]
    members: list[Member]
    holders: list[HoldersRow]
    recovery: Recipient
    custodians_needed: int
    custodians: list[str]
    oversight: list[str]
    regrant_threshold: int
    jurisdictions: bytes
    # Of the days that the office works; None in a directory that was signed before it named them.
    calendars: bytes | None
    # Where two sign a re-grant: the last day of which one alone counts; None where one never did.
    regrant_single_until: str | None

    def signers_needed(self, day: str) -> int:
        """How many must have signed a re-grant of that day."""
        single = self.regrant_single_until is not None and day <= self.regrant_single_until
        return 1 if single else self.regrant_threshold


def _authority(value: object, language: str) -> Authority:
    fields = OrderedFields(value, "name", "contact")
    return Authority(localized_of(fields["name"], language), fields.text("contact"))


def _watch(value: object) -> Watch:
    fields = OrderedFields(value, "recipient", "active", "inside", "outside", "delay", delay=USUAL_DELAY)
    recipient = Recipient.read(fields.text("recipient"))
    sides = fields.ids("inside", 3), fields.ids("outside", 3)
    found = Watch(recipient.text, fields.flag("active"), *sides, fields.integer("delay", *DELAYS))
    if found.active and not (found.inside and found.outside):
        raise WrongShape("a watch that one side alone opens")
    return found


def _entity(value: object, language: str) -> Entity:
    fields = OrderedFields(
        value, "id", "name", "country", "language", "calendar", "timezone", "superior",
        "outside", "authorities", "emergency", "edge", "roads", "watch", "on_call", on_call=False,
    )  # fmt: skip
    return Entity(
        id=fields.id("id"),
        name=localized_of(fields["name"], language),
        country=fields.text("country", 64),
        language=fields.text("language", 64),
        calendar=fields.text("calendar", 64),
        timezone=fields.text("timezone", 64),
        superior=fields.maybe("superior", id_of),
        outside=fields.ids("outside"),
        authorities=fields.list("authorities", 32, lambda one: _authority(one, language)),
        emergency=localized_of(fields["emergency"], language),
        edge=localized_of(fields["edge"], language),
        other_channels=localized_of(fields["roads"], language),
        watch=fields.maybe("watch", _watch),
        on_call=fields.flag("on_call"),
    )


def _policy(value: object) -> Policy:
    fields = OrderedFields(value, "id", "version", "hash", "entities")
    version = fields.text("version", 64)
    return Policy(fields.id("id"), version, fields.bytes("hash", 32), fields.ids("entities"))


def _member(value: object, language: str) -> Member:
    fields = OrderedFields(value, "id", "role", "name", "recipient", "signing", "from", "until", "former", former=[])
    return Member(
        id=fields.id("id"),
        role=Role(fields.word("role", *Role)),
        name=localized_of(fields["name"], language),
        recipient=Recipient.read(fields.text("recipient")),
        signing=fields.bytes("signing", 32),
        start=fields.day("from"),
        until=fields.day("until"),
        former=tuple(fields.list("former", FORMER_LIMIT, read_former_key)),
    )


def _category(value: object) -> str:
    return text_of(value) if value == "*" else id_of(value)


def _row(value: object) -> HoldersRow:
    fields = OrderedFields(value, "entity", "policy", "category", "members", "left_out")
    return HoldersRow(
        fields.id("entity"),
        fields.id("policy"),
        _category(fields["category"]),
        fields.ids("members"),
        fields.ids("left_out"),
    )


def read_directory(value: object) -> Directory:
    """Read a directory document and check that it is whole in itself; raises WrongShape."""
    fields = OrderedFields(value, *DIRECTORY_KEYS, calendars=None, regrant_single_until=None)
    check_suite(fields)
    language = language_of(fields["language"])
    custodians = OrderedFields(fields["custodians"], "m", "members")
    found = Directory(
        language=language,
        office=fields.bytes("office", 16),
        sequence=fields.integer("sequence", 1),
        root=fields.integer("root", 1),
        issued=fields.day("issued"),
        expires=fields.day("expires"),
        name=localized_of(fields["name"], language),
        entities=fields.list("entities", 256, lambda one: _entity(one, language)),
        policies=fields.list("policies", 64, _policy),
        members=fields.list("members", 512, lambda one: _member(one, language)),
        holders=fields.list("holders", 1024, _row),
        recovery=Recipient.read(fields.text("recovery")),
        custodians_needed=custodians.integer("m", 0, 5),
        custodians=custodians.ids("members", 5),
        oversight=fields.ids("oversight", OVERSIGHT_LIMIT),
        regrant_threshold=fields.integer("regrant_threshold", 1, 2),
        jurisdictions=fields.bytes("jurisdictions", 32),
        calendars=fields.maybe("calendars", bytes_of(32)),
        regrant_single_until=fields.maybe("regrant_single_until", day_of),
    )
    _check_whole(found)
    return found


def _check_whole(found: Directory) -> None:
    distinct([entity.id for entity in found.entities], "an entity")
    distinct([policy.id for policy in found.policies], "a policy")
    distinct([member.id for member in found.members], "a member")
    distinct([(row.entity, row.policy, row.category) for row in found.holders], "a row")
    recipients = [member.recipient for member in found.members]
    distinct([*recipients, found.recovery], "a recipient")
    former = [key.signing for member in found.members for key in member.former]
    distinct([*former, *(member.signing for member in found.members)], "a signing key")
    for one in found.members:
        check_former_keys(found.office, one.id, one.former, one.recipient.text, one.signing, found.sequence)
    if found.custodians_needed > len(found.custodians):
        raise WrongShape("more custodians needed than there are")
    if bool(found.custodians) != bool(found.custodians_needed):
        raise WrongShape("custodians without a quorum")
    _check_single(found)
    _check_references(found)


def _check_single(found: Directory) -> None:
    if found.regrant_single_until is None:
        return
    ahead = date.fromisoformat(found.regrant_single_until) - date.fromisoformat(found.issued)
    if found.regrant_threshold == 1 or ahead.days > SINGLE_DAYS:
        raise WrongShape("not the days for which one signature is enough")


def _check_references(found: Directory) -> None:
    members = {member.id for member in found.members}
    entities = {entity.id for entity in found.entities}
    policies = {policy.id for policy in found.policies}
    named: set[str] = {*found.custodians, *found.oversight}
    placed: set[str] = set()
    for entity in found.entities:
        named.update(entity.outside)
        if entity.watch is not None:
            named.update(entity.watch.inside, entity.watch.outside)
        placed.update([entity.superior] if entity.superior else [])
    for policy in found.policies:
        placed.update(policy.entities)
    for row in found.holders:
        named.update(row.members, row.left_out)
        placed.add(row.entity)
    ruled = {row.policy for row in found.holders}
    if not (named <= members and placed <= entities and ruled <= policies):
        raise WrongShape("an id that stands nowhere")
    _check_places(found)
    _check_watches(found)


def _check_watches(found: Directory) -> None:
    """The outside seat is the workers' or an outside counsel's; the officer has no seat on either side."""
    roles = {member.id: member.role for member in found.members}
    for entity in found.entities:
        if entity.watch is None:
            continue
        inside, outside = entity.watch.inside, entity.watch.outside
        theirs = all(roles[member] in (Role.OUTSIDE, Role.COUNCIL_OBSERVER) for member in outside)
        officers = [member for member in inside if roles[member] is Role.RETALIATION_OFFICER]
        if not theirs or officers or set(inside) & set(outside):
            raise WrongShape("somebody sits on the wrong side of a watch")


def _check_places(found: Directory) -> None:
    """Anyone who holds cases, comes in from outside or oversees has a role that may; custodians have theirs alone."""
    role = {member.id: member.role for member in found.members}
    holders = {member for row in found.holders for member in row.members} | set(found.oversight)
    holders.update(member for entity in found.entities for member in entity.outside)
    wrong = sorted(member for member in holders if role[member] not in HOLDER_ROLES)
    if wrong:
        raise WrongShape(f"a holder whose role opens nothing: {', '.join(wrong)}")
    if any(role[member] is not Role.CUSTODIAN for member in found.custodians):
        raise WrongShape("another in a custodian's place")
