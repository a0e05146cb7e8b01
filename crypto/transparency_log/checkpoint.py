"""The log's key as the keepers sign it, its checkpoints, and cosignatures (C2SP; SPEC §12)."""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from crypto.errors import ForeignOffice, LogRefused, WrongShape
from crypto.framing import SUITE, Rng, b64decode, b64encode, sign, verify_key
from crypto.office.directory import is_signed_by, note_parts, verify_roots, write_text
from crypto.office.signed_notes import Note, base64_line, key_hash, read_note, signature_line
from crypto.office.witnesses import SIGNATURE_SIZES, holds
from crypto.shape import OrderedFields
from crypto.text import read_canonical
from crypto.transparency_log.tlog import HASH_SIZE, SIZE_LIMIT

LOG_LABEL = "yanlu/v1/log"
CHECKPOINT_LIMIT = 65536
_SIZE = re.compile(rb"0|[1-9][0-9]{0,12}")
_HOUR = re.compile(rb"at [0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:00:00Z")
_HOUR_FORMAT = "at %Y-%m-%dT%H:00:00Z"
_OFFICE = re.compile(r"office ([1-9][0-9]{0,14}) ([\w-]{43}) ([1-9][0-9]{0,14}) ([\w-]{43})", re.ASCII)


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
class OfficeState:
    """What an office has published: its last root's number, its directory's sequence, SHA-256 of the text of each."""

    root: int
    root_hash: bytes
    sequence: int
    directory_hash: bytes

    @property
    def line(self) -> str:
        """The line of a checkpoint that says so."""
        return f"office {self.root} {b64encode(self.root_hash)} {self.sequence} {b64encode(self.directory_hash)}"


@dataclass(frozen=True)
class Checkpoint:
    """The log at one full hour: its number of leaves, the root over them, and what the office had published then."""

    size: int
    root: bytes
    hour: datetime
    office: OfficeState


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
    if not is_signed_by(parsed, root):
        raise LogRefused("the log's key lacks its keepers' signatures")
    # 3. Its JSON says the same, and names that root.
    fields = OrderedFields(read_canonical(document), "v", "office", "suite", "number", "root", "key")
    fields.version()
    fields.word("suite", SUITE)
    if (fields.bytes("office", 16), fields.integer("number", 1)) != (office, number):
        raise WrongShape("header and document differ")
    if fields.integer("root", 1) != root.number:
        raise LogRefused("the log's key stands under another root")
    return LogName(office, number, fields.bytes("key", 32))


def checkpoint_text(log: LogName, checkpoint: Checkpoint) -> bytes:
    """What is signed: origin, size, root, and as extension lines the full hour and what the office has published."""
    hour = checkpoint.hour.astimezone(UTC).strftime(_HOUR_FORMAT)
    root = base64.b64encode(checkpoint.root).decode()
    return f"{log.origin}\n{checkpoint.size}\n{root}\n{hour}\n{checkpoint.office.line}\n".encode()


def sign_checkpoint(log: LogName, key: LogKey, checkpoint: Checkpoint) -> bytes:
    """The signed checkpoint; raises LogRefused with a key that is not this log's."""
    if key.key != log.key:
        raise LogRefused("this key is not the one that the keepers named")
    text = checkpoint_text(log, checkpoint)
    return text + b"\n" + signature_line(log.origin, key_hash(log.origin, log.key) + sign(key.seed, text))


def read_office_line(line: str) -> OfficeState:
    """What a checkpoint's line says of its office; raises WrongShape for any other way to write it."""
    found = _OFFICE.fullmatch(line)
    if found is None:
        raise WrongShape("not what an office has published")
    return OfficeState(int(found[1]), b64decode(found[2], HASH_SIZE), int(found[3]), b64decode(found[4], HASH_SIZE))


def read_checkpoint_text(text: bytes) -> tuple[str, Checkpoint]:
    """The origin that a checkpoint's text names, and what it says; raises WrongShape."""
    lines = text.split(b"\n")
    if len(lines) != 6 or lines[5] or _SIZE.fullmatch(lines[1]) is None or _HOUR.fullmatch(lines[3]) is None:
        raise WrongShape("not a checkpoint")
    office = read_office_line(lines[4].decode("ascii", "replace"))
    size = int(lines[1])
    if size > SIZE_LIMIT:
        raise WrongShape("a tree of impossible size")
    try:
        hour = datetime.strptime(lines[3].decode("ascii"), _HOUR_FORMAT).replace(tzinfo=UTC)
    except ValueError as error:
        raise WrongShape("not an hour") from error
    return lines[0].decode("ascii", "replace"), Checkpoint(size, base64_line(lines[2], HASH_SIZE), hour, office)


def read_checkpoint(log: LogName, note: bytes) -> Checkpoint:
    """A checkpoint with this log's own signature; raises the stages `schema`, `foreign` and `log`.

    Other signature lines are ignored, whatever they are.
    """
    if len(note) > CHECKPOINT_LIMIT:
        raise WrongShape("the checkpoint is too long")
    parsed = read_note(note, SIGNATURE_SIZES)
    origin, checkpoint = read_checkpoint_text(parsed.text)
    if origin != log.origin:
        raise ForeignOffice("a checkpoint of another log")
    _own_signature(log, parsed)
    return checkpoint


def _own_signature(log: LogName, note: Note) -> bytes:
    mark = key_hash(log.origin, log.key)
    for name, found, signature in note.signatures:
        if name == log.origin and found == mark and holds(log.key, note.text, signature):
            return mark + signature
    raise LogRefused("the checkpoint lacks the log's own signature")


def own_part(log: LogName, note: bytes) -> bytes:
    """A checkpoint with the log's own line and no other; raises as `read_checkpoint`."""
    parsed = read_note(note, SIGNATURE_SIZES)
    return parsed.text + b"\n" + signature_line(log.origin, _own_signature(log, parsed))
