"""Identity and protection packets, real and dummy, equal in form (SPEC §6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto.errors import NotAddressed, PayloadDamaged, ShareDamaged, WrongShape
from crypto.framing import Rng, b64encode, frame, sha256
from crypto.sealing.age import check_envelope, open_sealed, seal, sealed_size
from crypto.sealing.recipients import Identity, Recipient
from crypto.shape import Fields
from crypto.text import check_padded, pad_exactly, read_json, write_json

IDENTITY_SIZE = 49152
PROTECTION_SIZE = 16384
IDENTITY_TEXT = 8192
SLOTS = 30
SLOT_SIZE = 1218
_AAD = b"yanlu/v1/identity"
_SHARE_INFO = "yanlu/v1/identity-share"
_BOX_SIZE = 12 + IDENTITY_TEXT + 16
MARK_AT = _BOX_SIZE + SLOTS * SLOT_SIZE
"""Where the random fill of an identity packet begins; its first 32 bytes may be a mark of withdrawal."""
_PROTECTION_TEXT = PROTECTION_SIZE - sealed_size(0, 1)
LINK_TEXT = 128
LINK_SLOTS = 6
LINK_SLOT = 1200
LINK_SIZE = 12 + LINK_TEXT + 16 + LINK_SLOTS * LINK_SLOT
LINK_INFO = "yanlu/v1/watch-link"
LINK_AAD = b"yanlu/v1/watch-link"


@dataclass(frozen=True, repr=False)
class Share:
    """One custodian's share of a packet key, as found in slot `slot`."""

    slot: int
    string: bytes
    handle: bytes
    packet_hash: bytes
    m: int
    n: int


def _xor(strings: Sequence[bytes]) -> bytes:
    value = 0
    for string in strings:
        value ^= int.from_bytes(string, "big")
    return value.to_bytes(32, "big")


def _is_quorum(m: int, n: int) -> bool:
    # Beyond it the subsets would be more than the slots, and in the end more than anybody can count.
    return 1 <= m <= n <= 5


def _throw_away(rng: Rng) -> Recipient:
    return Identity.draw(rng).recipient


def seal_identity(
    identity: object, handle: bytes, custodians: Sequence[Recipient], m: int, rng: Rng, withdraws: bytes | None = None
) -> bytes:
    """An identity packet that any `m` of the custodians open together; exactly 49,152 bytes.

    The custodians come from a VerifiedDirectory, in its order; at most five. `withdraws` is the handle of
    an earlier packet that this one takes back.
    """
    n = len(custodians)
    if not _is_quorum(m, n) or len(handle) != 16:
        raise WrongShape("not a quorum of custodians")
    key, nonce = rng(32), rng(12)
    text = pad_exactly(write_json(identity), IDENTITY_TEXT)
    box = nonce + ChaCha20Poly1305(key).encrypt(nonce, text, _AAD)
    tail = handle + sha256(box) + bytes([m, n])
    shares: list[bytes] = []
    for members in combinations(custodians, m):
        strings = [rng(32) for _ in range(m - 1)]
        strings.append(_xor([key, *strings]))
        shares += [member.seal(string + tail, _SHARE_INFO) for member, string in zip(members, strings, strict=True)]
    return _fill(box, shares, rng, withdraws)


def withdrawal_mark(handle: bytes) -> bytes:
    """The 32 bytes in the fill of a later packet that take the packet of this handle back."""
    return sha256(frame("yanlu/v1/identity-withdrawn", handle))


def packet_hash(packet: bytes) -> bytes:
    """What a seal, a request and a share in a vote name a packet by: SHA-256 of all its bytes."""
    return sha256(packet)


def mark_of(packet: bytes) -> bytes:
    """Where a mark of withdrawal would stand; random in most packets."""
    return packet[MARK_AT : MARK_AT + 32]


def _fill(box: bytes, shares: list[bytes], rng: Rng, withdraws: bytes | None) -> bytes:
    spare = SLOT_SIZE - 1120 - 16
    while len(shares) < SLOTS:
        shares.append(_throw_away(rng).seal(rng(spare), _SHARE_INFO))
    content = box + b"".join(shares) + (withdrawal_mark(withdraws) if withdraws else b"")
    return content + rng(IDENTITY_SIZE - len(content))


def dummy_identity(rng: Rng, withdraws: bytes | None = None) -> bytes:
    """An identity packet that nobody opens and nobody tells from a real one; it may take an earlier one back."""
    return _fill(rng(_BOX_SIZE), [], rng, withdraws)


def _slot(packet: bytes, slot: int) -> bytes:
    start = _BOX_SIZE + slot * SLOT_SIZE
    return packet[start : start + SLOT_SIZE]


def open_shares(packet: bytes, custodian: Identity) -> list[Share]:
    """The custodian's shares; raises NotAddressed when no slot opens, ShareDamaged when one lies."""
    if len(packet) != IDENTITY_SIZE:
        raise WrongShape("not an identity packet")
    digest = sha256(packet[:_BOX_SIZE])
    shares: list[Share] = []
    for slot in range(SLOTS):
        try:
            text = custodian.open(_slot(packet, slot), _SHARE_INFO)
        except NotAddressed:
            continue
        share = Share(slot, text[:32], text[32:48], text[48:80], text[80], text[81])
        if share.packet_hash != digest or not _is_quorum(share.m, share.n):
            raise ShareDamaged("a share of another packet, or of a quorum that cannot be")
        shares.append(share)
    if not shares:
        raise NotAddressed("no share for this custodian")
    return shares


def open_identity(packet: bytes, strings: Mapping[int, bytes], m: int, n: int) -> object:
    """The identity, from strings by slot; raises PayloadDamaged while they are too few or wrong."""
    if len(packet) != IDENTITY_SIZE or not _is_quorum(m, n):
        raise WrongShape("not an identity packet, or not a quorum of custodians")
    box = packet[:_BOX_SIZE]
    for index in range(sum(1 for _ in combinations(range(n), m))):
        slots = range(index * m, index * m + m)
        if not all(slot in strings for slot in slots):
            continue
        key = _xor([strings[slot] for slot in slots])
        try:
            text = ChaCha20Poly1305(key).decrypt(box[:12], box[12:], _AAD)
        except InvalidTag:
            continue
        return read_json(check_padded(text, (IDENTITY_TEXT,)), IDENTITY_TEXT)
    raise PayloadDamaged("no quorum of shares opens this packet")


def seal_protection(answer: object, recipient: Recipient, rng: Rng) -> bytes:
    """A protection packet, exactly 16,384 bytes."""
    return seal(pad_exactly(write_json(answer), _PROTECTION_TEXT), [recipient], rng)


def write_link(
    text: bytes, inside: Sequence[Recipient], outside: Sequence[Recipient], spare: Recipient, rng: Rng
) -> bytes:
    """A link of a protection packet: a text that one recipient of each side open together (SPEC §13)."""
    key, nonce, mine = rng(32), rng(12), rng(32)
    box = nonce + ChaCha20Poly1305(key).encrypt(nonce, text, LINK_AAD)
    slots: list[bytes] = []
    for seats, string in ((inside, mine), (outside, _xor([key, mine]))):
        if len(seats) > LINK_SLOTS // 2:
            raise WrongShape("more seats than a link has")
        filled = [*seats, *[spare] * (LINK_SLOTS // 2 - len(seats))]
        slots += [
            seat.seal((string if at < len(seats) else rng(32)) + sha256(box), LINK_INFO)
            for at, seat in enumerate(filled)
        ]
    return box + b"".join(slots)


def dummy_protection(rng: Rng) -> bytes:
    """A protection packet that nobody opens; it takes the same work as a real one."""
    spare = _throw_away(rng)
    link = write_link(rng(LINK_TEXT), [], [], spare, rng)
    return seal_protection({"link": b64encode(link)}, spare, rng)


def open_protection(packet: bytes, identity: Identity) -> object:
    """What stands inside a protection packet."""
    check_protection(packet)
    return read_json(open_sealed(packet, identity, 1), PROTECTION_SIZE)


def check_protection(packet: bytes) -> None:
    """Check size and envelope; needs no key."""
    if len(packet) != PROTECTION_SIZE:
        raise WrongShape("not a protection packet")
    check_envelope(packet, 1)


def draw_dummy_packets(rng: Rng, identity: bytes | None = None) -> dict[str, str]:
    """`{"identity","protection"}` of a submission or post: dummies, but for an identity packet that is given."""
    return packets_document(identity or dummy_identity(rng), dummy_protection(rng))


def packets_document(identity: bytes, protection: bytes) -> dict[str, str]:
    """The JSON document of one packet of each kind."""
    return {"identity": b64encode(identity), "protection": b64encode(protection)}


def read_packets(value: object) -> tuple[bytes, bytes]:
    """Identity and protection packet of a submission or post; checks sizes and envelope."""
    identity, protection = packets_of(value)
    check_protection(protection)
    return identity, protection


def packets_of(value: object) -> tuple[bytes, bytes]:
    """The sizes of both packets alone; raises WrongShape."""
    fields = Fields(value, "identity", "protection")
    return fields.bytes("identity", IDENTITY_SIZE), fields.bytes("protection", PROTECTION_SIZE)
