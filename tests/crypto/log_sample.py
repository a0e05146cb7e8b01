"""A small log for the tests: an office whose keepers name its key, and trees held in memory."""

from collections.abc import Sequence
from datetime import UTC, datetime

import crypto
from crypto.framing import sha256
from crypto.office.signed_notes import read_note
from crypto.transparency_log.checkpoint import Checkpoint, LogKey, LogName, OfficeState, log_text, sign_checkpoint
from crypto.transparency_log.filing import Filing, Placed, case_log_key, write_proof
from crypto.transparency_log.tlog import LoadTile, grow, inclusion_path, leaf_hash, root_hash
from tests.crypto.sample import Drawn, Office

HOUR = datetime(2026, 11, 24, 6, tzinfo=UTC)


def entries_of(count: int, name: str = "entry") -> list[bytes]:
    """So many different entries."""
    return [sha256(f"{name}/{at}".encode()) for at in range(count)]


def tiles_for(entries: Sequence[bytes], steps: int = 1) -> LoadTile:
    """The tiles of a tree that grew in so many steps."""
    tiles: dict[tuple[int, int], bytes] = {}
    leaves = [leaf_hash(entry) for entry in entries]

    def load(level: int, number: int) -> bytes:
        return tiles[level, number]

    width = -(-len(leaves) // steps) or 1
    for at in range(0, len(leaves), width):
        tiles |= grow(load, at, leaves[at : at + width])
    return load


class SampleLog:
    """The log of the sample office."""

    def __init__(self, entries: Sequence[bytes] = ()) -> None:
        self.office = Office(Drawn("log/office"))
        self.key = LogKey(Drawn("log/key")(32))
        self.name = LogName(self.office.office, 1, self.key.key)
        self.entries = list(entries)
        self.load = tiles_for(self.entries)

    @property
    def published(self) -> OfficeState:
        """What a checkpoint says of the office."""
        texts = [read_note(note).text for note in (self.office.roots[-1], self.office.note())]
        sequence = int(texts[1].split(b"\n")[2])
        return OfficeState(len(self.office.roots), sha256(texts[0]), sequence, sha256(texts[1]))

    @property
    def note(self) -> bytes:
        """What the keepers signed."""
        return self.signed()

    def signed(self, keepers: int = 2, **change: int | bytes) -> bytes:
        """The same with something changed."""
        given = {"office": self.office.office, "number": 1, "root": 1, "key": self.key.key} | change
        return crypto.sign_note(log_text(**given), self.office.keepers[:keepers])  # type: ignore[arg-type]

    def checkpoint(self, size: int | None = None) -> bytes:
        """The signed checkpoint of the first `size` entries."""
        count = len(self.entries) if size is None else size
        return sign_checkpoint(
            self.name, self.key, Checkpoint(count, root_hash(self.load, count), HOUR, self.published)
        )

    def filing(self, erasure_key: bytes) -> Filing:
        """A report's part of a proof."""
        roots = self.office.roots
        return Filing(self.office.code, roots, self.note, case_log_key(erasure_key), sha256(b"item"), sha256(b"sent"))

    def proof(self, filing: Filing) -> bytes:
        """The proof that a filing's entry stands in the log."""
        index = self.entries.index(filing.entry)
        path = inclusion_path(self.load, index, len(self.entries))
        return write_proof(filing, Placed(index, path, self.checkpoint()))
