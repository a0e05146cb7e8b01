"""Bytes under every MAC and signature, and the few primitives of SPEC §1."""

import base64
import binascii
import hashlib
import hmac
from collections.abc import Callable

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from nacl.bindings import (
    crypto_sign,
    crypto_sign_BYTES,
    crypto_sign_open,
    crypto_sign_seed_keypair,
)
from nacl.exceptions import CryptoError as SodiumError

from crypto.errors import MacRefused, SignatureRefused, WrongShape

Rng = Callable[[int], bytes]
"""Gives that many random bytes; `os.urandom` outside of tests."""

SUITE = "yanlu-1"
ZERO_HASH = bytes(32)
# The last letters that set no unused bit, by how many letters stand in the last group of four.
_LAST = {2: b"AQgw", 3: b"AEIMQUYcgkosw048"}


def u32(number: int) -> bytes:
    """4 bytes, big-endian."""
    return number.to_bytes(4, "big")


def u64(number: int) -> bytes:
    """8 bytes, big-endian."""
    return number.to_bytes(8, "big")


def frame(label: str, *fields: bytes | str) -> bytes:
    """Label and fields, each behind its 4-byte length: the only input of MACs and signatures."""
    parts = [label.encode("ascii")]
    parts += [field.encode() if isinstance(field, str) else field for field in fields]
    return b"".join(u32(len(part)) + part for part in parts)


def b64encode(content: bytes) -> str:
    """base64url without padding."""
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def base64_strict(letters: bytes) -> bytes:
    """Base64 (`+` and `/`) without padding and with no unused bit set; raises ValueError."""
    rest = len(letters) % 4
    if b"=" in letters or rest == 1 or (rest and letters[-1] not in _LAST[rest]):
        raise ValueError("not the one way to write these bytes")
    return binascii.a2b_base64(letters + b"=" * (-rest % 4), strict_mode=True)


def b64decode(text: str, size: int | None = None) -> bytes:
    """Strict base64url without padding; raises WrongShape, also when not `size` bytes long."""
    try:
        letters = text.encode("ascii")
        if b"+" in letters or b"/" in letters:
            raise WrongShape("not base64url")
        content = base64_strict(letters.replace(b"-", b"+").replace(b"_", b"/"))
    except ValueError as error:
        raise WrongShape("not base64url") from error
    if size is not None and len(content) != size:
        raise WrongShape("wrong number of bytes")
    return content


def sha256(*parts: bytes) -> bytes:
    """SHA-256 over the parts, one after the other."""
    digest = hashlib.sha256()
    for part in parts:
        digest.update(part)
    return digest.digest()


def hkdf(secret: bytes, label: str) -> bytes:
    """HKDF-SHA-256 with an empty salt, info = label, 32 bytes."""
    return HKDF(hashes.SHA256(), 32, salt=b"", info=label.encode("ascii")).derive(secret)


def mac(key: bytes, message: bytes) -> bytes:
    """HMAC-SHA-256."""
    return hmac.digest(key, message, "sha256")


def check_mac(key: bytes, message: bytes, tag: bytes) -> None:
    """Raise MacRefused unless `tag` is the MAC of `message`; constant time."""
    if not hmac.compare_digest(mac(key, message), tag):
        raise MacRefused("the MAC does not verify")


def verify_key(seed: bytes) -> bytes:
    """The Ed25519 public key (32 bytes) of a 32-byte seed."""
    return crypto_sign_seed_keypair(seed)[0]


def sign(seed: bytes, message: bytes) -> bytes:
    """Ed25519 signature (64 bytes) over a frame, or over the text of a note."""
    return crypto_sign(message, crypto_sign_seed_keypair(seed)[1])[:crypto_sign_BYTES]


def check_signature(key: bytes, message: bytes, signature: bytes) -> None:
    """Strict Ed25519 (libsodium: canonical S, A and R, no small order), else SignatureRefused."""
    if len(key) != 32 or len(signature) != crypto_sign_BYTES:
        raise SignatureRefused("a signature of the wrong length")
    try:
        crypto_sign_open(signature + message, key)
    except (SodiumError, ValueError) as error:
        raise SignatureRefused("the signature does not verify") from error
