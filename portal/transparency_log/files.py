"""The log's files wherever they lie: in the ledger's store, in a folder, at an address."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from crypto.text import write_json
from portal.office import OfficeFolder
from portal.office.files import write_published
from portal.transparency_log.ledger import Ledger
from portal.transparency_log.published import named_directory
from portal.transparency_log.views import tile_file


class LogFiles(Protocol):
    """Gives the content of a file below the log's address (`crypto/SPEC.md` §12), or None."""

    def read(self, path: str) -> bytes | None:
        """Paths are made by this program, never taken from what was read."""
        ...


@dataclass(frozen=True)
class StoreFiles:
    """The files as the faces would serve them, out of the store itself."""

    ledger: Ledger
    office: OfficeFolder

    def read(self, path: str) -> bytes | None:
        """See `LogFiles`."""
        name, _, rest = path.partition("/")
        match name:
            case "checkpoint":
                return self.ledger.newest()
            case "checkpoints.json":
                return write_json({"v": 1, "sizes": self.ledger.sizes()})
            case "checkpoints":
                return self.ledger.checkpoint(int(rest))
            case "log.note":
                note = self.office.log_note()
                return None if note is None else note.encode()
            case "directory.note":
                return named_directory(self.ledger, self.office)
            case "roots.json":
                return write_json({"roots": self.office.roots()})
            case _:
                return tile_file(self.ledger, path)


@dataclass(frozen=True)
class FolderFiles:
    """A copy of the log in a folder."""

    folder: Path

    def read(self, path: str) -> bytes | None:
        """See `LogFiles`."""
        file = self.folder / path
        return file.read_bytes() if file.is_file() else None

    def write(self, files: Iterable[tuple[str, bytes]]) -> int:
        """Writes files that are not there, or are there otherwise; gives their number. Each is whole or not there."""
        written = 0
        for path, content in files:
            if self.read(path) != content:
                write_published(self.folder / path, content)
                written += 1
        return written
