"""What an entry of a directory says, field by field, and which of its fields another directory changes."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final, cast

from crypto.framing import b64decode
from portal.office.changed_keys import Document, check_code

Value = str | list[str]
"""A field as a keeper reads it; lists are of ids, or of one line for each item."""
LISTS: Final = ("entities", "policies", "members", "holders")
KEY: Final = "key"
"""In place of a member's recipient and signing key: the check code of the two."""
TIME: Final = "until"


@dataclass(frozen=True)
class FieldChange:
    """A field that is otherwise; an empty value stands where there was or will be none.

    `field` is `name.zh` for the text of one language, `watch.inside` for a part of a field.
    """

    field: str
    old: Value
    new: Value

    @property
    def gained(self) -> list[str]:
        """Of a list, what comes into it."""
        return [one for one in self.new if one not in self.old]

    @property
    def lost(self) -> list[str]:
        """Of a list, what goes out of it."""
        return [one for one in self.old if one not in self.new]


def entry_of(document: Document | None, section: str, name: str) -> Document | None:
    """The entry of this name, as `changes_between` names it; of what stands once, the value under its own name."""
    if document is None:
        return None
    section = "members" if section == "departed" else section
    if section not in LISTS:
        return {section: document[section]} if section in document else None
    entries = cast("list[Document]", document[section])
    return next((entry for entry in entries if entry_name(entry) == name), None)


def entry_name(entry: Document) -> str:
    """The id of an entry; that of a row of holders is `entity/policy/category`."""
    if "id" in entry:
        return cast("str", entry["id"])
    return "/".join(cast("str", entry[key]) for key in ("entity", "policy", "category"))


def changed_fields(before: Document | None, after: Document) -> list[FieldChange]:
    """What is otherwise in the second entry; every field of it that says something, where there was none."""
    old, new = dict(_fields(before or {})), dict(_fields(after))
    names = dict.fromkeys((*new, *old))
    found = [FieldChange(name, old.get(name, ""), new.get(name, "")) for name in names]
    return [one for one in found if (one.old or one.new) and one.old != one.new]


def only_prolonged(changes: list[FieldChange]) -> bool:
    """Whether nothing happened to an entry but that its last day is a later one."""
    return [one.field for one in changes] == [TIME] and str(changes[0].old) < str(changes[0].new)


def _fields(entry: Document) -> Iterator[tuple[str, Value]]:
    if "recipient" in entry and "signing" in entry:
        yield KEY, check_code(cast("str", entry["recipient"]), b64decode(cast("str", entry["signing"]), 32))
    for field, value in entry.items():
        if isinstance(value, dict):
            yield from ((f"{field}.{part}", _value(one)) for part, one in cast("Document", value).items())
        elif field not in ("id", "signing") and not (field == "recipient" and "signing" in entry):
            yield field, _value(value)


def _value(value: object) -> Value:
    if isinstance(value, list):
        return [_item(one) for one in cast("list[object]", value)]
    return "" if value is None else str(value)


def _item(value: object) -> str:
    """An id, or an outside authority or a former key in one line."""
    if not isinstance(value, dict):
        return str(value)
    return ", ".join(map(_item, cast("Document", value).values()))
