"""The directory before the one that a keeper signs elsewhere: without it nobody sees who was changed."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from crypto.errors import CryptoError
from crypto.office.directory import DIRECTORY_LABEL
from crypto.office.signed_notes import KeeperKey, Note, count_signers, read_note
from portal.cli.errors import CommandError, Exit
from portal.cli.terminal import Terminal
from portal.office.draft import Document
from portal.office.errors import NotToSign
from portal.office.offline_signing import SigningRequest, read_signing_request

BEFORE_NEEDED: Final = (
    "Directory {number} replaces another one: give that one with --before, or nobody sees who went and whose names, "
    "roles or keys are others. It is `directory.note` in the office folder. Take your own copy of the last one that "
    "you signed, or fetch it yourself with `/log/directory.note` from the address of the office."
)
NOT_BEFORE: Final = "{file} is no directory of this office from before number {number}. Nothing was signed."
NOT_YOURS: Final = (
    "Your key did not sign the directory before ({number}). If its file came from the person who gave you this one, "
    "fetch it yourself and compare."
)


def directory_before(
    terminal: Terminal, paper: SigningRequest, file: Path | None, keeper: KeeperKey
) -> Document | None:
    """The document of the file; None for the office's first directory, and for what is none.

    Says where this keeper has not signed it. Raises CommandError where it is lacking, or not this office's from before.
    """
    if paper.label != DIRECTORY_LABEL or (paper.number == 1 and file is None):
        return None
    if file is None:
        raise CommandError(Exit.USAGE, BEFORE_NEEDED, number=paper.number)
    note, found = _read(file, paper)
    if not count_signers(note, {keeper.id: keeper.key}):
        terminal.note(NOT_YOURS, number=found.number)
    return found.document


def _read(file: Path, paper: SigningRequest) -> tuple[Note, SigningRequest]:
    try:
        note = read_note(file.read_bytes())
        found = read_signing_request(note.text)
    except (CryptoError, NotToSign) as error:
        raise CommandError(Exit.FAILED, NOT_BEFORE, file=file, number=paper.number) from error
    if (found.label, found.office) != (DIRECTORY_LABEL, paper.office) or found.number >= paper.number:
        raise CommandError(Exit.FAILED, NOT_BEFORE, file=file, number=paper.number)
    return note, found
