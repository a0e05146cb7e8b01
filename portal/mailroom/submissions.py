"""Accepts reports: durable before the answer, idempotent, with group commit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from functools import partial
from typing import cast

from sqlalchemy import Connection, delete, update

from crypto.case.payloads import Direction
from crypto.reporter.submission import Submission
from crypto.sealing.erasure import wrap_erasable
from portal.mailroom.context import Mailroom, Rows, insert_all_new, insert_new, insert_rows
from portal.mailroom.erasure import ErasureKey
from portal.mailroom.errors import AlreadyUsed, PartsMissing
from portal.mailroom.mailboxes import find_mailbox, find_mailbox_of_case
from portal.mailroom.outbox import Received, packet_rows, received_row
from portal.mailroom.pg_functions import call
from portal.mailroom.pg_submissions import insert_batch, insert_report
from portal.mailroom.shapes import compact, submission_hash
from portal.mailroom.tables import DRAFTS, GRANTS, ITEMS, MAILBOXES, MEMOS
from portal.mailroom.uploads import Owner, claim_blobs, destroy_upload_keys, require_complete
from portal.stores.engines import Store


@dataclass(frozen=True)
class Accepted:
    """Whether the submission is new, or was here already."""

    new: bool


def accept_submission(mailroom: Mailroom, submission: Submission, today: date) -> Accepted:
    """Accepts a submission; raises `AlreadyUsed` or `PartsMissing`.

    When this returns, the report survives whatever happens to the machine.
    """
    digest = submission_hash(submission)
    if submission.blobs:
        return _accept_with_blobs(mailroom, submission, digest, today)
    spare = mailroom.erasure.draw(today)
    rows = {MAILBOXES: _mailbox_row(submission, digest, spare), **_report_rows(mailroom, submission, spare, today)}
    if mailroom.arrivals.perform(rows, partial(insert_submissions, mailroom.store)):
        return Accepted(new=True)
    return _accept_single(mailroom, submission, digest, spare, today)


def insert_submissions(store: Store, arrivals: Sequence[Rows]) -> list[bool]:
    """Inserts new mailboxes with all their rows in one transaction; False for each that is not new."""
    if not store.embedded:
        with store.write() as tx:
            return insert_batch(tx, arrivals)
    first: dict[bytes, Rows] = {}
    for rows in arrivals:
        first.setdefault(cast("bytes", rows[MAILBOXES]["mailbox_id"]), rows)
    with store.write() as tx:
        # In one order everywhere, so that two processes never wait for each other.
        opened = insert_all_new(tx, MAILBOXES, [first[mailbox_id][MAILBOXES] for mailbox_id in sorted(first)])
        accepted = [rows for mailbox_id, rows in first.items() if mailbox_id in opened]
        insert_rows(tx, [{table: row for table, row in rows.items() if table is not MAILBOXES} for rows in accepted])
    return [any(rows is one for one in accepted) for rows in arrivals]


def _accept_with_blobs(mailroom: Mailroom, submission: Submission, digest: bytes, today: date) -> Accepted:
    with mailroom.store.read() as connection:
        known = _existing_hash(connection, submission)
    if known is not None:
        return _require_identical(known, digest)
    keys = require_complete(mailroom, submission.blobs)
    spare = mailroom.erasure.draw(today)
    try:
        accepted = _accept_single(mailroom, submission, digest, spare, today, keys)
    except PartsMissing:
        # Another case has one of them: all was rolled back, and nothing is wrapped under the key.
        mailroom.erasure.give_back(spare, today)
        raise
    destroy_upload_keys(mailroom, submission.blobs)
    return accepted


def _accept_single(
    mailroom: Mailroom,
    submission: Submission,
    digest: bytes,
    spare: ErasureKey,
    today: date,
    uploads: dict[bytes, bytes] | None = None,
) -> Accepted:
    """Accepts a submission with attachments, or one whose mailbox or case id exists already."""
    known = None
    with mailroom.store.write() as tx:
        key = _open_mailbox(mailroom, tx, submission, digest, spare)
        if key is None:
            known = _existing_hash(tx, submission)
        else:
            _insert_report(
                mailroom, tx, _mailbox_row(submission, digest, key), _report_rows(mailroom, submission, key, today)
            )
            owner = Owner(submission.case, Direction.TO_OFFICE, key.key, today)
            if not claim_blobs(mailroom, tx, submission.blobs, uploads or {}, owner):
                raise PartsMissing
    if key != spare:
        # It is there already, or was a draft, which has its key.
        mailroom.erasure.give_back(spare, today)
    return _require_identical(known, digest) if key is None else Accepted(new=True)


def _insert_report(mailroom: Mailroom, tx: Connection, mailbox: dict[str, object], rows: Rows) -> None:
    if mailroom.store.embedded:
        insert_rows(tx, [rows])
    else:
        insert_report(tx, {MAILBOXES: mailbox, **rows})


def _existing_hash(connection: Connection, submission: Submission) -> bytes | None:
    """The hash of what has this case id or mailbox already; a mailbox with a draft only is free."""
    if connection.dialect.name != "sqlite":
        known = call(connection, "known_report", mailbox=submission.mailbox, case=submission.case)
        return known.scalar_one_or_none()
    by_case = find_mailbox_of_case(connection, submission.case)
    by_id = find_mailbox(connection, submission.mailbox)
    found = by_case or (by_id if by_id is not None and by_id.case is not None else None)
    return None if found is None else found.submission_hash


def _require_identical(known: bytes | None, digest: bytes) -> Accepted:
    # A conflicting row that was removed meanwhile does not prove that this report is stored.
    if known != digest:
        raise AlreadyUsed
    return Accepted(new=False)


def _mailbox_row(submission: Submission, digest: bytes, key: ErasureKey) -> dict[str, object]:
    return {
        "mailbox_id": submission.mailbox,
        "erasure_id": key.erasure_id,
        "case_id": submission.case,
        "entity": submission.entity,
        "policy": submission.policy,
        "urgent": submission.urgent,
        "submission_hash": digest,
        "first_seq": 1,
    }


def _open_mailbox(
    mailroom: Mailroom, tx: Connection, submission: Submission, digest: bytes, spare: ErasureKey
) -> ErasureKey | None:
    """Makes the mailbox, or gives a mailbox that held a draft its case; None if somebody was first."""
    if not mailroom.store.embedded:
        return _open_mailbox_pg(mailroom, tx, _mailbox_row(submission, digest, spare), spare)
    if insert_new(tx, MAILBOXES, _mailbox_row(submission, digest, spare)):
        return spare
    drafted = find_mailbox(tx, submission.mailbox)
    if drafted is None and find_mailbox_of_case(tx, submission.case) is None:
        # The term of its draft ended at this very moment: the place is free now.
        return spare if insert_new(tx, MAILBOXES, _mailbox_row(submission, digest, spare)) else None
    if drafted is None or drafted.case is not None or find_mailbox_of_case(tx, submission.case) is not None:
        return None
    key = ErasureKey(drafted.erasure_id, mailroom.erasure.get(drafted.erasure_id))
    mine = MAILBOXES.c.mailbox_id == submission.mailbox
    tx.execute(update(MAILBOXES).where(mine).values(_mailbox_row(submission, digest, key)))
    # What was saved for later has now been sent.
    tx.execute(delete(DRAFTS).where(DRAFTS.c.mailbox_id == submission.mailbox))
    return key


def _open_mailbox_pg(
    mailroom: Mailroom, tx: Connection, mailbox: dict[str, object], spare: ErasureKey
) -> ErasureKey | None:
    names = {"mailbox_id": "mailbox", "submission_hash": "digest", "erasure_id": "erasure", "case_id": "case"}
    given = {names.get(name, name): value for name, value in mailbox.items() if name != "first_seq"}
    found = call(tx, "open_mailbox", **given).scalar_one()
    if found is None or found == spare.erasure_id:
        return None if found is None else spare
    return ErasureKey(found, mailroom.erasure.get(found))


def _report_rows(mailroom: Mailroom, submission: Submission, key: ErasureKey, today: date) -> Rows:
    """What a submission writes besides its mailbox, sealed texts wrapped under the erasure key."""
    item, memo = submission.item, submission.memo
    item_row: dict[str, object] = {
        "item_hash": item.hash,
        "case_id": submission.case,
        "dir": item.place.direction.value,
        "seq": 1,
        "epoch": 0,
        "day": today,
        "hint": None,
        "sealed": wrap_erasable(key.key, compact(item.document()), mailroom.rng),
    }
    sealed_memo = wrap_erasable(key.key, compact(memo.document()), mailroom.rng)
    grant: dict[str, object] = {
        "grant_id": mailroom.rng(16),
        "case_id": submission.case,
        "entity": submission.entity,
        "day": today,
        "epoch": 0,
        "erasure_id": key.erasure_id,
        "sealed": wrap_erasable(key.key, submission.packet, mailroom.rng),
        "waits": True,
    }
    return {
        ITEMS: item_row,
        MEMOS: {"mailbox_id": submission.mailbox, "seq": memo.seq, "sealed": sealed_memo},
        GRANTS: grant,
        **packet_rows(mailroom, submission.identity, submission.protection),
        **received_row(mailroom, Received.of_submission(submission, today)),
    }
