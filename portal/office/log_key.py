"""The key that signs the log: made with the office, named by its keepers, kept where the worker runs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from crypto.errors import CryptoError, LogRefused
from crypto.framing import Rng, b64encode
from crypto.office.signed_notes import KeeperKey, sign_note
from crypto.shape import Fields
from crypto.text import read_json, write_json
from crypto.transparency_log.checkpoint import LogKey, LogName, draw_log_key, log_text, verify_log
from portal.office.errors import LogExists, LogKeyRefused
from portal.office.files import write_secret
from portal.office.folder import OfficeFolder

FILE_NAME = "log.key"
_LIMIT = 4096


def write_log_key(path: Path, office: bytes, key: LogKey) -> None:
    """Write the key for the worker alone (0600)."""
    document: dict[str, object] = {"v": 1, "office": b64encode(office), "seed": b64encode(key.seed)}
    write_secret(path, write_json(document) + b"\n")


def read_log_key(path: Path, office: bytes) -> LogKey:
    """Read the key's file; raises LogKeyRefused, also for another office's key."""
    try:
        fields = Fields(read_json(path.read_bytes().rstrip(b"\n"), _LIMIT), "v", "office", "seed")
        fields.version()
        found, key = fields.bytes("office", 16), LogKey(fields.bytes("seed", 32))
    except (OSError, CryptoError) as error:
        raise LogKeyRefused(("{path} is not the key file of a log", {"path": path})) from error
    if found != office:
        raise LogKeyRefused(("{path} is the log key of another office", {"path": path}))
    return key


def found_log(folder: OfficeFolder, keepers: Sequence[KeeperKey], rng: Rng) -> LogName:
    """Makes the key of the office's log and has its keepers name it; raises LogExists.

    The note is written last: a founding that was interrupted can simply be run again.
    """
    return _publish(folder, draw_log(folder, rng), keepers)


def draw_log(folder: OfficeFolder, rng: Rng) -> LogName:
    """Makes the key of the office's log, which its keepers are to name; raises LogExists."""
    if folder.log_note() is not None:
        raise LogExists(("{path} names a log already", {"path": folder.path}))
    key, root = draw_log_key(rng), folder.root()
    write_log_key(folder.path / FILE_NAME, root.office, key)
    return LogName(root.office, 1, key.key)


def renew_log(folder: OfficeFolder, keepers: Sequence[KeeperKey]) -> None:
    """After the keepers have changed, has the present ones name the same log; else changes nothing."""
    note, roots = folder.log_note(), [root.encode() for root in folder.roots()]
    if note is None:
        return
    try:
        folder.log_name()
    except LogRefused:
        # The keepers before named it: one whom nobody named is refused here too.
        _publish(folder, verify_log(folder.code(), roots[:-1], note.encode()), keepers)


def _publish(folder: OfficeFolder, name: LogName, keepers: Sequence[KeeperKey]) -> LogName:
    text = log_text(name.office, name.number, folder.root().number, name.key)
    note = sign_note(text, list(keepers))
    # What this office would refuse to read is never published.
    found = verify_log(folder.code(), [root.encode() for root in folder.roots()], note)
    folder.write_log_note(note)
    return found
