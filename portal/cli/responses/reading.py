"""Reading an answer: bounded bytes, strict JSON, at least the named keys, each of its exact type."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from math import isfinite
from typing import Any, NoReturn, TypeVar, cast

import httpx

from crypto import CryptoError, b64decode, b64encode
from crypto.errors import WrongShape
from crypto.shape import Fields, text_of
from crypto.text import LARGEST_INTEGER, read_json
from portal.cli.errors import CommandError, Exit

T = TypeVar("T")
LARGEST = 256 * 1024 * 1024
"""Bytes of any answer: more than the largest case file."""
WORDS_LIMIT = 500
LONGEST_NUMBER = 17
_PACKED = frozenset({"content-encoding", "content-length", "transfer-encoding"})


class AnswerFields(Fields):
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


def read_object(value: object) -> dict[str, Any]:
    """Any object."""
    if not isinstance(value, dict):
        raise WrongShape("not an object")
    return cast("dict[str, Any]", value)


def is_id_text(value: object, size: int = 16) -> str:
    """The one text of an id of `size` bytes; raises WrongShape."""
    text = text_of(value, 64)
    b64decode(text, size)
    return text


def unpacked(value: object, limit: int) -> bytes:
    """One to `limit` bytes of base64url; raises WrongShape."""
    content = b64decode(text_of(value, limit * 4 // 3 + 4))
    if not 0 < len(content) <= limit:
        raise WrongShape("no bytes, or too many")
    return content


def packed(value: object, limit: int) -> str:
    """The text of one to `limit` bytes in base64url; raises WrongShape."""
    return b64encode(unpacked(value, limit))


def whole(client: httpx.Client, request: httpx.Request, limit: int = LARGEST) -> httpx.Response:
    """The whole answer, of at most `limit` bytes; raises UnfitAnswer, and httpx errors.

    Packed answers are not asked for and not taken: a few of their bytes may unpack to more than this machine has.
    """
    request.headers["Accept-Encoding"] = "identity"
    answer = client.send(request, stream=True)
    try:
        parts: list[bytes] = []
        size = 0
        for part in plain_parts(answer):
            size += len(part)
            if size > limit:
                raise UnfitAnswer(request.url.path, "too long")
            parts.append(part)
    finally:
        answer.close()
    headers = [(name, value) for name, value in answer.headers.multi_items() if name not in _PACKED]
    return httpx.Response(answer.status_code, headers=headers, content=b"".join(parts), request=request)


def plain_parts(answer: httpx.Response) -> Iterator[bytes]:
    """The bytes of an answer as they come; raises UnfitAnswer where they are packed all the same."""
    if answer.headers.get("Content-Encoding", "identity") != "identity":
        raise UnfitAnswer(answer.request.url.path, "packed")
    return answer.iter_bytes()


def read_answer(answer: httpx.Response, read: Callable[[object], T], limit: int = LARGEST) -> T:
    """The JSON of an answer, as its reader gives it; raises UnfitAnswer."""
    try:
        return read(read_json(answer.content, limit))
    except CryptoError as error:
        raise UnfitAnswer(answer.request.url.path, error) from error


def printable(text: str) -> str:
    """A server's own words for a terminal: bounded, and nothing that drives it."""
    return "".join(char for char in text[:WORDS_LIMIT] if char.isprintable())


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise WrongShape("a key stands twice")
    return members


def _no_number(literal: str) -> NoReturn:
    raise WrongShape(f"no number of JSON: {literal}")


def _finite(literal: str) -> float:
    found = float(literal)
    if not isfinite(found):
        raise WrongShape("a number without end")
    return found


def _integer(literal: str) -> int:
    found = int(literal) if len(literal) <= LONGEST_NUMBER else LARGEST_INTEGER + 1
    if abs(found) > LARGEST_INTEGER:
        raise WrongShape("an integer beyond 2^53 - 1")
    return found


_NUMBERS = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_finite, parse_int=_integer, parse_constant=_no_number
)


def read_figures(content: bytes, limit: int = LARGEST) -> object:
    """JSON with numbers that are no integers, as the watch's figures are; else as strict as the wire format's.

    Raises WrongShape.
    """
    try:
        text = content[: limit + 1].decode("utf-8")
        value: object = _NUMBERS.decode(text)
        json.dumps(value, ensure_ascii=False).encode("utf-8")
    except (ValueError, RecursionError) as error:
        raise WrongShape("not strict JSON") from error
    if len(content) > limit:
        raise WrongShape("longer than this place allows")
    return value
