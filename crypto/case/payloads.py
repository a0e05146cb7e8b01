"""What stands inside items: payloads by direction and type (SPEC §6)."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from crypto.case.grant_body import EPOCH_LIMIT, directory_of, identity_of, macs_document, macs_of
from crypto.case.regrants import RegrantProof, RegrantSignature, binding_of, signatures_document, signatures_of
from crypto.case.step_payloads import ActText, Decision, Notice, read_act, read_decision, read_notice
from crypto.custody.names import Named, UnsealingNotice, Withdrawn, read_named, read_unsealing, read_withdrawn
from crypto.errors import WrongShape
from crypto.framing import b64encode
from crypto.keys.receipt import MacKeys
from crypto.sealing.attachment_shape import Attachment, attachment_documents, attachments_of
from crypto.sealing.recipients import Identity, Recipient
from crypto.shape import Fields, dated, day_member, day_of, id_of, list_of, text_of
from crypto.text import read_json


class Direction(StrEnum):
    """Who an item is for."""

    TO_OFFICE = "to-office"
    TO_REPORTER = "to-reporter"
    OFFICE_ONLY = "office-only"


class Level(StrEnum):
    """How much of themselves a reporter gives."""

    ANONYMOUS = "anonymous"
    SEALED = "sealed"
    NAMED = "named"


@dataclass(frozen=True)
class Answer:
    """The answer to one of the policy's questions; several choices are a list."""

    id: str
    value: str | list[str]


@dataclass(frozen=True)
class Report:
    """The first item of a case."""

    entity: str
    policy: str
    policy_version: str
    category: str
    language: str
    channel: str
    level: Level
    account: str
    answers: list[Answer]
    attachments: list[Attachment]
    excluded: list[str]
    urgent: bool
    directory_hash: bytes
    directory_sequence: int

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "entity": self.entity,
            "policy": self.policy,
            "policy_version": self.policy_version,
            "category": self.category,
            "language": self.language,
            "channel": self.channel,
            "level": self.level.value,
            "account": self.account,
            "answers": [{"id": answer.id, "value": answer.value} for answer in self.answers],
            "attachments": attachment_documents(self.attachments),
            "excluded": self.excluded,
            "urgent": self.urgent,
            "directory": {
                "hash": b64encode(self.directory_hash),
                "sequence": self.directory_sequence,
            },
        }


@dataclass(frozen=True)
class Message:
    """A text with attachments: message, reply, letter, note, finding, draft, witness, publication.

    A reply or letter says on which `day` it was written, by its signer's device.
    """

    text: str
    attachments: list[Attachment] = field(default_factory=list[Attachment])
    day: str | None = None

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {"text": self.text, "attachments": attachment_documents(self.attachments), **day_member(self.day)}


@dataclass(frozen=True)
class ReceiptConfirmed:
    """The finishing post: the receipt was typed again."""

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {}


@dataclass(frozen=True)
class ReceiptChange:
    """A new receipt takes the place of one that somebody else may know."""

    reporter: Recipient
    act: bytes
    proof: bytes
    mailbox: bytes

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "reporter": self.reporter.text,
            "act": b64encode(self.act),
            "proof": b64encode(self.proof),
            "mailbox": b64encode(self.mailbox),
        }


@dataclass(frozen=True)
class Status:
    """Where the case stands, and what happens by when."""

    stage: str
    next: str | None
    due: str | None
    text: str
    day: str | None = None

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {"stage": self.stage, "next": self.next, "due": self.due, "text": self.text, **day_member(self.day)}


@dataclass(frozen=True, repr=False)
class EpochNotice:
    """Tells the reporter the keys and holders of the next epoch, and who decided it.

    The signatures are those of the re-grant, and cover all of it: the item itself bears none, so that anybody who has
    them may tell the reporter again.
    """

    epoch: int
    recipient: Recipient
    macs: MacKeys
    holders: list[str]
    grant: bytes
    previous: bytes
    day: str
    sequence: int
    signatures: tuple[RegrantSignature, ...]

    @property
    def proof(self) -> RegrantProof:
        """Who signed, and over what."""
        return RegrantProof(
            self.day, self.sequence, binding_of(self.recipient, self.macs, self.holders), self.signatures
        )

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "epoch": self.epoch,
            "recipient": self.recipient.text,
            **macs_document(self.macs),
            "holders": self.holders,
            "grant": b64encode(self.grant),
            "previous": b64encode(self.previous),
            "day": self.day,
            "sequence": self.sequence,
            "signatures": signatures_document(self.signatures),
        }


@dataclass(frozen=True, repr=False)
class OfficeKey:
    """The office's own key in epoch 0, until the first re-grant carries it: for the holders, and for no reporter."""

    seed: Identity

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {"seed": self.seed.text}


Payload = (
    Report | Message | ReceiptConfirmed | ActText | ReceiptChange | Status | EpochNotice | Decision | Notice
    | Named | Withdrawn | UnsealingNotice | OfficeKey
)  # fmt: skip


def _answer(value: object) -> Answer:
    fields = Fields(value, "id", "value")
    content = fields["value"]
    read = text_of(content) if isinstance(content, str) else list_of(content, 64, text_of)
    return Answer(fields.id("id"), read)


def _report(value: object) -> Report:
    fields = Fields(
        value, "entity", "policy", "policy_version", "category", "language", "channel", "level",
        "account", "answers", "attachments", "excluded", "urgent", "directory",
    )  # fmt: skip
    digest, sequence = directory_of(fields["directory"])
    return Report(
        entity=fields.id("entity"),
        policy=fields.id("policy"),
        policy_version=fields.text("policy_version", 64),
        category=fields.id("category"),
        language=fields.text("language", 64),
        channel=fields.id("channel"),
        level=Level(fields.word("level", *Level)),
        account=fields.text("account"),
        answers=fields.list("answers", 256, _answer),
        attachments=attachments_of(fields),
        excluded=fields.ids("excluded"),
        urgent=fields.flag("urgent"),
        directory_hash=digest,
        directory_sequence=sequence,
    )


def _message(value: object) -> Message:
    fields = Fields(value, "text", "attachments")
    return Message(fields.text("text"), attachments_of(fields))


def _dated_message(value: object) -> Message:
    fields, day = dated(value, "text", "attachments")
    return Message(fields.text("text"), attachments_of(fields), day)


def _receipt_confirmed(value: object) -> ReceiptConfirmed:
    Fields(value)
    return ReceiptConfirmed()


def _receipt_change(value: object) -> ReceiptChange:
    fields = Fields(value, "reporter", "act", "proof", "mailbox")
    recipient = Recipient.read(fields.text("reporter"))
    act, proof = fields.bytes("act", 32), fields.bytes("proof", 64)
    return ReceiptChange(recipient, act, proof, fields.bytes("mailbox", 32))


def _status(value: object) -> Status:
    fields, day = dated(value, "stage", "next", "due", "text")
    following, due = fields.maybe("next", id_of), fields.maybe("due", day_of)
    return Status(fields.id("stage"), following, due, fields.text("text"), day)


def _epoch(value: object) -> EpochNotice:
    fields = Fields(
        value, "epoch", "recipient", "to_office", "to_reporter", "holders", "grant", "previous",
        "day", "sequence", "signatures",
    )  # fmt: skip
    macs = {"to_office": fields["to_office"], "to_reporter": fields["to_reporter"]}
    return EpochNotice(
        fields.integer("epoch", 1, EPOCH_LIMIT),
        Recipient.read(fields.text("recipient")),
        macs_of(macs),
        fields.ids("holders", 32),
        fields.bytes("grant", 32),
        fields.bytes("previous", 32),
        fields.day("day"),
        fields.integer("sequence", 1),
        signatures_of(fields),
    )


def _office_key(value: object) -> OfficeKey:
    return OfficeKey(identity_of(Fields(value, "seed")["seed"]))


OFFICE_KEY = "office-key"
REPORTER_SIGNED = frozenset({"act", "receipt-change", "identity", "identity-withdrawn"})
_READERS: dict[Direction, dict[str, Callable[[object], Payload]]] = {
    Direction.TO_OFFICE: {
        "report": _report,
        "message": _message,
        "receipt-kept": _receipt_confirmed,
        "act": read_act,
        "receipt-change": _receipt_change,
        "identity": read_named,
        "identity-withdrawn": read_withdrawn,
    },
    Direction.TO_REPORTER: {
        "reply": _dated_message,
        "letter": _dated_message,
        "status": _status,
        "notice": read_notice,
        "epoch": _epoch,
        "unsealing": read_unsealing,
    },
    Direction.OFFICE_ONLY: {
        "note": _message,
        "finding": _message,
        "draft": _message,
        "witness": _message,
        "publication": _message,
        "decision": read_decision,
        "custody": read_named,
        OFFICE_KEY: _office_key,
    },
}


def read_payload(direction: Direction, kind: str, payload: str) -> Payload:
    """Read a payload in its place; a type in the wrong direction raises WrongShape."""
    read = _READERS[direction].get(kind)
    if read is None:
        raise WrongShape("not a type of this direction")
    content = payload.encode()
    return read(read_json(content, len(content)))


def staff_signs(direction: Direction) -> bool:
    """Whether items of this direction are signed by a member."""
    return direction is not Direction.TO_OFFICE
