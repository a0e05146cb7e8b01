"""An office and its log as a server shows them to a witness: honest, or with the log's key in bad hands."""

from __future__ import annotations

from collections.abc import Sequence
from copy import copy
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import crypto
from crypto.framing import sha256
from crypto.office.signed_notes import read_note
from crypto.text import write_json
from crypto.transparency_log.checkpoint import Checkpoint, LogKey, LogName, OfficeState, log_text, sign_checkpoint
from crypto.transparency_log.filing import Fact, log_entry, office_log_key
from crypto.transparency_log.tlog import grow, leaf_hash, root_hash, tiles_of, write_entries
from tests.crypto.sample import Drawn, Office

START = datetime(2026, 11, 24, tzinfo=UTC)


@dataclass
class ShownLog:
    """The files of a log that grows by one checkpoint after another."""

    office: Office = field(default_factory=lambda: Office(Drawn("shown/office")))
    key: LogKey = field(default_factory=lambda: LogKey(Drawn("shown/key")(32)))
    rng: Drawn = field(default_factory=lambda: Drawn("shown"))
    directory: bytes = b""
    entries: list[bytes] = field(default_factory=list[bytes])
    found: dict[str, bytes] = field(default_factory=dict[str, bytes])
    hour: datetime = START - timedelta(hours=6)

    def __post_init__(self) -> None:
        self.directory = self.office.note()

    @property
    def name(self) -> LogName:
        """What the keepers name."""
        return LogName(self.office.office, 1, self.key.key)

    @property
    def published(self) -> OfficeState:
        """The last root and the directory."""
        root, directory = (read_note(note).text for note in (self.office.roots[-1], self.directory))
        sequence = int(directory.split(b"\n")[2])
        return OfficeState(len(self.office.roots), sha256(root), sequence, sha256(directory))

    def fork(self) -> ShownLog:
        """The same so far, and from here on another."""
        other, other_office = copy(self), copy(self.office)
        other_office.roots = list(self.office.roots)
        other.office, other.rng = other_office, copy(self.rng)
        other.entries, other.found = list(self.entries), dict(self.found)
        return other

    def read(self, path: str) -> bytes | None:
        """One file."""
        return self.found.get(path)

    def publish(self, **changes: Any) -> None:
        """The keepers' next directory."""
        self.directory = self.office.note(**changes)

    def successor(self, **changes: Any) -> bytes:
        """A next root that both thresholds have signed."""
        document = self.office.root_document(len(self.office.roots) + 1, **changes)
        return crypto.sign_note(crypto.root_text(document), self.office.keepers[:2])

    def grow(
        self, hours: float = 6, name: OfficeState | None = None, *, enter: bool = True, also: Sequence[bytes] = ()
    ) -> datetime:
        """The next checkpoint; gives its hour. `name`: it says this of the office; not `enter`: that stands nowhere."""
        self.hour += timedelta(hours=hours)
        named, key = name or self.published, office_log_key(self.office.office)
        notes = [(Fact.ROOT, named.root_hash), (Fact.DIRECTORY, named.directory_hash)] if enter else []
        facts = [log_entry(key, fact, digest) for fact, digest in notes]
        fresh = [*also, *(one for one in facts if one not in self.entries)]
        self.entries += sorted([*fresh, *(self.rng(32) for _ in range(64 - len(fresh)))], key=leaf_hash)
        size, tiles = len(self.entries), grow(lambda _level, _number: b"", 0, [leaf_hash(one) for one in self.entries])
        for tile in tiles_of(size):
            bundle = write_entries(self.entries[tile.number * 256 : tile.number * 256 + tile.width])
            self.found[tile.path] = bundle if tile.level is None else tiles[tile.level, tile.number]
        root = root_hash(lambda level, number: tiles[level, number], size)
        self.found["checkpoint"] = sign_checkpoint(self.name, self.key, Checkpoint(size, root, self.hour, named))
        self.serve()
        return self.hour

    def serve(self) -> None:
        """Shows roots, the log's name and the directory as they are now."""
        roots = self.office.roots
        note = log_text(self.office.office, 1, len(roots), self.key.key)
        self.found["log.note"] = crypto.sign_note(note, self.office.keepers[:2])
        self.found["roots.json"] = write_json({"roots": [root.decode() for root in roots]})
        self.found["directory.note"] = self.directory
