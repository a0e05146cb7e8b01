"""HR's upload: HR pushes signed files and proposals, and gets receipts; nothing here can read who is protected."""

from __future__ import annotations

import hashlib
import tempfile
from contextlib import suppress
from datetime import timedelta
from typing import BinaryIO, cast

from flask import Blueprint, Response, request
from werkzeug.exceptions import RequestEntityTooLarge

from crypto.errors import CryptoError
from crypto.framing import b64decode
from crypto.shape import Fields
from crypto.text import read_json
from portal.clock import day_in
from portal.edge.bodies import body_chunks, id_in_path, whole_body
from portal.errors import Malformed
from portal.watch.context import WatchContext
from portal.watch.working_days import answer_day
from retaliation_watch.errors import ManifestRefused
from retaliation_watch.hr_ingest.ingest import Source, ingest_delivery, known_receipt, source_of
from retaliation_watch.hr_ingest.manifest import LIMIT as MANIFEST_LIMIT
from retaliation_watch.hr_ingest.manifest import Manifest
from retaliation_watch.hr_ingest.proposals import (
    drawn_reviews,
    propose,
    read_drawn_request,
    read_proposal,
    review_answer,
)
from retaliation_watch.locks import advisory_lock

FILE_LIMIT = 2 * 1024**3
IN_MEMORY = 16 * 1024 * 1024
DAY_SKEW = timedelta(days=1)
"""So far ahead a day may be: it begins earlier elsewhere."""
MANIFEST, SIGNATURE = "Yanlu-Manifest", "Yanlu-Signature"


def hr_upload_views(context: WatchContext) -> Blueprint:
    """What HR's systems reach; there is nothing to read but one's own receipts and answers."""
    views = Blueprint("hr_upload", __name__, url_prefix="/api")

    @views.put("/deliveries")
    def deliver() -> Response:
        payload, signature = _header(MANIFEST, MANIFEST_LIMIT), _header(SIGNATURE, 64)
        _require_announced(context, payload, signature)
        with tempfile.SpooledTemporaryFile(IN_MEMORY) as file:
            digest = hashlib.sha256()
            for chunk in body_chunks(FILE_LIMIT):
                digest.update(chunk)
                file.write(chunk)
            file.seek(0)
            text = ingest_file(context, payload, signature, digest.digest(), cast("BinaryIO", file))
        return Response(text, 200, mimetype="application/json")

    @views.post("/reviews")
    def proposed() -> Response:
        fields = Fields(read_json(whole_body(MANIFEST_LIMIT * 2), MANIFEST_LIMIT * 2), "payload", "sig")
        review = _proposed(context, fields.text("payload", MANIFEST_LIMIT).encode(), fields.bytes("sig", 64))
        return Response(_review_answer(context, review), 201, mimetype="application/json")

    @views.get("/reviews/<review>")
    def answer(review: str) -> Response:
        return Response(_review_answer(context, id_in_path(review)), 200, mimetype="application/json")

    @views.post("/drawn")
    def drawn() -> Response:
        fields = Fields(read_json(whole_body(MANIFEST_LIMIT * 2), MANIFEST_LIMIT * 2), "payload", "sig")
        answer = _drawn(context, fields.text("payload", MANIFEST_LIMIT).encode(), fields.bytes("sig", 64))
        return Response(answer, 200, mimetype="application/json")

    return views


def _header(name: str, limit: int) -> bytes:
    try:
        content = b64decode(request.headers.get(name, ""))
    except CryptoError as error:
        raise Malformed from error
    if len(content) > limit:
        raise Malformed
    return content


def _require_announced(context: WatchContext, payload: bytes, signature: bytes) -> None:
    """Raises `ManifestRefused` before a byte of the file is kept: nobody unknown fills the disk."""
    try:
        announced(context, payload, signature)
    except ManifestRefused:
        # Of a short file the rest is read, so that its sender sees the refusal and not a broken line.
        with suppress(RequestEntityTooLarge):
            for _ in body_chunks(0):
                pass
        raise


def announced(context: WatchContext, payload: bytes, signature: bytes) -> tuple[Source, Manifest]:
    """Who delivers what; raises `ManifestRefused`, also for a day to come: it would hide a source that falls silent."""
    with context.store.read() as connection:
        source, manifest = source_of(connection, payload, signature)
    if manifest.day > day_in("UTC", context.clock()) + DAY_SKEW:
        raise ManifestRefused
    return source, manifest


def ingest_file(context: WatchContext, payload: bytes, signature: bytes, digest: bytes, file: BinaryIO) -> str:
    """Takes one signed file, from whichever road; gives its receipt, the same one for the same file."""
    source, manifest = announced(context, payload, signature)
    if manifest.file != digest:
        raise ManifestRefused
    with context.store.write() as tx:
        # Two files under one number at once: the second one finds the first.
        advisory_lock(tx, "delivery", source.source)
        known = known_receipt(tx, manifest)
        return ingest_delivery(tx, context.key, source, manifest, file) if known is None else known


def _proposed(context: WatchContext, payload: bytes, signature: bytes) -> bytes:
    now = context.clock()
    with context.store.write() as tx:
        proposal, entity = read_proposal(tx, payload, signature)
        days = answer_day(context.directory, entity, now)
        return propose(tx, context.key, proposal, entity, days)


def _drawn(context: WatchContext, payload: bytes, signature: bytes) -> bytes:
    today = day_in("UTC", context.clock())
    with context.store.read() as connection:
        asked, entity = read_drawn_request(connection, payload, signature)
        # What was signed long ago opens nothing.
        if abs((asked.day - today).days) > 1:
            raise ManifestRefused
        return drawn_reviews(connection, context.key, entity, asked.since)


def _review_answer(context: WatchContext, review: bytes) -> bytes:
    with context.store.read() as connection:
        return review_answer(connection, review, day_in("UTC", context.clock()))
