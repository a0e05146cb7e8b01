"""Bodies of requests: read to their end, never beyond their limit, never kept."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import IO

from flask import request
from gunicorn.http.errors import NoMoreData, ParseException
from werkzeug.exceptions import RequestEntityTooLarge

from crypto.errors import CryptoError
from crypto.framing import b64decode
from portal.errors import Malformed
from portal.mailroom.errors import NoSuchPart

CHUNK = 1024 * 1024
# So much beyond a limit is still read, so that a browser sees the refusal and not a broken line.
PATIENCE = 8 * 1024 * 1024
_NUMBER = re.compile(r"0|[1-9][0-9]{0,5}")


def read_some(size: int) -> bytes:
    """The next bytes of the body, `b""` at its end; raises `Malformed` for chunks that lie or break off."""
    return _read(request.stream, size)


def _read(source: IO[bytes], size: int) -> bytes:
    try:
        return source.read(size)
    except (ParseException, NoMoreData) as error:
        raise Malformed from error


def body_chunks(limit: int) -> Iterator[bytes]:
    """The body in pieces; raises 413 beyond `limit` and some patience."""
    left = limit + PATIENCE
    if (request.content_length or 0) > left:
        raise RequestEntityTooLarge
    # A server that ends the body itself is read directly: Flask's own limit copies every byte twice more.
    ends_itself = request.environ.get("wsgi.input_terminated")
    source = request.environ["wsgi.input"] if ends_itself else request.stream
    while chunk := _read(source, CHUNK):
        left -= len(chunk)
        if left < 0:
            raise RequestEntityTooLarge
        yield chunk


def whole_body(limit: int) -> bytes:
    """The whole body of at most `limit` bytes; raises 413 after reading on for a while."""
    parts: list[bytes] = []
    size = 0
    for chunk in body_chunks(limit):
        size += len(chunk)
        if size <= limit:
            parts.append(chunk)
    if size > limit:
        raise RequestEntityTooLarge
    return b"".join(parts)


def id_in_path(text: str, size: int | None = 16) -> bytes:
    """An id in a URL, of any length for `None`; anything else is simply not there (404)."""
    try:
        return b64decode(text, size)
    except CryptoError as error:
        raise NoSuchPart from error


def number_in_path(text: str) -> int:
    """A part's number in a URL, without leading zeros; anything else is simply not there (404)."""
    if _NUMBER.fullmatch(text) is None:
        raise NoSuchPart
    return int(text)


def announced_hash() -> bytes:
    """The header `X-Part-Hash`: `b64` of 32 bytes; raises `Malformed`."""
    try:
        return b64decode(request.headers.get("X-Part-Hash", ""), 32)
    except CryptoError as error:
        raise Malformed from error
