"""What an office has published, as the log's next checkpoint is to name it, and as the newest one does."""

from __future__ import annotations

from crypto.errors import CryptoError
from crypto.framing import sha256
from crypto.office.directory import DIRECTORY_LABEL, note_parts, verify_directory
from crypto.office.directory_shape import read_directory
from crypto.office.signed_notes import read_note
from crypto.office.witnesses import SIGNATURE_SIZES
from crypto.text import read_canonical
from crypto.transparency_log.checkpoint import OfficeState, read_checkpoint_text
from portal.office import OfficeFolder
from portal.transparency_log.ledger import Ledger


def office_state(folder: OfficeFolder) -> OfficeState | None:
    """The last root and the directory as they lie in the folder; None where the directory is not of that root.

    That is so before the first signing, and between a new root and the first directory that its keepers sign. Whether
    it is still valid is nothing that a log has to judge.
    """
    note = folder.directory()
    if note is None:
        return None
    content, roots = note.encode(), [root.encode() for root in folder.roots()]
    try:
        issued = read_directory(read_canonical(note_parts(read_note(content), DIRECTORY_LABEL)[2])).issued
        directory = verify_directory(folder.code(), roots, content, issued)
    except CryptoError:
        return None
    last = sha256(read_note(roots[-1]).text)
    return OfficeState(len(roots), last, directory.sequence, directory.hash)


def named_directory(ledger: Ledger, folder: OfficeFolder) -> bytes | None:
    """The note of the directory that the newest checkpoint names, as a witness looks for it; None where it is gone."""
    newest = ledger.newest()
    if newest is None:
        return None
    named = read_checkpoint_text(read_note(newest, SIGNATURE_SIZES).text)[1].office
    found = folder.as_signed(named.sequence)
    return None if found is None else found.directory
