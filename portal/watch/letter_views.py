"""Letters to HR about measures drawn for review, for entities whose systems do not read them at HR's upload."""

from __future__ import annotations

from datetime import timedelta

from flask import Blueprint, Response, jsonify
from sqlalchemy import select

from crypto.localized import Words
from crypto.text import read_json
from portal.clock import day_in
from portal.watch.calls import BODY_LIMIT, Calls
from portal.watch.context import WatchContext
from retaliation_watch.hr_ingest.proposals import drawn_reviews
from retaliation_watch.review_sampling.classes import RULE, WORDING_EN, WORDING_ZH
from retaliation_watch.store import AGREEMENTS
from retaliation_watch.weekly_run.measure_review_sampling import FRESH_DAYS
from retaliation_watch.weekly_run.officer_alert_list import Naming, record_letters_read


def add_letter_views(views: Blueprint, context: WatchContext, calls: Calls) -> None:
    """The call is the officer's, signed; that it was made stays on record."""

    @views.post("/letters")
    def letters() -> Response:
        officer, _ = calls.officer()
        return jsonify(_letters(context, officer.id))


def _letters(context: WatchContext, officer: str) -> dict[str, object]:
    """Everything drawn in the last four weeks, of every entity; real and cover alike: nothing tells them apart."""
    today = day_in("UTC", context.clock())
    found: list[dict[str, object]] = []
    with context.store.write() as tx:
        record_letters_read(tx, Naming(officer, today), context.rng)
        for entity in tx.scalars(select(AGREEMENTS.c.entity).order_by(AGREEMENTS.c.entity)):
            payload = drawn_reviews(tx, context.key, entity, today - timedelta(days=FRESH_DAYS))
            found += [{"entity": entity, **row} for row in _rows(payload)]
    return {"rule": RULE, "words": Words(WORDING_ZH, WORDING_EN).both(), "letters": found}


def _rows(payload: bytes) -> list[dict[str, object]]:
    document: dict[str, list[dict[str, object]]] = read_json(payload, max(len(payload), BODY_LIMIT))  # pyright: ignore[reportAssignmentType]
    return document["reviews"]
