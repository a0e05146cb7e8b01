"""A report comes in: one mailroom transaction, durable before it is answered, idempotent."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, delete, insert, update

from crypto.erasure import wrap_erasable
from crypto.payloads import Direction
from crypto.submission import Submission
from portal.mailroom.boxes import Mailbox, find_mailbox, find_mailbox_of_case
from portal.mailroom.erasure import ErasureKey
from portal.mailroom.errors import AlreadyUsed, PartsMissing
from portal.mailroom.outbox import Received, put_packets, put_received
from portal.mailroom.room import Mailroom, insert_new
from portal.mailroom.shapes import compact, submission_hash
from portal.mailroom.tables import DRAFTS, GRANTS, ITEMS, MAILBOXES, MEMOS
from portal.mailroom.uploads import Owner, forget_upload_keys, require_whole, take_blobs


@dataclass(frozen=True)
class Accepted:
    """Whether the submission is new, or was here already."""

    new: bool


def accept_submission(room: Mailroom, submission: Submission, today: date) -> Accepted:
    """Takes a submission; raises `AlreadyUsed` or `PartsMissing`.

    When this returns, the report survives whatever happens to the machine.
    """
    digest = submission_hash(submission)
    with room.store.read() as connection:
        known = _known(connection, submission)
    if known is not None:
        return _same_again(known, digest)
    keys = require_whole(room, submission.blobs)
    spare = room.erasure.draw(today)
    with room.store.write() as tx:
        key = _open_mailbox(room, tx, submission, digest, spare)
        if key is None:
            known = _known(tx, submission)
        else:
            _write(room, tx, submission, key, today)
            owner = Owner(submission.case, Direction.TO_OFFICE, key.key, today)
            if not take_blobs(room, tx, submission.blobs, keys, owner):
                raise PartsMissing
    if known is not None:
        room.erasure.destroy([spare.erasure_id])
        return _same_again(known, digest)
    forget_upload_keys(room, submission.blobs)
    return Accepted(new=True)


def _known(connection: Connection, submission: Submission) -> Mailbox | None:
    """Whoever has this case id or mailbox already; a mailbox with a draft only is free."""
    by_case = find_mailbox_of_case(connection, submission.case)
    by_id = find_mailbox(connection, submission.mailbox)
    return by_case or (by_id if by_id is not None and by_id.case is not None else None)


def _same_again(known: Mailbox, digest: bytes) -> Accepted:
    if known.submission_hash != digest:
        raise AlreadyUsed
    return Accepted(new=False)


def _open_mailbox(
    room: Mailroom, tx: Connection, submission: Submission, digest: bytes, spare: ErasureKey
) -> ErasureKey | None:
    """Makes the mailbox, or gives a mailbox that held a draft its case; None if somebody was first."""
    values: dict[str, object] = {
        "case_id": submission.case,
        "entity": submission.entity,
        "policy": submission.policy,
        "urgent": submission.urgent,
        "submission_hash": digest,
        "first_seq": 1,
    }
    fresh = {"mailbox_id": submission.mailbox, "erasure_id": spare.erasure_id, **values}
    if insert_new(tx, MAILBOXES, fresh):
        return spare
    drafted = find_mailbox(tx, submission.mailbox)
    if drafted is None or drafted.case is not None or find_mailbox_of_case(tx, submission.case) is not None:
        return None
    tx.execute(update(MAILBOXES).where(MAILBOXES.c.mailbox_id == submission.mailbox).values(values))
    # What was saved for later has now been sent.
    tx.execute(delete(DRAFTS).where(DRAFTS.c.mailbox_id == submission.mailbox))
    return ErasureKey(drafted.erasure_id, room.erasure.get(drafted.erasure_id))


def _write(room: Mailroom, tx: Connection, submission: Submission, key: ErasureKey, today: date) -> None:
    item = submission.item
    row: dict[str, object] = {
        "item_hash": item.hash,
        "case_id": submission.case,
        "dir": item.place.direction.value,
        "seq": 1,
        "epoch": 0,
        "day": today,
        "hint": None,
        "sealed": wrap_erasable(key.key, compact(item.document()), room.rng),
    }
    tx.execute(insert(ITEMS), row)
    memo = wrap_erasable(key.key, compact(submission.memo.document()), room.rng)
    tx.execute(insert(MEMOS), {"mailbox_id": submission.mailbox, "seq": submission.memo.seq, "sealed": memo})
    grant: dict[str, object] = {
        "grant_id": room.rng(16),
        "case_id": submission.case,
        "entity": submission.entity,
        "day": today,
        "epoch": 0,
        "erasure_id": key.erasure_id,
        "sealed": wrap_erasable(key.key, submission.packet, room.rng),
    }
    tx.execute(insert(GRANTS), grant)
    put_packets(room, tx, submission.identity, submission.protection)
    put_received(room, tx, Received.of_submission(submission, today))
