"""The published log as both faces serve it: files that anybody may copy, and anyone who reads them verifies them."""

from __future__ import annotations

from contextlib import suppress
from typing import Final

from flask import Blueprint, Response, jsonify

from crypto.errors import WrongShape
from crypto.transparency_log.tlog import HASH_SIZE, TILE_WIDTH, Tile, read_tile_path
from portal.mailroom.errors import NoSuchPart
from portal.office import OfficeFolder
from portal.office.errors import OfficeMissing
from portal.transparency_log.ledger import BUNDLE_STEP, Ledger
from portal.transparency_log.published import named_directory
from portal.transparency_log.tables import BUNDLES

TEXT: Final = "text/plain"
BYTES: Final = "application/octet-stream"


def log_views(ledger: Ledger, office: OfficeFolder) -> Blueprint:
    """`/log/…`."""
    views = Blueprint("log", __name__, url_prefix="/log")

    @views.get("/checkpoint")
    def checkpoint() -> Response:
        return _found(ledger.newest(), TEXT)

    @views.get("/checkpoints.json")
    def checkpoints() -> Response:
        return jsonify({"v": 1, "sizes": ledger.sizes()})

    @views.get("/checkpoints/<int:size>")
    def earlier(size: int) -> Response:
        return _found(ledger.checkpoint(size) if size < 2**40 else None, TEXT)

    @views.get("/log.note")
    def note() -> Response:
        named = office.log_note()
        return _found(None if named is None else named.encode(), TEXT)

    @views.get("/directory.note")
    def directory() -> Response:
        return _found(named_directory(ledger, office), TEXT)

    @views.get("/roots.json")
    def roots() -> Response:
        try:
            return jsonify({"roots": office.roots()})
        except OfficeMissing as error:
            raise NoSuchPart from error

    @views.get("/tile/<path:rest>")
    def tile(rest: str) -> Response:
        return _found(tile_file(ledger, f"tile/{rest}"), BYTES)

    return views


def tile_file(ledger: Ledger, path: str) -> bytes | None:
    """The tile of a path, cut to the width that it names; None where there is none so wide."""
    with suppress(WrongShape):
        return _cut(ledger, read_tile_path(path))
    return None


def _cut(ledger: Ledger, tile: Tile) -> bytes | None:
    level, step = (BUNDLES, BUNDLE_STEP) if tile.level is None else (tile.level, HASH_SIZE)
    content = ledger.tile(level, tile.number) if tile.number < 2**40 // TILE_WIDTH else None
    size = tile.width * step
    return None if content is None or len(content) < size else content[:size]


def _found(content: bytes | None, media_type: str) -> Response:
    if content is None:
        raise NoSuchPart
    return Response(content, mimetype=media_type)
