"""Items: what stands around a sealed text, and what is signed inside it (SPEC §6)."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import cached_property

from crypto.case.grant_body import EPOCH_LIMIT
from crypto.case.payloads import OFFICE_KEY, Direction, Payload, read_payload
from crypto.errors import WrongShape
from crypto.framing import ZERO_HASH, Rng, b64encode, check_mac, frame, hkdf, mac, sha256, u64
from crypto.office.holders import BUCKETS
from crypto.sealing.age import check_envelope, open_sealed, seal, sealed_size
from crypto.sealing.recipients import Identity, Recipient
from crypto.shape import Fields, id_of
from crypto.text import TEXT_SIZES, check_padded, pad_text, read_json, write_json

STANZAS = {Direction.TO_OFFICE: 1, Direction.TO_REPORTER: 2, Direction.OFFICE_ONLY: 1}
REPORTER = "reporter"
BODY_LIMIT = 40960
OFFICE_KEY_SIZES = {sealed_size(TEXT_SIZES[0], bucket): bucket for bucket in BUCKETS}
"""The lengths (bytes) of the body of an office key, by which its number of stanzas is known."""
Signer = Callable[[bytes], bytes]


@dataclass(frozen=True)
class Place:
    """Where an item stands: everything that MAC and signature bind besides its content."""

    case: bytes
    epoch: int
    direction: Direction
    seq: int
    prev: bytes
    seen: int

    @property
    def is_office_key(self) -> bool:
        """Whether the office key stands here and nothing else may: the first words of epoch 0 for the office alone."""
        return (self.direction, self.epoch, self.seq) == (Direction.OFFICE_ONLY, 0, 1)


@dataclass(frozen=True)
class Position:
    """Where a direction stands: the last verified sequence number and item hash."""

    seq: int = 0
    hash: bytes = ZERO_HASH


@dataclass(frozen=True)
class Item:
    """An item as it travels."""

    place: Place
    mac: bytes
    body: bytes

    @cached_property
    def mac_input(self) -> bytes:
        """The frame under the MAC; the body is hashed once, however often it is asked for."""
        at = self.place
        return frame(
            "yanlu/v1/item-mac", at.case, u64(at.epoch), at.direction, u64(at.seq), at.prev,
            u64(at.seen), sha256(self.body),
        )  # fmt: skip

    @cached_property
    def hash(self) -> bytes:
        """The item hash, which the next item names."""
        return sha256(frame("yanlu/v1/item-hash", self.mac_input, self.mac))

    @property
    def position(self) -> Position:
        """Where the direction stands after this item."""
        return Position(self.place.seq, self.hash)

    def document(self) -> dict[str, object]:
        """The JSON document."""
        at = self.place
        return {
            "v": 1,
            "case": b64encode(at.case),
            "epoch": at.epoch,
            "dir": at.direction.value,
            "seq": at.seq,
            "prev": b64encode(at.prev),
            "seen": at.seen,
            "mac": b64encode(self.mac),
            "body": b64encode(self.body),
        }


@dataclass(frozen=True)
class Inner:
    """What stands inside an item: a typed payload and who signed it."""

    type: str
    payload: str
    signer: str | None
    sig: bytes | None
    content: Payload


def read_item(value: object) -> Item:
    """Read an item and check its envelope; needs no key. Stages schema, header, stanzas."""
    item = item_of(value)
    check_item_envelope(item)
    return item


def check_item_envelope(item: Item) -> None:
    """Check that the body is an envelope of the item's direction; stages header, stanzas."""
    check_envelope(item.body, stanzas_of(item))


def stanzas_of(item: Item) -> int:
    """The number of stanzas that an item's body has."""
    if item.place.is_office_key:
        return OFFICE_KEY_SIZES[len(item.body)]
    return STANZAS[item.place.direction]


def item_of(value: object) -> Item:
    """The shape of an item alone; raises WrongShape."""
    fields = Fields(value, "v", "case", "epoch", "dir", "seq", "prev", "seen", "mac", "body")
    fields.version()
    place = Place(
        fields.bytes("case", 16),
        fields.integer("epoch", 0, EPOCH_LIMIT),
        Direction(fields.word("dir", *Direction)),
        fields.integer("seq", 1),
        fields.bytes("prev", 32),
        fields.integer("seen"),
    )
    body = fields.bytes("body", limit=max(OFFICE_KEY_SIZES) if place.is_office_key else BODY_LIMIT)
    if place.is_office_key and len(body) not in OFFICE_KEY_SIZES:
        raise WrongShape("not the length of an office key")
    return Item(place, fields.bytes("mac", 32), body)


def signed_frame(office: bytes, place: Place, kind: str, payload: str) -> bytes:
    """What is signed inside an item: all that its MAC binds, so that nobody else who holds the MAC key changes it."""
    return frame(
        "yanlu/v1/signed", office, kind, place.case, u64(place.epoch), place.direction, u64(place.seq),
        place.prev, u64(place.seen), payload,
    )  # fmt: skip


def office_mac_key(identity: Identity) -> bytes:
    """The MAC key of office-only items."""
    return hkdf(identity.seed, "yanlu/v1/mac/office-only")


def office_key_mac(seed: Identity) -> bytes:
    """The MAC key of the office key itself, by the case key of epoch 0."""
    return hkdf(seed.seed, "yanlu/v1/mac/office-key")


@dataclass(frozen=True, repr=False)
class Author:
    """Who signs an item, and for which office (16 bytes): a member, the reporter, or nobody."""

    signer: str | None = None
    sign: Signer | None = None
    office: bytes = b""


def seal_item(
    place: Place,
    kind: str,
    payload: dict[str, object],
    author: Author,
    key: bytes,
    recipients: Sequence[Recipient],
    rng: Rng,
) -> Item:
    """Sign, pad, seal and MAC one item; raises WrongShape for a payload that is none of its type."""
    text = write_json(payload).decode()
    read_payload(place.direction, kind, text)
    sig = author.sign(signed_frame(author.office, place, kind, text)) if author.sign else None
    inner = {
        "v": 1,
        "type": kind,
        "payload": text,
        "signer": author.signer,
        "sig": b64encode(sig) if sig else None,
    }
    body = seal(pad_text(write_json(inner)), recipients, rng)
    item = Item(place, bytes(32), body)
    return replace(item, mac=mac(key, item.mac_input))


def check_item_mac(item: Item, key: bytes) -> None:
    """Raise MacRefused unless the item's MAC verifies under the direction's key."""
    check_mac(key, item.mac_input, item.mac)


def open_item(item: Item, identity: Identity, *, from_last: bool = False) -> Inner:
    """Open an item, `from_last` by its last stanza first, and read it; verifies neither MAC nor signature."""
    opened = open_sealed(item.body, identity, stanzas_of(item), from_last=from_last)
    inner = read_inner(item.place.direction, check_padded(opened, TEXT_SIZES))
    if (inner.type == OFFICE_KEY) != item.place.is_office_key:
        raise WrongShape("an office key where none stands, or something else in its place")
    return inner


def read_inner(direction: Direction, text: bytes) -> Inner:
    """Read the text inside an item of that direction; stages json, schema."""
    fields = Fields(read_json(text, len(text)), "v", "type", "payload", "signer", "sig")
    fields.version()
    kind, payload = fields.text("type", 48), fields.text("payload")
    signer = fields.maybe("signer", id_of)
    sig = None if fields["sig"] is None else fields.bytes("sig", 64)
    if (signer is None) != (sig is None):
        raise WrongShape("a signer without a signature, or the reverse")
    return Inner(kind, payload, signer, sig, read_payload(direction, kind, payload))
