"""What a mailbox sends: the same statements and the same answer, whether there is a mailbox or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, update

from crypto.erasure import wrap_erasable
from crypto.items import Item
from crypto.memo import Sealed
from crypto.payloads import Direction
from crypto.submission import Moved, Post
from portal.mailroom.boxes import Mailbox, decoy, find_mailbox, mailbox_id_of
from portal.mailroom.errors import PartsMissing
from portal.mailroom.outbox import Received, ReceivedKind, packet_rows, received_row
from portal.mailroom.room import Mailroom, Rows, insert_new, insert_rows
from portal.mailroom.shapes import BlobClaim, compact
from portal.mailroom.tables import (
    DRAFTS,
    ITEMS,
    MAILBOXES,
    MEMOS,
    OUTBOX_IDENTITY,
    OUTBOX_PROTECTION,
    OUTBOX_RECEIVED,
)
from portal.mailroom.uploads import Owner, blobs_are_free, forget_upload_keys, require_whole, take_blobs

Days = Callable[[str | None], date]
"""Tells the day at an entity; Greenwich's for None."""


@dataclass
class _Written:
    """Where a post was written, so that a decoy's rows can be taken away again."""

    box: Mailbox = field(repr=False)
    outbox: list[bytes] = field(default_factory=list[bytes], repr=False)


def accept_post(room: Mailroom, post: Post, days: Days) -> None:
    """Takes a post, or drops it; raises `PartsMissing` for an attachment that is not here whole.

    A post that does not fit (no such mailbox, a gap, another item at a taken place, an older memo)
    is written under a decoy and removed in the same transaction: the same work, the same answer.
    """
    keys = require_whole(room, post.blobs)
    mailbox_id = mailbox_id_of(post.token)
    with room.store.read() as connection:
        seen = find_mailbox(connection, mailbox_id) or decoy(room)
    erasure_key = room.erasure.look_up(seen.erasure_id) or room.rng(32)
    with room.store.write() as tx:
        found = find_mailbox(tx, mailbox_id) or decoy(room)
        fits = _fits(tx, found, seen, post) & blobs_are_free(tx, post.blobs, found.case or b"")
        written = _Written(found if fits else decoy(room))
        claims = post.blobs if fits else [_elsewhere(room, claim) for claim in post.blobs]
        owner = Owner(written.box.case or b"", Direction.TO_OFFICE, erasure_key, days(written.box.entity))
        if not take_blobs(room, tx, claims, keys, owner) and fits:
            raise PartsMissing
        _write(room, tx, post, erasure_key, days, written)
        _sweep(room, tx, written, kept=fits)
        if post.moved is not None:
            _move(room, tx, written.box if fits else decoy(room), post.moved, erasure_key)
    forget_upload_keys(room, post.blobs)


def _elsewhere(room: Mailroom, claim: BlobClaim) -> BlobClaim:
    """The same claim on an upload that nobody made."""
    return replace(claim, blob=room.rng(16))


def _fits(tx: Connection, found: Mailbox, seen: Mailbox, post: Post) -> bool:
    """Whether the post continues the thread of this very mailbox."""
    head = tx.execute(
        select(ITEMS.c.item_hash, ITEMS.c.seq)
        .where(ITEMS.c.case_id == (found.case or b""), ITEMS.c.dir == Direction.TO_OFFICE.value)
        .order_by(ITEMS.c.seq.desc())
        .limit(1)
    ).one_or_none()
    memo_seq = tx.scalar(select(MEMOS.c.seq).where(MEMOS.c.mailbox_id == found.mailbox_id))
    taken = post.moved is not None and find_mailbox(tx, post.moved.mailbox) is not None
    same = found.mailbox_id == seen.mailbox_id and found.case is not None and not taken
    if not same or head is None or memo_seq is None or post.memo.seq <= memo_seq:
        return False
    return post.item is None or _continues(post.item, found.case, head.seq, bytes(head.item_hash))


def _continues(item: Item, case: bytes | None, seq: int, head: bytes) -> bool:
    place = item.place
    return place.case == case and place.seq == seq + 1 and place.prev == head


def _write(room: Mailroom, tx: Connection, post: Post, key: bytes, days: Days, written: _Written) -> None:
    box = written.box
    today = days(box.entity)
    left = packet_rows(room, post.identity, post.protection)
    if post.item is not None:
        insert_rows(tx, [_item_row(room, post.item, post, key, today, box)])
        left |= received_row(room, _arrival(post.item, box, today))
    insert_rows(tx, [left])
    _write_note(room, tx, MEMOS, box.mailbox_id, post.memo, key)
    written.outbox += [cast("bytes", row["key"]) for row in left.values()]


def _item_row(room: Mailroom, item: Item, post: Post, key: bytes, today: date, box: Mailbox) -> Rows:
    row: dict[str, object] = {
        # A decoy's row must not collide with the item that it repeats.
        "item_hash": item.hash if box.case == item.place.case else room.rng(32),
        "case_id": box.case,
        "dir": item.place.direction.value,
        "seq": item.place.seq,
        "epoch": item.place.epoch,
        "day": today,
        "hint": None if post.hint is None else post.hint.value,
        "sealed": wrap_erasable(key, compact(item.document()), room.rng),
    }
    return {ITEMS: row}


def _arrival(item: Item, box: Mailbox, today: date) -> Received:
    return Received(
        kind=ReceivedKind.MESSAGE,
        case=box.case or b"",
        entity=box.entity or "",
        policy=box.policy or "",
        policy_version="",
        day=today,
        access_hash=bytes(32),
        urgent=False,
        item_hash=item.hash,
        seq=item.place.seq,
    )


def _write_note(
    room: Mailroom, tx: Connection, table: Table, mailbox_id: bytes, note: Sealed, key: bytes, day: date | None = None
) -> None:
    """Keeps a memo or draft unless a newer one lies there: two statements in every case. A draft has a day."""
    values: dict[str, object] = {"seq": note.seq, "sealed": wrap_erasable(key, compact(note.document()), room.rng)}
    values |= {} if day is None else {"day": day}
    fresh = {"mailbox_id": mailbox_id, **values}
    insert_new(tx, table, fresh)
    older = (table.c.mailbox_id == mailbox_id) & (table.c.seq < note.seq)
    tx.execute(update(table).where(older).values(values))


def _move(room: Mailroom, tx: Connection, box: Mailbox, moved: Moved, key: bytes) -> None:
    """Leads the case to the mailbox of a changed receipt; the old token finds nothing from now on."""
    theirs = (ITEMS.c.case_id == (box.case or b"")) & (ITEMS.c.dir == Direction.TO_REPORTER.value)
    last = tx.scalar(select(func.max(ITEMS.c.seq)).where(theirs)) or 0
    tx.execute(
        update(MAILBOXES)
        .where(MAILBOXES.c.mailbox_id == box.mailbox_id)
        .values(mailbox_id=moved.mailbox, first_seq=last + 1)
    )
    memo = wrap_erasable(key, compact(moved.memo.document()), room.rng)
    mine = MEMOS.c.mailbox_id == box.mailbox_id
    tx.execute(update(MEMOS).where(mine).values(mailbox_id=moved.mailbox, seq=moved.memo.seq, sealed=memo))
    tx.execute(delete(DRAFTS).where(DRAFTS.c.mailbox_id == box.mailbox_id))


def _sweep(room: Mailroom, tx: Connection, written: _Written, *, kept: bool) -> None:
    """Takes a decoy's rows away; for a post that is kept the same statements find nothing."""
    nobody = decoy(room)
    box = nobody if kept else written.box
    keys = [room.rng(16) for _ in written.outbox] if kept else written.outbox
    sweeps: tuple[tuple[Table, ColumnElement[bool]], ...] = (
        (ITEMS, ITEMS.c.case_id == box.case),
        (MEMOS, MEMOS.c.mailbox_id == box.mailbox_id),
        (OUTBOX_RECEIVED, OUTBOX_RECEIVED.c.key.in_(keys)),
        (OUTBOX_IDENTITY, OUTBOX_IDENTITY.c.key.in_(keys)),
        (OUTBOX_PROTECTION, OUTBOX_PROTECTION.c.key.in_(keys)),
    )
    for table, rows in sweeps:
        tx.execute(delete(table).where(rows))


def store_draft(room: Mailroom, token: bytes, draft: Sealed, today: date) -> None:
    """Keeps a draft from today on; makes the mailbox if there is none. An older one never replaces a newer one."""
    mailbox_id = mailbox_id_of(token)
    spare = room.erasure.draw(today)
    fresh: dict[str, object] = {
        "mailbox_id": mailbox_id,
        "erasure_id": spare.erasure_id,
        "urgent": False,
        "first_seq": 1,
    }
    with room.store.write() as tx:
        made = insert_new(tx, MAILBOXES, fresh)
        found = find_mailbox(tx, mailbox_id)
        if found is None:
            # The term of the draft before it ended at this very moment: its place is free now.
            made = insert_new(tx, MAILBOXES, fresh)
        erasure_id = spare.erasure_id if found is None else found.erasure_id
        # A mailbox whose key was just destroyed answers like any other until its rows are gone.
        key = room.erasure.find([erasure_id]).get(erasure_id, room.rng(32))
        _write_note(room, tx, DRAFTS, mailbox_id, draft, key, today)
    room.erasure.destroy([room.rng(16) if made else spare.erasure_id])
