"""The six digits of an authenticator app (RFC 6238), each used at most once."""

from __future__ import annotations

import base64
import hmac
from typing import Final

from cryptography.hazmat.primitives.hashes import SHA1
from cryptography.hazmat.primitives.twofactor.totp import TOTP

SECRET_SIZE: Final = 20
STEP_SECONDS: Final = 30
DIGITS: Final = 6
# A clock that is half a minute off, either way.
STEP_SKEW: Final = 1


def _totp(secret: bytes) -> TOTP:
    return TOTP(secret, DIGITS, SHA1(), STEP_SECONDS)  # noqa: S303 - RFC 6238 and every authenticator app use it


def secret_text(secret: bytes) -> str:
    """The 20-byte secret in base32, as it is typed into an app."""
    return base64.b32encode(secret).decode()


def secret_uri(secret: bytes, member: str, issuer: str) -> str:
    """The `otpauth://` address that an app reads from a QR code."""
    return _totp(secret).get_provisioning_uri(member, issuer)


def digits_at(secret: bytes, now: int) -> str:
    """The digits at `now`, seconds since 1970."""
    return _totp(secret).generate(now).decode()


def matching_step(secret: bytes, digits: str, now: int, last_step: int) -> int | None:
    """The time step whose digits these are, if it is near `now` and after `last_step`.

    Every step is compared, whatever the first ones said.
    """
    typed = digits.encode("ascii", "replace")
    found: int | None = None
    for skew in range(-STEP_SKEW, STEP_SKEW + 1):
        step = now // STEP_SECONDS + skew
        right = hmac.compare_digest(_totp(secret).generate(step * STEP_SECONDS), typed)
        if right and step > last_step:
            found = step
    return found
