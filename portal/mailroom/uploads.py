"""Parts of attachments: taken in whole or not at all, in constant memory, and given out again."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import date, timedelta
from itertools import chain

from sqlalchemy import ColumnElement, Connection, case, delete, func, select, update

from crypto.case.payloads import Direction
from crypto.framing import b64encode
from crypto.sealing.age import HEADER_LIMIT, check_envelope
from crypto.sealing.attachment_shape import LARGEST_PARTS, PART_SIZE
from crypto.sealing.erasure import unwrap_erasable, wrap_erasable
from portal.mailroom.context import Mailroom, insert_new
from portal.mailroom.erasure import ErasureKey
from portal.mailroom.errors import NoSuchPart, PartDamaged, PartDiffers, PartsMissing, PartTooLarge
from portal.mailroom.pg_functions import call
from portal.mailroom.shapes import BlobClaim
from portal.mailroom.tables import BLOB_PARTS, BLOBS, MAILBOXES

STANZA_COUNTS = (1, 2)
UPLOAD_DAYS = 7
# Nonce and tag of the erasure layer.
ERASURE_OVERHEAD = 40
READ_ATTEMPTS = 3


@dataclass(frozen=True)
class ReceivedPart:
    """One part of an upload that is here already."""

    k: int
    hash: bytes
    size: int

    def document(self) -> dict[str, object]:
        """As the interface says it."""
        return {"k": self.k, "hash": b64encode(self.hash), "size": self.size}


def verified_chunks(chunks: Iterable[bytes], announced: bytes) -> Iterator[bytes]:
    """Passes chunks on; raises `PartTooLarge`, or at the end `PartDamaged` if the hash is another one.

    The body is read to its end in every case: a browser that is answered earlier sees no answer.
    """
    digest = hashlib.sha256()
    size = 0
    for chunk in chunks:
        size += len(chunk)
        if size <= PART_SIZE:
            digest.update(chunk)
            yield chunk
    if size > PART_SIZE:
        raise PartTooLarge
    if size == 0 or digest.digest() != announced:
        raise PartDamaged


def put_part(mailroom: Mailroom, blob: bytes, k: int, announced: bytes, chunks: Iterable[bytes], today: date) -> None:
    """Takes one part (≤ 8 MiB); the same one again changes nothing.

    Raises `PartDamaged`, `PartTooLarge`, `PartDiffers`, `UploadsFull`, and crypto's refusals of part 0's header.
    """
    known = _existing_hash(mailroom, blob, k)
    if known is not None or not 0 <= k < LARGEST_PARTS:
        _drain(verified_chunks(chunks, announced))
        _require_same_hash(known, announced)
        return
    if mailroom.quota is not None:
        mailroom.quota.require(today)
    place = mailroom.rng(16).hex()
    key, size = _store_part(mailroom, place, k, verified_chunks(chunks, announced), today)
    row: dict[str, object] = {"blob_id": blob, "k": k, "hash": announced, "size": size, "place": place}
    try:
        recorded = _record_part(mailroom, row, None if key is None else key.erasure_id, today)
    except BaseException:
        mailroom.blobs.remove(place)
        raise
    if key is not None and not recorded:
        mailroom.erasure.give_back(key, today)
    if mailroom.quota is not None:
        mailroom.quota.record(size)


def _existing_hash(mailroom: Mailroom, blob: bytes, k: int) -> bytes | None:
    query = select(BLOB_PARTS.c.hash).where(BLOB_PARTS.c.blob_id == blob, BLOB_PARTS.c.k == k)
    with mailroom.store.read() as connection:
        if mailroom.store.embedded:
            found = connection.scalar(query)
        else:
            found = call(connection, "part_hash", blob=blob, k=k).scalar_one()
    return None if found is None else bytes(found)


def _drain(chunks: Iterable[bytes]) -> None:
    for _chunk in chunks:
        continue


def _require_same_hash(known: bytes | None, announced: bytes) -> None:
    if known is None:
        raise PartTooLarge
    if known != announced:
        raise PartDiffers


def _store_part(
    mailroom: Mailroom, place: str, k: int, chunks: Iterable[bytes], today: date
) -> tuple[ErasureKey | None, int]:
    counted = _CountedChunks(chunks)
    if k > 0:
        mailroom.blobs.store(place, counted)
        return None, counted.size
    pieces = iter(counted)
    head = _first_bytes(pieces, HEADER_LIMIT)
    check_envelope(head[:HEADER_LIMIT], *STANZA_COUNTS)
    key = mailroom.erasure.draw(today)
    # Without its header no part of an age file opens: that much is wrapped under a key whose loss is deletion.
    wrapped = wrap_erasable(key.key, head[:HEADER_LIMIT], mailroom.rng)
    try:
        mailroom.blobs.store(place, chain([wrapped, head[HEADER_LIMIT:]], pieces))
    except (PartDamaged, PartTooLarge):
        # Refused at the end of its bytes, and stored nowhere: nothing is wrapped under the key.
        mailroom.erasure.give_back(key, today)
        raise
    return key, counted.size


def _first_bytes(pieces: Iterator[bytes], wanted: int) -> bytes:
    """At least so many bytes from the front, unless there are fewer."""
    found: list[bytes] = []
    while sum(map(len, found)) < wanted and (piece := next(pieces, None)) is not None:
        found.append(piece)
    return b"".join(found)


class _CountedChunks:
    """Passes chunks on and remembers how many bytes they were."""

    def __init__(self, chunks: Iterable[bytes]) -> None:
        self._chunks = chunks
        self.size = 0

    def __iter__(self) -> Iterator[bytes]:
        for chunk in self._chunks:
            self.size += len(chunk)
            yield chunk


def _record_part(mailroom: Mailroom, row: dict[str, object], erasure_id: bytes | None, today: date) -> bool:
    """Whether the part is kept as it was stored."""
    with mailroom.store.write() as tx:
        recorded = (_record_part_sqlite if mailroom.store.embedded else _record_part_pg)(tx, row, erasure_id, today)
    if not recorded:
        # Another request stored this part meanwhile.
        mailroom.blobs.remove(str(row["place"]))
    return recorded


def _record_part_sqlite(tx: Connection, row: dict[str, object], erasure_id: bytes | None, today: date) -> bool:
    """Whether the part is new; raises `PartDiffers`, also when a case has the upload."""
    blob = row["blob_id"]
    insert_new(tx, BLOBS, {"blob_id": blob, "day": today})
    query = select(BLOBS.c.case_id).where(BLOBS.c.blob_id == blob).with_for_update()
    if tx.execute(query).one().case_id is not None:
        raise PartDiffers
    if insert_new(tx, BLOB_PARTS, row):
        if erasure_id is not None:
            tx.execute(update(BLOBS).where(BLOBS.c.blob_id == blob).values(erasure_id=erasure_id))
        return True
    theirs = tx.scalar(select(BLOB_PARTS.c.hash).where(BLOB_PARTS.c.blob_id == blob, BLOB_PARTS.c.k == row["k"]))
    _require_same_hash(bytes(theirs or b""), bytes(row["hash"]))  # pyright: ignore[reportArgumentType]
    return False


def _record_part_pg(tx: Connection, row: dict[str, object], erasure_id: bytes | None, today: date) -> bool:
    given = {"blob" if name == "blob_id" else name: value for name, value in row.items()}
    outcome = call(tx, "record_part", **given, day=today, erasure=erasure_id).scalar_one()
    if outcome in ("taken", "other"):
        raise PartDiffers
    return outcome == "new"


def received_parts(mailroom: Mailroom, blob: bytes) -> list[ReceivedPart]:
    """The parts of an upload that nothing has taken yet; [] for any other blob id."""
    query = (
        select(BLOB_PARTS.c.k, BLOB_PARTS.c.hash, BLOB_PARTS.c.size)
        .join(BLOBS, BLOBS.c.blob_id == BLOB_PARTS.c.blob_id)
        .where(BLOBS.c.blob_id == blob, BLOBS.c.case_id.is_(None))
        .order_by(BLOB_PARTS.c.k)
    )
    with mailroom.store.read() as connection:
        rows = connection.execute(query) if mailroom.store.embedded else call(connection, "upload_parts", blob=blob)
        return [ReceivedPart(row.k, bytes(row.hash), row.size) for row in rows]


def require_complete(mailroom: Mailroom, claims: list[BlobClaim]) -> dict[bytes, bytes]:
    """Checks that every named upload is here whole; gives the first parts' keys by blob.

    Uploads that were taken already have no key here any more. Raises `PartsMissing`.
    """
    if len({claim.blob for claim in claims}) != len(claims):
        raise PartsMissing
    if not claims:
        return {}
    with mailroom.store.read() as connection:
        erasure_ids = {claim.blob: _require_complete(connection, claim) for claim in claims}
    keys = mailroom.erasure.find(found for found in erasure_ids.values() if found is not None)
    return {blob: keys[found] for blob, found in erasure_ids.items() if found is not None and found in keys}


def _require_complete(connection: Connection, claim: BlobClaim) -> bytes | None:
    query = (
        select(BLOB_PARTS.c.hash, BLOB_PARTS.c.size, BLOBS.c.erasure_id)
        .join(BLOBS, BLOBS.c.blob_id == BLOB_PARTS.c.blob_id)
        .where(BLOBS.c.blob_id == claim.blob)
        .order_by(BLOB_PARTS.c.k)
    )
    if connection.dialect.name == "sqlite":
        rows = connection.execute(query).all()
    else:
        rows = call(connection, "whole_upload", blob=claim.blob).all()
    sizes = [row.size for row in rows]
    full = all(size == PART_SIZE for size in sizes[:-1])
    if [bytes(row.hash) for row in rows] != claim.parts or sum(sizes) != claim.size or not full:
        raise PartsMissing
    erasure_id = rows[0].erasure_id
    return None if erasure_id is None else bytes(erasure_id)


@dataclass(frozen=True)
class Owner:
    """Who takes uploads: a case, the direction of its item, its erasure key, and the day there."""

    case: bytes = field(repr=False)
    direction: Direction
    key: bytes = field(repr=False)
    day: date


def claim_blobs(
    mailroom: Mailroom,
    tx: Connection,
    claims: list[BlobClaim],
    keys: dict[bytes, bytes],
    owner: Owner,
) -> bool:
    """Gives uploads to a case; False if another case has one."""
    whole = True
    for claim in claims:
        first_key = wrap_erasable(owner.key, keys.get(claim.blob, mailroom.rng(32)), mailroom.rng)
        if not mailroom.store.embedded:
            given: dict[str, object] = {"case": owner.case, "dir": owner.direction.value, "day": owner.day}
            given |= {"size": claim.size, "first_key": first_key}
            whole &= call(tx, "claim_upload", blob=claim.blob, **given).scalar_one()
            continue
        free = BLOBS.c.case_id.is_(None)
        values = {
            "case_id": owner.case,
            # The day of the case's entity from now on: days of two time zones would reveal half a day.
            "day": case((free, owner.day), else_=BLOBS.c.day),
            "dir": func.coalesce(BLOBS.c.dir, owner.direction.value),
            "size": claim.size,
            "first_key": func.coalesce(BLOBS.c.first_key, first_key),
        }
        mine = (BLOBS.c.blob_id == claim.blob) & (free | (BLOBS.c.case_id == owner.case))
        whole &= tx.execute(update(BLOBS).where(mine).values(values)).rowcount == 1
        tx.execute(update(BLOB_PARTS).where(BLOB_PARTS.c.blob_id == claim.blob).values(moved=False))
    return whole


def are_blobs_unclaimed(tx: Connection, claims: list[BlobClaim], case: bytes) -> bool:
    """Whether each upload is nobody's yet, or this case's already."""
    query = select(BLOBS.c.case_id).where(BLOBS.c.blob_id.in_([claim.blob for claim in claims]))
    owners = [row.case_id for row in tx.execute(query)]
    return all(owner is None or bytes(owner) == case for owner in owners)


def destroy_upload_keys(mailroom: Mailroom, claims: list[BlobClaim]) -> None:
    """Destroys the clear copies of the first parts' keys, once the uploads belong to a case.

    On PostgreSQL neither face may destroy a key: the worker does it in its next round.
    """
    if not claims or not mailroom.store.embedded:
        return
    claimed = BLOBS.c.blob_id.in_([claim.blob for claim in claims]) & BLOBS.c.case_id.is_not(None)
    _destroy_keys(mailroom, claimed)


def destroy_all_upload_keys(mailroom: Mailroom) -> int:
    """The same for every upload that was taken: what a killed process left undone."""
    return _destroy_keys(mailroom, BLOBS.c.case_id.is_not(None))


def _destroy_keys(mailroom: Mailroom, where: ColumnElement[bool]) -> int:
    condition = BLOBS.c.erasure_id.is_not(None) & where
    with mailroom.store.read() as connection:
        found = [bytes(row.erasure_id) for row in connection.execute(select(BLOBS.c.erasure_id).where(condition))]
    if not found:
        return 0
    mailroom.erasure.destroy(found)
    with mailroom.store.write() as tx:
        tx.execute(update(BLOBS).where(BLOBS.c.erasure_id.in_(found)).values(erasure_id=None))
    return len(found)


def read_part(mailroom: Mailroom, case: bytes, blob: bytes, k: int, *directions: Direction) -> Iterator[bytes]:
    """One part of an attachment of a case, unwrapped; raises `NoSuchPart`, or `CaseErased` in mid-deletion.

    Without `directions` the part may belong to an item of any direction.
    """
    wanted = [direction.value for direction in directions or tuple(Direction)]
    query = (
        select(BLOB_PARTS.c.place, BLOBS.c.first_key, MAILBOXES.c.erasure_id.label("case_key"))
        .join(BLOBS, BLOBS.c.blob_id == BLOB_PARTS.c.blob_id)
        .join(MAILBOXES, MAILBOXES.c.case_id == BLOBS.c.case_id)
        .where(BLOBS.c.case_id == case, BLOBS.c.blob_id == blob, BLOB_PARTS.c.k == k, BLOBS.c.dir.in_(wanted))
    )

    def find(connection: Connection) -> PartRow | None:
        row = connection.execute(query).one_or_none()
        return None if row is None else PartRow(row.place, row.first_key, row.case_key)

    return open_part(mailroom, k, find)


@dataclass(frozen=True)
class PartRow:
    """Where a part is stored; its own first key, wrapped, and the erasure id of its case."""

    place: str = field(repr=False)
    first_key: bytes = field(repr=False)
    case_key: bytes = field(repr=False)


def open_part(mailroom: Mailroom, k: int, find: Callable[[Connection], PartRow | None]) -> Iterator[bytes]:
    """The part that `look` finds, unwrapped; raises as `read_part` does."""
    row, chunks = _open_with_retry(mailroom, find)
    case_key = mailroom.erasure.get(bytes(row.case_key))
    return chunks if k > 0 else _first_part(row, case_key, chunks)


def _open_with_retry(
    mailroom: Mailroom, find: Callable[[Connection], PartRow | None]
) -> tuple[PartRow, Iterator[bytes]]:
    """The row that is found, and its object, of which the first bytes are read already."""
    for _attempt in range(READ_ATTEMPTS):
        with mailroom.store.read() as connection:
            row = find(connection)
        if row is None:
            raise NoSuchPart
        try:
            chunks = mailroom.blobs.read(row.place)
            return row, chain([next(chunks, b"")], chunks)
        except FileNotFoundError:
            # It was moved since its place was read (`arrival_order`).
            continue
    raise NoSuchPart


def _first_part(row: PartRow, case_key: bytes, chunks: Iterator[bytes]) -> Iterator[bytes]:
    key = unwrap_erasable(case_key, bytes(row.first_key))
    wrapped = HEADER_LIMIT + ERASURE_OVERHEAD
    head = _first_bytes(chunks, wrapped)
    return chain([unwrap_erasable(key, head[:wrapped]), head[wrapped:]], chunks)


def remove_abandoned(mailroom: Mailroom, today: date) -> int:
    """Removes uploads that nothing took within seven days; gives their number."""
    old = BLOBS.c.case_id.is_(None) & (BLOBS.c.day < today - timedelta(days=UPLOAD_DAYS))
    with mailroom.store.read() as connection:
        blobs = [bytes(row.blob_id) for row in connection.execute(select(BLOBS.c.blob_id).where(old))]
    return sum(_remove_abandoned(mailroom, blob) for blob in blobs)


def _remove_abandoned(mailroom: Mailroom, blob: bytes) -> int:
    free = BLOBS.c.case_id.is_(None) & (BLOBS.c.blob_id == blob)
    with mailroom.store.write() as tx:
        row = tx.execute(select(BLOBS.c.erasure_id).where(free).with_for_update()).one_or_none()
        if row is None:
            return 0
        parts = select(BLOB_PARTS.c.place).where(BLOB_PARTS.c.blob_id == blob)
        places = [found.place for found in tx.execute(parts)]
        tx.execute(delete(BLOB_PARTS).where(BLOB_PARTS.c.blob_id == blob))
        tx.execute(delete(BLOBS).where(free))
    for place in places:
        mailroom.blobs.remove(place)
    if row.erasure_id is not None:
        mailroom.erasure.destroy([bytes(row.erasure_id)])
    return 1
