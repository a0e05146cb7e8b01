"""The six digits of RFC 6238 (SHA-1, 30 seconds) from a member's secret."""

from __future__ import annotations

import base64
import binascii
import hmac
import re
import time

from portal.cli.errors import CommandError, Exit

PERIOD = 30
LEAST_LEFT = 3


def totp_code(secret: str, seconds: int) -> str:
    """The code of that moment (seconds since 1970); raises CommandError for a secret that is none."""
    try:
        text = secret.replace(" ", "").upper()
        key = base64.b32decode(text + "=" * (-len(text) % 8))
    except (ValueError, binascii.Error) as error:
        raise CommandError(Exit.WRONG_SECRET, "The file holds no TOTP secret.") from error
    digest = hmac.digest(key, (seconds // PERIOD).to_bytes(8, "big"), "sha1")
    at = digest[-1] & 15
    number = int.from_bytes(digest[at : at + 4], "big") & 0x7FFFFFFF
    return f"{number % 1_000_000:06d}"


def code_from(text: str, seconds: int) -> str:
    """Six digits as they are, or the code of this moment from a secret."""
    return text if re.fullmatch(r"[0-9]{6}", text) else totp_code(text, seconds)


def step_before() -> int:
    """A moment of the step before this one: its digits still count, and those of now are left for a sign-in.

    Waits when this step is about to end, since digits two steps old are refused.
    """
    while time.time() % PERIOD > PERIOD - LEAST_LEFT:
        time.sleep(0.2)
    return int(time.time()) - PERIOD
