"""A member's keyring: one sealed entry per case, so that the highest epoch stays pinned."""

from __future__ import annotations

import json
from collections.abc import Collection

from sqlalchemy import Connection, delete, select, update

from casework.event_store.store import CaseId, MemberId
from crypto.desk.keyring import KeyringEntry
from crypto.text import write_json
from portal.accounts.errors import OlderKey
from portal.accounts.service import Accounts
from portal.accounts.tables import KEYRING
from portal.mailroom.context import insert_new


def store_entry(accounts: Accounts, member: MemberId, entry: KeyringEntry, mark: bytes | None) -> None:
    """Keeps an entry with its case's deletion mark; raises `OlderKey` for a lower seq than the one that is kept."""
    text = write_json(entry.document()).decode()
    mine = (KEYRING.c.member == member) & (KEYRING.c.case_id == entry.case)
    with accounts.store.write() as connection:
        # Two sessions of a member may keep the first one at the same moment: the later waits here, and finds it.
        values: dict[str, object] = {
            "member": member,
            "case_id": entry.case,
            "seq": entry.seq,
            "entry": text,
            "mark": mark,
        }
        if insert_new(connection, KEYRING, values):
            return
        row = connection.execute(select(KEYRING).where(mine).with_for_update()).one()
        if row.seq > entry.seq:
            raise OlderKey
        connection.execute(update(KEYRING).where(mine).values(seq=entry.seq, entry=text, mark=mark))


def find_entry(accounts: Accounts, member: MemberId, case: CaseId) -> object:
    """The member's entry for a case as JSON, or None."""
    text = find_entries(accounts, member, [case]).get(case)
    return None if text is None else json.loads(text)


def find_entries(accounts: Accounts, member: MemberId, cases: Collection[CaseId]) -> dict[CaseId, str]:
    """The member's entries for some cases, each the text of its JSON; a case without one is not among them.

    The caller parses each by itself: a row that is damaged concerns its own case alone.
    """
    query = select(KEYRING.c.case_id, KEYRING.c.entry).where(KEYRING.c.member == member, KEYRING.c.case_id.in_(cases))
    with accounts.store.read() as connection:
        rows = connection.execute(query).all()
    return {CaseId(bytes(row.case_id)): row.entry for row in rows}


def marked_entries(connection: Connection, marks: Collection[bytes]) -> list[bytes]:
    """The ids of the cases with entries that these marks name."""
    query = select(KEYRING.c.case_id, KEYRING.c.mark).where(KEYRING.c.mark.is_not(None)).distinct()
    return [bytes(row.case_id) for row in connection.execute(query) if bytes(row.mark) in marks]


def forget_entries(connection: Connection, cases: Collection[bytes]) -> None:
    """Removes every member's entry for these cases."""
    connection.execute(delete(KEYRING).where(KEYRING.c.case_id.in_(cases)))
