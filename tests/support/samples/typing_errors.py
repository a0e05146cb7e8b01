"""A code as a hurried hand types it: one character wrong, or two that changed places."""

from __future__ import annotations

from collections.abc import Iterator

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"


def mistyped(code: str) -> Iterator[str]:
    """Each code with one wrong character, then each in which two that differ have changed places."""
    digits = code.replace("-", "")
    for at, right in enumerate(digits):
        yield from (digits[:at] + char + digits[at + 1 :] for char in ALPHABET if char != right)
    for at in range(len(digits)):
        for other in range(at):
            if digits[at] != digits[other]:
                typed = list(digits)
                typed[at], typed[other] = typed[other], typed[at]
                yield "".join(typed)
