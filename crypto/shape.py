"""Reading documents: exact keys, exact types, nothing else (SPEC §1)."""

import re
from collections.abc import Callable
from datetime import date
from typing import TypeVar, cast

from crypto.errors import WrongShape
from crypto.framing import b64decode
from crypto.text import LARGEST_INTEGER

T = TypeVar("T")
_ID = re.compile(r"[a-z0-9][a-z0-9-]{0,47}")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
TEXT_LIMIT = 32768


def text_of(value: object, limit: int = TEXT_LIMIT) -> str:
    """A string of at most `limit` bytes of UTF-8."""
    if not isinstance(value, str) or len(value if value.isascii() else value.encode("utf-8", "surrogatepass")) > limit:
        raise WrongShape("not a text, or too long a one")
    return value


def id_of(value: object) -> str:
    """An id of a member, entity, policy or category."""
    if not isinstance(value, str) or _ID.fullmatch(value) is None:
        raise WrongShape("not an id")
    return value


def day_of(value: object) -> str:
    """A day, `YYYY-MM-DD`, that exists."""
    if not isinstance(value, str) or _DAY.fullmatch(value) is None:
        raise WrongShape("not a day")
    try:
        date.fromisoformat(value)
    except ValueError as error:
        raise WrongShape("not a day") from error
    return value


def integer_of(value: object, low: int = 0, high: int = LARGEST_INTEGER) -> int:
    """An integer from `low` to `high`, both included."""
    if type(value) is not int or not low <= value <= high:
        raise WrongShape("not an integer of this place")
    return value


def list_of(value: object, limit: int, read: Callable[[object], T]) -> list[T]:
    """A list of at most `limit` members, each read by `read`."""
    if not isinstance(value, list):
        raise WrongShape("not a list")
    members = cast("list[object]", value)
    if len(members) > limit:
        raise WrongShape("too long a list")
    return [read(member) for member in members]


class Fields:
    """An object with exactly the given keys; each accessor raises WrongShape."""

    def __init__(self, value: object, *names: str) -> None:
        if not isinstance(value, dict):
            raise WrongShape("not an object")
        self._members = cast("dict[str, object]", value)
        if self._members.keys() != set(names):
            raise WrongShape("not the keys of this document")

    def __getitem__(self, name: str) -> object:
        return self._members[name]

    def version(self) -> None:
        """Check `"v": 1`."""
        integer_of(self["v"], 1, 1)

    def text(self, name: str, limit: int = TEXT_LIMIT) -> str:
        """See `text_of`."""
        return text_of(self[name], limit)

    def word(self, name: str, *allowed: str) -> str:
        """One of the given words."""
        value = text_of(self[name])
        if value not in allowed:
            raise WrongShape("not one of the words of this place")
        return value

    def id(self, name: str) -> str:
        """See `id_of`."""
        return id_of(self[name])

    def ids(self, name: str, limit: int = 64) -> list[str]:
        """A list of distinct ids."""
        found = self.list(name, limit, id_of)
        if len(set(found)) != len(found):
            raise WrongShape("an id stands twice")
        return found

    def day(self, name: str) -> str:
        """See `day_of`."""
        return day_of(self[name])

    def integer(self, name: str, low: int = 0, high: int = LARGEST_INTEGER) -> int:
        """See `integer_of`."""
        return integer_of(self[name], low, high)

    def flag(self, name: str) -> bool:
        """True or false."""
        value = self[name]
        if not isinstance(value, bool):
            raise WrongShape("neither true nor false")
        return value

    def bytes(self, name: str, size: int | None = None, limit: int = 65536) -> bytes:
        """`b64` of `size` bytes, or of at most `limit`."""
        content = b64decode(text_of(self[name], limit * 4 // 3 + 4), size)
        if len(content) > limit:
            raise WrongShape("too many bytes")
        return content

    def list(self, name: str, limit: int, read: Callable[[object], T]) -> list[T]:
        """See `list_of`."""
        return list_of(self[name], limit, read)

    def maybe(self, name: str, read: Callable[[object], T]) -> T | None:
        """null, or what `read` reads."""
        return None if self[name] is None else read(self[name])


class OrderedFields(Fields):
    """The same with the keys in the order given, as the documents of notes have them.

    `lacking` stands for what may be missing.
    """

    def __init__(self, value: object, *names: str, **lacking: object) -> None:
        if isinstance(value, dict):
            members = cast("dict[str, object]", value)
            if list(members) != [name for name in names if name in members]:
                raise WrongShape("not the keys of this document in their order")
            value = {**lacking, **members}
        super().__init__(value, *names)


def dated(value: object, *names: str) -> tuple[Fields, str | None]:
    """An object with these keys, and `day` where it has one: what was written before days came has none."""
    there = _has_day(value)
    fields = Fields(value, *names, *(["day"] if there else []))
    return fields, fields.day("day") if there else None


def _has_day(value: object) -> bool:
    return isinstance(value, dict) and "day" in cast("dict[str, object]", value)


def day_member(day: str | None) -> dict[str, object]:
    """The member `day` of a document; none where no day is given."""
    return {} if day is None else {"day": day}


def bytes_of(size: int) -> Callable[[object], bytes]:
    """A reader of `b64` of exactly `size` bytes."""
    return lambda value: b64decode(text_of(value), size)
