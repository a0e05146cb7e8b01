"""Vectors of the codes that people read and type (SPEC §1)."""

import crypto
from crypto.framing import b64encode
from tests.crypto.vector_file import VectorFile


def write_codes(out: VectorFile) -> None:
    """Codes without a check, then those that have one."""
    code = crypto.write_code(bytes(range(10)))
    out.good("write_code", "ten bytes", content=b64encode(bytes(range(10))))
    out.good("write_code", "sixteen bytes", content=b64encode(bytes(range(16))))
    out.good("read_code", "as written", text=code, size=10)
    out.good("read_code", "as typed", text=f" {code.lower().replace('0', 'o').replace('1', 'l')} ", size=10)
    out.bad("read_code", "too short", "schema", text=code[:-1], size=10)
    out.bad("read_code", "U is no letter of the alphabet", "schema", text="U" + code[1:], size=10)
    spare = crypto.write_code(bytes(16))
    out.bad("read_code", "unused bits set", "schema", text=spare[:-1] + "1", size=16)
    _checked_codes(out)


def _checked_codes(out: VectorFile) -> None:
    code = crypto.write_checked_code(bytes(range(32)))
    for name, content in (
        ("counting up", range(32)),
        ("all ones", [255] * 32),
        ("the 96th bit counts no more", [254] * 12),
    ):
        out.good("write_checked_code", name, content=b64encode(bytes(content)))
    out.good("read_checked_code", "as written", text=code)
    out.good("read_checked_code", "as typed", text=f" {code.lower().replace('0', 'o').replace('1', 'l')} ")
    digits = code.replace("-", "")
    for at in range(len(digits)):
        wrong = "Z" if digits[at] != "Z" else "Y"
        out.bad("read_checked_code", f"character {at + 1} wrong", "schema", text=digits[:at] + wrong + digits[at + 1 :])
    for at in range(1, len(digits)):
        swapped = digits[: at - 1] + digits[at] + digits[at - 1] + digits[at + 1 :]
        if swapped != digits:
            out.bad("read_checked_code", f"characters {at} and {at + 1} swapped", "schema", text=swapped)
    out.bad("read_checked_code", "ends swapped", "schema", text=digits[-1] + digits[1:-1] + digits[0])
    out.bad("read_checked_code", "too short", "schema", text=digits[:-1])
    out.bad("read_checked_code", "too long", "schema", text=digits + "0")
    out.bad("read_checked_code", "U is no letter of the alphabet", "schema", text="U" + digits[1:])
