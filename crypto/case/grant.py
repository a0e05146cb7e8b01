"""Grants and their packets: made, opened, pinned (SPEC §5)."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from crypto.case.grant_body import EpochKeys, GrantBody, read_grant_body
from crypto.case.history import open_history
from crypto.case.regrants import PreviousEpoch, RegrantProof, RegrantStatement, binding_of, check_regrant, first_day
from crypto.errors import (
    CryptoError,
    ExcludedHolder,
    ExclusionMissing,
    SignatureRefused,
    UnexpectedStanzas,
    WrongEpoch,
    WrongShape,
    WrongSuccessor,
)
from crypto.framing import Rng, sha256, u32
from crypto.keys.staff import StaffKeys
from crypto.office.directory import VerifiedDirectory
from crypto.office.holders import BUCKETS, fill_bucket
from crypto.sealing.age import check_envelope, open_sealed, seal
from crypto.sealing.recipients import Identity, Recipient
from crypto.text import GRANT_SIZE, check_padded, pad_exactly, read_json, write_json

PACKET_SIZES = {8: 24576, 16: 40960, 32: 65536}


@dataclass(frozen=True)
class Packet:
    """A grant packet taken apart: the age file alone, nothing in clear."""

    sealed: bytes
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
    """An opened grant, with its hash and bucket.

    `past` are the keys of the epochs before, once its history document was opened; None while it was not, or where it
    is another one than the grant names: what was written before can't be read then, and all of this epoch can.
    `reader` is the key by which the grant was opened: the office key of epoch 0 is sealed to the same.
    """

    body: GrantBody
    hash: bytes
    bucket: int
    past: tuple[EpochKeys, ...] | None = None
    reader: Identity | None = None

    def __post_init__(self) -> None:
        """Before epoch 0 there is nothing."""
        if self.past is None and self.body.epoch == 0:
            object.__setattr__(self, "past", ())

    @property
    def case(self) -> bytes:
        """The case id."""
        return self.body.case

    @property
    def epoch(self) -> int:
        """The epoch."""
        return self.body.epoch

    @property
    def keys(self) -> dict[int, EpochKeys]:
        """The keys that are known, by epoch."""
        return {**dict(enumerate(self.past or ())), self.epoch: self.body.keys}

    def with_history(self, sealed: bytes | None) -> "Grant":
        """The grant with the keys of the epochs before; without them where the document is not the one it names."""
        try:
            return replace(self, past=open_history(self.body, sealed))
        except CryptoError:
            return replace(self, past=None)

    @property
    def access(self) -> bytes:
        """The access token of this epoch; the server keeps its SHA-256."""
        return self.body.access

    @property
    def pin(self) -> Pin:
        """What to pin."""
        return Pin(self.body.epoch, self.hash, self.body.holders, self.body.excluded)


def write_packet(sealed: bytes, bucket: int) -> bytes:
    """The packet of a sealed grant, exactly as long as its bucket says; raises WrongShape."""
    content = u32(len(sealed)) + sealed
    if len(content) > PACKET_SIZES[bucket]:
        raise WrongShape("the packet does not fit its bucket")
    return content.ljust(PACKET_SIZES[bucket], b"\0")


def read_packet(packet: bytes) -> Packet:
    """Take a packet apart and check its envelope; needs no key. Stages schema, header, stanzas."""
    buckets = {size: bucket for bucket, size in PACKET_SIZES.items()}
    bucket = buckets.get(len(packet))
    if bucket is None:
        raise WrongShape("not the size of a grant packet")
    end = 4 + int.from_bytes(packet[:4], "big")
    if end > len(packet):
        raise WrongShape("the packet's length does not fit")
    if packet[end:] != bytes(len(packet) - end):
        raise WrongShape("something stands behind the grant")
    sealed = packet[4:end]
    check_envelope(sealed, bucket)
    return Packet(sealed, bucket)


def seal_body(body: GrantBody, recipients: Sequence[Recipient], bucket: int, rng: Rng) -> bytes:
    """The age file of a grant, filled up to its bucket and shuffled."""
    full = fill_bucket(list(recipients), bucket, rng)
    return seal(pad_exactly(write_json(body.document()), GRANT_SIZE), full, rng)


def move_of(body: GrantBody, digest: bytes) -> RegrantStatement:
    """What the signatures under a re-grant name, beside day, directory and binding."""
    return RegrantStatement(body.office, body.case, body.epoch, body.previous or b"", digest)


def former_of(body: GrantBody, before: GrantBody | None = None) -> PreviousEpoch:
    """The epoch before a re-grant, as its body tells it; `before` is that epoch's own, where the reader has it."""
    first = None if before is None or before.epoch + 1 != body.epoch else first_day(before.epoch, before.day)
    return PreviousEpoch(body.previous_holders, body.excluded, body.entity, first)


def unsigned_proof(body: GrantBody) -> RegrantProof:
    """What is to be signed under a re-grant, as its body gives it."""
    binding = binding_of(body.case_identity.recipient, body.keys.macs, body.holders)
    return RegrantProof(body.day, body.directory_sequence, binding, ())


def check_proof(
    directory: VerifiedDirectory,
    grant: Grant,
    proof: RegrantProof | None,
    before: GrantBody | None = None,
    needed: int | None = None,
) -> None:
    """Step 6 of open_grant: who decided a re-grant, as the case's event tells it; None for a first grant.

    Nothing may be taken over from a grant before this has passed: no pin, no reading, no writing. Raises
    SignatureRefused, ExcludedHolder, WrongSuccessor.
    """
    body = grant.body
    if (proof is None) != (body.epoch == 0):
        raise SignatureRefused("a re-grant that nobody signed, or a first grant that somebody did")
    if proof is None:
        return
    if replace(proof, signatures=()) != unsigned_proof(body):
        raise WrongSuccessor("signed for other keys, holders or another day than those of the grant")
    check_regrant(directory, move_of(body, grant.hash), body.holders, proof, former_of(body, before), needed)


def check_pin(body: GrantBody, digest: bytes, pin: Pin) -> None:
    """Step 4 of open_grant: raises WrongEpoch or WrongSuccessor."""
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
        raise ExclusionMissing(pin.excluded)


def open_body(sealed: bytes, bucket: int, identity: Identity) -> GrantBody:
    """Open a grant's age file with any of its keys, stock identities too."""
    text = check_padded(open_sealed(sealed, identity, bucket), (GRANT_SIZE,))
    return read_grant_body(read_json(text, GRANT_SIZE))


def open_grant(staff: StaffKeys, packet: bytes, directory: VerifiedDirectory, pin: Pin | None = None) -> Grant:
    """Open a grant packet and check it against the pin, in the order of SPEC §5; a re-grant needs `check_proof` then.

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
    # 4. The pin. (5. The claim, and 6. who decided it, come after: see check_proof.)
    if pin is not None:
        check_pin(body, parts.hash, pin)
    return Grant(body, parts.hash, parts.bucket, reader=staff.identity)


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
    return write_packet(sealed, bucket)
