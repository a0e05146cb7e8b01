"""Changes to bytes, texts and JSON that a hostile sender would try; every one is drawn from dice."""

from __future__ import annotations

import base64
import json
import re
from collections.abc import Callable
from typing import Any

from tests.fuzz.dice import Dice

EDGES = (0, 1, 2, 0x7F, 0x80, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2**53, 2**63, 2**64 - 1)
# Where texts and lists of some place end.
LENGTHS = (47, 48, 64, 127, 255, 4096, 16384, 32768)
COUNTS = (5, 8, 9, 17, 32, 64, 256)
# Letters that look, fold or count differently in one of the two languages.
STRANGE = (
    "\0", "\u007f", "\u0085", "\u00a0", "\u00ad", "\u0130", "\u0131", "\u017f", "\u212a", "\u1e9e", "\u2028", "\u3000",
    "\ufeff", "\ufffd", "\uffff", "\uff10", "\uff19", "\U0001f600", "\u0e33", "\u0660", "e\u0301", "K", "\u00b2",
)  # fmt: skip
WORDS = (
    '""', "null", "true", "false", "0", "-0", "1", "-1", "1.0", "1e1", "1E400", "9007199254740991", "9007199254740992",
    "-9007199254740991", "18446744073709551616", "01", "NaN", "Infinity", "[]", "{}", "[[]]", '"\\ud800"', '"\\u0000"',
    '"\\ud83d\\ude00"', '"__proto__"', '{"__proto__":1}', '{"constructor":null}', "'x'", "[1,]", '{"a":1,"a":1}',
    '"0000-00-00"', '"2026-02-29"', '"0000-01-01"', '"9999-12-31"', '"+001-01-01"', '"2026-1-01"', '"reporter"',
    '"worker"', "\ufeff1",
)  # fmt: skip
FOLDED = (("K", "\u212a"), ("k", "\u212a"), ("s", "\u017f"), ("S", "\u017f"), ("i", "\u0131"), ("1", "\uff11"))
Change = Callable[[Dice, bytes], bytes]


def _flip(dice: Dice, content: bytes) -> bytes:
    found = bytearray(content)
    for _ in range(1 + dice.below(3)):
        found[dice.below(len(found))] ^= 1 << dice.below(8)
    return bytes(found)


def _set(dice: Dice, content: bytes) -> bytes:
    found = bytearray(content)
    found[dice.below(len(found))] = dice.choice((0, 9, 10, 13, 32, 34, 45, 61, 92, 127, 128, 255))
    return bytes(found)


def _number(dice: Dice, content: bytes) -> bytes:
    """Writes a number at an edge over one of the first or last fields that could be a length."""
    size = dice.choice((1, 2, 4, 8))
    value = (dice.choice(EDGES) & (256**size - 1)).to_bytes(size, "big")
    at = dice.choice((dice.below(32), dice.below(len(content))))
    return content[:at] + value + content[at + size :]


def _cut(dice: Dice, content: bytes) -> bytes:
    at = dice.choice((dice.below(len(content)), len(content) - 1 - dice.below(min(32, len(content)))))
    return content[:at]


def _remove(dice: Dice, content: bytes) -> bytes:
    at = dice.below(len(content))
    return content[:at] + content[at + 1 + dice.below(40) :]


def _insert(dice: Dice, content: bytes) -> bytes:
    at = dice.below(len(content) + 1)
    strange = dice.choice(STRANGE).encode()
    piece = dice.choice((dice(1 + dice.below(8)), strange, b"\0", b" ", b"\n", b"=", b'"', b"\r\n"))
    return content[:at] + piece + content[at:]


def _repeat(dice: Dice, content: bytes) -> bytes:
    at = dice.below(len(content))
    piece = content[at : at + 1 + dice.below(64)]
    return content[:at] + piece * (2 + dice.below(3)) + content[at + len(piece) :]


def _append(dice: Dice, content: bytes) -> bytes:
    return content + dice.choice((b"\0", b" ", b"\n", b"{}", dice(1 + dice.below(64))))


def _line(dice: Dice, content: bytes) -> bytes:
    """Doubles, drops or swaps lines: what headers and notes are made of."""
    lines = content.split(b"\n")
    at, other = dice.below(len(lines)), dice.below(len(lines))
    match dice.below(4):
        case 0:
            lines.insert(at, lines[other])
        case 1:
            del lines[at]
        case 2:
            lines[at], lines[other] = lines[other], lines[at]
        case _:
            lines[at] = lines[at].replace(b" ", dice.choice((b"  ", b"", b"\t", b" x ")), 1)
    return b"\n".join(lines)


def _word(dice: Dice, content: bytes) -> bytes:
    """Another word, number or bracket in the place of one: what text files are made of."""
    words = list(re.finditer(rb"[A-Za-z0-9_.-]+|\"[^\"\n]*\"|[^\sA-Za-z0-9]", content[:65536]))
    if not words:
        return content + b"x"
    start, end = dice.choice(words).span()
    return content[:start] + dice.choice((*WORDS, "[" * 5000, "{", "a.b.c", '"""')).encode() + content[end:]


def _look_alike(dice: Dice, content: bytes) -> bytes:
    """A letter that becomes the right one when it is folded."""
    plain, strange = dice.choice(FOLDED)
    return content.replace(plain.encode(), strange.encode(), 1)


BYTES: tuple[Change, ...] = (_flip, _set, _number, _cut, _remove, _insert, _repeat, _append, _line, _word, _look_alike)


def change_bytes(dice: Dice, content: bytes) -> bytes:
    """One change to bytes; now and then the length stays what it was."""
    if not content:
        return dice(1 + dice.below(16))
    changed = dice.choice(BYTES)(dice, content)
    if len(changed) != len(content) and dice.one_in(3):
        return changed[: len(content)].ljust(len(content), b"\0")
    return changed


class Raw:
    """A piece of JSON text that stands as it is, also where it is no JSON."""

    def __init__(self, text: str) -> None:
        self.text = text


def write(value: Any) -> str:
    """JSON text with raw pieces in it; an object may hold a key twice, as a list of pairs."""
    match value:
        case Raw():
            return value.text
        case dict():
            return "{" + ",".join(f"{write(key)}:{write(member)}" for key, member in value.items()) + "}"
        case tuple():
            return "{" + ",".join(f"{write(key)}:{write(member)}" for key, member in value) + "}"
        case list():
            return "[" + ",".join(map(write, value)) + "]"
        case _:
            return json.dumps(value, ensure_ascii=False)


def _places(value: Any, found: list[tuple[Any, Any]]) -> list[tuple[Any, Any]]:
    members = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, member in list(members):
        found.append((value, key))
        _places(member, found)
    return found


def _other_text(dice: Dice, text: str) -> Any:
    """Another text in place of one: strange letters, cuts, the bytes behind base64, JSON inside of JSON."""
    at = dice.below(len(text) + 1)
    match dice.below(9):
        case 0:
            return text[:at] + dice.choice(STRANGE) + text[at:]
        case 1:
            return text[:at] + dice.choice(STRANGE) + text[at + 1 :]
        case 2:
            return dice.choice((text.upper(), text.lower(), text[:at], text + " ", "", text * 2, text + "=", text[:-1]))
        case 3:
            return (text or "a").ljust(dice.choice(LENGTHS) + dice.below(2), dice.choice(("a", "甲", "-")))
        case 4 | 5 | 6 if (inner := _inner(text)) is not None:
            return change_json(dice, inner).decode("utf-8", "replace") if text[:1] in "{[" else _encode(dice, inner)
        case _:
            raw = text.encode("utf-8", "surrogatepass") or b"x"
            return change_bytes(dice, raw).decode("utf-8", "replace")


def _inner(text: str) -> bytes | None:
    if text[:1] in ("{", "["):
        return text.encode()
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except ValueError:
        return None


def _encode(dice: Dice, inner: bytes) -> str:
    return base64.urlsafe_b64encode(change_bytes(dice, inner)).rstrip(b"=").decode()


def _other_value(dice: Dice, value: Any) -> Any:
    match value:
        case str() if not dice.one_in(4):
            return _other_text(dice, value)
        case bool() if dice.one_in(2):
            return not value
        case int() if not dice.one_in(3):
            near = (value + 1, value - 1, -value, 2**53 - 1, 2**53, 0, 17, 33)
            return dice.choice((*near, Raw(f"{value}.0"), Raw(f"{value}e0")))
        case list() if value and not dice.one_in(3):
            many = [f"a{at}" for at in range(dice.choice(COUNTS) + dice.below(2))]
            return dice.choice(([*value, value[-1]], value[:-1], value[::-1], value * dice.choice(COUNTS), [], many))
        case _:
            return Raw(dice.choice(WORDS))


def _change_object(dice: Dice, value: dict[Any, Any]) -> Any:
    keys = list(value)
    key = dice.choice(keys) if keys else "x"
    match dice.below(5):
        case 0:
            return {name: member for name, member in value.items() if name != key}
        case 1:
            return (*value.items(), (key, value.get(key)))
        case 2:
            return value | {dice.choice(("x", "__proto__", "constructor", "", key + " ", key.upper())): 1}
        case 3:
            return dict(reversed(list(value.items())))
        case _:
            return {(name + dice.choice(STRANGE) if name == key else name): member for name, member in value.items()}


def change_json(dice: Dice, content: bytes) -> bytes:
    """One change to a JSON text, somewhere inside; what is no JSON is changed as bytes."""
    try:
        tree: Any = json.loads(content)
    except (ValueError, RecursionError):
        return change_bytes(dice, content)
    if dice.one_in(12):
        return change_bytes(dice, content)
    places = [(None, None), *_places(tree, [])]
    parent, key = dice.choice(places)
    value = tree if parent is None else parent[key]
    inside = isinstance(value, dict) and not dice.one_in(3)
    changed = _change_object(dice, value) if inside else _other_value(dice, value)
    if dice.one_in(40):
        changed = Raw("[" * dice.choice((14, 15, 16, 400, 20000)) + "]" * dice.choice((14, 15, 16, 400, 20000)))
    if parent is None:
        tree = changed
    else:
        parent[key] = changed
    space = "" if not dice.one_in(12) else dice.choice((" ", "\n", "\t", "\0", "\u00a0"))
    return (space + write(tree) + space).encode("utf-8", "surrogatepass")


def change(dice: Dice, content: bytes) -> bytes:
    """One to three changes, to JSON where it is JSON."""
    look = change_json if content[:1] in (b"{", b"[", b'"') else change_bytes
    for _ in range(dice.choice((1, 1, 1, 2, 3))):
        content = look(dice, content)
    return content
