"""Codes that people read, type and say over a telephone: Crockford base32 (SPEC §1)."""

from crypto.errors import WrongShape

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_SIZE = 20
"""Characters of a code with a check: nineteen of 5 bits, and the check."""
_READS = {ord("O"): "0", ord("I"): "1", ord("L"): "1", ord(" "): None, ord("-"): None}


def write_code(content: bytes) -> str:
    """Upper case, groups of four joined by `-`; unused bits are zero."""
    bits = int.from_bytes(content, "big") << (-len(content) * 8 % 5)
    count = -(-len(content) * 8 // 5)
    chars = "".join(_ALPHABET[bits >> 5 * (count - 1 - at) & 31] for at in range(count))
    return "-".join(chars[at : at + 4] for at in range(0, count, 4))


def read_code(text: str, size: int) -> bytes:
    """The `size` bytes behind a code as somebody typed it; raises WrongShape."""
    if not text.isascii():
        raise WrongShape("not a code")
    chars = text.upper().translate(_READS)
    count = -(-size * 8 // 5)
    if len(chars) != count or not set(chars) <= set(_ALPHABET):
        raise WrongShape("not a code of this length")
    bits = 0
    for char in chars:
        bits = bits << 5 | _ALPHABET.index(char)
    unused = count * 5 - size * 8
    if bits & ((1 << unused) - 1):
        raise WrongShape("unused bits are set")
    return (bits >> unused).to_bytes(size, "big")


def _times_alpha(value: int) -> int:
    """One step in GF(32) = GF(2)[x]/(x^5 + x^2 + 1): times x."""
    return value << 1 ^ (0b100101 if value & 16 else 0)


def _over_alpha(value: int) -> int:
    """The step back: by x."""
    return (value ^ (0b100101 if value & 1 else 0)) >> 1


def _weighed(digits: list[int]) -> int:
    """The sum of x^i times digit i, by Horner's rule from the last one."""
    total = 0
    for digit in reversed(digits):
        total = _times_alpha(total) ^ digit
    return total


def _grouped(digits: list[int]) -> str:
    chars = "".join(_ALPHABET[digit] for digit in digits)
    return "-".join(chars[at : at + 4] for at in range(0, len(chars), 4))


def write_checked_code(digest: bytes) -> str:
    """The first 95 bits of a hash as 19 characters and a check: `XXXX-XXXX-XXXX-XXXX-XXXX`."""
    bits = int.from_bytes(digest[:12], "big") >> 1
    digits = [bits >> 5 * (_SIZE - 2 - at) & 31 for at in range(_SIZE - 1)]
    check = _weighed(digits)
    for _ in digits:
        check = _over_alpha(check)
    return _grouped([*digits, check])


def read_checked_code(text: str) -> str:
    """A code with its check as somebody typed it, in its one spelling.

    Raises WrongShape for every code with one wrong character, and every one with two that changed places.
    """
    if not text.isascii():
        raise WrongShape("not a code")
    chars = text.upper().translate(_READS)
    if len(chars) != _SIZE or not set(chars) <= set(_ALPHABET):
        raise WrongShape("not a code of this length")
    digits = [_ALPHABET.index(char) for char in chars]
    if _weighed(digits):
        raise WrongShape("the check character does not fit")
    return _grouped(digits)
