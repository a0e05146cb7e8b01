"""Saved drafts and their term: thirty days after the last saving, then they are gone for good."""

from __future__ import annotations

from datetime import date, timedelta

from sqlalchemy import Connection, delete, select, update

from portal.mailroom.context import Mailroom
from portal.mailroom.mailboxes import Mailbox, find_mailbox
from portal.mailroom.tables import DRAFTS, MAILBOXES

DRAFT_DAYS = 30
"""What the reporter's page promises; it counts in the reporter's own days."""
# The reporter's day may be a day ahead of Greenwich's.
TIMEZONE_DAYS = 1
DRAFTS_AT_ONCE = 200


def remove_old_drafts(mailroom: Mailroom, today: date) -> int:
    """Removes some drafts whose term is over, each with its mailbox and erasure key; gives their number.

    Begun again after a kill it ends what was begun. Anyone who saves or sends at this very moment keeps
    everything: the term of each is looked at again under its mailbox's lock.
    """
    last = today - timedelta(days=DRAFT_DAYS + TIMEZONE_DAYS)
    with mailroom.store.write() as tx:
        # Of an earlier release, which noted no day: their term begins now.
        tx.execute(update(DRAFTS).where(DRAFTS.c.day.is_(None)).values(day=today))
    query = select(DRAFTS.c.mailbox_id).where(DRAFTS.c.day < last).limit(DRAFTS_AT_ONCE)
    with mailroom.store.read() as connection:
        over = [bytes(found) for found in connection.scalars(query)]
    return sum(_remove(mailroom, mailbox_id, last) for mailbox_id in over)


def _remove(mailroom: Mailroom, mailbox_id: bytes, last: date) -> int:
    # 1. Out of reach: under an id that no token leads to, nobody can save into it or send from it.
    hidden = mailroom.rng(32)
    with mailroom.store.write() as tx:
        box = find_mailbox(tx, mailbox_id)
        if not _is_over(tx, mailbox_id, last):
            return 0
        if box is None or box.case is not None:
            return tx.execute(delete(DRAFTS).where(DRAFTS.c.mailbox_id == mailbox_id)).rowcount
        for table in (MAILBOXES, DRAFTS):
            tx.execute(update(table).where(table.c.mailbox_id == mailbox_id).values(mailbox_id=hidden))
    _destroy(mailroom, box, hidden)
    return 1


def _is_over(tx: Connection, mailbox_id: bytes, last: date) -> bool:
    query = select(DRAFTS.c.mailbox_id).where(DRAFTS.c.mailbox_id == mailbox_id, DRAFTS.c.day < last)
    return tx.execute(query).first() is not None


def _destroy(mailroom: Mailroom, box: Mailbox, hidden: bytes) -> None:
    # 2. The key, and only then the rows: who is killed between the two finds the rows again.
    mailroom.erasure.destroy([box.erasure_id])
    with mailroom.store.write() as tx:
        for table in (DRAFTS, MAILBOXES):
            tx.execute(delete(table).where(table.c.mailbox_id == hidden))
