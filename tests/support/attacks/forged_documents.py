"""What a lying server may show instead of the office's documents; each lie is a function for the proxy."""

from __future__ import annotations

import os
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import cast

from crypto.framing import b64encode
from crypto.office.directory import directory_text, root_text
from crypto.office.signed_notes import KeeperKey, draw_keeper, read_note, sign_note
from crypto.sealing.recipients import Identity
from crypto.transparency_log.office_document import OfficeDocument, write_office
from portal.office import OfficeFolder, members_of, read_config, read_keeper, sample_config_text, sign_directory
from portal.office.draft import draft_directory, note_document
from portal.office.founding import root_document
from tests.support.attacks.tampering_proxy import Alter
from tests.support.offices.sample_office import make_office

OFFICE = "/office/office.json"
POLICIES = "/office/policies/"
LONG_AGO = timedelta(days=400)


@dataclass(frozen=True)
class Lies:
    """Lies about one office, by name; `foreign_code` opens the office that the root was swapped for."""

    told: dict[str, Alter]
    foreign_code: str

    def __getitem__(self, name: str) -> Alter:
        return self.told[name]

    def names(self, *but: str) -> list[str]:
        """All names but these."""
        return [name for name in self.told if name not in but]


def instead(path: str, content: bytes, status: int = 200) -> Alter:
    """Answer with this wherever the path begins so."""

    def alter(asked: str, told: int, body: bytes) -> tuple[int, bytes]:
        return (status, content) if asked.startswith(path) else (told, body)

    return alter


def _shown(directory: bytes, *roots: bytes) -> Alter:
    """An office document of these roots and this directory."""
    return instead(OFFICE, write_office(OfficeDocument(list(roots), directory, None)))


def _unsigned(note: bytes, text: bytes) -> bytes:
    """Another text under the signatures of a note."""
    before = read_note(note).text
    assert text != before
    return text + note[len(before) :]


def _swapped(note: bytes) -> bytes:
    """The text of a directory in which every holder's recipient is a key of the server's own."""
    document = note_document(note.decode())
    for member in cast("list[dict[str, object]]", document["members"]):
        member["recipient"] = Identity.draw(os.urandom).recipient.text
    return directory_text(document)


def _renamed(note: bytes) -> bytes:
    document = note_document(note.decode())
    document.pop("regrant_single_until", None)
    document["regrant_threshold"] = 3 - cast("int", document["regrant_threshold"])
    return directory_text(document)


def _expired(folder: OfficeFolder, note: bytes, keepers: list[KeeperKey], today: date) -> bytes:
    """A directory that the real keepers signed, with the highest number, long ago."""
    draft = draft_directory(folder, members_of(note.decode()), today - LONG_AGO)
    return sign_note(directory_text(draft.document), keepers)


def _forged_root(folder: OfficeFolder, keepers: list[KeeperKey]) -> bytes:
    """Root 2 by keepers whom nobody chose."""
    keys = {keeper.id: (keeper.key, keeper.nonce) for keeper in keepers}
    root = root_document(folder.root().office, 2, read_config(sample_config_text()), keys)
    return sign_note(root_text(root), keepers)


def lies_about(folder: OfficeFolder, foreign: Path, today: date) -> Lies:
    """Sign a newer directory in `folder`, then prepare every lie about it; `foreign` is an empty folder."""
    older = (folder.directory() or "").encode()
    real = [read_keeper(file, folder.root().office) for file in sorted((folder.path / "keepers").glob("*.key"))]
    sign_directory(folder, members_of(older.decode()), real, today)
    newer, first = (folder.directory() or "").encode(), folder.roots()[0].encode()
    others = [draw_keeper(keeper.id, os.urandom) for keeper in real]
    other = make_office(foreign, today=today)
    swapped = _swapped(newer)
    told = {
        "swapped recipient": _shown(_unsigned(newer, swapped), first),
        "altered directory": _shown(_unsigned(newer, _renamed(newer)), first),
        "foreign keepers": _shown(sign_note(swapped, others), first),
        "foreign root": instead(OFFICE, other.folder.shown()),
        "forged next root": _shown(sign_note(swapped, others), first, _forged_root(folder, others)),
        "older directory": _shown(older, first),
        "expired directory": _shown(_expired(folder, newer, real, today), first),
        "garbage directory": _shown(os.urandom(600).hex().encode(), first),
        "no directory": instead(OFFICE, b"", 404),
        "garbage document": instead(OFFICE, b"<html>"),
        "altered policy": instead(POLICIES, b'{"v":1,"id":"' + b64encode(os.urandom(9)).encode() + b'"}'),
    }
    return Lies(told, other.code)
