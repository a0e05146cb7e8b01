"""The body of a grant: what a key holder gets (SPEC §5)."""

from dataclasses import dataclass

from crypto.errors import WrongShape
from crypto.framing import b64encode
from crypto.keys.receipt import MacKeys
from crypto.sealing.recipients import Identity, Recipient
from crypto.shape import Fields, bytes_of, text_of

EPOCH_LIMIT = 16


@dataclass(frozen=True)
class OfficeSeed:
    """The office key of a case from that epoch on."""

    epoch: int
    identity: Identity


@dataclass(frozen=True, repr=False)
class GrantBody:
    """Everything that a holder of a case knows; seeds and MAC keys of epochs 0…epoch."""

    office: bytes
    case: bytes
    epoch: int
    seeds: list[Identity]
    office_seeds: list[OfficeSeed]
    macs: list[MacKeys]
    reporter: Recipient
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
        """The case key of the current epoch."""
        return self.seeds[-1]

    def office_identity(self, epoch: int) -> Identity | None:
        """The office key in force in that epoch, if there was one."""
        found = [seed.identity for seed in self.office_seeds if seed.epoch <= epoch]
        return found[-1] if found else None

    def document(self) -> dict[str, object]:
        """The JSON document."""
        return {
            "v": 1,
            "type": "grant",
            "office": b64encode(self.office),
            "case": b64encode(self.case),
            "epoch": self.epoch,
            "seeds": [seed.text for seed in self.seeds],
            "office_seeds": [{"epoch": seed.epoch, "seed": seed.identity.text} for seed in self.office_seeds],
            "macs": [macs_document(keys) for keys in self.macs],
            "reporter": self.reporter.text,
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


def _identity(value: object) -> Identity:
    return Identity.read(text_of(value, 128))


def _office_seed(value: object) -> OfficeSeed:
    fields = Fields(value, "epoch", "seed")
    return OfficeSeed(fields.integer("epoch", 1, EPOCH_LIMIT), _identity(fields["seed"]))


def read_grant_body(value: object) -> GrantBody:
    """Read the body of a grant and check that it is whole in itself; raises WrongShape."""
    fields = Fields(
        value, "v", "type", "office", "case", "epoch", "seeds", "office_seeds", "macs",
        "reporter", "act", "holders", "excluded", "access", "directory", "release", "entity",
        "policy", "previous", "previous_holders", "day",
    )  # fmt: skip
    fields.version()
    fields.word("type", "grant")
    digest, sequence = directory_of(fields["directory"])
    body = GrantBody(
        office=fields.bytes("office", 16),
        case=fields.bytes("case", 16),
        epoch=fields.integer("epoch", 0, EPOCH_LIMIT),
        seeds=fields.list("seeds", EPOCH_LIMIT + 1, _identity),
        office_seeds=fields.list("office_seeds", EPOCH_LIMIT + 1, _office_seed),
        macs=fields.list("macs", EPOCH_LIMIT + 1, macs_of),
        reporter=Recipient.read(fields.text("reporter")),
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
    if not len(body.seeds) == len(body.macs) == body.epoch + 1:
        raise WrongShape("not the keys of every epoch")
    first = body.epoch == 0
    if first != (body.previous is None) or (first and body.previous_holders):
        raise WrongShape("only a re-grant has a grant before it")
    epochs = [seed.epoch for seed in body.office_seeds]
    if epochs != sorted(set(epochs)) or any(epoch > body.epoch for epoch in epochs):
        raise WrongShape("office keys out of order")
    if not body.holders:
        raise WrongShape("a grant without holders")
