"""What a mailbox sends: the same statements and the same answer, whether there is a mailbox or not."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import date
from typing import cast

from sqlalchemy import ColumnElement, Connection, Table, delete, func, select, update

from crypto.case.items import Item
from crypto.case.memo import Sealed
from crypto.case.payloads import Direction
from crypto.reporter.submission import Moved, Post
from crypto.sealing.erasure import wrap_erasable
from portal.mailroom.context import Mailroom, Rows, insert_new, insert_rows
from portal.mailroom.errors import PartsMissing
from portal.mailroom.mailboxes import Mailbox, MailboxRef, decoy, find_mailbox, mailbox_id_of, mailbox_or_decoy
from portal.mailroom.outbox import Received, ReceivedKind, packet_rows, received_row
from portal.mailroom.pg_functions import call
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
from portal.mailroom.uploads import Owner, are_blobs_unclaimed, claim_blobs, destroy_upload_keys, require_complete

Days = Callable[[str | None], date]
"""Tells the day at an entity; Greenwich's for None."""


@dataclass
class _WrittenRows:
    """Where a post was written, so that a decoy's rows can be taken away again."""

    box: Mailbox = field(repr=False)
    outbox: list[bytes] = field(default_factory=list[bytes], repr=False)


def accept_post(mailroom: Mailroom, post: Post, days: Days) -> None:
    """Accepts a post, or discards it; raises `PartsMissing` for an attachment that is not here whole.

    A post that does not fit (no such mailbox, a gap, another item at a taken place, an older memo)
    is written under a decoy and removed in the same transaction: the same work, the same answer.
    """
    keys = require_complete(mailroom, post.blobs)
    seen = mailbox_or_decoy(mailroom, post.token)
    erasure_key = mailroom.erasure.find_one(seen.erasure_id) or mailroom.rng(32)
    wrapping = _Wrapping(erasure_key, keys, days)
    with mailroom.store.write() as tx:
        (_accept_sqlite if mailroom.store.embedded else _accept_pg)(mailroom, tx, post, seen, wrapping)
    destroy_upload_keys(mailroom, post.blobs)


def _accept_sqlite(mailroom: Mailroom, tx: Connection, post: Post, seen: MailboxRef, wrapping: _Wrapping) -> None:
    found = find_mailbox(tx, mailbox_id_of(post.token)) or decoy(mailroom)
    fits = _continues_thread(tx, found, seen, post) & are_blobs_unclaimed(tx, post.blobs, found.case or b"")
    written = _WrittenRows(found if fits else decoy(mailroom))
    claims = post.blobs if fits else [_decoy_claim(mailroom, claim) for claim in post.blobs]
    owner = Owner(written.box.case or b"", Direction.TO_OFFICE, wrapping.key, wrapping.days(written.box.entity))
    if not claim_blobs(mailroom, tx, claims, wrapping.uploads, owner) and fits:
        raise PartsMissing
    _write(mailroom, tx, post, wrapping.key, wrapping.days, written)
    _delete_decoy_rows(mailroom, tx, written, accepted=fits)
    if post.moved is not None:
        _move_mailbox(mailroom, tx, written.box if fits else decoy(mailroom), post.moved, wrapping.key)


@dataclass(frozen=True)
class _Wrapping:
    """What a post is wrapped with: the mailbox's erasure key, those of its uploads, and the days of the entities."""

    key: bytes = field(repr=False)
    uploads: dict[bytes, bytes] = field(repr=False)
    days: Days

    def wrap(self, mailroom: Mailroom, content: bytes) -> bytes:
        """Content under the mailbox's erasure key."""
        return wrap_erasable(self.key, content, mailroom.rng)


def _accept_pg(mailroom: Mailroom, tx: Connection, post: Post, seen: MailboxRef, wrapping: _Wrapping) -> None:
    """The same on PostgreSQL, where the whole decision is the function's."""
    left = packet_rows(mailroom, post.identity, post.protection)
    outcome = call(
        tx,
        "accept_post",
        token=post.token,
        seen=seen.erasure_id,
        day=wrapping.days(seen.entity),
        memo_seq=post.memo.seq,
        memo=wrapping.wrap(mailroom, compact(post.memo.document())),
        keys=[left[OUTBOX_IDENTITY]["key"], left[OUTBOX_PROTECTION]["key"], mailroom.rng(16)],
        identity=post.identity,
        protection=post.protection,
        blobs=[claim.blob for claim in post.blobs],
        sizes=[claim.size for claim in post.blobs],
        first_keys=[wrapping.wrap(mailroom, wrapping.uploads.get(one.blob, mailroom.rng(32))) for one in post.blobs],
        **_item_arguments(mailroom, post, wrapping),
        **_moved_arguments(mailroom, post.moved, wrapping),
    ).scalar_one()
    if outcome == "missing":
        raise PartsMissing


def _item_arguments(mailroom: Mailroom, post: Post, wrapping: _Wrapping) -> dict[str, object]:
    names = ("item_hash", "item_case", "item_seq", "item_prev", "epoch", "hint", "item")
    if post.item is None:
        return {name: None for name in names}  # noqa: C420  # a dict of objects, whatever else they are
    place, hint = post.item.place, None if post.hint is None else post.hint.value
    sealed = wrapping.wrap(mailroom, compact(post.item.document()))
    values = (post.item.hash, place.case, place.seq, place.prev, place.epoch, hint, sealed)
    return dict(zip(names, values, strict=True))


def _moved_arguments(mailroom: Mailroom, moved: Moved | None, wrapping: _Wrapping) -> dict[str, object]:
    if moved is None:
        return {"moved": None, "moved_seq": None, "moved_memo": None}
    memo = wrapping.wrap(mailroom, compact(moved.memo.document()))
    return {"moved": moved.mailbox, "moved_seq": moved.memo.seq, "moved_memo": memo}


def _decoy_claim(mailroom: Mailroom, claim: BlobClaim) -> BlobClaim:
    """The same claim on an upload that nobody made."""
    return replace(claim, blob=mailroom.rng(16))


def _continues_thread(tx: Connection, found: Mailbox, seen: MailboxRef, post: Post) -> bool:
    """Whether the post continues the thread of this very mailbox."""
    head = tx.execute(
        select(ITEMS.c.item_hash, ITEMS.c.seq)
        .where(ITEMS.c.case_id == (found.case or b""), ITEMS.c.dir == Direction.TO_OFFICE.value)
        .order_by(ITEMS.c.seq.desc())
        .limit(1)
    ).one_or_none()
    memo_seq = tx.scalar(select(MEMOS.c.seq).where(MEMOS.c.mailbox_id == found.mailbox_id))
    used = post.moved is not None and find_mailbox(tx, post.moved.mailbox) is not None
    same = found.erasure_id == seen.erasure_id and found.case is not None and not used
    if not same or head is None or memo_seq is None or post.memo.seq <= memo_seq:
        return False
    return post.item is None or _continues(post.item, found.case, head.seq, bytes(head.item_hash))


def _continues(item: Item, case: bytes | None, seq: int, head: bytes) -> bool:
    place = item.place
    return place.case == case and place.seq == seq + 1 and place.prev == head


def _write(mailroom: Mailroom, tx: Connection, post: Post, key: bytes, days: Days, written: _WrittenRows) -> None:
    box = written.box
    today = days(box.entity)
    left = packet_rows(mailroom, post.identity, post.protection)
    if post.item is not None:
        insert_rows(tx, [_item_row(mailroom, post.item, post, key, today, box)])
        left |= received_row(mailroom, _arrival(post.item, box, today))
    insert_rows(tx, [left])
    _upsert_sealed(mailroom, tx, MEMOS, box.mailbox_id, post.memo, key)
    written.outbox += [cast("bytes", row["key"]) for row in left.values()]


def _item_row(mailroom: Mailroom, item: Item, post: Post, key: bytes, today: date, box: Mailbox) -> Rows:
    row: dict[str, object] = {
        # A decoy's row must not collide with the item that it repeats.
        "item_hash": item.hash if box.case == item.place.case else mailroom.rng(32),
        "case_id": box.case,
        "dir": item.place.direction.value,
        "seq": item.place.seq,
        "epoch": item.place.epoch,
        "day": today,
        "hint": None if post.hint is None else post.hint.value,
        "sealed": wrap_erasable(key, compact(item.document()), mailroom.rng),
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


def _upsert_sealed(
    mailroom: Mailroom,
    tx: Connection,
    table: Table,
    mailbox_id: bytes,
    note: Sealed,
    key: bytes,
    day: date | None = None,
) -> None:
    """Keeps a memo or draft unless a newer one is stored: two statements in every case. A draft has a day."""
    values: dict[str, object] = {"seq": note.seq, "sealed": wrap_erasable(key, compact(note.document()), mailroom.rng)}
    values |= {} if day is None else {"day": day}
    fresh = {"mailbox_id": mailbox_id, **values}
    insert_new(tx, table, fresh)
    older = (table.c.mailbox_id == mailbox_id) & (table.c.seq < note.seq)
    tx.execute(update(table).where(older).values(values))


def _move_mailbox(mailroom: Mailroom, tx: Connection, box: Mailbox, moved: Moved, key: bytes) -> None:
    """Leads the case to the mailbox of a changed receipt; the old token finds nothing from now on."""
    theirs = (ITEMS.c.case_id == (box.case or b"")) & (ITEMS.c.dir == Direction.TO_REPORTER.value)
    last = tx.scalar(select(func.max(ITEMS.c.seq)).where(theirs)) or 0
    tx.execute(
        update(MAILBOXES)
        .where(MAILBOXES.c.mailbox_id == box.mailbox_id)
        .values(mailbox_id=moved.mailbox, first_seq=last + 1)
    )
    memo = wrap_erasable(key, compact(moved.memo.document()), mailroom.rng)
    mine = MEMOS.c.mailbox_id == box.mailbox_id
    tx.execute(update(MEMOS).where(mine).values(mailbox_id=moved.mailbox, seq=moved.memo.seq, sealed=memo))
    tx.execute(delete(DRAFTS).where(DRAFTS.c.mailbox_id == box.mailbox_id))


def _delete_decoy_rows(mailroom: Mailroom, tx: Connection, written: _WrittenRows, *, accepted: bool) -> None:
    """Deletes a decoy's rows; for an accepted post the same statements match nothing."""
    nobody = decoy(mailroom)
    box = nobody if accepted else written.box
    keys = [mailroom.rng(16) for _ in written.outbox] if accepted else written.outbox
    deletions: tuple[tuple[Table, ColumnElement[bool]], ...] = (
        (ITEMS, ITEMS.c.case_id == box.case),
        (MEMOS, MEMOS.c.mailbox_id == box.mailbox_id),
        (OUTBOX_RECEIVED, OUTBOX_RECEIVED.c.key.in_(keys)),
        (OUTBOX_IDENTITY, OUTBOX_IDENTITY.c.key.in_(keys)),
        (OUTBOX_PROTECTION, OUTBOX_PROTECTION.c.key.in_(keys)),
    )
    for table, rows in deletions:
        tx.execute(delete(table).where(rows))


def store_draft(mailroom: Mailroom, token: bytes, draft: Sealed, today: date) -> None:
    """Keeps a draft from today on; makes the mailbox if there is none. An older one never replaces a newer one.

    Raises `DraftsFull` where what is left of the storage is for reports.
    """
    if mailroom.quota is not None:
        mailroom.quota.require_for_draft(today)
    spare = mailroom.erasure.draw(today)
    with mailroom.store.write() as tx:
        erasure_id = _open_draft(mailroom, tx, token, spare.erasure_id)
        # A mailbox whose key was just destroyed answers like any other until its rows are gone.
        key = mailroom.erasure.find([erasure_id]).get(erasure_id, mailroom.rng(32))
        if mailroom.store.embedded:
            _upsert_sealed(mailroom, tx, DRAFTS, mailbox_id_of(token), draft, key, today)
        else:
            sealed = wrap_erasable(key, compact(draft.document()), mailroom.rng)
            call(tx, "store_draft", token=token, seq=draft.seq, sealed=sealed, day=today)
    if erasure_id != spare.erasure_id:
        mailroom.erasure.give_back(spare, today)


def _open_draft(mailroom: Mailroom, tx: Connection, token: bytes, spare: bytes) -> bytes:
    """The erasure id of a mailbox that is made if there is none."""
    if not mailroom.store.embedded:
        return call(tx, "open_draft", token=token, erasure=spare).scalar_one()
    mailbox_id = mailbox_id_of(token)
    fresh: dict[str, object] = {"mailbox_id": mailbox_id, "erasure_id": spare, "urgent": False, "first_seq": 1}
    insert_new(tx, MAILBOXES, fresh)
    found = find_mailbox(tx, mailbox_id)
    if found is None:
        # The term of the draft before it ended at this very moment: its place is free now.
        insert_new(tx, MAILBOXES, fresh)
    return spare if found is None else found.erasure_id
