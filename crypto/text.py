"""Strict JSON, and padding of texts (SPEC §1 and §2)."""

import json
import re
from typing import NoReturn

from crypto.errors import MalformedJson, WrongPadding, WrongShape

LARGEST_INTEGER = 2**53 - 1
DEEPEST = 16
TEXT_SIZES = (4096, 8192, 16384, 32768)
GRANT_SIZE = 8192
MEMO_SIZE = 8192
DRAFT_SIZE = 32768


def _no_float(literal: str) -> NoReturn:
    raise MalformedJson(f"a number that is not an integer: {literal[:20]}")


def _integer(literal: str) -> int:
    # -0 reads as another value in the browser than here: refused rather than argued about.
    if literal == "-0" or len(literal) > 17 or abs(int(literal)) > LARGEST_INTEGER:
        raise MalformedJson("an integer beyond 2^53 - 1, or minus zero")
    return int(literal)


def _unique(pairs: list[tuple[str, object]]) -> dict[str, object]:
    members = dict(pairs)
    if len(members) != len(pairs):
        raise MalformedJson("a key stands twice")
    return members


# One for all calls: to make one takes as long as to read a small document with it.
_READER = json.JSONDecoder(
    object_pairs_hook=_unique, parse_float=_no_float, parse_int=_integer, parse_constant=_no_float
)


_COUNTED = 8192


def _check_depth(value: object, depth: int) -> None:
    if not isinstance(value, (dict, list)):
        return
    if depth > DEEPEST:
        raise MalformedJson("nested too deeply")
    children: list[object] = list(value.values() if isinstance(value, dict) else value)  # pyright: ignore[reportUnknownArgumentType]
    for child in children:
        if isinstance(child, (dict, list)):
            _check_depth(child, depth + 1)  # pyright: ignore[reportUnknownArgumentType]


def read_json(content: bytes, limit: int) -> object:
    """Read strict JSON of at most `limit` bytes; raises MalformedJson. Trailing spaces are padding."""
    if len(content) > limit:
        raise MalformedJson("longer than this place allows")
    try:
        text = without_padding(content).decode("utf-8")
        value: object = _READER.decode(text)
        if "\\" in text:
            # Python's parser lets lone surrogates through, which only an escape can write; UTF-8 does not.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except MalformedJson:
        raise
    except (ValueError, RecursionError) as error:
        raise MalformedJson("not strict JSON") from error
    # Fewer brackets than that cannot nest too deeply, wherever they stand. To count them in a long text takes longer.
    if len(text) > _COUNTED or text.count("{") + text.count("[") > DEEPEST:
        _check_depth(value, 1)
    return value


_SPACES = b" " * 4096


def without_padding(content: bytes) -> bytes:
    """Without the spaces at its end, many at a time: the library's own looks at each by itself."""
    end = len(content)
    while content.endswith(_SPACES, 0, end):
        end -= len(_SPACES)
    return content[:end].rstrip(b" ")


def write_json(value: object) -> bytes:
    """Compact UTF-8 JSON; raises MalformedJson for what `read_json` would refuse."""
    try:
        content = _compact(value)
    except (ValueError, TypeError, RecursionError) as error:
        raise MalformedJson("cannot be written as strict JSON") from error
    read_json(content, len(content))
    return content


def _compact(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()


_ESCAPE = re.compile(r"\\(.)")
_SHORT = {"b": r"\u0008", "t": r"\u0009", "n": r"\u000a", "f": r"\u000c", "r": r"\u000d"}


def write_canonical(value: object) -> bytes:
    """The one way in which a note writes its JSON (SPEC §4), keys in the order given; raises MalformedJson."""
    return _with_long_escapes(write_json(value))


# Without a blank outside of a text and without an escape, what `read_json` takes can be written in one way only.
_CHOICES = (b" ", b"\t", b"\n", b"\r", b"\\")


def is_canonical(content: bytes, value: object) -> bool:
    """Whether `write_canonical` writes these very bytes; `value` is what `read_json` gave of them."""
    if not any(letter in content for letter in _CHOICES):
        return True
    return content == _with_long_escapes(_compact(value))


def _with_long_escapes(content: bytes) -> bytes:
    if b"\\" not in content:
        return content
    return _ESCAPE.sub(lambda found: _SHORT.get(found[1], found[0]), content.decode()).encode()


def read_canonical(content: bytes) -> object:
    """Read the JSON of a note, which leaves its makers no choice of bytes; raises MalformedJson and WrongShape.

    The order of keys is for the document's own reader to check.
    """
    value = read_json(content, len(content))
    if not is_canonical(content, value):
        raise WrongShape("not the canonical form")
    return value


def pad_exactly(content: bytes, size: int) -> bytes:
    """Fill with spaces to `size` bytes; raises WrongPadding when longer."""
    if len(content) > size:
        raise WrongPadding("the text is longer than its place")
    return content.ljust(size, b" ")


def pad_text(content: bytes) -> bytes:
    """Fill with spaces to the smallest of 4, 8, 16, 32 KiB; raises WrongPadding when longer."""
    for size in TEXT_SIZES:
        if len(content) <= size:
            return pad_exactly(content, size)
    raise WrongPadding("the text is longer than 32 KiB; send it as an attachment")


def check_padded(content: bytes, sizes: tuple[int, ...] = TEXT_SIZES) -> bytes:
    """Give `content` back when its length is one of `sizes`, else WrongPadding."""
    if len(content) not in sizes:
        raise WrongPadding("a padded size that is not one of ours")
    return content
