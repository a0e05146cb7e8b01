"""A case leaves the mailroom: its rows in one transaction, and its objects once no row names them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, delete, select

from crypto.errors import PayloadDamaged
from crypto.sealing.erasure import unwrap_erasable
from portal.mailroom.context import Mailroom
from portal.mailroom.erasure import deletion_mark, deletion_mark_of_key
from portal.mailroom.mailboxes import find_mailbox_of_case
from portal.mailroom.orphans import schedule_removal
from portal.mailroom.tables import BLOB_PARTS, BLOBS, DRAFTS, GRANTS, ITEMS, MAILBOXES, MEMOS, OUTBOX_RECEIVED


def mark_of_case(mailroom: Mailroom, case: bytes) -> bytes | None:
    """The hash under which the deletion list would name this case; None when no mailbox holds it."""
    with mailroom.store.read() as connection:
        box = find_mailbox_of_case(connection, case)
    return None if box is None else deletion_mark(box.erasure_id)


@dataclass(frozen=True)
class KnownCase:
    """What the mailroom knows of a case that it took: its mark, and the hash of all that was sent."""

    mark: bytes
    submission_hash: bytes | None = field(repr=False)


def known_case(mailroom: Mailroom, case: bytes) -> KnownCase | None:
    """The same as `mark_of_case`, and the hash of the submission."""
    with mailroom.store.read() as connection:
        box = find_mailbox_of_case(connection, case)
    return None if box is None else KnownCase(deletion_mark(box.erasure_id), box.submission_hash)


def marks_of_case(mailroom: Mailroom, case: bytes) -> list[bytes]:
    """All that has to stand on the deletion list for a case: its erasure id and its uploads' own keys.

    Empty when no mailbox holds the case. For a case whose key is gone only the erasure id comes:
    the rest was written down together with it before the key was destroyed.
    """
    query = select(BLOBS.c.first_key).where(BLOBS.c.case_id == case, BLOBS.c.first_key.is_not(None))
    with mailroom.store.read() as connection:
        box = find_mailbox_of_case(connection, case)
        if box is None:
            return []
        wrapped = [bytes(row.first_key) for row in connection.execute(query)]
    key = mailroom.erasure.find([box.erasure_id]).get(box.erasure_id)
    keys = [] if key is None else [_unwrapped(key, one) for one in wrapped]
    return [deletion_mark(box.erasure_id), *(deletion_mark_of_key(one) for one in keys if one is not None)]


def _unwrapped(key: bytes, wrapped: bytes) -> bytes | None:
    try:
        return unwrap_erasable(key, wrapped)
    except PayloadDamaged:
        # Nobody can read such an attachment; its key was not worth writing down.
        return None


def cases_of_marks(mailroom: Mailroom, marks: Collection[bytes]) -> list[bytes]:
    """The ids of the cases here that the deletion list names."""
    query = select(MAILBOXES.c.case_id, MAILBOXES.c.erasure_id).where(MAILBOXES.c.case_id.is_not(None))
    with mailroom.store.read() as connection:
        rows = connection.execute(query).all()
    return [bytes(row.case_id) for row in rows if deletion_mark(bytes(row.erasure_id)) in marks]


def remove_case(mailroom: Mailroom, case: bytes, today: date) -> bool:
    """Removes every row of a case; False when there is none. Its objects may be cleared from `today` on.

    Anyone who writes to the case at this moment waits for the mailbox's row, and then finds none.
    """
    with mailroom.store.write() as tx:
        box = find_mailbox_of_case(tx, case)
        if box is None:
            return False
        parts = select(BLOB_PARTS.c.place).join(BLOBS, BLOBS.c.blob_id == BLOB_PARTS.c.blob_id)
        schedule_removal(tx, list(tx.scalars(parts.where(BLOBS.c.case_id == case))), today)
        _remove_rows(tx, case, box.mailbox_id)
    return True


def _remove_rows(tx: Connection, case: bytes, mailbox_id: bytes) -> None:
    theirs = select(BLOBS.c.blob_id).where(BLOBS.c.case_id == case)
    tx.execute(delete(BLOB_PARTS).where(BLOB_PARTS.c.blob_id.in_(theirs)))
    for table in (BLOBS, ITEMS, GRANTS, OUTBOX_RECEIVED):
        tx.execute(delete(table).where(table.c.case_id == case))
    for table in (MEMOS, DRAFTS, MAILBOXES):
        tx.execute(delete(table).where(table.c.mailbox_id == mailbox_id))
