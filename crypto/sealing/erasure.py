"""The erasure layer: destroying a mailbox's key deletes what lies under it (SPEC §5)."""

from nacl.exceptions import CryptoError as SodiumError
from nacl.secret import SecretBox

from crypto.errors import PayloadDamaged
from crypto.framing import Rng


def draw_erasure_key(rng: Rng) -> bytes:
    """32 random bytes."""
    return rng(SecretBox.KEY_SIZE)


def wrap_erasable(key: bytes, content: bytes, rng: Rng) -> bytes:
    """XSalsa20-Poly1305, 24-byte nonce in front: 40 bytes longer than `content`."""
    return bytes(SecretBox(key).encrypt(content, rng(SecretBox.NONCE_SIZE)))


def unwrap_erasable(key: bytes, wrapped: bytes) -> bytes:
    """What was wrapped; raises PayloadDamaged for another key or altered bytes."""
    try:
        return SecretBox(key).decrypt(wrapped)
    except (SodiumError, ValueError) as error:
        raise PayloadDamaged("not wrapped under this erasure key") from error
