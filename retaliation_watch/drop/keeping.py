"""A delivery is kept, held or refused, and HR gets a receipt; nothing here reads who is protected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from statistics import median
from typing import Any, BinaryIO, Final

from sqlalchemy import Connection, Table, func, select
from sqlalchemy.dialects import postgresql, sqlite

from crypto.framing import b64encode, frame, sha256
from crypto.text import pad_exactly, write_json
from retaliation_watch.drop.forms import form_of
from retaliation_watch.drop.manifest import Kind, Manifest, check_manifest, read_manifest
from retaliation_watch.drop.reading import Reader, Row, Rows
from retaliation_watch.errors import FileRefused, ManifestRefused, NoAgreement, SequenceTaken
from retaliation_watch.feed.columns import Receipt
from retaliation_watch.host import HostKey
from retaliation_watch.store import AGREEMENTS, ASIDE, DELIVERIES, EVENTS, PEOPLE, SOURCES

RECEIPT_SIZE: Final = 65536
LINES: Final = 1000
AT_ONCE: Final = 500
USUAL: Final = 3
"""So many deliveries have to be there before one can be unusual, and so many times the usual size is."""
FEW: Final = 50
"""Smaller files are never unusual."""


class State(StrEnum):
    """What became of a delivery."""

    TAKEN = "taken"
    # Three times the usual size, or about most people at once: nothing of it counts until the officer releases it.
    HELD = "held"
    # The same file is taken when HR's system sends it again.
    RELEASED = "released"
    REFUSED = "refused"


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
    """Keeps a file and gives its receipt; raises `NoAgreement`. A file that is refused has a receipt too."""
    agreed = tx.execute(select(AGREEMENTS).where(AGREEMENTS.c.entity == source.entity)).first()
    if agreed is None:
        raise NoAgreement
    form = form_of(tx, source.source)
    reader = Reader(key, source.entity, source.source, form, agreed.health)
    receipt = Receipt()
    try:
        rows = reader.read(stream, manifest.kind, receipt)
    except FileRefused as error:
        nothing = Rows(Receipt(headings=receipt.headings))
        fault: dict[str, object] = {"fault": error.fault.value, "about": error.about}
        return _keep(tx, key, manifest, nothing, State.REFUSED, fault, form.version)
    state = State.HELD if is_unusual(tx, source, manifest, rows) else State.TAKEN
    if state is State.TAKEN:
        _keep_rows(tx, manifest, rows.kept)
        _keep_aside(tx, key, manifest, rows)
    return _keep(tx, key, manifest, rows, state, {"fault": None, "about": ""}, form.version)


def is_unusual(tx: Connection, source: Source, manifest: Manifest, rows: Rows) -> bool:
    """Whether a file is three times the usual: a feed that was made up to see who reacts is large."""
    same = (DELIVERIES.c.source == source.source) & (DELIVERIES.c.kind == manifest.kind.value)
    taken = same & (DELIVERIES.c.state == State.TAKEN.value)
    released = same & (DELIVERIES.c.sequence == manifest.sequence) & (DELIVERIES.c.state == State.RELEASED.value)
    if tx.scalar(select(DELIVERIES.c.delivery).where(released)) is not None:
        return False
    before = tx.scalars(
        select(DELIVERIES.c.accepted).where(taken).order_by(DELIVERIES.c.sequence.desc()).limit(8)
    ).all()
    if len(before) >= USUAL and len(rows.kept) > max(FEW, USUAL * median(before)):
        return True
    if manifest.kind is Kind.ROSTER:
        return False
    # The first files hold a whole history; later ones never touch most people at once.
    people = tx.scalar(select(func.count()).select_from(PEOPLE).where(PEOPLE.c.entity == source.entity)) or 0
    touched = len({row["person"] for row in rows.kept})
    return len(before) >= USUAL and people >= FEW and touched * 2 > people


def _keep_rows(tx: Connection, manifest: Manifest, rows: Sequence[Row]) -> None:
    if manifest.kind is Kind.ROSTER:
        more: Row = {"sequence": manifest.sequence, "seen": manifest.day}
        _upsert(tx, PEOPLE, ("person",), [row | more for row in _once(rows, "person")])
        return
    more = {"sequence": manifest.sequence, "delivery": manifest.delivery}
    _upsert(tx, EVENTS, ("event", "content"), [row | more for row in _once(rows, "event", "content")])


def _once(rows: Sequence[Row], *names: str) -> Iterator[Row]:
    """One row for each key: the last one of the file."""
    yield from {tuple(row[name] for name in names): row for row in rows}.values()


def _upsert(tx: Connection, table: Table, keys: tuple[str, ...], rows: Sequence[Row]) -> None:
    """Inserts rows; of one that is there already the higher sequence counts, in whichever order they come."""
    made = sqlite.insert(table) if tx.dialect.name == "sqlite" else postgresql.insert(table)
    changed: dict[str, Any] = {
        column.name: made.excluded[column.name] for column in table.columns if column.name not in keys
    }
    newer = table.c.sequence <= made.excluded.sequence
    statement = made.on_conflict_do_update(index_elements=list(keys), set_=changed, where=newer)
    for start in range(0, len(rows), AT_ONCE):
        tx.execute(statement, list(rows[start : start + AT_ONCE]))


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
        "accepted": len(rows.kept),
        "state": state.value,
        "receipt": text,
    }
    made = sqlite.insert(DELIVERIES) if tx.dialect.name == "sqlite" else postgresql.insert(DELIVERIES)
    again = {"state": state.value, "receipt": text, "accepted": len(rows.kept)}
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
