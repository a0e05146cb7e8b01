"""X-Wing keys as age recipients and identities, and HPKE single shot over them (SPEC §2)."""

import base64
import hashlib
from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.asymmetric.mlkem import (
    MLKEM768PrivateKey,
    MLKEM768PublicKey,
)
from cryptography.hazmat.primitives.asymmetric.x25519 import (
    X25519PrivateKey,
    X25519PublicKey,
)
from cryptography.hazmat.primitives.hpke import (
    AEAD,
    KDF,
    KEM,
    MLKEM768X25519PrivateKey,
    MLKEM768X25519PublicKey,
    Suite,
)

from crypto.errors import NotAddressed, WrongShape
from crypto.framing import Rng

ENC_SIZE = 1120
RECIPIENT_SIZE = 1216
_SUITE = Suite(KEM.MLKEM768_X25519, KDF.HKDF_SHA256, AEAD.CHACHA20_POLY1305)
_CHARSET = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATOR = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
# Letters to their five bits, 255 for any other byte; to what Python takes for digits of base 32; and from RFC 4648's.
_WORDS = bytes(_CHARSET.find(chr(byte)) & 255 for byte in range(256))
_DIGITS = str.maketrans(_CHARSET, "0123456789abcdefghijklmnopqrstuv")
_OTHER_BASE_32 = bytes.maketrans(b"ABCDEFGHIJKLMNOPQRSTUVWXYZ234567", _CHARSET.encode())


def _feedback(top: int) -> int:
    found = 0
    for bit, generator in enumerate(_GENERATOR):
        found ^= generator if top >> bit & 1 else 0
    return found


# For each value of the five bits on top.
_FEEDBACK = tuple(map(_feedback, range(32)))


def _polymod(values: Iterable[int]) -> int:
    checksum = 1
    for value in values:
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value ^ _FEEDBACK[checksum >> 25]
    return checksum


def _expand(prefix: str) -> list[int]:
    return [ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix]


def bech32_encode(prefix: str, content: bytes) -> str:
    """Bech32 (BIP 173, without its length limit), lower case."""
    letters = base64.b32encode(content).rstrip(b"=").translate(_OTHER_BASE_32)
    checksum = _polymod([*_expand(prefix), *letters.translate(_WORDS), *bytes(6)]) ^ 1
    return f"{prefix}1{letters.decode()}" + "".join(_CHARSET[checksum >> 5 * (5 - at) & 31] for at in range(6))


def bech32_decode(prefix: str, text: str, size: int) -> bytes:
    """The `size` bytes behind a lower case Bech32 string with that prefix; raises WrongShape."""
    head = f"{prefix}1"
    count = -(-size * 8 // 5)
    if not text.startswith(head) or len(text) != len(head) + count + 6:
        raise WrongShape("not a key of this kind")
    words = text[len(head) :].encode("ascii", "replace").translate(_WORDS)
    if 255 in words or _polymod([*_expand(prefix), *words]) != 1:
        raise WrongShape("the key's checksum does not fit")
    bits = int(text[len(head) : len(head) + count].translate(_DIGITS), 32)
    unused = count * 5 - size * 8
    if bits & ((1 << unused) - 1):
        raise WrongShape("unused bits are set")
    return (bits >> unused).to_bytes(size, "big")


class Recipient:
    """An X-Wing public key, 1,216 bytes, written `age1pq1…`."""

    def __init__(self, content: bytes) -> None:
        """`content` is ML-KEM-768 (1,184) ‖ X25519 (32); raises WrongShape."""
        if len(content) != RECIPIENT_SIZE:
            raise WrongShape("not an X-Wing public key")
        self.content = content
        try:
            self._key = MLKEM768X25519PublicKey(
                MLKEM768PublicKey.from_public_bytes(content[:1184]),
                X25519PublicKey.from_public_bytes(content[1184:]),
            )
        except ValueError as error:
            raise WrongShape("not an X-Wing public key") from error

    @classmethod
    def read(cls, text: str) -> "Recipient":
        """Read `age1pq1…`; raises WrongShape."""
        found = cls(bech32_decode("age1pq", text, RECIPIENT_SIZE))
        # There is one way to write it, and this is it: writing it again would take longer than reading.
        found.__dict__["text"] = text
        return found

    @cached_property
    def text(self) -> str:
        """`age1pq1…`."""
        return bech32_encode("age1pq", self.content)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Recipient) and other.content == self.content

    def __hash__(self) -> int:
        return hash(self.content)

    def seal(self, plaintext: bytes, info: str) -> bytes:
        """HPKE base mode, single shot: enc (1,120) ‖ ciphertext.

        The encapsulation is drawn by the library: no interface lets one hand in its randomness.
        """
        try:
            return _SUITE.encrypt(plaintext, self._key, info.encode("ascii"))
        except ValueError as error:
            raise WrongShape("an X-Wing public key of low order") from error


class Identity:
    """An X-Wing private key from its 32-byte seed; has no repr that shows it.

    `others` open too what this one does not: keys that a member had before, or will have.
    """

    def __init__(self, seed: bytes, others: Sequence["Identity"] = ()) -> None:
        if len(seed) != 32:
            raise WrongShape("not an X-Wing seed")
        self.seed = seed
        self.others = tuple(others)
        expanded = hashlib.shake_256(seed).digest(96)
        self._mlkem = MLKEM768PrivateKey.from_seed_bytes(expanded[:64])
        self._x25519 = X25519PrivateKey.from_private_bytes(expanded[64:])
        self._key = MLKEM768X25519PrivateKey(self._mlkem, self._x25519)

    @classmethod
    def draw(cls, rng: Rng) -> "Identity":
        """A fresh one."""
        return cls(rng(32))

    @classmethod
    def read(cls, text: str) -> "Identity":
        """Read `AGE-SECRET-KEY-PQ-1…`, upper case; raises WrongShape."""
        if text != text.upper() or not text.isascii():
            raise WrongShape("not an identity")
        return cls(bech32_decode("age-secret-key-pq-", text.lower(), 32))

    @property
    def text(self) -> str:
        """`AGE-SECRET-KEY-PQ-1…`, as stock age reads it."""
        return bech32_encode("age-secret-key-pq-", self.seed).upper()

    @cached_property
    def recipient(self) -> Recipient:
        """The public key."""
        return Recipient(self._mlkem.public_key().public_bytes_raw() + self._x25519.public_key().public_bytes_raw())

    def open(self, sealed: bytes, info: str) -> bytes:
        """Open enc ‖ ciphertext; raises NotAddressed, whatever the reason."""
        with suppress(InvalidTag, ValueError):
            return _SUITE.decrypt(sealed, self._key, info.encode("ascii"))
        for other in self.others:
            with suppress(NotAddressed):
                return other.open(sealed, info)
        raise NotAddressed("sealed to another key")
