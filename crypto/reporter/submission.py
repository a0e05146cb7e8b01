"""What reaches the server: submissions, posts, polls, drafts; checked by shape, never opened (SPEC §7)."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

from crypto.case.grant import Packet, read_packet
from crypto.case.items import Item, check_item_envelope, item_of, read_item
from crypto.case.memo import Sealed, read_sealed, sealed_of
from crypto.case.payloads import Direction
from crypto.case.step_payloads import Declaration
from crypto.custody.packets import check_protection, packets_of, read_packets
from crypto.errors import WrongShape
from crypto.framing import SUITE, ZERO_HASH
from crypto.sealing.age import check_envelope
from crypto.sealing.attachment_shape import ATTACHMENTS, LARGEST_PARTS, PART_SIZE
from crypto.sealing.attachment_sizes import is_blob_size
from crypto.sealing.attachments import BlobListing
from crypto.shape import Fields, bytes_of, list_of


@dataclass(frozen=True)
class Submission:
    """A first report as the server sees it."""

    office: bytes
    entity: str
    policy: str
    policy_version: str
    mailbox: bytes
    case: bytes
    packet: bytes
    grant: Packet
    access_hash: bytes
    item: Item
    memo: Sealed
    blobs: list[BlobListing]
    identity: bytes
    protection: bytes
    urgent: bool


@dataclass(frozen=True)
class Moved:
    """The new mailbox of a changed receipt."""

    mailbox: bytes
    memo: Sealed


@dataclass(frozen=True, repr=False)
class Post:
    """What a reporter posts into a mailbox."""

    token: bytes
    item: Item | None
    memo: Sealed
    blobs: list[BlobListing]
    identity: bytes
    protection: bytes
    hint: Declaration | None
    moved: Moved | None


def read_blob(value: object) -> BlobListing:
    """Read `{"blob","size","parts"}`; raises WrongShape."""
    fields = Fields(value, "blob", "size", "parts")
    size = fields.integer("size", 1, LARGEST_PARTS * PART_SIZE)
    parts = fields.list("parts", LARGEST_PARTS, bytes_of(32))
    if not is_blob_size(size):
        raise WrongShape("not a length that an attachment has")
    if len(parts) != -(-size // PART_SIZE):
        raise WrongShape("not as many parts as the size says")
    return BlobListing(fields.bytes("blob", 16), size, parts)


def read_blobs(value: object) -> list[BlobListing]:
    """Read a list of distinct blobs of 520 parts in all."""
    blobs = list_of(value, ATTACHMENTS, read_blob)
    if len({blob.blob for blob in blobs}) != len(blobs):
        raise WrongShape("a blob stands twice")
    if sum(len(blob.parts) for blob in blobs) > LARGEST_PARTS:
        raise WrongShape("too many parts in all")
    return blobs


def read_submission(value: object) -> Submission:
    """Read a submission: the shape of all of it, then what is sealed. Stages schema, json, header, stanzas."""
    fields = Fields(
        value, "v", "suite", "office", "entity", "policy", "policy_version", "mailbox", "case",
        "grant", "access", "item", "memo", "blobs", "packets", "urgent",
    )  # fmt: skip
    fields.version()
    fields.word("suite", SUITE)
    item, case = item_of(fields["item"]), fields.bytes("case", 16)
    packet, memo = fields.bytes("grant", limit=65536), sealed_of(fields["memo"])
    identity, protection = packets_of(fields["packets"])
    whole = partial(
        Submission,
        office=fields.bytes("office", 16),
        entity=fields.id("entity"),
        policy=fields.id("policy"),
        policy_version=fields.text("policy_version", 64),
        mailbox=fields.bytes("mailbox", 32),
        case=case,
        packet=packet,
        access_hash=fields.bytes("access", 32),
        item=item,
        memo=memo,
        blobs=read_blobs(fields["blobs"]),
        identity=identity,
        protection=protection,
        urgent=fields.flag("urgent"),
    )
    check_item_envelope(item)
    _check_first(item, case)
    grant = read_packet(packet)
    check_envelope(memo.body, 1)
    check_protection(protection)
    return whole(grant=grant)


def _check_first(item: Item, case: bytes) -> None:
    place = item.place
    first = (place.case, place.epoch, place.direction, place.seq, place.prev, place.seen)
    if first != (case, 0, Direction.TO_OFFICE, 1, ZERO_HASH, 0):
        raise WrongShape("not the first item of this case")


def _to_office(value: object) -> Item:
    item = read_item(value)
    if item.place.direction is not Direction.TO_OFFICE:
        raise WrongShape("reporters write to the office")
    return item


def _moved(value: object) -> Moved:
    fields = Fields(value, "mailbox", "memo")
    return Moved(fields.bytes("mailbox", 32), read_sealed(fields["memo"]))


def _hint(value: object) -> Declaration:
    if value not in list(Declaration):
        raise WrongShape("not an act")
    return Declaration(value)


def read_post(value: object) -> Post:
    """Read a post. Stages: schema, header, stanzas."""
    fields = Fields(value, "v", "token", "item", "memo", "blobs", "packets", "hint", "moved")
    fields.version()
    identity, protection = read_packets(fields["packets"])
    post = Post(
        fields.bytes("token", 32),
        fields.maybe("item", _to_office),
        read_sealed(fields["memo"]),
        read_blobs(fields["blobs"]),
        identity,
        protection,
        fields.maybe("hint", _hint),
        fields.maybe("moved", _moved),
    )
    if post.item is None and (post.blobs or post.hint or post.moved):
        raise WrongShape("nothing that these belong to")
    return post


def read_poll(value: object) -> tuple[bytes, int]:
    """Token and first slot of a poll."""
    fields = Fields(value, "v", "token", "from")
    fields.version()
    return fields.bytes("token", 32), fields.integer("from", 0, 2**32 - 1)


def read_draft_put(value: object) -> tuple[bytes, Sealed]:
    """Token and draft of a draft to be kept."""
    fields = Fields(value, "v", "token", "draft")
    fields.version()
    return fields.bytes("token", 32), read_sealed(fields["draft"])


def blobs_document(blobs: Sequence[BlobListing]) -> list[dict[str, object]]:
    """The JSON documents of blobs."""
    return [blob.document() for blob in blobs]
