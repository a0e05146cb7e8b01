"""An attachment that the office sent, part by part, for whoever has the mailbox's token."""

from __future__ import annotations

from collections.abc import Iterator

from crypto.payloads import Direction
from portal.mailroom.boxes import decoy, find_mailbox, mailbox_id_of
from portal.mailroom.errors import CaseErased, NoSuchPart
from portal.mailroom.room import Mailroom
from portal.mailroom.uploads import read_part


def read_part_for_reporter(room: Mailroom, token: bytes, blob: bytes, k: int) -> Iterator[bytes]:
    """One part of a to-reporter attachment; raises `NoSuchPart` for whatever else is asked."""
    with room.store.read() as connection:
        box = find_mailbox(connection, mailbox_id_of(token)) or decoy(room)
    try:
        return read_part(room, box.case or b"", blob, k, Direction.TO_REPORTER)
    except CaseErased as error:
        # Like a mailbox that never was, though its rows are still there.
        raise NoSuchPart from error
