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
        text = content.decode("utf-8")
        value: object = _READER.decode(text)
        if "\\" in text:
            # Python's parser lets lone surrogates through, which only an escape can write; UTF-8 does not.
            json.dumps(value, ensure_ascii=False).encode("utf-8")
    except MalformedJson:
        raise
    except (ValueError, RecursionError) as error:
        raise MalformedJson("not strict JSON") from error
    if text.count("{") + text.count("[") > DEEPEST:
        # Fewer brackets than that cannot nest too deeply, wherever they stand.
        _check_depth(value, 1)
    return value


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


def rewrite_canonical(value: object) -> bytes:
    """The same for what `read_json` gave, which is in order already: half the work."""
    return _with_long_escapes(_compact(value))


def _with_long_escapes(content: bytes) -> bytes:
    if b"\\" not in content:
        return content
    return _ESCAPE.sub(lambda found: _SHORT.get(found[1], found[0]), content.decode()).encode()


def read_canonical(content: bytes) -> object:
    """Read the JSON of a note, which leaves its makers no choice of bytes; raises MalformedJson and WrongShape.

    The order of keys is for the document's own reader to check.
    """
    value = read_json(content, len(content))
    if write_canonical(value) != content:
        raise WrongShape("the document is written in another way than the one")
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
