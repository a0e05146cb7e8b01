"""Witnesses outside the office: what they are known by, and their cosignatures on checkpoints and roots (C2SP)."""

import base64
import re
from collections.abc import Mapping
from dataclasses import dataclass

from crypto.errors import LogRefused, SignatureRefused, WrongShape
from crypto.framing import check_signature, sha256, sign, u64, verify_key
from crypto.office.signed_notes import base64_line, read_note, signature_line

# A checkpoint may carry signatures of kinds that we don't know, of post-quantum size too.
SIGNATURE_SIZES = range(5, 8193)
_COSIGNATURE = 4
# So many that a proof of filing still holds the checkpoint with all of them.
COSIGNATURE_LIMIT = 8
_NAME = "[!-*,-~]{1,64}"
_WITNESS = re.compile(rf"({_NAME})\+([0-9a-f]{{8}})\+([A-Za-z0-9+/=]{{44}})", re.ASCII)


@dataclass(frozen=True)
class Witness:
    """Somebody outside the office who cosigns checkpoints: a name without spaces and plus signs, an Ed25519 key."""

    name: str
    key: bytes


def witness_name_of(value: object) -> str:
    """A witness's name: 1 to 64 printable ASCII characters without space and plus sign; raises WrongShape."""
    if not isinstance(value, str) or re.fullmatch(_NAME, value) is None:
        raise WrongShape("not the name of a witness")
    return value


def cosigner_hash(name: str, key: bytes) -> bytes:
    """The 4 bytes that say which cosigner's key made a line."""
    return sha256(name.encode(), b"\n", bytes([_COSIGNATURE]), key)[:4]


def write_witness(witness: Witness) -> str:
    """A witness as one line (C2SP vkey): name, key hash, and the key behind the byte of its kind."""
    encoded = base64.b64encode(bytes([_COSIGNATURE]) + witness.key).decode()
    return f"{witness.name}+{cosigner_hash(witness.name, witness.key).hex()}+{encoded}"


def read_witness(text: str) -> Witness:
    """The witness of such a line; raises WrongShape for any other way to write it."""
    found = _WITNESS.fullmatch(text)
    if found is None:
        raise WrongShape("not the line of a witness")
    witness = Witness(found[1], base64_line(found[3].encode(), 33)[1:])
    if write_witness(witness) != text:
        raise WrongShape("not the line of a witness")
    return witness


def holds(key: bytes, message: bytes, signature: bytes) -> bool:
    """Whether a signature of that key holds."""
    try:
        check_signature(key, message, signature)
    except SignatureRefused:
        return False
    return True


def _cosigned(text: bytes, seconds: int) -> bytes:
    return f"cosignature/v1\ntime {seconds}\n".encode() + text


def cosign(note: bytes, name: str, seed: bytes, seconds: int) -> bytes:
    """The checkpoint with one more line: that `name` saw it at that second since 1970, and no other one of its size.

    To be called only once the checkpoint was verified against the one that was cosigned before.
    """
    if not name or re.search(r"[\s+]", name):
        raise WrongShape("a cosigner's name has neither spaces nor plus signs")
    parsed = read_note(note, SIGNATURE_SIZES)
    signature = u64(seconds) + sign(seed, _cosigned(parsed.text, seconds))
    return note + signature_line(name, cosigner_hash(name, verify_key(seed)) + signature)


def _holding(note: bytes, keys: Mapping[str, bytes]) -> dict[str, bytes]:
    """By name the first cosignature of each of `keys` that holds, behind its key hash."""
    parsed = read_note(note, SIGNATURE_SIZES)
    found: dict[str, bytes] = {}
    for name, mark, signature in parsed.signatures:
        key = keys.get(name)
        if key is None or name in found or mark != cosigner_hash(name, key) or len(signature) != 72:
            continue
        seconds = int.from_bytes(signature[:8], "big")
        # A time beyond what every reader holds exactly is nobody's.
        if seconds < 2**53 and holds(key, _cosigned(parsed.text, seconds), signature[8:]):
            found[name] = mark + signature
    return found


def cosigners(note: bytes, keys: Mapping[str, bytes]) -> dict[str, int]:
    """Who of `keys` (name → public key) cosigned a checkpoint, and at which second since 1970; the rest is ignored."""
    return {name: int.from_bytes(line[4:12], "big") for name, line in _holding(note, keys).items()}


def add_cosignatures(note: bytes, other: bytes, keys: Mapping[str, bytes]) -> bytes:
    """The checkpoint with the cosignatures of `keys` that another copy of it has, and it lacks or has of earlier.

    It takes no more than make `COSIGNATURE_LIMIT` of them. Raises LogRefused for another text.
    """
    mine, theirs = read_note(note, SIGNATURE_SIZES), read_note(other, SIGNATURE_SIZES)
    if mine.text != theirs.text:
        raise LogRefused("another checkpoint")
    known, fresh = _holding(note, keys), list[tuple[str, bytes]]()
    for name, line in _holding(other, keys).items():
        if name not in known:
            fresh.append((name, line))
        elif line[4:12] > known[name][4:12]:
            note = note.replace(signature_line(name, known[name]), signature_line(name, line))
    # One line is the log's own.
    free = max(0, COSIGNATURE_LIMIT + 1 - len(mine.signatures))
    return note + b"".join(signature_line(name, line) for name, line in fresh[:free])
