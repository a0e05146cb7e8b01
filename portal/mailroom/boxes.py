"""Rows of a mailbox: found by SHA-256 of its token, or by its case; and the decoy in its place."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, field

from sqlalchemy import ColumnElement, Connection, select

from portal.mailroom.errors import NoSuchMailbox
from portal.mailroom.room import Mailroom
from portal.mailroom.tables import MAILBOXES


@dataclass(frozen=True)
class Mailbox:
    """One mailbox; `case` is None while it holds no more than a draft."""

    mailbox_id: bytes = field(repr=False)
    case: bytes | None = field(repr=False)
    entity: str | None
    policy: str | None
    erasure_id: bytes = field(repr=False)
    urgent: bool
    first_seq: int
    submission_hash: bytes | None = field(repr=False)


def mailbox_id_of(token: bytes) -> bytes:
    """SHA-256 of the token: all that the server keeps of it."""
    return hashlib.sha256(token).digest()


def decoy(room: Mailroom) -> Mailbox:
    """A mailbox that nobody has: whatever is asked of it costs what it costs for a real one."""
    return Mailbox(room.rng(32), room.rng(16), "", "", room.rng(16), urgent=False, first_seq=1, submission_hash=None)


def find_mailbox(tx: Connection, mailbox_id: bytes) -> Mailbox | None:
    """The mailbox of this id; locked on PostgreSQL until the transaction ends."""
    return _find(tx, MAILBOXES.c.mailbox_id == mailbox_id)


def find_mailbox_of_case(tx: Connection, case: bytes) -> Mailbox | None:
    """The mailbox that holds this case."""
    return _find(tx, MAILBOXES.c.case_id == case)


def require_mailbox_of_case(tx: Connection, case: bytes) -> Mailbox:
    """The mailbox that holds this case; raises `NoSuchMailbox`."""
    found = find_mailbox_of_case(tx, case)
    if found is None:
        raise NoSuchMailbox
    return found


def _find(tx: Connection, where: ColumnElement[bool]) -> Mailbox | None:
    row = tx.execute(select(MAILBOXES).where(where).with_for_update()).one_or_none()
    if row is None:
        return None
    return Mailbox(
        bytes(row.mailbox_id),
        None if row.case_id is None else bytes(row.case_id),
        row.entity,
        row.policy,
        bytes(row.erasure_id),
        row.urgent,
        row.first_seq,
        None if row.submission_hash is None else bytes(row.submission_hash),
    )
