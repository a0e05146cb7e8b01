"""Signed notes (C2SP signed-note) and the keepers' keys (SPEC §4)."""

import base64
import binascii
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from crypto.errors import SignatureRefused, WrongShape
from crypto.framing import Rng, check_signature, sha256, sign, verify_key

NOTE_LIMIT = 524288
SIGNATURE_LIMIT = 16
# Key hash and Ed25519 signature: a keeper's line has 68 bytes, a witness's under a root 76, since it tells the second.
KEEPER_SIZES = range(68, 77, 8)
_DASH = "— "


@dataclass(frozen=True)
class Note:
    """A parsed note: the signed text, and (keeper id, key hash, signature) of each line."""

    text: bytes
    signatures: list[tuple[str, bytes, bytes]]


@dataclass(frozen=True, repr=False)
class KeeperKey:
    """A keeper's secret: signs roots and directories. The nonce stands in every root that names the key."""

    id: str
    seed: bytes
    nonce: bytes

    @property
    def key(self) -> bytes:
        """The Ed25519 public key."""
        return verify_key(self.seed)


def draw_keeper(keeper: str, rng: Rng) -> KeeperKey:
    """A fresh keeper key, and the nonce that goes with it."""
    return KeeperKey(keeper, rng(32), rng(32))


def key_hash(keeper: str, key: bytes) -> bytes:
    """The 4 bytes that say which key signed a line."""
    return sha256(keeper.encode(), b"\n\x01", key)[:4]


def sign_note(text: bytes, keepers: list[KeeperKey], note: bytes = b"") -> bytes:
    """The note of `text` with these keepers' signatures, added to those of `note` if given."""
    lines = read_note(note).signatures if note else []
    if note and read_note(note).text != text:
        raise WrongShape("the note holds another text")
    lines += [(keeper.id, key_hash(keeper.id, keeper.key), sign(keeper.seed, text)) for keeper in keepers]
    return _write(text, lines)


def _write(text: bytes, lines: Iterable[tuple[str, bytes, bytes]]) -> bytes:
    written = [
        f"{_DASH}{name} {base64.b64encode(mark + signature).decode()}\n".encode()
        for name, mark, signature in dict.fromkeys(lines)
    ]
    return text + b"\n" + b"".join(written)


def base64_line(line: bytes, size: int) -> bytes:
    """Standard Base64 with padding, of exactly `size` bytes; raises WrongShape."""
    try:
        content = base64.b64decode(line, validate=True)
    except (ValueError, binascii.Error) as error:
        raise WrongShape("not base64") from error
    if len(content) != size or base64.b64encode(content) != line:
        raise WrongShape("not base64 of this length")
    return content


def signature_line(name: str, content: bytes) -> bytes:
    """A signature line of a name: key hash and signature as `content`."""
    return f"— {name} {base64.b64encode(content).decode()}\n".encode()


def _read_line(line: str, sizes: range) -> tuple[str, bytes, bytes]:
    name, space, encoded = line.removeprefix(_DASH).partition(" ")
    if not line.startswith(_DASH) or not name or not space:
        raise WrongShape("not a signature line")
    try:
        content = base64.b64decode(encoded, validate=True)
    except (ValueError, binascii.Error) as error:
        raise WrongShape("not a signature line") from error
    if len(content) not in sizes or base64.b64encode(content).decode() != encoded:
        raise WrongShape("not a signature of this note's kind")
    return name, content[:4], content[4:]


def read_note(content: bytes, sizes: range = KEEPER_SIZES) -> Note:
    """Parse a note whose signature lines hold so many bytes each, key hash included; raises WrongShape."""
    if len(content) > NOTE_LIMIT:
        raise WrongShape("the note is too long")
    text, gap, tail = content.rpartition(b"\n\n")
    if not gap or not tail.endswith(b"\n"):
        raise WrongShape("not a signed note")
    try:
        # All of it: a text that is none would read differently in every reader.
        content.decode("utf-8")
        lines = tail.decode("utf-8")[:-1].split("\n")
    except UnicodeDecodeError as error:
        raise WrongShape("not a signed note") from error
    if len(lines) > SIGNATURE_LIMIT:
        raise WrongShape("too many signature lines")
    return Note(text + b"\n", [_read_line(line, sizes) for line in lines])


def count_signers(note: Note, keys: dict[str, bytes]) -> int:
    """How many distinct keepers of `keys` (id → public key) signed the note; others are ignored."""
    signers: set[str] = set()
    for name, mark, signature in note.signatures:
        key = keys.get(name)
        if key is None or key_hash(name, key) != mark:
            continue
        try:
            check_signature(key, note.text, signature)
        except SignatureRefused:
            continue
        signers.add(name)
    return len(signers)


def join_notes(text: bytes, notes: Sequence[bytes]) -> bytes:
    """The note of `text` with the signatures of all these notes of it; raises WrongShape for one of another text."""
    lines: list[tuple[str, bytes, bytes]] = []
    for note in notes:
        read = read_note(note)
        if read.text != text:
            raise WrongShape("the note holds another text")
        lines += read.signatures
    return _write(text, lines)
