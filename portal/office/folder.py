"""The office folder: the one reader and writer of its documents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import date
from functools import lru_cache
from pathlib import Path
from typing import Final

from crypto.office.anchor import Anchor, anchor_of
from crypto.office.directory import (
    DIRECTORY_LABEL,
    Seen,
    VerifiedDirectory,
    note_parts,
    office_code,
    verify_directory,
    verify_roots,
)
from crypto.office.directory_shape import read_directory
from crypto.office.root_shape import Root
from crypto.office.signed_notes import read_note
from crypto.text import read_canonical
from crypto.transparency_log.checkpoint import LogName, verify_log
from crypto.transparency_log.office_document import OfficeDocument, write_office
from portal.office.config import OfficeConfig, load_config
from portal.office.errors import OfficeMissing
from portal.office.files import write_published
from portal.office.published import PublishedText
from portal.office.versions import PolicyVersion, read_versions, write_versions

NO_DIRECTORY: Final = "{path} has no directory yet: run `yanlu office sign`"
_HASH_NAME = re.compile(r"[A-Za-z0-9_-]{43}")


class OfficeFolder:
    """Roots, directory and published texts under one path; nothing here trusts what it reads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def config_file(self) -> Path:
        """`office.toml`."""
        return self.path / "office.toml"

    @property
    def own_texts(self) -> Path:
        """Where an office puts policies of its own."""
        return self.path / "texts"

    def exists(self) -> bool:
        """Whether an office was founded here."""
        return (self.path / "roots/1.note").is_file()

    def config(self) -> OfficeConfig:
        """The office's decisions; raises ConfigRefused."""
        return load_config(self.config_file)

    def roots(self) -> list[str]:
        """The root notes from 1 on; raises OfficeMissing when there is none."""
        found: list[str] = []
        while (file := self.path / f"roots/{len(found) + 1}.note").is_file():
            found.append(file.read_text("utf-8"))
        if not found:
            raise OfficeMissing(("{path} holds no office: run `yanlu office init` first", {"path": self.path}))
        return found

    def directory(self) -> str | None:
        """The directory note, or None before the first signing."""
        file = self.path / "directory.note"
        return file.read_text("utf-8") if file.is_file() else None

    def directory_mark(self) -> tuple[int, int, int] | None:
        """What differs after every signing, without reading the note: a published file is replaced whole."""
        return _mark_of(self.path / "directory.note")

    def policy(self, name: str) -> bytes | None:
        """The published policy of that `b64` hash, or None."""
        return self._published("policies", name)

    def rules(self, name: str) -> bytes | None:
        """The published rules document of that `b64` hash, or None."""
        return self._published("rules", name)

    def versions(self) -> tuple[PolicyVersion, ...]:
        """Every version of a policy that was published here, oldest first; raises VersionLost."""
        file = self.path / "published/versions.json"
        return read_versions(file.read_bytes()) if file.is_file() else ()

    def write_versions(self, versions: Iterable[PolicyVersion]) -> None:
        """Writes the list of versions; it only ever grows."""
        write_published(self.path / "published/versions.json", write_versions(versions))

    def calendars(self, name: str) -> bytes | None:
        """The published calendars document of that `b64` hash, or None."""
        return self._published("calendars", name)

    def unsigned_calendars(self) -> bytes | None:
        """The calendars document beside a directory that names none, as an earlier release published it, or None."""
        file = self.path / "published/calendars.json"
        return file.read_bytes() if file.is_file() else None

    def calendars_mark(self) -> tuple[int, int, int] | None:
        """As `directory_mark`, for the calendars that no directory names."""
        return _mark_of(self.path / "published/calendars.json")

    def jurisdictions(self, name: str) -> bytes | None:
        """The published jurisdiction texts of that `b64` hash, or None."""
        return self._published("jurisdictions", name)

    def _published(self, kind: str, name: str) -> bytes | None:
        # The name comes from a URL: anything but a hash is simply not there.
        if _HASH_NAME.fullmatch(name) is None:
            return None
        file = self.path / "published" / kind / f"{name}.json"
        return file.read_bytes() if file.is_file() else None

    def code(self) -> str:
        """The office code on posters, computed from root 1."""
        return office_code(self.roots()[0].encode())

    def anchor(self) -> Anchor:
        """The code and the whole hash of root 1, for links and QR codes."""
        return anchor_of(read_note(self.roots()[0].encode()).text)

    def log_note(self) -> str | None:
        """The note in which the keepers name the log's key, or None while this office keeps no log."""
        file = self.path / "log.note"
        return file.read_text("utf-8") if file.is_file() else None

    def log_name(self) -> LogName:
        """The office's log, verified; raises OfficeMissing or the stages of `verify_log`."""
        note = self.log_note()
        if note is None:
            raise OfficeMissing(("{path} names no log: run `yanlu log found`", {"path": self.path}))
        return verify_log(self.code(), [root.encode() for root in self.roots()], note.encode())

    def write_log_note(self, note: bytes) -> None:
        """Publish the note that names the log's key, replacing the one before at once."""
        write_published(self.path / "log.note", note)

    def withdraw_log_note(self) -> bytes:
        """Take the note away, and give it: no checkpoint is written until it stands there again."""
        file = self.path / "log.note"
        note = file.read_bytes()
        file.unlink()
        return note

    def root(self) -> Root:
        """The last root, verified against this folder's own code."""
        return verify_roots(self.code(), [note.encode() for note in self.roots()])

    def all_roots(self) -> list[Root]:
        """Every root from 1 on, each verified with those before it."""
        notes = [note.encode() for note in self.roots()]
        return [verify_roots(self.code(), notes[: number + 1]) for number in range(len(notes))]

    def recovery_sheet(self) -> bytes | None:
        """The signed list of recovery shares as it lies here, or None."""
        return self._file("recovery.note")

    def drills(self) -> bytes | None:
        """When each recovery share was last proven, as it lies here, or None."""
        return self._file("recovery-drills.json")

    def duties_done(self) -> bytes | None:
        """What members signed of the office's recurring duties, a statement a line, or None."""
        return self._file("duties-done.jsonl")

    def _file(self, name: str) -> bytes | None:
        file = self.path / name
        return file.read_bytes() if file.is_file() else None

    def write_recovery_sheet(self, note: bytes) -> None:
        """Publish the list of recovery shares, replacing the one before at once."""
        write_published(self.path / "recovery.note", note)

    def verified(self, today: date, seen: Seen | None = None, *, also_lapsed: bool = False) -> VerifiedDirectory:
        """The directory, verified; raises OfficeMissing or the stages of `verify_directory`."""
        roots, note = [root.encode() for root in self.roots()], self.directory()
        if note is None:
            raise OfficeMissing((NO_DIRECTORY, {"path": self.path}))
        return verify_directory(self.code(), roots, note.encode(), today.isoformat(), seen, also_lapsed=also_lapsed)

    def as_signed(self, sequence: int) -> OfficeDocument | None:
        """The directory of that number with the roots above it, no checkpoint beside them; None where it is gone."""
        note = self._file(f"directories/{sequence}.note")
        return None if note is None else self._under_its_root(note)

    def _under_its_root(self, note: bytes) -> OfficeDocument:
        """Between a new root and the first directory that its keepers sign, those before are what is in force."""
        return OfficeDocument([root.encode() for root in self.roots()[: _number_of_root(note)]], note, None)

    def signed(self) -> OfficeDocument:
        """What the keepers signed last, with no checkpoint beside it; raises OfficeMissing without a directory."""
        note = self.directory()
        if note is None:
            raise OfficeMissing((NO_DIRECTORY, {"path": self.path}))
        return self._under_its_root(note.encode())

    def shown(self) -> bytes:
        """The office document where no log is at hand: in `office.json` a copy of what the office serves, or `signed`.

        Raises OfficeMissing where there is neither.
        """
        return self._file("office.json") or write_office(self.signed())

    def write_root(self, number: int, note: bytes) -> None:
        """Publish a root note."""
        write_published(self.path / f"roots/{number}.note", note)

    def write_directory(self, note: bytes) -> None:
        """Publish the directory note, replacing the one before at once; under its number it stays."""
        _, sequence, _ = note_parts(read_note(note), DIRECTORY_LABEL)
        write_published(self.path / f"directories/{sequence}.note", note)
        write_published(self.path / "directory.note", note)

    def publish(self, kind: str, text: PublishedText) -> None:
        """Publish a text under its hash; earlier ones stay, older reports name them."""
        write_published(self.path / "published" / kind / text.file_name, text.content)


def _mark_of(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except FileNotFoundError:
        return None
    return found.st_ino, found.st_mtime_ns, found.st_size


@lru_cache(maxsize=4)
def _number_of_root(note: bytes) -> int:
    """The number of the root above a directory; the same few notes are asked for again and again."""
    return read_directory(read_canonical(note_parts(read_note(note), DIRECTORY_LABEL)[2])).root
