"""Items of a case: listed for a poll, read by the desk, delivered from casework's outbox."""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Connection, bindparam, select

from crypto.case.items import Item
from crypto.case.payloads import Direction
from crypto.reporter.poll_slots import EntryKind, ListingEntry, fill_slots
from crypto.sealing.erasure import wrap_erasable
from portal.logs import log
from portal.mailroom.context import Mailroom, insert_new
from portal.mailroom.erasure import unwrapped
from portal.mailroom.errors import ItemDiffers, PartsMissing
from portal.mailroom.mailboxes import (
    Mailbox,
    decoy,
    erasure_ids_of_cases,
    find_mailbox,
    mailbox_id_of,
    require_mailbox_of_case,
)
from portal.mailroom.pg_functions import call
from portal.mailroom.shapes import BlobClaim, compact
from portal.mailroom.tables import DRAFTS, ITEMS, MEMOS
from portal.mailroom.uploads import Owner, claim_blobs, destroy_upload_keys, require_complete

_NOTES = {
    kind: select(notes.c.sealed).where(notes.c.mailbox_id == bindparam("wanted"))
    for kind, notes in ((EntryKind.MEMO, MEMOS), (EntryKind.DRAFT, DRAFTS))
}
_TO_REPORTER = (
    select(ITEMS.c.sealed)
    .where(ITEMS.c.case_id == bindparam("wanted"), ITEMS.c.dir == Direction.TO_REPORTER.value)
    .where(ITEMS.c.seq >= bindparam("first"))
    .order_by(ITEMS.c.seq)
)


@dataclass(frozen=True)
class StoredItem:
    """One item as the desk gets it: its document, its hash, the day it came, the hint beside it.

    A row that is damaged raises `ValueError` where its document or direction is read: it concerns its own case alone.
    """

    content: bytes = field(repr=False)
    item_hash: bytes = field(repr=False)
    way: str
    seq: int
    day: date
    hint: str | None

    @property
    def document(self) -> dict[str, object]:
        """The item's JSON."""
        return json.loads(self.content)

    @property
    def direction(self) -> Direction:
        """Whose item it is."""
        return Direction(self.way)


def listing_for_poll(mailroom: Mailroom, token: bytes, start: int) -> bytes:
    """131,072 bytes from slot `start` on, whatever there is: the same statements, the same size."""
    with mailroom.store.read() as connection:
        if mailroom.store.embedded:
            found = find_mailbox(connection, mailbox_id_of(token)) or decoy(mailroom)
            erasure_id, rows = found.erasure_id, _rows_for_poll(connection, found)
        else:
            box, *content = call(connection, "read_mailbox", token=token).all()
            erasure_id = box.sealed or mailroom.rng(16)
            rows = [(EntryKind[row.kind.upper()], row.sealed) for row in content]
    key = mailroom.erasure.find_one(erasure_id)
    entries = [] if key is None else _entries(key, rows)
    return fill_slots(entries, start, mailroom.rng)


def _rows_for_poll(connection: Connection, box: Mailbox) -> list[tuple[EntryKind, bytes]]:
    rows: list[tuple[EntryKind, bytes]] = []
    for kind, query in _NOTES.items():
        note = connection.scalar(query, {"wanted": box.mailbox_id})
        rows += [] if note is None else [(kind, bytes(note))]
    items = connection.execute(_TO_REPORTER, {"wanted": box.case or b"", "first": box.first_seq})
    return rows + [(EntryKind.ITEM, bytes(row.sealed)) for row in items]


def _entries(key: bytes, rows: list[tuple[EntryKind, bytes]]) -> list[ListingEntry]:
    found = ((kind, unwrapped(key, sealed)) for kind, sealed in rows)
    return [ListingEntry(kind, content) for kind, content in found if content is not None]


def erasure_key_of_case(mailroom: Mailroom, case: bytes) -> bytes:
    """The erasure key of a case; raises `NoSuchMailbox` or `CaseErased`."""
    with mailroom.store.read() as connection:
        box = require_mailbox_of_case(connection, case)
    return mailroom.erasure.get(box.erasure_id)


def erasure_keys_of_cases(mailroom: Mailroom, cases: Collection[bytes]) -> dict[bytes, bytes]:
    """The erasure keys of some cases; one without a mailbox, or whose key was destroyed, is not among them."""
    with mailroom.store.read() as connection:
        ids = erasure_ids_of_cases(connection, cases)
    keys = mailroom.erasure.find(ids.values())
    return {case: keys[one] for case, one in ids.items() if one in keys}


def items_of_case(mailroom: Mailroom, case: bytes, key: bytes | None = None) -> list[StoredItem]:
    """All items of a case, by direction and seq; raises `NoSuchMailbox` or `CaseErased`.

    `key` is the case's erasure key, where the caller has read it.
    """
    return items_of_cases(mailroom, {case: key or erasure_key_of_case(mailroom, case)}).get(case, [])


def items_of_cases(mailroom: Mailroom, keys: Mapping[bytes, bytes]) -> dict[bytes, list[StoredItem]]:
    """All items of some cases by direction and seq; `keys` are those of `erasure_keys_of_cases`."""
    query = select(ITEMS).where(ITEMS.c.case_id.in_(keys)).order_by(ITEMS.c.case_id, ITEMS.c.dir, ITEMS.c.seq)
    with mailroom.store.read() as connection:
        rows = connection.execute(query).all()
    found: dict[bytes, list[StoredItem]] = {}
    for row in rows:
        case = bytes(row.case_id)
        if (content := unwrapped(keys[case], bytes(row.sealed))) is None:
            continue
        item = StoredItem(
            content=content,
            item_hash=bytes(row.item_hash),
            way=row.dir,
            seq=row.seq,
            day=row.day,
            hint=row.hint,
        )
        found.setdefault(case, []).append(item)
    return found


def deliver_item(mailroom: Mailroom, item: Item, blobs: list[BlobClaim], today: date) -> bool:
    """Puts a staff item into its case's thread; False when it is there already.

    Idempotent by item hash, so that casework's outbox may deliver it as often as it likes. An upload that is not
    there, or is another case's, is left out: the words go their way, and nothing waits behind them. Raises
    `NoSuchMailbox`, or `ItemDiffers` for another item at its place.
    """
    case = item.place.case
    if _is_delivered(mailroom, item):
        return False
    blobs = _complete_claims(mailroom, blobs)
    keys = require_complete(mailroom, blobs)
    key = erasure_key_of_case(mailroom, case)
    with mailroom.store.write() as tx:
        # Anyone who deletes the case meanwhile must not leave this row behind.
        require_mailbox_of_case(tx, case)
        row: dict[str, object] = {
            "item_hash": item.hash,
            "case_id": case,
            "dir": item.place.direction.value,
            "seq": item.place.seq,
            "epoch": item.place.epoch,
            "day": today,
            "hint": None,
            "sealed": wrap_erasable(key, compact(item.document()), mailroom.rng),
        }
        fresh = insert_new(tx, ITEMS, row)
        if fresh and not claim_blobs(mailroom, tx, blobs, keys, Owner(case, item.place.direction, key, today)):
            log.warning("delivered without an upload")
    if not fresh and not _is_delivered(mailroom, item):
        raise ItemDiffers
    destroy_upload_keys(mailroom, blobs)
    return fresh


def _complete_claims(mailroom: Mailroom, blobs: list[BlobClaim]) -> list[BlobClaim]:
    """Those that are here whole, each once."""
    whole: dict[bytes, BlobClaim] = {}
    for claim in blobs:
        with suppress(PartsMissing):
            require_complete(mailroom, [claim])
            whole[claim.blob] = claim
    return list(whole.values())


def claim_uploads(mailroom: Mailroom, case: bytes, direction: Direction, blobs: list[BlobClaim], today: date) -> None:
    """Makes uploads the case's own before anything names them for good; once more changes nothing.

    Raises `PartsMissing` where one is not here whole or belongs to another case, and then takes none.
    """
    if not blobs:
        return
    keys = require_complete(mailroom, blobs)
    key = erasure_key_of_case(mailroom, case)
    with mailroom.store.write() as tx:
        require_mailbox_of_case(tx, case)
        if not claim_blobs(mailroom, tx, blobs, keys, Owner(case, direction, key, today)):
            raise PartsMissing


def item_hash_at(mailroom: Mailroom, case: bytes, direction: Direction, seq: int) -> bytes | None:
    """The hash of the item at a place of the thread; None where there is none."""
    here = (ITEMS.c.case_id == case) & (ITEMS.c.dir == direction.value) & (ITEMS.c.seq == seq)
    with mailroom.store.read() as connection:
        found = connection.scalar(select(ITEMS.c.item_hash).where(here))
    return None if found is None else bytes(found)


def _is_delivered(mailroom: Mailroom, item: Item) -> bool:
    query = select(ITEMS.c.seq).where(ITEMS.c.item_hash == item.hash, ITEMS.c.case_id == item.place.case)
    with mailroom.store.read() as connection:
        return connection.scalar(query) is not None
