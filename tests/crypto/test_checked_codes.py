"""Office codes: every wrong character and every swap is refused by the code alone."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from crypto import WrongShape, read_anchor, read_checked_code, write_checked_code
from crypto.framing import b64encode, sha256
from tests.support.samples.typing_errors import ALPHABET, mistyped

CODE = write_checked_code(sha256(b"an office"))


def _refused(codes: Iterator[str]) -> int:
    count = 0
    for code in codes:
        with pytest.raises(WrongShape):
            read_checked_code(code)
        count += 1
    return count


def test_every_wrong_character_and_every_swap_is_refused() -> None:
    """Twenty places with thirty-one wrong characters each, and each pair of places whose characters differ."""
    digits = CODE.replace("-", "")
    pairs = sum(one != other for at, one in enumerate(digits) for other in digits[:at])
    assert _refused(mistyped(CODE)) == 20 * 31 + pairs


def test_ninety_five_bits_of_the_hash_stand_in_the_code() -> None:
    """Each of the first 95 bits changes the code, the 96th does not."""
    first = bytes(12)
    flipped = [write_checked_code((1 << 95 - at).to_bytes(12, "big")) for at in range(96)]
    assert len({write_checked_code(first), *flipped[:95]}) == 96
    assert flipped[95] == write_checked_code(first)


def test_a_code_reads_back_as_people_type_it() -> None:
    """Lower case, blanks for hyphens, letters for digits."""
    typed = CODE.lower().replace("-", " ").replace("0", "o").replace("1", "l")
    assert read_checked_code(typed) == CODE
    assert set(CODE) <= set(ALPHABET) | {"-"}


def test_a_link_keeps_code_and_hash_together() -> None:
    """What was read is written again; a hash of another length is none."""
    whole = f"{CODE}&h={b64encode(sha256(b'an office'))}"
    assert str(read_anchor(whole.replace(CODE, CODE.lower()))) == whole
    for wrong in (f"{CODE}&h=", f"{CODE}&h={b64encode(bytes(31))}", whole + "A", f"&h={b64encode(bytes(32))}"):
        with pytest.raises(WrongShape):
            read_anchor(wrong)
