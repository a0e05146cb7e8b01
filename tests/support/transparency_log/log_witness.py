"""A witness outside an office, for tests: its line, its cosignatures, and an office document that it confirmed."""

from __future__ import annotations

import os
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime

from crypto.framing import sha256, verify_key
from crypto.office.signed_notes import signature_line
from crypto.office.witnesses import Witness, cosign, write_witness
from crypto.transparency_log.checkpoint import Checkpoint, LogName, checkpoint_text
from crypto.transparency_log.office_document import state_of, write_office
from portal.office import OfficeFolder


@dataclass(frozen=True)
class Outside:
    """A machine outside the office, and its key."""

    name: str
    seed: bytes = field(default_factory=lambda: os.urandom(32), repr=False)

    @property
    def witness(self) -> Witness:
        """What others know of it."""
        return Witness(self.name, verify_key(self.seed))

    @property
    def line(self) -> str:
        """The same as office.toml names it."""
        return write_witness(self.witness)

    def sees(self, note: bytes, seconds: int) -> bytes:
        """A root or checkpoint with this witness's line."""
        return cosign(note, self.name, self.seed, seconds)


def checkpoint_of(office: OfficeFolder, size: int = 64) -> bytes:
    """A checkpoint of what an office has signed last, which no witness has seen; its log's line is not a signature."""
    document = office.signed()
    now = datetime.now(UTC).replace(minute=0, second=0, microsecond=0)
    told = Checkpoint(size, sha256(bytes(size)), now, state_of(document.roots, document.directory))
    text = checkpoint_text(LogName(office.root().office, 1, bytes(32)), told)
    return text + b"\n" + signature_line("log", bytes(68))


def confirmed(office: OfficeFolder, witness: Outside, seconds: int) -> bytes:
    """The office document as it is served once a witness has confirmed it at that second."""
    return write_office(replace(office.signed(), checkpoint=witness.sees(checkpoint_of(office), seconds)))
