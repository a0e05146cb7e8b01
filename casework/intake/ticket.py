"""The number by which a reporter and the office speak of a case, on a slip or over the telephone."""

from __future__ import annotations

import hashlib
from typing import Final

from casework.ids import CaseId

DIGITS: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's: no I, L, O, U, which are misheard and misread."""
LENGTH: Final = 10
"""50 bits: among a million cases two share a number once in two thousand."""
FIELD: Final = 0b100101
"""x⁵ + x² + 1."""
LABEL: Final = b"yanlu ticket number 1"
_HEARD: Final = str.maketrans({"I": "1", "L": "1", "O": "0", "-": None, " ": None})


def ticket_number(case: CaseId) -> str:
    """Ten digits and a check digit, `XXXXX-XXXXX-C`: of the case's id alone, so it counts no cases and names no day."""
    digest = int.from_bytes(hashlib.sha256(LABEL + case).digest(), "big")
    plain = "".join(DIGITS[(digest >> (5 * place)) & 31] for place in range(LENGTH))
    return f"{plain[:5]}-{plain[5:]}-{_check(plain)}"


def read_ticket(text: str) -> str | None:
    """The number as `ticket_number` writes it, from what somebody typed or heard; None where a digit is wrong."""
    plain = text.strip().upper().translate(_HEARD)
    if len(plain) != LENGTH + 1 or any(one not in DIGITS for one in plain) or _check(plain[:-1]) != plain[-1]:
        return None
    return f"{plain[:5]}-{plain[5:-1]}-{plain[-1]}"


def _check(plain: str) -> str:
    """Over GF(32): finds every single wrong digit and every two that were exchanged."""
    total = 0
    for one in plain:
        total = _doubled(total ^ DIGITS.index(one))
    return DIGITS[total]


def _doubled(value: int) -> int:
    return value << 1 if value < 16 else (value << 1) ^ FIELD
