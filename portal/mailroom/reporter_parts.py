"""An attachment that the office sent, part by part, for anyone who has the mailbox's token."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Connection

from crypto.case.payloads import Direction
from portal.mailroom.context import Mailroom
from portal.mailroom.errors import CaseErased, NoSuchPart
from portal.mailroom.mailboxes import decoy, find_mailbox, mailbox_id_of
from portal.mailroom.pg_functions import call
from portal.mailroom.uploads import PartRow, open_part, read_part


def read_part_for_reporter(mailroom: Mailroom, token: bytes, blob: bytes, k: int) -> Iterator[bytes]:
    """One part of a to-reporter attachment; raises `NoSuchPart` for whatever else is asked."""
    try:
        if not mailroom.store.embedded:
            return open_part(mailroom, k, lambda connection: _find_part(connection, token, blob, k))
        with mailroom.store.read() as connection:
            box = find_mailbox(connection, mailbox_id_of(token)) or decoy(mailroom)
        return read_part(mailroom, box.case or b"", blob, k, Direction.TO_REPORTER)
    except CaseErased as error:
        # Like a mailbox that never was, though its rows are still there.
        raise NoSuchPart from error


def _find_part(connection: Connection, token: bytes, blob: bytes, k: int) -> PartRow | None:
    row = call(connection, "part_for_reporter", token=token, blob=blob, k=k).one_or_none()
    return None if row is None else PartRow(row.place, row.first_key, row.case_key)
