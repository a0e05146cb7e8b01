"""Static pages from a fixed table: the same bytes at every site, without dates, tags or a disk read."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final, cast

from flask import Flask, Response, redirect, request
from werkzeug.exceptions import NotFound

from portal.site_build.packed import pack_document, read_packed

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".note": "text/plain; charset=utf-8",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}


@dataclass(frozen=True)
class StaticFile:
    """A public file: its bytes, the same by gzip, its media type, and by Brotli where that is at hand."""

    body: bytes
    packed: bytes
    media_type: str
    tight: bytes | None = None


@lru_cache(maxsize=32)
def _pack_document(body: bytes) -> bytes:
    """The same for the office's documents, which change with each signing: few are remembered."""
    return gzip.compress(body, 9, mtime=0)


@lru_cache(maxsize=32)
def _pack_tightly(body: bytes) -> bytes | None:
    """And by Brotli."""
    return pack_document(body)


@lru_cache(maxsize=512)
def _pack(body: bytes) -> bytes:
    """A public file compressed, once for each content: a process that builds its app again packs nothing again."""
    # No time in the compressed bytes either: every site sends the same ones.
    return gzip.compress(body, 9, mtime=0)


def read_site(folder: Path) -> Mapping[str, StaticFile]:
    """All files of one face by their path in the site; nothing else is ever served."""
    files: dict[str, StaticFile] = {}
    for path in sorted(folder.rglob("*")):
        media_type = TYPES.get(path.suffix)
        if path.is_file() and media_type:
            body = path.read_bytes()
            name = path.relative_to(folder).as_posix()
            files[name] = StaticFile(body, _pack(body), media_type, read_packed(folder.parent, body))
    return files


def serve_site(app: Flask, files: Mapping[str, StaticFile]) -> None:
    """Serves the table at the root of the origin; a folder's path ends in a slash."""

    def page(path: str = "") -> Response:
        name = f"{path}index.html" if path == "" or path.endswith("/") else path
        found = files.get(name)
        if found is None and f"{path}/index.html" in files:
            # Somebody typed it from paper; the office code behind "#" goes along.
            return cast("Response", redirect(f"/{path}/", 308))
        if found is None:
            raise NotFound
        answer = _answer(found)
        if name.endswith(".html") and not name.endswith("index.html"):
            # A page in one file is made to be kept: on this origin its own script would not run.
            answer.headers["Content-Disposition"] = "attachment"
        return answer

    app.add_url_rule("/", "site_root", page)
    app.add_url_rule("/<path:path>", "site_page", page)


def published(body: bytes, media_type: str) -> Response:
    """A public document, the same for everybody: packed for anyone who takes it, as pages are.

    Only for bytes that hold no secret and nothing that a caller chose: else their length would tell of it.
    """
    tight = _pack_tightly(body) if _takes("br") else None
    packed = _pack_document(body) if tight is None and _takes("gzip") else b""
    return _answer(StaticFile(body, packed, media_type, tight))


def _takes(how: str) -> bool:
    return how in request.accept_encodings


def _packing(file: StaticFile) -> tuple[str, bytes]:
    """The tightest that the caller unpacks: `br`, `gzip`, or the file as it is."""
    if file.tight is not None and _takes("br"):
        return "br", file.tight
    return ("gzip", file.packed) if _takes("gzip") else ("", file.body)


def _answer(file: StaticFile) -> Response:
    how, body = _packing(file)
    answer = Response(body, content_type=file.media_type)
    if how:
        answer.headers["Content-Encoding"] = how
    answer.headers["Vary"] = "Accept-Encoding"
    return answer
