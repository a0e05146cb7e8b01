"""A witness's one file: its key and what it has signed, so that neither is ever there without the other."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from itertools import pairwise
from pathlib import Path
from typing import Final

from crypto.errors import CryptoError, WrongShape
from crypto.framing import b64encode, sha256, verify_key
from crypto.office.anchor import read_anchor
from crypto.office.signed_notes import NOTE_LIMIT, read_note
from crypto.office.witnesses import Witness, witness_name_of
from crypto.shape import Fields, text_of
from crypto.text import read_json, write_json
from crypto.transparency_log.checkpoint import Checkpoint, LogName, read_checkpoint
from crypto.transparency_log.filing import ROOTS_LIMIT
from portal.office.files import write_published, write_secret
from portal.transparency_log.verifying import Fault, LogFaulty

FILE: Final = "witness.json"
COSIGNED: Final = "checkpoint"
REFUSED: Final = "refusal.json"
_LIMIT: Final = 4 * NOTE_LIMIT
_SECONDS: Final = 253_402_300_799
"""To the end of the year 9999."""


@dataclass(frozen=True)
class Pinned:
    """The office that a witness looks at, by its printed code, where it is reached, and the log that it knows."""

    code: str
    address: str
    log: LogName


@dataclass(frozen=True)
class WitnessState:
    """A witness's key, its office, and what it has signed: `successors` by root number, SHA-256 of the text.

    The key may be there before the office is: a root 1 can name it.
    """

    name: str
    seed: bytes = field(repr=False)
    pinned: Pinned | None = None
    # As the log signed it, with no other line; and the note of the root that it names.
    signed: bytes | None = field(default=None, repr=False)
    root: bytes | None = field(default=None, repr=False)
    successors: Mapping[int, bytes] = field(default_factory=dict[int, bytes])

    @property
    def witness(self) -> Witness:
        """What others know of it."""
        return Witness(self.name, verify_key(self.seed))

    @property
    def seen(self) -> Checkpoint | None:
        """The checkpoint that was signed last; None before the first."""
        return None if self.signed is None or self.pinned is None else read_checkpoint(self.pinned.log, self.signed)


@dataclass(frozen=True)
class WitnessRefusal:
    """Why the last look was refused, and in which second."""

    fault: Fault
    place: str
    at: int


@dataclass(frozen=True)
class WitnessFolder:
    """Where a witness keeps its file, and the checkpoint that it cosigned last for others to fetch."""

    path: Path

    @contextmanager
    def turn(self) -> Generator[None]:
        """One at a time: two that sign with one key at once would each know what was signed before alone."""
        opened = os.open(self.path, os.O_RDONLY | os.O_DIRECTORY)
        try:
            fcntl.flock(opened, fcntl.LOCK_EX)
            yield
        finally:
            os.close(opened)

    def exists(self) -> bool:
        """Whether a witness was set up here."""
        return (self.path / FILE).exists()

    def read(self) -> WitnessState:
        """Key and memory; raises `LogFaulty` (`memory`) where they are not what this program wrote."""
        try:
            with (self.path / FILE).open("rb") as file:
                return read_witness_state(file.read(_LIMIT + 1))
        except (OSError, CryptoError) as error:
            raise LogFaulty(Fault.MEMORY, self.path / FILE) from error

    def remember(self, known: WitnessState) -> None:
        """Writes it to the disk, its name too, before anything is signed (0600)."""
        write_secret(self.path / FILE, write_witness_state(known))

    def cosigned(self) -> bytes | None:
        """The checkpoint with this witness's line, as it was given away last."""
        file = self.path / COSIGNED
        return file.read_bytes() if file.is_file() else None

    def publish(self, note: bytes) -> None:
        """Leaves a checkpoint with this witness's line for the office to fetch."""
        write_published(self.path / COSIGNED, note)

    def store_refused(self, fault: str, note: bytes) -> None:
        """Keeps the last checkpoint that was refused for this reason: with what was signed it proves two views."""
        write_secret(self.path / f"refused-{fault}", note)

    def record_refusal(self, refusal: WitnessRefusal) -> None:
        """Says, to anyone who asks later, that the last look was refused."""
        document = {"v": 1, "fault": refusal.fault.value, "place": refusal.place, "at": refusal.at}
        write_secret(self.path / REFUSED, write_json(document) + b"\n")

    def forget_refusal(self) -> None:
        """After a look at which all held."""
        (self.path / REFUSED).unlink(missing_ok=True)

    def refusal(self) -> WitnessRefusal | None:
        """Why the last look was refused; None where it was not. Raises `LogFaulty` (`memory`)."""
        file = self.path / REFUSED
        if not file.is_file():
            return None
        try:
            fields = Fields(read_json(file.read_bytes().removesuffix(b"\n"), _LIMIT), "v", "fault", "place", "at")
            fields.version()
            fault, at = Fault(fields.text("fault", 64)), fields.integer("at", 0, _SECONDS)
            return WitnessRefusal(fault, fields.text("place", 512), at)
        except (OSError, CryptoError, ValueError) as error:
            raise LogFaulty(Fault.MEMORY, file) from error


def write_witness_state(known: WitnessState) -> bytes:
    """The file's content."""
    document: dict[str, object] = {
        "v": 1,
        "witness": known.name,
        "seed": b64encode(known.seed),
        "pinned": None if known.pinned is None else _write_pinned(known.pinned),
        "checkpoint": None if known.signed is None else known.signed.decode(),
        "root": None if known.root is None else known.root.decode(),
        "successors": [{"root": number, "hash": b64encode(digest)} for number, digest in known.successors.items()],
    }
    return write_json(document) + b"\n"


def _write_pinned(pinned: Pinned) -> dict[str, object]:
    log = pinned.log
    return {
        "code": pinned.code,
        "address": pinned.address,
        "office": b64encode(log.office),
        "number": log.number,
        "key": b64encode(log.key),
    }


def read_witness_state(content: bytes) -> WitnessState:
    """The one reader of the file: whatever this program would not have written is refused (`json`, `schema`, `log`)."""
    document = read_json(content.removesuffix(b"\n"), _LIMIT)
    fields = Fields(document, "v", "witness", "seed", "pinned", "checkpoint", "root", "successors")
    fields.version()
    pinned = fields["pinned"]
    known = WitnessState(
        witness_name_of(fields["witness"]),
        fields.bytes("seed", 32),
        None if pinned is None else _read_pinned(pinned),
        _note_of(fields["checkpoint"]),
        _note_of(fields["root"]),
        dict(fields.list("successors", ROOTS_LIMIT, _successor)),
    )
    names = None if known.seen is None else known.seen.office.root_hash
    holds = None if known.root is None else sha256(read_note(known.root).text)
    if names != holds or (known.seen is None and known.signed is not None):
        raise WrongShape("a checkpoint of no office, or another root than it names")
    if any(later <= earlier for earlier, later in pairwise(known.successors)) or write_witness_state(known) != content:
        raise WrongShape("not as it was written")
    return known


def _note_of(value: object) -> bytes | None:
    return None if value is None else text_of(value, NOTE_LIMIT).encode()


def _read_pinned(value: object) -> Pinned:
    fields = Fields(value, "code", "address", "office", "number", "key")
    log = LogName(fields.bytes("office", 16), fields.integer("number", 1), fields.bytes("key", 32))
    return Pinned(str(read_anchor(fields.text("code", 256))), fields.text("address", 512), log)


def _successor(value: object) -> tuple[int, bytes]:
    fields = Fields(value, "root", "hash")
    return fields.integer("root", 2), fields.bytes("hash", 32)
