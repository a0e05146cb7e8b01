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
    "Directory {number} replaces the directory in force: give that one with --before (the one right before, number "
    "{before}), or nobody sees who went and whose names, roles or keys are others. It is `directory.note` in the "
    "office folder, and the office sends it with the paper; to compare, fetch it yourself with `/log/directory.note` "
    "from the address of the office."
)
NOT_BEFORE: Final = (
    "{file} is not this office's directory number {before}, the one right before number {number}. Nothing was signed."
)
NOT_YOURS: Final = (
    "Your key did not sign the directory before ({number}). If its file came from the person who gave you this one, "
    "fetch it yourself and compare."
)


def directory_before(
    terminal: Terminal, paper: SigningRequest, file: Path | None, keeper: KeeperKey
) -> Document | None:
    """The document of the file; None for the office's first directory, and for what is none.

    Says where this keeper has not signed it. Raises CommandError where it is lacking, or is not the one right before:
    against an older one, a change that was taken back or made since would show as none, or as another.
    """
    if paper.label != DIRECTORY_LABEL or (paper.number == 1 and file is None):
        return None
    if file is None:
        raise CommandError(Exit.USAGE, BEFORE_NEEDED, number=paper.number, before=paper.number - 1)
    note, found = _read(file, paper)
    if not count_signers(note, {keeper.id: keeper.key}):
        terminal.note(NOT_YOURS, number=found.number)
    return found.document


def _read(file: Path, paper: SigningRequest) -> tuple[Note, SigningRequest]:
    try:
        note = read_note(file.read_bytes())
        found = read_signing_request(note.text)
    except (CryptoError, NotToSign) as error:
        raise _not_before(file, paper) from error
    # Every draft counts on from the one in force: a number that is left out is not this office's.
    if (found.label, found.office, found.number) != (DIRECTORY_LABEL, paper.office, paper.number - 1):
        raise _not_before(file, paper)
    return note, found


def _not_before(file: Path, paper: SigningRequest) -> CommandError:
    return CommandError(Exit.FAILED, NOT_BEFORE, file=file, number=paper.number, before=paper.number - 1)
