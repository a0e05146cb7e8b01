"""How HR's systems are read: headings and kinds with their counts for the officer, and the next version of a form."""

from __future__ import annotations

from typing import cast

from flask import Blueprint, Response, jsonify

from crypto.shape import Fields, text_of
from crypto.text import read_json
from portal.errors import Malformed
from portal.watch.calls import BODY_LIMIT, Calls
from portal.watch.context import WatchContext
from retaliation_watch.hr_formats.dates import Order
from retaliation_watch.hr_ingest.mapping import (
    COLUMNS,
    Feed,
    FormChanges,
    FormMapping,
    change_form,
    feeds_of,
    form_mapping,
)
from retaliation_watch.kinds import KINDS, Neutral

MOST = 2000
NAME_LIMIT = 512


def add_feed_views(views: Blueprint, context: WatchContext, calls: Calls) -> None:
    """Every call is the officer's, signed; none gives a row, a person or a number of an employee."""

    @views.get("/feeds")
    def feeds() -> Response:
        calls.officer()
        with context.store.read() as connection:
            return jsonify({"feeds": [_feed(one) for one in feeds_of(connection)]})

    @views.get("/feeds/<source>")
    def feed(source: str) -> Response:
        calls.officer()
        with context.store.read() as connection:
            return jsonify(_mapped(form_mapping(connection, source)))

    @views.post("/feeds/<source>/form")
    def change(source: str) -> Response:
        _, body = calls.officer()
        version, changes = _changes(body)
        with context.store.write() as tx:
            form, changed = change_form(tx, source, version, changes)
        return jsonify({"version": form.version, "changed": changed})


def _feed(one: Feed) -> dict[str, object]:
    return {
        "source": one.source, "entity": one.entity, "ended": one.ended, "version": one.version, "unread": one.unread,
    }  # fmt: skip


def _mapped(found: FormMapping) -> dict[str, object]:
    return {
        "feed": _feed(found.feed),
        "dates": found.form.dates,
        "headings": [
            {"file": one.file.value, "text": one.text, "column": one.column, "given": one.given}
            for one in found.headings
        ],
        "kinds": [
            {"text": one.text, "rows": one.rows, "kind": one.kind, "given": one.given} for one in found.kinds
        ],
        "rare": {"names": found.rare, "rows": found.rare_rows},
        "columns": {kind.value: list(names) for kind, names in COLUMNS.items()},
        "known": [str(kind) for kind in (*KINDS, *Neutral)],
    }  # fmt: skip


def _changes(body: bytes) -> tuple[int, FormChanges]:
    fields = Fields(read_json(body, BODY_LIMIT), "v", "version", "columns", "kinds", "dates")
    fields.version()
    columns, kinds = (dict(fields.list(name, MOST, _change)) for name in ("columns", "kinds"))
    dates = fields.maybe("dates", _order)
    return fields.integer("version"), FormChanges(columns, kinds, dates)


def _change(value: object) -> tuple[str, str | None]:
    """A name as HR writes it, and what it is to be read as."""
    pair = cast("list[object]", value) if isinstance(value, list) else []
    if len(pair) != 2:
        raise Malformed
    return text_of(pair[0], NAME_LIMIT), None if pair[1] is None else text_of(pair[1], NAME_LIMIT)


def _order(value: object) -> Order:
    if value not in [*Order]:
        raise Malformed
    return Order(str(value))
