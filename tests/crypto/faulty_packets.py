"""Identity packets that lie: shares that the packet does not commit to, and commitments to what opens nothing."""

from crypto.custody import packets
from crypto.custody.packets import IDENTITY_TEXT, MARK_AT, SLOT_SIZE
from crypto.framing import sha256
from crypto.sealing.recipients import Recipient
from tests.crypto.sample import Drawn

BOX = 12 + IDENTITY_TEXT + 16
SHARES_AT = MARK_AT + 32
KEY_AT = SHARES_AT + 30 * 32


def with_share(packet: bytes, slot: int, to: Recipient, handle: bytes, rng: Drawn) -> bytes:
    """Another string in a slot, sealed rightly to its custodian; the commitment to the old one stays."""
    tail = handle + sha256(packet[:BOX]) + bytes([2, 3])
    return _at(packet, BOX + slot * SLOT_SIZE, to.seal(rng(32) + tail, "yanlu/v1/identity-share"))


def bound_to(packet: bytes, slot: int, string: bytes) -> bytes:
    """The packet with a commitment to that string."""
    made = packets._share_commitment(packet[:12], slot, 2, 3, string)
    return _at(packet, SHARES_AT + 32 * slot, made)


def with_bound_share(packet: bytes, slot: int, to: Recipient, handle: bytes, name: str) -> bytes:
    """Another string in a slot, and the commitment to it: its maker alone can make that."""
    string = Drawn(name)(32)
    return bound_to(with_share(packet, slot, to, handle, Drawn(name)), slot, string)


def with_key(packet: bytes, key: bytes) -> bytes:
    """The packet with a commitment to another key."""
    return _at(packet, KEY_AT, packets._key_commitment(packet[:12], key))


def _at(packet: bytes, start: int, content: bytes) -> bytes:
    return packet[:start] + content + packet[start + len(content) :]
