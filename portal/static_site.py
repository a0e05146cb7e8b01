"""Static pages from a fixed table: the same bytes at every site, and strict headers on every answer."""

from __future__ import annotations

import gzip
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Final

from flask import Flask, Response, request
from werkzeug.exceptions import NotFound

TYPES: Final = {
    ".html": "text/html; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".json": "application/json",
    ".svg": "image/svg+xml",
    ".png": "image/png",
}
FRAME: Final = "frame/index.html"
"""The page that draws pictures: an opaque origin without a key and without a network."""


class Face(StrEnum):
    """The two origins."""

    INTAKE = "intake"
    DESK = "desk"


COMMON: Final = (
    "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
    "base-uri 'none'; form-action 'none'; require-trusted-types-for 'script'; trusted-types yanlu"
)
POLICIES: Final = {
    Face.INTAKE: f"{COMMON}; img-src 'self' blob: data:; media-src 'self' blob:; frame-ancestors 'none'",
    Face.DESK: f"{COMMON}; img-src 'self'; frame-src 'self'; frame-ancestors 'none'",
}
FRAME_POLICY: Final = (
    "sandbox allow-scripts; default-src 'none'; script-src 'self'; style-src 'self'; base-uri 'none'; "
    "form-action 'none'; frame-ancestors 'self'"
)
DENIED: Final = (
    "accelerometer", "autoplay", "bluetooth", "camera", "clipboard-read", "display-capture", "encrypted-media",
    "fullscreen", "geolocation", "gyroscope", "hid", "idle-detection", "magnetometer", "midi", "payment",
    "picture-in-picture", "screen-wake-lock", "serial", "usb", "web-share", "xr-spatial-tracking",
)  # fmt: skip
ALLOWED: Final = {
    Face.INTAKE: {"microphone": "(self)", "clipboard-write": "(self)"},
    Face.DESK: {
        "microphone": "()",
        "clipboard-write": "()",
        "publickey-credentials-get": "(self)",
        "publickey-credentials-create": "(self)",
    },
}


@dataclass(frozen=True)
class StaticFile:
    """A file of the site: its bytes, the same compressed, and its media type."""

    body: bytes
    packed: bytes
    media_type: str


def read_site(folder: Path) -> Mapping[str, StaticFile]:
    """All files of one face by their path in the site; nothing else is ever served."""
    files: dict[str, StaticFile] = {}
    for path in sorted(folder.rglob("*")):
        media_type = TYPES.get(path.suffix)
        if path.is_file() and media_type:
            body = path.read_bytes()
            # No time in the compressed bytes either: every site sends the same ones.
            packed = gzip.compress(body, 9, mtime=0)
            files[path.relative_to(folder).as_posix()] = StaticFile(body, packed, media_type)
    return files


def serve_site(app: Flask, files: Mapping[str, StaticFile]) -> None:
    """Serves the table at the root of the origin; a folder's path ends in a slash."""

    def page(path: str = "") -> Response:
        name = f"{path}index.html" if path == "" or path.endswith("/") else path
        found = files.get(name)
        if found is None:
            raise NotFound
        return _answer(found)

    app.add_url_rule("/", "site_root", page)
    app.add_url_rule("/<path:path>", "site_page", page)


def _answer(file: StaticFile) -> Response:
    packs = "gzip" in request.accept_encodings
    answer = Response(file.packed if packs else file.body, content_type=file.media_type)
    if packs:
        answer.headers["Content-Encoding"] = "gzip"
    answer.headers["Vary"] = "Accept-Encoding"
    return answer


def send_headers(app: Flask, face: Face, *, behind_tls: bool) -> None:
    """Puts the strict headers on every answer of this origin, errors and interface included."""
    permissions = {name: "()" for name in DENIED} | ALLOWED[face]
    common = {
        "Cache-Control": "no-store",
        "Content-Security-Policy": POLICIES[face],
        "Cross-Origin-Embedder-Policy": "require-corp",
        "Cross-Origin-Opener-Policy": "same-origin",
        "Cross-Origin-Resource-Policy": "same-origin",
        "Permissions-Policy": ", ".join(f"{name}={value}" for name, value in permissions.items()),
        "Referrer-Policy": "no-referrer",
        "X-Content-Type-Options": "nosniff",
        "X-Frame-Options": "DENY",
        "X-Robots-Tag": "noindex, nofollow",
    }
    if behind_tls:
        common["Strict-Transport-Security"] = "max-age=63072000; includeSubDomains"

    def strict(answer: Response) -> Response:
        answer.headers.update(common)
        if request.path == f"/{FRAME.removesuffix('index.html')}":
            answer.headers["Content-Security-Policy"] = FRAME_POLICY
            answer.headers["X-Frame-Options"] = "SAMEORIGIN"
        if request.path.startswith("/assets/"):
            # The sandboxed frame has an opaque origin; these bytes are public and the same everywhere.
            answer.headers["Cross-Origin-Resource-Policy"] = "cross-origin"
        return answer

    app.after_request(strict)
