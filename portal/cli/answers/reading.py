"""Reading an answer: bounded bytes, strict JSON, at least the named keys, each of its exact type."""

from __future__ import annotations

from collections.abc import Callable
from typing import TypeVar, cast

import httpx

from crypto import CryptoError, b64decode
from crypto.errors import WrongShape
from crypto.shape import Fields, text_of
from crypto.text import read_json
from portal.cli.errors import CommandError, Exit

T = TypeVar("T")
LARGEST = 256 * 1024 * 1024
"""Bytes of any answer: more than the largest case file."""
WORDS_LIMIT = 500
_PACKED = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class Told(Fields):
    """An object of an answer: at least these keys; what else a newer server says is not read, and never kept."""

    def __init__(self, value: object, *names: str) -> None:
        if not isinstance(value, dict):
            raise WrongShape("not an object")
        members = cast("dict[str, object]", value)
        super().__init__({name: members[name] for name in names if name in members}, *names)


class UnfitAnswer(CommandError):
    """An answer that is not what it should be: nothing of it is used."""

    def __init__(self, call: str, reason: object) -> None:
        said = "What the server says ({call}) is not what it should be: {reason}. Nothing of it was used."
        super().__init__(Exit.REFUSED, said, call=call, reason=reason)
        self.reason = reason


def is_id_text(value: object, size: int = 16) -> str:
    """The one text of an id of `size` bytes; raises WrongShape."""
    text = text_of(value, 64)
    b64decode(text, size)
    return text


def packed(value: object, limit: int) -> str:
    """The text of at most `limit` bytes in base64url; raises WrongShape."""
    text = text_of(value, limit * 4 // 3 + 4)
    b64decode(text)
    return text


def whole(client: httpx.Client, request: httpx.Request, limit: int = LARGEST) -> httpx.Response:
    """The whole answer, of at most `limit` bytes when unpacked; raises UnfitAnswer, and httpx errors."""
    answer = client.send(request, stream=True)
    try:
        parts: list[bytes] = []
        size = 0
        for part in answer.iter_bytes():
            size += len(part)
            if size > limit:
                raise UnfitAnswer(request.url.path, "too long")
            parts.append(part)
    finally:
        answer.close()
    headers = [(name, value) for name, value in answer.headers.multi_items() if name not in _PACKED]
    return httpx.Response(answer.status_code, headers=headers, content=b"".join(parts), request=request)


def read_answer(answer: httpx.Response, read: Callable[[object], T], limit: int = LARGEST) -> T:
    """The JSON of an answer, as its reader gives it; raises UnfitAnswer."""
    try:
        return read(read_json(answer.content, limit))
    except CryptoError as error:
        raise UnfitAnswer(answer.request.url.path, error) from error


def printable(text: str) -> str:
    """A server's own words for a terminal: bounded, and nothing that drives it."""
    return "".join(char for char in text[:WORDS_LIMIT] if char.isprintable())
