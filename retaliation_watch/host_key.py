"""The key of the watch's host: pseudonyms of employees, boxes for what HR calls them, the signature of receipts."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import ChaCha20Poly1305

from crypto.framing import b64decode, b64encode, frame, hkdf, mac, sha256, sign, u32, verify_key
from retaliation_watch.errors import KeyDiffers
from retaliation_watch.review_sampling.randomization import RandomizationKey

PAD_MULTIPLE = 1024
"""Boxes are filled up to a multiple of this, so that their length tells little."""


def plain_number(employee: str) -> str:
    """An employee number as it is compared: NFKC, no blanks, upper case; never a number, so that zeros stay."""
    if employee.isascii() and employee.isalnum():
        return employee.upper()
    return "".join(unicodedata.normalize("NFKC", employee).split()).upper()


class HostKey:
    """Lies in a file beside the store and in no backup of it; has no repr that shows it."""

    def __init__(self, secret: bytes) -> None:
        self._person = hkdf(secret, "yanlu/v1/watch-host/person")
        self._cipher = ChaCha20Poly1305(hkdf(secret, "yanlu/v1/watch-host/box"))
        self._signing_key = hkdf(secret, "yanlu/v1/watch-host/sign")
        self._randomization_secret = hkdf(secret, "yanlu/v1/watch-host/coins")

    @classmethod
    def read(cls, text: str) -> HostKey:
        """Reads the file's one line."""
        return cls(b64decode(text.strip(), 32))

    def pseudonym(self, entity: str, employee: str) -> bytes:
        """Names an employee of an entity; 32 bytes."""
        return mac(self._person, frame("yanlu/v1/watch-person", entity, plain_number(employee)))

    def pseudonyms(self, entity: str, employees: Sequence[str]) -> list[bytes]:
        """Names many employees of an entity at once, in their order."""
        begun = frame("yanlu/v1/watch-person", entity)
        plain = [plain_number(employee).encode() for employee in employees]
        sizes = {size: begun + u32(size) for size in set(map(len, plain))}
        return [mac(self._person, sizes[len(number)] + number) for number in plain]

    def encrypt_text(self, owner: bytes, text: str) -> bytes:
        """A text that only this key opens, and only beside its owner; the same gives the same."""
        padded = text.encode() + bytes(-(len(text.encode()) + 1) % PAD_MULTIPLE) + b"\x01"
        nonce = sha256(frame("yanlu/v1/watch-box", owner, padded))[:12]
        return nonce + self._cipher.encrypt(nonce, padded, owner)

    def decrypt_text(self, owner: bytes, ciphertext: bytes) -> str:
        """What a ciphertext holds; raises `KeyDiffers` for one of another key or owner."""
        try:
            return self._cipher.decrypt(ciphertext[:12], ciphertext[12:], owner)[:-1].rstrip(b"\x00").decode()
        except InvalidTag as error:
            raise KeyDiffers from error

    @property
    def randomization_key(self) -> RandomizationKey:
        """What decides who is entered as cover and which measures are reviewed."""
        return RandomizationKey(self._randomization_secret)

    @property
    def verify_key(self) -> str:
        """What HR checks receipts with."""
        return b64encode(verify_key(self._signing_key))

    def sign(self, message: bytes) -> bytes:
        """Signs a receipt."""
        return sign(self._signing_key, message)
