"""Uploading in parts, alike on both faces: taken whole, resumed by asking what is here."""

from __future__ import annotations

from datetime import UTC

from flask import Blueprint, Response, jsonify

from crypto.errors import CryptoError
from portal.clock import Clock
from portal.edge.bodies import announced_hash, body_chunks, id_in_path, number_in_path
from portal.errors import ProblemRefusal
from portal.mailroom.context import Mailroom
from portal.mailroom.uploads import PART_SIZE, put_part, received_parts


def add_upload_views(views: Blueprint, mailroom: Mailroom, clock: Clock) -> None:
    """`PUT /blobs/<blob>/parts/<k>` and `GET /blobs/<blob>` under the blueprint's prefix."""

    @views.put("/blobs/<blob>/parts/<k>")
    def put(blob: str, k: str) -> Response:
        chunks = body_chunks(PART_SIZE)
        try:
            place = id_in_path(blob), number_in_path(k), announced_hash()
            put_part(mailroom, *place, chunks, clock().astimezone(UTC).date())
        except (ProblemRefusal, CryptoError, OSError):
            # Anyone who is answered before the whole body was read sees a broken line instead.
            for _rest in chunks:
                continue
            raise
        return Response(status=204)

    @views.get("/blobs/<blob>")
    def listed(blob: str) -> Response:
        parts = received_parts(mailroom, id_in_path(blob))
        return jsonify({"parts": [part.document() for part in parts]})
