"""Codes that people read, type and say over a telephone: Crockford base32 (SPEC §1)."""

from crypto.errors import WrongShape

_ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
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
