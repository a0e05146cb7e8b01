"""Rows of a mailbox: found by SHA-256 of its token, or by its case; and the decoy in its place."""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import Column, Connection, Select, bindparam, select

from portal.mailroom.context import Mailroom
from portal.mailroom.errors import NoSuchMailbox
from portal.mailroom.pg_functions import call
from portal.mailroom.tables import MAILBOXES
from portal.stores.engines import only_reads


def _with_and_without_lock(column: Column[bytes]) -> tuple[Select[Any], Select[Any]]:
    query = select(MAILBOXES).where(column == bindparam("wanted"))
    return query, query.with_for_update()


_BY_ID = _with_and_without_lock(MAILBOXES.c.mailbox_id)
_BY_CASE = _with_and_without_lock(MAILBOXES.c.case_id)


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


def decoy(mailroom: Mailroom) -> Mailbox:
    """A mailbox that nobody has: whatever is asked of it costs what it costs for a real one."""
    return Mailbox(
        mailroom.rng(32), mailroom.rng(16), "", "", mailroom.rng(16), urgent=False, first_seq=1, submission_hash=None
    )


@dataclass(frozen=True)
class MailboxRef:
    """What has to be known of a mailbox before anything is wrapped for it."""

    erasure_id: bytes = field(repr=False)
    entity: str | None


def mailbox_or_decoy(mailroom: Mailroom, token: bytes) -> MailboxRef:
    """The mailbox of a token, or a decoy."""
    with mailroom.store.read() as connection:
        if mailroom.store.embedded:
            found = find_mailbox(connection, mailbox_id_of(token)) or decoy(mailroom)
            return MailboxRef(found.erasure_id, found.entity)
        row = call(connection, "mailbox_of", token=token).one_or_none()
    return MailboxRef(mailroom.rng(16), "") if row is None else MailboxRef(row.erasure_id, row.entity)


def find_mailbox(connection: Connection, mailbox_id: bytes) -> Mailbox | None:
    """The mailbox of this id; locked on PostgreSQL to the end of a transaction that may write."""
    return _find(connection, _BY_ID, mailbox_id)


def find_mailbox_of_case(connection: Connection, case: bytes) -> Mailbox | None:
    """The mailbox that holds this case; locked like any."""
    return _find(connection, _BY_CASE, case)


def require_mailbox_of_case(connection: Connection, case: bytes) -> Mailbox:
    """The mailbox that holds this case; raises `NoSuchMailbox`."""
    found = find_mailbox_of_case(connection, case)
    if found is None:
        raise NoSuchMailbox
    return found


def erasure_ids_of_cases(connection: Connection, cases: Collection[bytes]) -> dict[bytes, bytes]:
    """Under which key each of some cases lies; one that no mailbox holds is not among them. For who only reads."""
    query = select(MAILBOXES.c.case_id, MAILBOXES.c.erasure_id).where(MAILBOXES.c.case_id.in_(cases))
    return {bytes(row.case_id): bytes(row.erasure_id) for row in connection.execute(query)}


def _find(connection: Connection, query: tuple[Select[Any], Select[Any]], wanted: bytes) -> Mailbox | None:
    # A lock is a write: anyone who only reads must not tell by it whether there is anything to lock.
    row = connection.execute(query[not only_reads(connection)], {"wanted": wanted}).one_or_none()
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
