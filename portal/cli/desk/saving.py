"""Attachments of a case, fetched, opened and saved on this machine."""

from __future__ import annotations

import tempfile
from pathlib import Path

from crypto import Direction, Identity, Place, office_identities, open_attachment
from portal.cli.attachments import free_name
from portal.cli.desk.client import DeskSession, OpenedCase
from portal.cli.errors import CommandError, Exit
from portal.cli.reporter.inbox_command import carried
from portal.cli.terminal import Terminal


def save_attachments(
    terminal: Terminal, session: DeskSession, opened: OpenedCase, case: str, folder: Path
) -> list[str]:
    """Save what verified entries carry, once the whole record holds."""
    if not opened.chain_holds:
        raise CommandError(Exit.REFUSED, "The record of this case does not hold together: nothing was saved.")
    folder.mkdir(parents=True, exist_ok=True)
    saved: list[str] = []
    for item, attachment in carried(opened.thread.verified):
        identity, stanzas = _opener(opened, item.place)
        path = free_name(folder, attachment.name)
        with tempfile.TemporaryDirectory(prefix="yanlu-") as scratch:
            sealed = Path(scratch) / "sealed.age"
            with terminal.progress("Fetching", attachment.sealed_size) as advance:
                session.fetch_blob(case, attachment, sealed, advance)
            with sealed.open("rb") as source:
                open_attachment(source, identity, attachment, stanzas, path)
        saved.append(str(path))
    return saved


def _opener(opened: OpenedCase, place: Place) -> tuple[Identity, int]:
    """The key that opens an attachment of an item at this place, and how many stanzas it has."""
    keys = opened.grant.keys[place.epoch]
    match place.direction:
        case Direction.TO_OFFICE:
            return keys.seed, 1
        case Direction.TO_REPORTER:
            return keys.seed, 2
        case Direction.OFFICE_ONLY:
            return office_identities(opened.grant, opened.thread)[place.epoch], 1
