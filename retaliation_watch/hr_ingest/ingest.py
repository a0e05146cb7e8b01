"""Ingests a delivery: it is accepted, held or refused, and HR gets a receipt; nothing here reads who is protected."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from functools import partial
from statistics import median
from typing import BinaryIO, Final

import polars as pl
from sqlalchemy import Connection, func, select
from sqlalchemy.dialects import postgresql, sqlite

from crypto.framing import b64encode, frame, sha256
from crypto.text import pad_exactly, write_json
from retaliation_watch.errors import ColumnsUnread, FileRefused, ManifestRefused, NoAgreement, SequenceUsed
from retaliation_watch.host_key import HostKey
from retaliation_watch.hr_formats.columns import Receipt
from retaliation_watch.hr_ingest.delivery_state import DeliveryState
from retaliation_watch.hr_ingest.forms import form_of
from retaliation_watch.hr_ingest.manifest import FeedFile, Manifest, check_manifest, read_manifest
from retaliation_watch.hr_ingest.pseudonyms import (
    Pseudonyms,
    encrypt_people,
    pseudonymize_events,
    pseudonymize_people,
    pseudonyms_of,
)
from retaliation_watch.hr_ingest.rosters import changed_people, known_people, newest_rosters
from retaliation_watch.hr_ingest.row_reader import RowReader, Rows
from retaliation_watch.hr_ingest.upsert import UpsertTarget, upsert
from retaliation_watch.locks import advisory_lock
from retaliation_watch.store import AGREEMENTS, DELIVERIES, EVENTS, PEOPLE, QUARANTINED_ROWS, SOURCES

RECEIPT_SIZE: Final = 65536
MAX_RECEIPT_LINES: Final = 1000
UNUSUAL_FACTOR: Final = 3
"""So many deliveries have to be there before one can be unusual, and so many times the usual size is."""
MIN_UNUSUAL_SIZE: Final = 50
"""Smaller files are never unusual."""


@dataclass(frozen=True)
class Source:
    """An HR system, as it is known here."""

    source: str
    entity: str
    key: bytes = field(repr=False)


def source_of(connection: Connection, payload: bytes, signature: bytes) -> tuple[Source, Manifest]:
    """Who delivers what; raises `ManifestRefused`, alike for an unknown source and a wrong signature."""
    manifest = read_manifest(payload)
    row = connection.execute(select(SOURCES).where(SOURCES.c.source == manifest.source)).first()
    if row is None or row.ended:
        raise ManifestRefused
    check_manifest(payload, signature, bytes(row.key))
    return Source(row.source, row.entity, bytes(row.key)), manifest


def known_receipt(connection: Connection, manifest: Manifest) -> str | None:
    """The receipt of a file that was delivered before; raises `SequenceUsed` for another file under its number."""
    same = (DELIVERIES.c.source == manifest.source) & (DELIVERIES.c.kind == manifest.kind.value)
    row = connection.execute(select(DELIVERIES).where(same & (DELIVERIES.c.sequence == manifest.sequence))).first()
    if row is not None and bytes(row.delivery) not in _names(manifest):
        raise SequenceUsed
    if row is None or row.state == DeliveryState.RELEASED.value:
        return None
    return str(row.receipt)


def _names(manifest: Manifest) -> tuple[bytes, bytes]:
    """What a delivery is called here, and what it was called while the file alone named it."""
    return manifest.delivery, manifest.file


def ingest_delivery(tx: Connection, key: HostKey, source: Source, manifest: Manifest, stream: BinaryIO) -> str:
    """Stores a file and returns its receipt; raises `NoAgreement`. A refused file has a receipt too.

    Raises `ColumnsUnread`, without cause or context, where Polars fails: its messages quote what they fail on.
    """
    try:
        return _ingest(tx, key, source, manifest, stream)
    except pl.exceptions.PolarsError as error:
        kind = type(error).__name__
    raise ColumnsUnread(kind)


def _ingest(tx: Connection, key: HostKey, source: Source, manifest: Manifest, stream: BinaryIO) -> str:
    agreed = tx.execute(select(AGREEMENTS).where(AGREEMENTS.c.entity == source.entity)).first()
    if agreed is None:
        raise NoAgreement
    form = form_of(tx, source.source)
    receipt = Receipt()
    read = partial(_read, key, source, RowReader(form, agreed.health), manifest.kind, stream, receipt)
    try:
        rows, names, known = (
            _read_with_known_people(tx, source, read) if manifest.kind is FeedFile.ROSTER else (*read(), None)
        )
    except FileRefused as error:
        nothing = Rows(Receipt(headings=receipt.headings))
        fault: dict[str, object] = {"fault": error.fault.value, "about": error.about}
        return _store_receipt(tx, key, manifest, nothing, DeliveryState.REFUSED, fault, form.version)
    state = (
        DeliveryState.HELD
        if is_unusual(tx, source, manifest, Size(len(rows), names.people))
        else DeliveryState.ACCEPTED
    )
    if state is DeliveryState.ACCEPTED:
        _store_rows(tx, key, source, manifest, (names, rows, known))
        _store_quarantined(tx, key, manifest, rows)
    return _store_receipt(tx, key, manifest, rows, state, {"fault": None, "about": ""}, form.version)


@dataclass(frozen=True)
class Size:
    """How many rows of a file would be stored, and how many people they are about."""

    rows: int
    people: int


def is_unusual(tx: Connection, source: Source, manifest: Manifest, size: Size) -> bool:
    """Whether a file is three times the usual: a feed that was made up to see who reacts is large."""
    same = (DELIVERIES.c.source == source.source) & (DELIVERIES.c.kind == manifest.kind.value)
    accepted = same & (DELIVERIES.c.state == DeliveryState.ACCEPTED.value)
    released = (
        same & (DELIVERIES.c.sequence == manifest.sequence) & (DELIVERIES.c.state == DeliveryState.RELEASED.value)
    )
    if tx.scalar(select(DELIVERIES.c.delivery).where(released)) is not None:
        return False
    before = tx.scalars(
        select(DELIVERIES.c.accepted).where(accepted).order_by(DELIVERIES.c.sequence.desc()).limit(8)
    ).all()
    if len(before) >= UNUSUAL_FACTOR and size.rows > max(MIN_UNUSUAL_SIZE, UNUSUAL_FACTOR * median(before)):
        return True
    if manifest.kind is FeedFile.ROSTER:
        return False
    # The first files hold a whole history; later ones never touch most people at once.
    if len(before) < UNUSUAL_FACTOR:
        return False
    # Nobody is counted beyond what decides it.
    some = select(PEOPLE.c.person).where(PEOPLE.c.entity == source.entity).limit(max(MIN_UNUSUAL_SIZE, size.people * 2))
    people = tx.scalar(select(func.count()).select_from(some.subquery())) or 0
    return people >= MIN_UNUSUAL_SIZE and size.people * 2 > people


def _read(
    key: HostKey, source: Source, reader: RowReader, kind: FeedFile, stream: BinaryIO, receipt: Receipt
) -> tuple[Rows, Pseudonyms]:
    rows = reader.read(stream, kind, receipt)
    return rows, pseudonyms_of(key, source.entity, rows.frames)


def _read_with_known_people(
    tx: Connection, source: Source, read: Callable[[], tuple[Rows, Pseudonyms]]
) -> tuple[Rows, Pseudonyms, pl.DataFrame]:
    """Reads a roster while the people that the store knows are loaded; of a million people each takes seconds."""
    with ThreadPoolExecutor(1) as background:
        reading = background.submit(read)
        # Another source of the entity may deliver the same people at the same time.
        advisory_lock(tx, "roster", source.entity)
        known = known_people(tx, source.entity)
        return *reading.result(), known


def _store_rows(
    tx: Connection,
    key: HostKey,
    source: Source,
    manifest: Manifest,
    found: tuple[Pseudonyms, Rows, pl.DataFrame | None],
) -> None:
    names, rows, known = found
    if known is not None:
        _store_people(tx, key, source, manifest, (known, pseudonymize_people(names, rows.frames)))
        return
    columns = pl.lit(manifest.sequence).alias("sequence"), pl.lit(manifest.delivery).alias("delivery")
    events = pseudonymize_events(source.source, names, rows.frames)
    upsert(tx, UpsertTarget(EVENTS, ("event", "content")), (part.with_columns(*columns) for part in events))


def _store_people(
    tx: Connection, key: HostKey, source: Source, manifest: Manifest, found: tuple[pl.DataFrame, pl.DataFrame]
) -> None:
    """Writes only the people whom a roster changes: a few hundred of a million each week."""
    changed = changed_people(*found, manifest, newest_rosters(tx, source.entity).get(source.source))
    # A person's encrypted number is the same each time: it is computed and written once.
    place = UpsertTarget(PEOPLE, ("person",), ("entity", "ciphertext"))
    upsert(tx, place, encrypt_people(key, source.entity, changed.listed))
    upsert(tx, place, [changed.unlisted.with_columns(entity=pl.lit(source.entity), ciphertext=pl.lit(b""))])


def _store_quarantined(tx: Connection, key: HostKey, manifest: Manifest, rows: Rows) -> None:
    codes = rows.receipt.quarantined
    quarantined = [
        {
            "delivery": manifest.delivery,
            "line": line,
            "code": codes.get(line, "flawed"),
            "ciphertext": key.encrypt_text(manifest.delivery, text),
        }
        for line, text in rows.quarantined.items()
    ]
    if quarantined:
        made = sqlite.insert(QUARANTINED_ROWS) if tx.dialect.name == "sqlite" else postgresql.insert(QUARANTINED_ROWS)
        tx.execute(made.on_conflict_do_nothing(), quarantined)


def _store_receipt(
    tx: Connection,
    key: HostKey,
    manifest: Manifest,
    rows: Rows,
    state: DeliveryState,
    fault: dict[str, object],
    form: int,
) -> str:
    text = receipt_text(key, manifest, rows, state, fault, form)
    row = {
        "delivery": manifest.delivery,
        "source": manifest.source,
        "kind": manifest.kind.value,
        "sequence": manifest.sequence,
        "day": manifest.day,
        "accepted": len(rows),
        "state": state.value,
        "receipt": text,
    }
    made = sqlite.insert(DELIVERIES) if tx.dialect.name == "sqlite" else postgresql.insert(DELIVERIES)
    again = {"state": state.value, "receipt": text, "accepted": len(rows)}
    tx.execute(made.on_conflict_do_update(index_elements=["delivery"], set_=again), [row])
    return text


def receipt_text(
    key: HostKey, manifest: Manifest, rows: Rows, state: DeliveryState, fault: dict[str, object], form: int
) -> str:
    """What HR gets: counts, lines and codes of this one file, always of one length, and signed."""
    receipt = rows.receipt
    lines = sorted(receipt.quarantined.items())[:MAX_RECEIPT_LINES]
    document: dict[str, object] = manifest.document() | {
        "state": state.value,
        "read": receipt.read,
        "accepted": receipt.accepted,
        "set_aside": sum(receipt.codes.values()),
        "codes": dict(sorted(receipt.codes.items())),
        "lines": [[line, code] for line, code in lines],
        "columns_dropped": receipt.ignored_columns,
        "headings": list(receipt.headings),
        "form": form,
        **fault,
    }
    payload = pad_exactly(write_json(document), RECEIPT_SIZE)
    signature = key.sign(frame("yanlu/v1/hr-receipt", sha256(payload)))
    return write_json({"payload": payload.decode(), "sig": b64encode(signature)}).decode()
