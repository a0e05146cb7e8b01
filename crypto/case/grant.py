"""Grants and their packets: made, opened, pinned (SPEC §5)."""

from collections.abc import Sequence
from dataclasses import dataclass

from crypto.case.grant_body import GrantBody, read_grant_body
from crypto.errors import (
    CryptoError,
    ExcludedHolder,
    ExclusionDropped,
    SignatureRefused,
    UnexpectedStanzas,
    WrongEpoch,
    WrongShape,
    WrongSuccessor,
)
from crypto.framing import Rng, b64encode, frame, sha256, u32, u64
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.directory_shape import Member
from crypto.office.holders import BUCKETS, fill_bucket, stand_ins
from crypto.sealing.age import check_envelope, open_sealed, seal
from crypto.sealing.recipients import Identity, Recipient
from crypto.shape import Fields
from crypto.text import GRANT_SIZE, check_padded, pad_exactly, read_json, write_json

PACKET_SIZES = {8: 24576, 16: 40960, 32: 65536}
SIGNATURES = 8


@dataclass(frozen=True)
class RegrantSignature:
    """A former holder's signature under a re-grant."""

    member: str
    signature: bytes


@dataclass(frozen=True)
class Packet:
    """A grant packet taken apart: the age file and its signatures."""

    sealed: bytes
    signatures: list[RegrantSignature]
    bucket: int

    @property
    def hash(self) -> bytes:
        """The grant hash: SHA-256 of the age file."""
        return sha256(self.sealed)


@dataclass(frozen=True)
class Pin:
    """What a member's keyring holds about a case."""

    epoch: int
    hash: bytes
    holders: list[str]
    excluded: list[str]


@dataclass(frozen=True, repr=False)
class Grant:
    """An opened grant, with its hash and bucket."""

    body: GrantBody
    hash: bytes
    bucket: int

    @property
    def case(self) -> bytes:
        """The case id."""
        return self.body.case

    @property
    def epoch(self) -> int:
        """The epoch."""
        return self.body.epoch

    @property
    def access(self) -> bytes:
        """The access token of this epoch; the server keeps its SHA-256."""
        return self.body.access

    @property
    def pin(self) -> Pin:
        """What to pin."""
        return Pin(self.body.epoch, self.hash, self.body.holders, self.body.excluded)


def write_packet(sealed: bytes, signatures: Sequence[RegrantSignature], bucket: int) -> bytes:
    """The packet of a sealed grant, exactly as long as its bucket says; raises WrongShape."""
    proof = write_json(
        {
            "v": 1,
            "signatures": [{"member": entry.member, "sig": b64encode(entry.signature)} for entry in signatures],
        }
    )
    content = u32(len(sealed)) + sealed + u32(len(proof)) + proof
    if len(content) > PACKET_SIZES[bucket] or len(signatures) > SIGNATURES:
        raise WrongShape("the packet does not fit its bucket")
    return content.ljust(PACKET_SIZES[bucket], b"\0")


def _signature(value: object) -> RegrantSignature:
    fields = Fields(value, "member", "sig")
    return RegrantSignature(fields.id("member"), fields.bytes("sig", 64))


def _take(packet: bytes, at: int) -> tuple[bytes, int]:
    start = at + 4
    end = start + int.from_bytes(packet[at:start], "big")
    if end > len(packet):
        raise WrongShape("the packet's lengths do not fit")
    return packet[start:end], end


def read_packet(packet: bytes) -> Packet:
    """Take a packet apart and check its envelope; needs no key. Stages schema, header, stanzas."""
    buckets = {size: bucket for bucket, size in PACKET_SIZES.items()}
    bucket = buckets.get(len(packet))
    if bucket is None:
        raise WrongShape("not the size of a grant packet")
    sealed, at = _take(packet, 0)
    proof, at = _take(packet, at)
    if packet[at:].strip(b"\0"):
        raise WrongShape("something stands behind the proof")
    check_envelope(sealed, bucket)
    fields = Fields(read_json(proof, len(proof)), "v", "signatures")
    fields.version()
    return Packet(sealed, fields.list("signatures", SIGNATURES, _signature), bucket)


def seal_body(body: GrantBody, recipients: Sequence[Recipient], bucket: int, rng: Rng) -> bytes:
    """The age file of a grant, filled up to its bucket and shuffled."""
    full = fill_bucket(list(recipients), bucket, rng)
    return seal(pad_exactly(write_json(body.document()), GRANT_SIZE), full, rng)


def regrant_frame(body: GrantBody, digest: bytes) -> bytes:
    """What the holders of the previous grant sign."""
    previous = body.previous or b""
    return frame("yanlu/v1/regrant", body.case, u64(body.epoch), previous, digest)


def check_regranted(member: Member, body: GrantBody, digest: bytes, signature: bytes) -> None:
    """Raise SignatureRefused unless the member signed this re-grant, with a former key by a directory of its time."""
    member.check_signed(regrant_frame(body, digest), signature, sequence=body.directory_sequence)


def may_sign(directory: VerifiedDirectory, body: GrantBody, member: str) -> bool:
    """Whether that member's signature counts under this re-grant.

    Holders of the previous grant; with at most one of them left, outside holders too.
    """
    outside = stand_ins(directory, body.entity, body.previous_holders)
    return directory.valid_member(member) is not None and member in {*body.previous_holders, *outside}


def _check_signatures(body: GrantBody, packet: Packet, directory: VerifiedDirectory) -> None:
    signers: set[str] = set()
    for entry in packet.signatures:
        member = directory.valid_member(entry.member)
        if member is None or not may_sign(directory, body, entry.member):
            raise SignatureRefused("signed by somebody who may not re-grant")
        check_regranted(member, body, packet.hash, entry.signature)
        signers.add(entry.member)
    if len(signers) < directory.content.regrant_threshold:
        raise SignatureRefused("too few signatures under a re-grant")


def check_pin(body: GrantBody, digest: bytes, pin: Pin) -> None:
    """Step 5 of open_grant: raises WrongEpoch or WrongSuccessor."""
    if body.epoch < pin.epoch:
        raise WrongEpoch("an older grant than the one already opened")
    if body.epoch == pin.epoch and digest != pin.hash:
        raise WrongSuccessor("a second grant of the same epoch")
    if body.epoch == pin.epoch + 1:
        if body.previous != pin.hash:
            raise WrongSuccessor("does not continue the grant already opened")
        if sorted(body.previous_holders) != sorted(pin.holders):
            raise WrongSuccessor("names other holders before it than there were")
    if not set(pin.excluded) <= set(body.excluded):
        raise ExclusionDropped(pin.excluded)


def open_body(sealed: bytes, bucket: int, identity: Identity) -> GrantBody:
    """Open a grant's age file with any of its keys, stock identities too."""
    text = check_padded(open_sealed(sealed, identity, bucket), (GRANT_SIZE,))
    return read_grant_body(read_json(text, GRANT_SIZE))


def open_grant(staff: StaffKeys, packet: bytes, directory: VerifiedDirectory, pin: Pin | None = None) -> Grant:
    """Open and check a grant packet in the order of SPEC §5.

    Raises NotAddressed for a grant of others or a dummy; see `find_grant` for None instead.
    """
    # 1. Packet and stanza count.
    parts = read_packet(packet)
    # 2. Opens with the member's key. 3. JSON and shape.
    body = open_body(parts.sealed, parts.bucket, staff.identity)
    # 3. The member is a holder, nobody excluded is one.
    if body.office != staff.office or body.office != directory.office:
        raise WrongShape("a grant of another office")
    if staff.member not in body.holders or set(body.holders) & set(body.excluded):
        raise ExcludedHolder("this grant is not for this member")
    # 4. A re-grant carries the signatures of holders before it.
    if body.epoch > 0:
        _check_signatures(body, parts, directory)
    elif parts.signatures:
        raise SignatureRefused("a first grant carries no signatures")
    # 5. The pin.
    if pin is not None:
        check_pin(body, parts.hash, pin)
    return Grant(body, parts.hash, parts.bucket)


def find_grant(staff: StaffKeys, packet: bytes, directory: VerifiedDirectory, pin: Pin | None = None) -> Grant | None:
    """As `open_grant`, but None for a packet that is not addressed to this member."""
    try:
        return open_grant(staff, packet, directory, pin)
    except CryptoError as error:
        if error.stage == "no-match":
            return None
        raise


def seal_dummy_grant(bucket: int, rng: Rng) -> bytes:
    """A packet that nobody can open and nobody can tell from a real first grant."""
    if bucket not in BUCKETS:
        raise UnexpectedStanzas("not a bucket")
    sealed = seal(rng(GRANT_SIZE), fill_bucket([], bucket, rng), rng)
    return write_packet(sealed, [], bucket)
