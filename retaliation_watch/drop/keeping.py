"""A delivery is kept, held or refused, and HR gets a receipt; nothing here reads who is protected."""

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
from retaliation_watch.drop.forms import form_of
from retaliation_watch.drop.manifest import Kind, Manifest, check_manifest, read_manifest
from retaliation_watch.drop.naming import Names, boxed_people, named_events, named_people, names_of
from retaliation_watch.drop.people import changed_people, known_people, newest_rosters
from retaliation_watch.drop.reading import Reader, Rows
from retaliation_watch.drop.state import State
from retaliation_watch.drop.writing import Place, upsert
from retaliation_watch.errors import ColumnsUnread, FileRefused, ManifestRefused, NoAgreement, SequenceTaken
from retaliation_watch.feed.columns import Receipt
from retaliation_watch.host import HostKey
from retaliation_watch.locks import advisory_lock
from retaliation_watch.store import AGREEMENTS, ASIDE, DELIVERIES, EVENTS, PEOPLE, SOURCES

RECEIPT_SIZE: Final = 65536
LINES: Final = 1000
USUAL: Final = 3
"""So many deliveries have to be there before one can be unusual, and so many times the usual size is."""
FEW: Final = 50
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
    """The receipt of a file that was delivered before; raises `SequenceTaken` for another file under its number."""
    same = (DELIVERIES.c.source == manifest.source) & (DELIVERIES.c.kind == manifest.kind.value)
    row = connection.execute(select(DELIVERIES).where(same & (DELIVERIES.c.sequence == manifest.sequence))).first()
    if row is not None and bytes(row.delivery) not in _names(manifest):
        raise SequenceTaken
    if row is None or row.state == State.RELEASED.value:
        return None
    return str(row.receipt)


def _names(manifest: Manifest) -> tuple[bytes, bytes]:
    """What a delivery is called here, and what it was called while the file alone named it."""
    return manifest.delivery, manifest.file


def take_delivery(tx: Connection, key: HostKey, source: Source, manifest: Manifest, stream: BinaryIO) -> str:
    """Keeps a file and gives its receipt; raises `NoAgreement`. A file that is refused has a receipt too.

    Raises `ColumnsUnread`, without cause or context, where Polars fails: its messages quote what they fail on.
    """
    try:
        return _taken(tx, key, source, manifest, stream)
    except pl.exceptions.PolarsError as error:
        kind = type(error).__name__
    raise ColumnsUnread(kind)


def _taken(tx: Connection, key: HostKey, source: Source, manifest: Manifest, stream: BinaryIO) -> str:
    agreed = tx.execute(select(AGREEMENTS).where(AGREEMENTS.c.entity == source.entity)).first()
    if agreed is None:
        raise NoAgreement
    form = form_of(tx, source.source)
    receipt = Receipt()
    read = partial(_read, key, source, Reader(form, agreed.health), manifest.kind, stream, receipt)
    try:
        rows, names, known = _compared(tx, source, read) if manifest.kind is Kind.ROSTER else (*read(), None)
    except FileRefused as error:
        nothing = Rows(Receipt(headings=receipt.headings))
        fault: dict[str, object] = {"fault": error.fault.value, "about": error.about}
        return _keep(tx, key, manifest, nothing, State.REFUSED, fault, form.version)
    state = State.HELD if is_unusual(tx, source, manifest, Size(len(rows), names.people)) else State.TAKEN
    if state is State.TAKEN:
        _keep_rows(tx, key, source, manifest, (names, rows, known))
        _keep_aside(tx, key, manifest, rows)
    return _keep(tx, key, manifest, rows, state, {"fault": None, "about": ""}, form.version)


@dataclass(frozen=True)
class Size:
    """How many rows a file has to keep, and how many people they are about."""

    rows: int
    people: int


def is_unusual(tx: Connection, source: Source, manifest: Manifest, size: Size) -> bool:
    """Whether a file is three times the usual: a feed that was made up to see who reacts is large."""
    same = (DELIVERIES.c.source == source.source) & (DELIVERIES.c.kind == manifest.kind.value)
    taken = same & (DELIVERIES.c.state == State.TAKEN.value)
    released = same & (DELIVERIES.c.sequence == manifest.sequence) & (DELIVERIES.c.state == State.RELEASED.value)
    if tx.scalar(select(DELIVERIES.c.delivery).where(released)) is not None:
        return False
    before = tx.scalars(
        select(DELIVERIES.c.accepted).where(taken).order_by(DELIVERIES.c.sequence.desc()).limit(8)
    ).all()
    if len(before) >= USUAL and size.rows > max(FEW, USUAL * median(before)):
        return True
    if manifest.kind is Kind.ROSTER:
        return False
    # The first files hold a whole history; later ones never touch most people at once.
    if len(before) < USUAL:
        return False
    # Nobody is counted beyond what decides it.
    some = select(PEOPLE.c.person).where(PEOPLE.c.entity == source.entity).limit(max(FEW, size.people * 2))
    people = tx.scalar(select(func.count()).select_from(some.subquery())) or 0
    return people >= FEW and size.people * 2 > people


def _read(
    key: HostKey, source: Source, reader: Reader, kind: Kind, stream: BinaryIO, receipt: Receipt
) -> tuple[Rows, Names]:
    rows = reader.read(stream, kind, receipt)
    return rows, names_of(key, source.entity, rows.kept)


def _compared(
    tx: Connection, source: Source, read: Callable[[], tuple[Rows, Names]]
) -> tuple[Rows, Names, pl.DataFrame]:
    """What a roster tells, and of whom the store knows; of a million people both take seconds, side by side."""
    with ThreadPoolExecutor(1) as beside:
        reading = beside.submit(read)
        # Another source of the entity may tell of the same people at the same time.
        advisory_lock(tx, "roster", source.entity)
        known = known_people(tx, source.entity)
        return *reading.result(), known


def _keep_rows(
    tx: Connection,
    key: HostKey,
    source: Source,
    manifest: Manifest,
    found: tuple[Names, Rows, pl.DataFrame | None],
) -> None:
    names, rows, known = found
    if known is not None:
        _keep_people(tx, key, source, manifest, (known, named_people(names, rows.kept)))
        return
    told = pl.lit(manifest.sequence).alias("sequence"), pl.lit(manifest.delivery).alias("delivery")
    events = named_events(source.source, names, rows.kept)
    upsert(tx, Place(EVENTS, ("event", "content")), (part.with_columns(*told) for part in events))


def _keep_people(
    tx: Connection, key: HostKey, source: Source, manifest: Manifest, found: tuple[pl.DataFrame, pl.DataFrame]
) -> None:
    """Writes whom a roster changes: of a million who are told again every week that is a few hundred."""
    changed = changed_people(*found, manifest, newest_rosters(tx, source.entity).get(source.source))
    # The box of a person is the same each time: nobody's is made or written twice.
    place = Place(PEOPLE, ("person",), ("entity", "box"))
    upsert(tx, place, boxed_people(key, source.entity, changed.told))
    upsert(tx, place, [changed.gone.with_columns(entity=pl.lit(source.entity), box=pl.lit(b""))])


def _keep_aside(tx: Connection, key: HostKey, manifest: Manifest, rows: Rows) -> None:
    codes = rows.receipt.set_aside
    aside = [
        {
            "delivery": manifest.delivery,
            "line": line,
            "code": codes.get(line, "flawed"),
            "box": key.box(manifest.delivery, text),
        }
        for line, text in rows.aside.items()
    ]
    if aside:
        made = sqlite.insert(ASIDE) if tx.dialect.name == "sqlite" else postgresql.insert(ASIDE)
        tx.execute(made.on_conflict_do_nothing(), aside)


def _keep(
    tx: Connection, key: HostKey, manifest: Manifest, rows: Rows, state: State, fault: dict[str, object], form: int
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
    key: HostKey, manifest: Manifest, rows: Rows, state: State, fault: dict[str, object], form: int
) -> str:
    """What HR gets: counts, lines and codes of this one file, always of one length, and signed."""
    receipt = rows.receipt
    lines = sorted(receipt.set_aside.items())[:LINES]
    document: dict[str, object] = manifest.document() | {
        "state": state.value,
        "read": receipt.read,
        "accepted": receipt.accepted,
        "set_aside": sum(receipt.codes.values()),
        "codes": dict(sorted(receipt.codes.items())),
        "lines": [[line, code] for line, code in lines],
        "columns_dropped": receipt.dropped_columns,
        "headings": list(receipt.headings),
        "form": form,
        **fault,
    }
    payload = pad_exactly(write_json(document), RECEIPT_SIZE)
    signature = key.sign(frame("yanlu/v1/hr-receipt", sha256(payload)))
    return write_json({"payload": payload.decode(), "sig": b64encode(signature)}).decode()
