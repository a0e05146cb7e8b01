"""Every lie about one field of an answer: other types, lengths, paths, ids of others, keys twice, no key at all."""

from __future__ import annotations

import copy
import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from typing import Any

from crypto import b64encode

Where = tuple[str | int, ...]
TWICE = "@twice@"
OUTSIDE = "foo/../../outside"
VALUES: dict[str, object] = {
    "null": None, "seven": 7, "minus": -1, "huge": 2**60, "half": 0.5, "true": True, "empty": "", "word": "x",
    "path": OUTSIDE, "absolute": "/tmp/yanlu-outside", "backslash": "..\\..\\outside", "nul": "a\x00b",
    "long": "a" * 100_000, "list": [], "object": {}, "deep": None, "escape": "\x1b]0;x\x07", "member": "approver-a",
}  # fmt: skip
RAW: dict[str, bytes] = {
    "endless": b"1e999",
    "surrogate": b'"\\ud800"',
    "nan": b"NaN",
    "deep": b"[" * 3000 + b"]" * 3000,
}
WHOLE: dict[str, bytes] = {"nothing": b"", "a list": b"[]", "null": b"null", "a page": b"<html>", "a text": b'"x"',
                           "an object": b"{}", "no utf-8": b"\xff\xfe", "open": b"[" * 100_000}  # fmt: skip
MARK = "@here@"


@dataclass(frozen=True)
class FieldLie:
    """One altered answer: which field, how, and what makes the bytes that are said instead."""

    where: str
    how: str
    make: Callable[[], bytes] = field(repr=False)

    @property
    def body(self) -> bytes:
        """What is said instead; made again each time, since all of them together would fill the memory."""
        return self.make()


def places(value: object, at: Where = ()) -> Iterator[Where]:
    """Every field of a document; of a list its first member stands for all."""
    if at:
        yield at
    if isinstance(value, dict):
        for key in value:
            yield from places(value[key], (*at, key))
    elif isinstance(value, list) and value:
        yield from places(value[0], (*at, 0))


def _parent(document: Any, at: Where) -> Any:
    for step in at[:-1]:
        document = document[step]
    return document


def value_at(document: Any, at: Where) -> Any:
    """What stands at a place."""
    return _parent(document, at)[at[-1]]


def _with(document: object, at: Where, value: object) -> bytes:
    made = copy.deepcopy(document)
    _parent(made, at)[at[-1]] = value
    return json.dumps(made).encode()


def _without(document: object, at: Where) -> bytes:
    made = copy.deepcopy(document)
    del _parent(made, at)[at[-1]]
    return json.dumps(made).encode()


def _twice(document: object, at: Where, value: object) -> bytes:
    made = copy.deepcopy(document)
    _parent(made, at)[TWICE] = value
    return json.dumps(made).encode().replace(json.dumps(TWICE).encode(), json.dumps(at[-1]).encode())


def _raw(document: object, at: Where, raw: bytes) -> bytes:
    return _with(document, at, MARK).replace(json.dumps(MARK).encode(), raw)


def _likely(value: object) -> dict[str, object]:
    """Values of the same form that are another's."""
    if isinstance(value, bool):
        return {"other": not value}
    if isinstance(value, int):
        return {"more": value + 1, "as text": str(value)}
    if isinstance(value, str):
        other = b64encode(os.urandom(len(value) * 3 // 4)) if len(value) > 20 else "other"
        return {"other": other, "shorter": value[:-1], "longer": f"{value}A", "earlier day": "2020-01-01",
                "in a list": [value], "with padding": f"{value}="}  # fmt: skip
    if isinstance(value, list):
        return {"twice as long": value * 2, "in reverse": value[::-1], "of nothing": [None]}
    return {"in a list": [value]}


def lies_at(document: object, at: Where) -> Iterator[FieldLie]:
    """Every lie about one field."""
    where = "/".join(map(str, at))
    for how, value in {**VALUES, **_likely(value_at(document, at))}.items():
        if how not in RAW:
            yield FieldLie(where, how, partial(_with, document, at, value))
    for how, raw in RAW.items():
        yield FieldLie(where, how, partial(_raw, document, at, raw))
    if isinstance(at[-1], str):
        yield FieldLie(where, "left out", partial(_without, document, at))
        yield FieldLie(where, "twice", partial(_twice, document, at, value_at(document, at)))
        yield FieldLie(where, "twice, once a path", partial(_twice, document, at, OUTSIDE))


def lies_about_answer(body: bytes, *, fields: bool = True) -> Iterator[FieldLie]:
    """Every lie about an answer in JSON, field by field, and those about the whole."""
    document = json.loads(body)
    for how, whole in WHOLE.items():
        yield FieldLie("", how, partial(bytes, whole))
    for at in places(document) if fields else ():
        yield from lies_at(document, at)


def lies_about_bytes(body: bytes) -> Iterator[FieldLie]:
    """Lies about an answer that is no document: cut, twice, one byte another, other bytes altogether."""

    def flipped(at: int) -> bytes:
        return body[:at] + bytes([body[at] ^ 1]) + body[at + 1 :]

    for how in ("nothing", "a page", "no utf-8", "open"):
        yield FieldLie("", how, partial(bytes, WHOLE[how]))
    for how, at in (("first byte", 0), ("middle byte", len(body) // 2), ("last byte", len(body) - 1)):
        yield FieldLie("", how, partial(flipped, at))
    yield FieldLie("", "cut", lambda: body[: len(body) // 2])
    yield FieldLie("", "one byte more", lambda: body + b"A")
    yield FieldLie("", "twice", lambda: body + body)
    yield FieldLie("", "other bytes", lambda: os.urandom(len(body)))
