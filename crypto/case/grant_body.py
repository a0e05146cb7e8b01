"""The body of a grant: what a key holder gets (SPEC §5)."""

from dataclasses import dataclass

from crypto.errors import WrongShape
from crypto.framing import b64encode
from crypto.keys.receipt import MacKeys
from crypto.sealing.recipients import Identity, Recipient
from crypto.shape import Fields, bytes_of, text_of

EPOCH_LIMIT = 255


@dataclass(frozen=True, repr=False)
class EpochKeys:
    """What one epoch is read and written with: case key, office key, MAC keys; epoch 0 begins without an office key."""

    seed: Identity
    office: Identity | None
    macs: MacKeys

    def document(self) -> dict[str, object]:
        """`{"seed","office_seed","macs"}`."""
        office = None if self.office is None else self.office.text
        return {"seed": self.seed.text, "office_seed": office, "macs": macs_document(self.macs)}


@dataclass(frozen=True, repr=False)
class HistoryName:
    """The history document that a grant names: SHA-256 of it as sealed, and its key (32 bytes each)."""

    hash: bytes
    key: bytes

    def document(self) -> dict[str, object]:
        """`{"hash","key"}`."""
        return {"hash": b64encode(self.hash), "key": b64encode(self.key)}


@dataclass(frozen=True, repr=False)
class GrantBody:
    """What a holder of a case gets: the keys of this epoch, and which document holds those of the epochs before.

    `receipt_change` is the to-office sequence number of the change of receipt that `reporter` comes from; 0 is none.
    """

    office: bytes
    case: bytes
    epoch: int
    keys: EpochKeys
    history: HistoryName | None
    reporter: Recipient
    receipt_change: int
    act: bytes
    holders: list[str]
    excluded: list[str]
    access: bytes
    directory_hash: bytes
    directory_sequence: int
    release: bytes | None
    entity: str
    policy: str
    previous: bytes | None
    previous_holders: list[str]
    day: str

    @property
    def case_identity(self) -> Identity:
        """The case key of this epoch."""
        return self.keys.seed

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "v": 1,
            "type": "grant",
            "office": b64encode(self.office),
            "case": b64encode(self.case),
            "epoch": self.epoch,
            **self.keys.document(),
            "history": None if self.history is None else self.history.document(),
            "reporter": self.reporter.text,
            "receipt_change": self.receipt_change,
            "act": b64encode(self.act),
            "holders": self.holders,
            "excluded": self.excluded,
            "access": b64encode(self.access),
            "directory": {
                "hash": b64encode(self.directory_hash),
                "sequence": self.directory_sequence,
            },
            "release": None if self.release is None else b64encode(self.release),
            "entity": self.entity,
            "policy": self.policy,
            "previous": None if self.previous is None else b64encode(self.previous),
            "previous_holders": self.previous_holders,
            "day": self.day,
        }


def macs_document(keys: MacKeys) -> dict[str, str]:
    """`{"to_office","to_reporter"}`."""
    return {"to_office": b64encode(keys.to_office), "to_reporter": b64encode(keys.to_reporter)}


def macs_of(value: object) -> MacKeys:
    """Read the two MAC keys of an epoch."""
    fields = Fields(value, "to_office", "to_reporter")
    return MacKeys(fields.bytes("to_office", 32), fields.bytes("to_reporter", 32))


def directory_of(value: object) -> tuple[bytes, int]:
    """Read `{"hash","sequence"}`."""
    fields = Fields(value, "hash", "sequence")
    return fields.bytes("hash", 32), fields.integer("sequence")


def identity_of(value: object) -> Identity:
    """Read a secret key as it is written."""
    return Identity.read(text_of(value, 128))


def keys_of(fields: Fields) -> EpochKeys:
    """The keys of an epoch, among the fields of a document."""
    return EpochKeys(identity_of(fields["seed"]), fields.maybe("office_seed", identity_of), macs_of(fields["macs"]))


def _history(value: object) -> HistoryName:
    fields = Fields(value, "hash", "key")
    return HistoryName(fields.bytes("hash", 32), fields.bytes("key", 32))


def read_grant_body(value: object) -> GrantBody:
    """Read the body of a grant and check that it is whole in itself; raises WrongShape."""
    fields = Fields(
        value, "v", "type", "office", "case", "epoch", "seed", "office_seed", "macs",
        "history", "reporter", "receipt_change", "act", "holders", "excluded", "access", "directory", "release",
        "entity", "policy", "previous", "previous_holders", "day",
    )  # fmt: skip
    fields.version()
    fields.word("type", "grant")
    digest, sequence = directory_of(fields["directory"])
    body = GrantBody(
        office=fields.bytes("office", 16),
        case=fields.bytes("case", 16),
        epoch=fields.integer("epoch", 0, EPOCH_LIMIT),
        keys=keys_of(fields),
        history=fields.maybe("history", _history),
        reporter=Recipient.read(fields.text("reporter")),
        receipt_change=fields.integer("receipt_change"),
        act=fields.bytes("act", 32),
        holders=fields.ids("holders", 32),
        excluded=fields.ids("excluded"),
        access=fields.bytes("access", 32),
        directory_hash=digest,
        directory_sequence=sequence,
        release=fields.maybe("release", bytes_of(32)),
        entity=fields.id("entity"),
        policy=fields.id("policy"),
        previous=fields.maybe("previous", bytes_of(32)),
        previous_holders=fields.ids("previous_holders", 32),
        day=fields.day("day"),
    )
    _check_whole(body)
    return body


def _check_whole(body: GrantBody) -> None:
    first = body.epoch == 0
    if first != (body.previous is None) or (first and body.previous_holders):
        raise WrongShape("only a re-grant has a grant before it")
    if first != (body.history is None) or first != (body.keys.office is None):
        raise WrongShape("office key or former keys in the wrong grant")
    if first and body.receipt_change:
        raise WrongShape("nothing changed before the first grant")
    if not body.holders:
        raise WrongShape("a grant without holders")
