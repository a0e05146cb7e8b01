"""Ed25519 signatures with a part of small order in them: one check takes them, another does not (SPEC §1)."""

from __future__ import annotations

from hashlib import sha512
from typing import Final, NamedTuple

from nacl.bindings import (
    crypto_core_ed25519_add,
    crypto_core_ed25519_scalar_add,
    crypto_core_ed25519_scalar_mul,
    crypto_core_ed25519_scalar_reduce,
    crypto_scalarmult_ed25519_base_noclamp,
)

EIGHTH: Final = bytes.fromhex("c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a")
"""A point of order 8."""
NEUTRAL: Final = bytes([1]) + bytes(31)
PRIME: Final = 2**255 - 19


class Signed(NamedTuple):
    """What a check is asked about."""

    key: bytes
    message: bytes
    signature: bytes


def _scalar(*parts: bytes) -> bytes:
    return crypto_core_ed25519_scalar_reduce(sha512(b"".join(parts)).digest())


def _base(scalar: bytes) -> bytes:
    return crypto_scalarmult_ed25519_base_noclamp(scalar)


def _signed(secret: bytes, key: bytes, first: bytes, nonce: bytes | None, message: bytes) -> Signed:
    """S = r + k·a over whatever key and R are written down; without a nonce r is 0."""
    proof = crypto_core_ed25519_scalar_mul(_scalar(first, key, message), secret)
    if nonce is not None:
        proof = crypto_core_ed25519_scalar_add(nonce, proof)
    return Signed(key, message, first + proof)


def honest(message: bytes) -> Signed:
    """An honest signature by the same key."""
    secret, nonce = _scalar(b"secret"), _scalar(b"nonce")
    return _signed(secret, _base(secret), _base(nonce), nonce, message)


def crafted(message: bytes) -> dict[str, Signed]:
    """Signatures by somebody who has the secret key: each holds by the eightfold equation, or by both."""
    secret, nonce = _scalar(b"secret"), _scalar(b"nonce")
    key, first = _base(secret), _base(nonce)
    mixed = crypto_core_ed25519_add(key, EIGHTH)
    # The same key written with a y beyond the prime.
    beyond = (PRIME + 1).to_bytes(32, "little")
    return {
        "R with a part of small order": _signed(secret, key, crypto_core_ed25519_add(first, EIGHTH), nonce, message),
        "a key with a part of small order": _signed(secret, mixed, first, nonce, message),
        "R that is the neutral point": _signed(secret, key, NEUTRAL, None, message),
        "R of order 8": _signed(secret, key, EIGHTH, None, message),
        "a key that is the neutral point": Signed(NEUTRAL, message, first + nonce),
        "a key beyond the prime": Signed(beyond, message, first + nonce),
        "R beyond the prime": _signed(secret, key, beyond, None, message),
    }
