"""Memo and draft: what a page that keeps nothing remembers through the mailbox (SPEC §6)."""

from dataclasses import dataclass, field

from crypto.case.grant_body import EPOCH_LIMIT, directory_of, macs_document, macs_of
from crypto.case.items import Position
from crypto.errors import WrongShape
from crypto.framing import Rng, b64encode, check_mac, frame, mac, sha256, u64
from crypto.keys.receipt import MacKeys, ReporterKeys
from crypto.sealing.age import check_envelope, open_sealed, seal
from crypto.sealing.recipients import Recipient
from crypto.shape import Fields, bytes_of, day_of
from crypto.text import (
    DRAFT_SIZE,
    MEMO_SIZE,
    check_padded,
    pad_exactly,
    read_json,
    write_json,
)

MEMO_LABEL = "yanlu/v1/memo"
DRAFT_LABEL = "yanlu/v1/draft"
OTHERS_LIMIT = 8


@dataclass(frozen=True, repr=False)
class ThreadStart:
    """Where the to-reporter chain begins in the mailbox of a changed receipt."""

    epoch: int
    macs: MacKeys
    position: Position


@dataclass(frozen=True, repr=False)
class Memo:
    """What the reporter's page knows about its case."""

    case: bytes
    epoch: int
    recipient: Recipient
    macs: MacKeys | None
    entity: str
    policy: str
    holders: list[str]
    excluded: list[str]
    grant: bytes
    directory_hash: bytes
    directory_sequence: int
    started: str
    to_office: Position = field(default_factory=Position)
    to_reporter: Position = field(default_factory=Position)
    identity_handle: bytes | None = None
    # Handles of witnesses' sealed names, in the order in which they were sealed.
    other_handles: list[bytes] = field(default_factory=list[bytes])
    # Whether the reporter has given the own name to the office.
    named: bool = False
    checkins: list[str] = field(default_factory=list[str])
    start: ThreadStart | None = None

    def document(self) -> dict[str, object]:
        """The JSON document."""
        handle = None if self.identity_handle is None else b64encode(self.identity_handle)
        return {
            "v": 1,
            "case": b64encode(self.case),
            "epoch": self.epoch,
            "recipient": self.recipient.text,
            "macs": None if self.macs is None else macs_document(self.macs),
            "entity": self.entity,
            "policy": self.policy,
            "holders": self.holders,
            "excluded": self.excluded,
            "grant": b64encode(self.grant),
            "directory": {
                "hash": b64encode(self.directory_hash),
                "sequence": self.directory_sequence,
            },
            "to_office": _position(self.to_office),
            "to_reporter": _position(self.to_reporter),
            "handles": {
                "identity": handle,
                "others": [b64encode(one) for one in self.other_handles],
                "named": self.named,
            },
            "checkins": self.checkins,
            "started": self.started,
            "start": None if self.start is None else _start(self.start),
        }


def _position(position: Position) -> dict[str, object]:
    return {"seq": position.seq, "hash": b64encode(position.hash)}


def _start(start: ThreadStart) -> dict[str, object]:
    return {"epoch": start.epoch, **macs_document(start.macs), **_position(start.position)}


def _position_of(value: object) -> Position:
    fields = Fields(value, "seq", "hash")
    return Position(fields.integer("seq"), fields.bytes("hash", 32))


def _start_of(value: object) -> ThreadStart:
    fields = Fields(value, "epoch", "to_office", "to_reporter", "seq", "hash")
    macs = {"to_office": fields["to_office"], "to_reporter": fields["to_reporter"]}
    position = _position_of({"seq": fields["seq"], "hash": fields["hash"]})
    return ThreadStart(fields.integer("epoch", 0, EPOCH_LIMIT), macs_of(macs), position)


def read_memo(value: object) -> Memo:
    """Read the document inside a memo; raises WrongShape."""
    fields = Fields(
        value, "v", "case", "epoch", "recipient", "macs", "entity", "policy", "holders",
        "excluded", "grant", "directory", "to_office", "to_reporter", "handles", "checkins",
        "started", "start",
    )  # fmt: skip
    fields.version()
    digest, sequence = directory_of(fields["directory"])
    handles = Fields(fields["handles"], "identity", "others", "named")
    memo = Memo(
        case=fields.bytes("case", 16),
        epoch=fields.integer("epoch", 0, EPOCH_LIMIT),
        recipient=Recipient.read(fields.text("recipient")),
        macs=fields.maybe("macs", macs_of),
        entity=fields.id("entity"),
        policy=fields.id("policy"),
        holders=fields.ids("holders", 32),
        excluded=fields.ids("excluded"),
        grant=fields.bytes("grant", 32),
        directory_hash=digest,
        directory_sequence=sequence,
        started=fields.day("started"),
        to_office=_position_of(fields["to_office"]),
        to_reporter=_position_of(fields["to_reporter"]),
        identity_handle=handles.maybe("identity", bytes_of(16)),
        other_handles=handles.list("others", OTHERS_LIMIT, bytes_of(16)),
        named=handles.flag("named"),
        checkins=fields.list("checkins", 256, day_of),
        start=fields.maybe("start", _start_of),
    )
    if memo.macs is None and (memo.epoch > 0 or memo.start is not None):
        raise WrongShape("the MAC keys of this epoch are missing")
    return memo


@dataclass(frozen=True)
class Sealed:
    """A memo, draft or keyring entry as it travels: sequence number, MAC, age file."""

    seq: int
    mac: bytes
    body: bytes

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {"v": 1, "seq": self.seq, "mac": b64encode(self.mac), "body": b64encode(self.body)}


def read_sealed(value: object) -> Sealed:
    """Read a memo-shaped document and check its envelope; needs no key."""
    sealed = sealed_of(value)
    check_envelope(sealed.body, 1)
    return sealed


def sealed_of(value: object) -> Sealed:
    """The shape of a memo-shaped document alone; raises WrongShape."""
    fields = Fields(value, "v", "seq", "mac", "body")
    fields.version()
    return Sealed(fields.integer("seq", 1), fields.bytes("mac", 32), fields.bytes("body", limit=40960))


def _frame(label: str, keys: ReporterKeys, seq: int, body: bytes) -> bytes:
    return frame(label, keys.office, keys.mailbox_id, u64(seq), sha256(body))


def _seal(label: str, keys: ReporterKeys, seq: int, text: bytes, rng: Rng) -> Sealed:
    body = seal(text, [keys.identity.recipient], rng)
    return Sealed(seq, mac(keys.memo_key, _frame(label, keys, seq, body)), body)


def _open(label: str, keys: ReporterKeys, value: object) -> tuple[int, bytes]:
    sealed = read_sealed(value)
    check_mac(keys.memo_key, _frame(label, keys, sealed.seq, sealed.body), sealed.mac)
    return sealed.seq, open_sealed(sealed.body, keys.identity, 1)


def seal_memo(keys: ReporterKeys, seq: int, memo: Memo, rng: Rng) -> dict[str, object]:
    """The memo document of that sequence number (1, 2, …)."""
    text = pad_exactly(write_json(memo.document()), MEMO_SIZE)
    return _seal(MEMO_LABEL, keys, seq, text, rng).document()


def open_memo(keys: ReporterKeys, value: object) -> tuple[int, Memo]:
    """Sequence number and memo; raises MacRefused for one that this receipt did not write."""
    seq, text = _open(MEMO_LABEL, keys, value)
    return seq, read_memo(read_json(check_padded(text, (MEMO_SIZE,)), MEMO_SIZE))


def seal_draft(keys: ReporterKeys, seq: int, draft: object, rng: Rng) -> dict[str, object]:
    """The draft document: any JSON of the page, at most 32 KiB."""
    return _seal(DRAFT_LABEL, keys, seq, pad_exactly(write_json(draft), DRAFT_SIZE), rng).document()


def open_draft(keys: ReporterKeys, value: object) -> tuple[int, object]:
    """Sequence number and the page's JSON."""
    seq, text = _open(DRAFT_LABEL, keys, value)
    return seq, read_json(check_padded(text, (DRAFT_SIZE,)), DRAFT_SIZE)
