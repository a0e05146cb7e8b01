"""The log's key as the keepers sign it, its checkpoints, and cosignatures (C2SP; SPEC §12)."""

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from crypto.errors import ForeignOffice, LogRefused, SignatureRefused, WrongShape
from crypto.framing import SUITE, Rng, b64encode, check_signature, sha256, sign, u64, verify_key
from crypto.log.tlog import HASH_SIZE, SIZE_LIMIT
from crypto.office.directory import carries, note_parts, verify_roots, write_text
from crypto.office.notes import key_hash, read_note
from crypto.shape import OrderedFields
from crypto.text import read_canonical

LOG_LABEL = "yanlu/v1/log"
# A checkpoint may carry signatures of kinds that we don't know, of post-quantum size too.
SIGNATURE_SIZES = range(5, 8193)
CHECKPOINT_LIMIT = 65536
_COSIGNATURE = 4
# So many that a proof of filing still holds the checkpoint with all of them.
COSIGNATURE_LIMIT = 8
_WITNESS = re.compile(r"([!-*,-~]{1,64})\+([0-9a-f]{8})\+([A-Za-z0-9+/=]{44})", re.ASCII)
_SIZE = re.compile(rb"0|[1-9][0-9]{0,12}")
_HOUR = re.compile(rb"at [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:00:00Z")
_HOUR_FORMAT = "at %Y-%m-%dT%H:00:00Z"


@dataclass(frozen=True)
class LogName:
    """Which log, and whose signature its checkpoints carry: as an office's keepers have signed it."""

    office: bytes
    number: int
    key: bytes

    @property
    def origin(self) -> str:
        """The log's own name: the first line of every checkpoint."""
        return f"yanlu/log/{b64encode(self.office)}/{self.number}"


@dataclass(frozen=True, repr=False)
class LogKey:
    """The secret that signs checkpoints; the worker alone has it."""

    seed: bytes

    @property
    def key(self) -> bytes:
        """The Ed25519 public key."""
        return verify_key(self.seed)


@dataclass(frozen=True)
class Witness:
    """Somebody outside the office who cosigns checkpoints: a name without spaces and plus signs, an Ed25519 key."""

    name: str
    key: bytes


@dataclass(frozen=True)
class Checkpoint:
    """The log at one fixed hour: its number of leaves, and the root over them."""

    size: int
    root: bytes
    hour: datetime


def draw_log_key(rng: Rng) -> LogKey:
    """A fresh key of a log."""
    return LogKey(rng(32))


def log_text(office: bytes, number: int, root: int, key: bytes) -> bytes:
    """The text of the note in which the keepers of a root name the log's key."""
    document: dict[str, object] = {
        "v": 1,
        "office": b64encode(office),
        "suite": SUITE,
        "number": number,
        "root": root,
        "key": b64encode(key),
    }
    return write_text(LOG_LABEL, office, number, document)


def verify_log(code: str, roots: Sequence[bytes], note: bytes) -> LogName:
    """The log that the keepers of the last root name, in the order of SPEC §12.

    Raises the stages of `verify_roots`, `json`, `schema`, `foreign` and `log`.
    """
    # 1. The roots.
    root = verify_roots(code, roots)
    # 2. The note is of this office and carries the last root's threshold.
    parsed = read_note(note)
    office, number, document = note_parts(parsed, LOG_LABEL)
    if office != root.office:
        raise ForeignOffice("a log of another office")
    if not carries(parsed, root):
        raise LogRefused("the log's key lacks its keepers' signatures")
    # 3. Its JSON says the same, and names that root.
    fields = OrderedFields(read_canonical(document), "v", "office", "suite", "number", "root", "key")
    fields.version()
    fields.word("suite", SUITE)
    if (fields.bytes("office", 16), fields.integer("number", 1)) != (office, number):
        raise WrongShape("the lines above the document say something else")
    if fields.integer("root", 1) != root.number:
        raise LogRefused("the log's key stands under another root")
    return LogName(office, number, fields.bytes("key", 32))


def base64_line(line: bytes, size: int) -> bytes:
    """Standard Base64 with padding, of exactly `size` bytes; raises WrongShape."""
    try:
        content = base64.b64decode(line, validate=True)
    except (ValueError, binascii.Error) as error:
        raise WrongShape("not base64") from error
    if len(content) != size or base64.b64encode(content) != line:
        raise WrongShape("not base64 of this length")
    return content


def checkpoint_text(log: LogName, checkpoint: Checkpoint) -> bytes:
    """What is signed: origin, size, root, and the fixed hour as an extension line."""
    hour = checkpoint.hour.astimezone(UTC).strftime(_HOUR_FORMAT)
    root = base64.b64encode(checkpoint.root).decode()
    return f"{log.origin}\n{checkpoint.size}\n{root}\n{hour}\n".encode()


def _line(name: str, content: bytes) -> bytes:
    return f"— {name} {base64.b64encode(content).decode()}\n".encode()


def sign_checkpoint(log: LogName, key: LogKey, checkpoint: Checkpoint) -> bytes:
    """The signed checkpoint; raises LogRefused with a key that is not this log's."""
    if key.key != log.key:
        raise LogRefused("this key is not the one that the keepers named")
    text = checkpoint_text(log, checkpoint)
    return text + b"\n" + _line(log.origin, key_hash(log.origin, log.key) + sign(key.seed, text))


def _read_text(log: LogName, text: bytes) -> Checkpoint:
    lines = text.split(b"\n")
    if len(lines) != 5 or lines[4] or _SIZE.fullmatch(lines[1]) is None or _HOUR.fullmatch(lines[3]) is None:
        raise WrongShape("not a checkpoint")
    if lines[0] != log.origin.encode():
        raise ForeignOffice("a checkpoint of another log")
    size = int(lines[1])
    if size > SIZE_LIMIT:
        raise WrongShape("a tree of impossible size")
    try:
        hour = datetime.strptime(lines[3].decode("ascii"), _HOUR_FORMAT).replace(tzinfo=UTC)
    except ValueError as error:
        raise WrongShape("not an hour") from error
    return Checkpoint(size, base64_line(lines[2], HASH_SIZE), hour)


def read_checkpoint(log: LogName, note: bytes) -> Checkpoint:
    """A checkpoint with this log's own signature; raises the stages `schema`, `foreign` and `log`.

    Other signature lines are ignored, whatever they are.
    """
    if len(note) > CHECKPOINT_LIMIT:
        raise WrongShape("the checkpoint is too long")
    parsed = read_note(note, SIGNATURE_SIZES)
    checkpoint = _read_text(log, parsed.text)
    mark = key_hash(log.origin, log.key)
    if not any(
        name == log.origin and found == mark and _holds(log.key, parsed.text, signature)
        for name, found, signature in parsed.signatures
    ):
        raise LogRefused("the checkpoint lacks the log's own signature")
    return checkpoint


def _holds(key: bytes, message: bytes, signature: bytes) -> bool:
    try:
        check_signature(key, message, signature)
    except SignatureRefused:
        return False
    return True


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
    return note + _line(name, cosigner_hash(name, verify_key(seed)) + signature)


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
        if seconds < 2**53 and _holds(key, _cosigned(parsed.text, seconds), signature[8:]):
            found[name] = mark + signature
    return found


def cosigners(note: bytes, keys: Mapping[str, bytes]) -> dict[str, int]:
    """Who of `keys` (name → public key) cosigned a checkpoint, and at which second since 1970; the rest is ignored."""
    return {name: int.from_bytes(line[4:12], "big") for name, line in _holding(note, keys).items()}


def add_cosignatures(note: bytes, other: bytes, keys: Mapping[str, bytes]) -> bytes:
    """The checkpoint with the cosignatures of `keys` that another copy of it has and it lacks.

    It takes no more than make `COSIGNATURE_LIMIT` of them. Raises LogRefused for another text.
    """
    mine, theirs = read_note(note, SIGNATURE_SIZES), read_note(other, SIGNATURE_SIZES)
    if mine.text != theirs.text:
        raise LogRefused("another checkpoint")
    known = _holding(note, keys)
    fresh = [(name, line) for name, line in _holding(other, keys).items() if name not in known]
    # One line is the log's own.
    room = max(0, COSIGNATURE_LIMIT + 1 - len(mine.signatures))
    return note + b"".join(_line(name, line) for name, line in fresh[:room])
