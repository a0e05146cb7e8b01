"""Identity and protection packets, real and dummy, equal in form (SPEC §6)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto.errors import NotAddressed, PacketFaulty, PayloadDamaged, ShareDamaged, WrongShape
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
"""Where the fill of an identity packet begins: the mark, a commitment to each share, one to the key, random bytes."""
_SHARES_AT = MARK_AT + 32
_KEY_AT = _SHARES_AT + SLOTS * 32
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
    bound: list[bytes] = []
    for members in combinations(custodians, m):
        strings = [rng(32) for _ in range(m - 1)]
        strings.append(_xor([key, *strings]))
        for member, string in zip(members, strings, strict=True):
            bound.append(_share_commitment(nonce, len(shares), m, n, string))
            shares.append(member.seal(string + tail, _SHARE_INFO))
    bound += [rng(32) for _ in range(SLOTS - len(bound))]
    return _fill(box, shares, b"".join(bound) + _key_commitment(nonce, key), rng, withdraws)


def _share_commitment(nonce: bytes, slot: int, m: int, n: int, string: bytes) -> bytes:
    return sha256(frame("yanlu/v1/share", nonce, bytes([slot]), bytes([m]), bytes([n]), string))


def _key_commitment(nonce: bytes, key: bytes) -> bytes:
    return sha256(frame("yanlu/v1/packet-key", nonce, key))


def slots_of(m: int, n: int) -> list[set[int]]:
    """The slots of each of `n` custodians, by place in the directory, where any `m` of them open."""
    held = [member for members in combinations(range(n), m) for member in members]
    return [{slot for slot, member in enumerate(held) if member == place} for place in range(n)]


def fits_commitment(packet: bytes, slot: int, m: int, n: int, string: bytes) -> bool:
    """Whether this is the string of that slot, of a quorum of `m` of `n`, that the packet's maker committed to."""
    start = _SHARES_AT + 32 * slot
    return packet[start : start + 32] == _share_commitment(packet[:12], slot, m, n, string)


def withdrawal_mark(handle: bytes) -> bytes:
    """The 32 bytes in the fill of a later packet that take the packet of this handle back."""
    return sha256(frame("yanlu/v1/identity-withdrawn", handle))


def packet_hash(packet: bytes) -> bytes:
    """What a seal, a request and a share in a vote name a packet by: SHA-256 of all its bytes."""
    return sha256(packet)


def mark_of(packet: bytes) -> bytes:
    """Where a mark of withdrawal would stand; random in most packets."""
    return packet[MARK_AT : MARK_AT + 32]


def _fill(box: bytes, shares: list[bytes], bound: bytes, rng: Rng, withdraws: bytes | None) -> bytes:
    spare = SLOT_SIZE - 1120 - 16
    while len(shares) < SLOTS:
        shares.append(_throw_away(rng).seal(rng(spare), _SHARE_INFO))
    content = box + b"".join(shares) + (withdrawal_mark(withdraws) if withdraws else rng(32)) + bound
    return content + rng(IDENTITY_SIZE - len(content))


def dummy_identity(rng: Rng, withdraws: bytes | None = None) -> bytes:
    """An identity packet that nobody opens and nobody tells from a real one; it may take an earlier one back."""
    return _fill(rng(_BOX_SIZE), [], b"", rng, withdraws)


def _slot(packet: bytes, slot: int) -> bytes:
    start = _BOX_SIZE + slot * SLOT_SIZE
    return packet[start : start + SLOT_SIZE]


def open_shares(packet: bytes, custodian: Identity) -> list[Share]:
    """The custodian's shares; raises NotAddressed when no slot opens.

    Raises ShareDamaged where one is not what the packet commits to: its maker lied, and it may never open.
    """
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
        if not fits_commitment(packet, slot, share.m, share.n, share.string):
            raise ShareDamaged("a share that the packet does not commit to")
        shares.append(share)
    if not shares:
        raise NotAddressed("no share for this custodian")
    return shares


def open_identity(packet: bytes, strings: Mapping[int, bytes], m: int, n: int) -> object:
    """The identity, from strings by slot that fit the packet's commitments.

    Raises PayloadDamaged while they are too few, PacketFaulty where the packet's maker sees to it that they don't open.
    """
    if len(packet) != IDENTITY_SIZE or not _is_quorum(m, n):
        raise WrongShape("not an identity packet, or not a quorum of custodians")
    box, whole = packet[:_BOX_SIZE], False
    for index in range(sum(1 for _ in combinations(range(n), m))):
        slots = range(index * m, index * m + m)
        if not all(slot in strings for slot in slots):
            continue
        whole, key = True, _xor([strings[slot] for slot in slots])
        # Without it a maker could have two quorums find two names: this cipher does not commit to its key.
        if _key_commitment(box[:12], key) != packet[_KEY_AT : _KEY_AT + 32]:
            continue
        try:
            text = ChaCha20Poly1305(key).decrypt(box[:12], box[12:], _AAD)
        except InvalidTag:
            continue
        return read_json(check_padded(text, (IDENTITY_TEXT,)), IDENTITY_TEXT)
    if whole:
        raise PacketFaulty("every share is the maker's, and they open nothing")
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
