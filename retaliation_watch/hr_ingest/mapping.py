"""How an HR system's columns and kinds are read, for anyone who maps them: headings and counts, nobody's row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final, cast

from sqlalchemy import Connection, Row, func, select

from crypto.text import write_json
from retaliation_watch.errors import FormChanged, SourceUnknown
from retaliation_watch.hr_formats.dates import Order
from retaliation_watch.hr_formats.names import EVENTS as EVENT_COLUMNS
from retaliation_watch.hr_formats.names import ROSTER as ROSTER_COLUMNS
from retaliation_watch.hr_formats.names import columns_of, plain
from retaliation_watch.hr_ingest.forms import MAX_NAMES, Form, form_of, store_form
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.locks import advisory_lock
from retaliation_watch.store import DELIVERIES, EVENTS, SOURCES

RARE: Final = 3
"""A name of a kind that no form knows and that stands in fewer rows is not shown: it may be words about somebody."""
NEWEST: Final = 5
NEVER_STORED: Final = frozenset({"annual_salary", "fte"})
COLUMNS: Final[Mapping[FeedFile, Mapping[str, tuple[str, ...]]]] = {
    FeedFile.ROSTER: {name: aliases for name, aliases in ROSTER_COLUMNS.items() if name not in NEVER_STORED},
    FeedFile.EVENTS: {name: aliases for name, aliases in EVENT_COLUMNS.items() if name not in NEVER_STORED},
}
"""What is read of each kind of file."""


@dataclass(frozen=True)
class Feed:
    """An HR system: whose people it tells of, its form's version, and rows that count as nothing yet."""

    source: str
    entity: str
    ended: bool
    version: int
    unread: int


@dataclass(frozen=True)
class Heading:
    """A heading of the newest file of its kind, the column that is read under it, and whether the form says so."""

    file: FeedFile
    text: str
    column: str | None
    given: bool


@dataclass(frozen=True)
class KindName:
    """What HR calls a kind, in how many rows, as what it counts, and whether the form says so."""

    text: str
    rows: int
    kind: str | None
    given: bool


@dataclass(frozen=True)
class FormMapping:
    """Everything that the form of one source is about; `rare` names in `rare_rows` rows are not told."""

    feed: Feed
    form: Form
    headings: tuple[Heading, ...]
    kinds: tuple[KindName, ...]
    rare: int
    rare_rows: int


@dataclass(frozen=True)
class FormChanges:
    """Headings and names of kinds that are to be read otherwise; None takes the form's own word for one back."""

    columns: Mapping[str, str | None]
    kinds: Mapping[str, str | None]
    dates: Order | None


def feeds_of(connection: Connection) -> list[Feed]:
    """Every HR system, in the order of their names."""
    count = select(EVENTS.c.source, func.count()).where(EVENTS.c.kind.is_(None)).group_by(EVENTS.c.source)
    unread = {row[0]: row[1] for row in connection.execute(count).all()}
    rows = connection.execute(select(SOURCES).order_by(SOURCES.c.source)).all()
    return [_feed(connection, row, unread.get(row.source, 0)) for row in rows]


def form_mapping(connection: Connection, source: str) -> FormMapping:
    """How one HR system is read; raises `SourceUnknown`."""
    row = connection.execute(select(SOURCES).where(SOURCES.c.source == source)).first()
    if row is None:
        raise SourceUnknown
    form, kinds = form_of(connection, source), _kinds(connection, source)
    given = {plain(text) for text in form.kinds}
    rare = [rows for _, rows, kind in kinds if kind is None and rows < RARE]
    kinds_shown = [
        KindName(text, rows, kind, plain(text) in given) for text, rows, kind in kinds if kind or rows >= RARE
    ]
    unread = sum(rows for _, rows, kind in kinds if kind is None)
    headings = tuple(one for kind in FeedFile for one in _headings(connection, source, kind, form))
    return FormMapping(_feed(connection, row, unread), form, headings, tuple(kinds_shown), len(rare), sum(rare))


def change_form(tx: Connection, source: str, version: int, changes: FormChanges) -> tuple[Form, int]:
    """The next version of the form in force, as `store_form`; raises `SourceUnknown`, `FormChanged`, `FormRefused`."""
    advisory_lock(tx, "form", source)
    if tx.scalar(select(SOURCES.c.source).where(SOURCES.c.source == source)) is None:
        raise SourceUnknown
    form = form_of(tx, source)
    if form.version != version:
        raise FormChanged
    document = {
        "columns": _changed(form.columns, changes.columns),
        "kinds": _changed(form.kinds, changes.kinds),
        "dates": None if changes.dates is None else changes.dates.value,
    }
    return store_form(tx, source, write_json(document))


def _changed(before: Mapping[str, str], changes: Mapping[str, str | None]) -> dict[str, str]:
    """Names are compared as the reader compares them, so that one name is never said twice."""
    touched = {plain(text) for text in changes}
    unchanged = {text: word for text, word in before.items() if plain(text) not in touched}
    return unchanged | {text: word for text, word in changes.items() if word is not None}


def _feed(connection: Connection, row: Row[tuple[object, ...]], unread: int) -> Feed:
    return Feed(row.source, row.entity, row.ended, form_of(connection, row.source).version, unread)


def _kinds(connection: Connection, source: str) -> list[tuple[str, int, str | None]]:
    """The commonest first; every version of an event counts as a row of its own."""
    rows = func.count()
    query = select(EVENTS.c.kind_text, rows, func.max(EVENTS.c.kind)).where(EVENTS.c.source == source)
    commonest = query.group_by(EVENTS.c.kind_text).order_by(rows.desc(), EVENTS.c.kind_text).limit(MAX_NAMES)
    return [(text, number, kind) for text, number, kind in connection.execute(commonest).all()]


def _headings(connection: Connection, source: str, kind: FeedFile, form: Form) -> Iterable[Heading]:
    """Of the newest file that tells any, refused or not: a heading that nobody knows may be why it was refused."""
    mine = (DELIVERIES.c.source == source) & (DELIVERIES.c.kind == kind.value)
    newest = select(DELIVERIES.c.receipt).where(mine).order_by(DELIVERIES.c.sequence.desc()).limit(NEWEST)
    nothing: list[str] = []
    texts = next((one for one in map(_headings_in, connection.scalars(newest)) if one), nothing)
    places = columns_of(texts, COLUMNS[kind], form.columns)
    by_place = {place: column for column, place in places.items()}
    given = {plain(text) for text in form.columns}
    return [Heading(kind, text, by_place.get(at), plain(text) in given) for at, text in enumerate(texts)]


def _headings_in(receipt: str) -> list[str]:
    """Receipts of before this release say no headings."""
    payload = json.loads(json.loads(receipt)["payload"])
    return cast("list[str]", payload.get("headings", []))
