"""The rules document: a bound policy as canonical JSON, on which server, worker, pages and commands all run."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import Field, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from types import NoneType, UnionType
from typing import Any, Final, Union, cast, get_args, get_origin, get_type_hints

from casework.errors import LimitRefused, RulesRefused
from casework.legal_sources import Ground, Source, Statute, Supplied
from casework.policy.policy import Policy
from casework.rules.binding import Bound
from casework.rules.rulebook import Rulebook
from casework.strict_file import ID_FORM
from casework.words import LocalizedText, Words
from crypto.errors import CryptoError
from crypto.localized import language_of, localized_of
from crypto.text import read_json, write_json

VERSION: Final = 1
RULES_LIMIT: Final = 512 * 1024
"""Bytes of a rules document; the longest that ships has a tenth of it."""
LONGEST_TEXT: Final = 4096
LONGEST_LIST: Final = 512
LARGEST: Final = 10**6
GROUNDS: Final[tuple[type[Any], ...]] = (Source, Statute, Supplied)
INNER: Final = ("rules", "bound")
"""Parts of a policy whose fields stand on the first level of its document."""
FREE_TEXTS: Final = frozenset({"language", "quote", "law", "article", "word", "proof"})
"""Fields of kind `str` that are no ids."""
LATER: Final = frozenset({"owes", "owes_after_appeal", "own_departments", "by_when", "result_states", "asked_as"})
"""Fields that stand in a document only where they say something: those signed before they were known lack them."""


def rules_document(policy: Policy) -> bytes:
    """Canonical JSON: `{"v":1}`, the fields of policy, rulebook and bindings under their own names; `null` for none.

    Every field is there but the empty ones of `LATER`. A day is `2026-01-31`, a limit `{"amount","unit"}`, a ground
    the fields of its kind. What the policy file quoted from where (`sources`) is in the grounds already.
    """
    document: dict[str, object] = {"v": VERSION}
    for part in (policy, policy.rules, policy.bound):
        document |= {one.name: _written(getattr(part, one.name)) for one in _fields_of(type(part))}
    return write_json({key: document[key] for key in sorted(document) if key not in LATER or document[key]})


def read_rules(content: bytes) -> Policy:
    """The policy that a rules document holds, equal to the one it was written from, less `sources`.

    Raises `RulesRefused` with key and reason for bytes that `rules_document` would not have written.
    """
    try:
        found = read_json(content, RULES_LIMIT)
    except CryptoError as error:
        raise RulesRefused("(document)", "is no strict JSON of this length") from error
    if not isinstance(found, dict):
        raise RulesRefused("(document)", "must be an object")
    left = dict(cast("dict[str, object]", found))
    if left.pop("v", None) != VERSION:
        raise RulesRefused("v", f"must be {VERSION}")
    reading = _Reading(_language(left.get("language")))
    rules = Rulebook(**reading.values(left, Rulebook, ""))
    bound = Bound(**reading.values(left, Bound, ""))
    policy = Policy(**reading.values(left, Policy, ""), rules=rules, bound=bound, sources=())
    if left:
        raise RulesRefused(min(left), "is not known here")
    if rules_document(policy) != content:
        raise RulesRefused("(document)", "is not written in the one form that has one hash")
    return policy


def _written(value: object) -> object:
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, StrEnum):
        return value.value
    if isinstance(value, LocalizedText):
        return value.document()
    if is_dataclass(value):
        rows = {one.name: _written(getattr(value, one.name)) for one in fields(value)}
        return {key: row for key, row in sorted(rows.items()) if row or key not in LATER}
    if isinstance(value, tuple):
        return [_written(one) for one in cast("tuple[object, ...]", value)]
    if isinstance(value, Mapping):
        members = cast("Mapping[str, object]", value)
        return {key: _written(members[key]) for key in sorted(members)}
    return value


@cache
def _hints(shape: type[Any]) -> dict[str, Any]:
    return get_type_hints(shape)


@cache
def _fields_of(shape: type[Any]) -> tuple[Field[Any], ...]:
    """The fields that a document shows: what stands on its first level already is left out."""
    away = ("sources", *INNER) if shape is Policy else ()
    return tuple(one for one in fields(shape) if one.name not in away)


def _language(value: object) -> str:
    try:
        return language_of(value)
    except CryptoError as error:
        raise RulesRefused("language", "must be a language tag, like fr or zh-Hant") from error


class _Reading:
    """Reads the values of a document of this default language, each in its place."""

    def __init__(self, language: str) -> None:
        self.language = language

    def values(self, left: dict[str, object], shape: type[Any], path: str) -> dict[str, Any]:
        """Takes the fields of a shape out of `left`; each must be there but those of `LATER`."""
        values: dict[str, Any] = {}
        for one in _fields_of(shape):
            if one.name not in left and one.name in LATER:
                continue
            if one.name not in left:
                raise RulesRefused(path + one.name, "is missing")
            values[one.name] = self.read(left.pop(one.name), _hints(shape)[one.name], path + one.name)
        return values

    def read(self, value: object, kind: Any, path: str) -> object:
        if kind == Ground:
            return self.ground(value, path)
        if get_origin(kind) in (UnionType, Union):
            if value is None:
                return None
            (kind,) = [one for one in get_args(kind) if one is not NoneType]
        kind = getattr(kind, "__supertype__", kind)
        if get_origin(kind) is tuple:
            inner = get_args(kind)[0]
            return tuple(self.read(one, inner, f"{path}[{at}]") for at, one in enumerate(_list(value, path)))
        if get_origin(kind) is not None:
            of = get_args(kind)[1]
            return {_id(key, path): self.read(one, of, f"{path}.{key}") for key, one in _members(value, path).items()}
        if kind is Words:
            return self.words(value, path)
        if is_dataclass(kind):
            return self.shape(value, cast("type[Any]", kind), path)
        return self.plain(value, kind, path)

    def words(self, value: object, path: str) -> LocalizedText:
        if not isinstance(value, dict) or not cast("dict[str, object]", value):
            raise RulesRefused(path, "must be a text by language")
        for tag, text in cast("dict[str, object]", value).items():
            if not isinstance(text, str) or not text.strip() or len(text) > LONGEST_TEXT:
                raise RulesRefused(f"{path}.{tag}", "must be a text that is not empty")
        try:
            return localized_of(cast("object", value), self.language)
        except CryptoError as error:
            raise RulesRefused(path, f"must be a text by language, in {self.language} at least") from error

    def plain(self, value: object, kind: Any, path: str) -> object:
        if kind is bool or kind is int:
            fits = type(value) is kind and (kind is bool or 1 <= cast("int", value) <= LARGEST)
            if not fits:
                raise RulesRefused(path, "must be true or false" if kind is bool else f"must be from 1 to {LARGEST}")
            return value
        if not isinstance(value, str) or not value.strip() or len(value) > LONGEST_TEXT:
            raise RulesRefused(path, "must be a text that is not empty")
        if kind is date:
            return _day(value, path)
        if issubclass(kind, StrEnum):
            if value not in set(kind):
                raise RulesRefused(path, "must be one of " + ", ".join(kind))
            return kind(value)
        name = path.rpartition(".")[2].partition("[")[0]
        return value if name in FREE_TEXTS else _id(value, path)

    def shape(self, value: object, shape: type[Any], path: str) -> object:
        left = _members(value, path)
        try:
            found = shape(**self.values(left, shape, f"{path}."))
        except LimitRefused as error:
            raise RulesRefused(path, "is no limit that anybody means") from error
        if left:
            raise RulesRefused(f"{path}.{min(left)}", "is not known here")
        return found

    def ground(self, value: object, path: str) -> object:
        """A ground is told by its fields."""
        keys = set(_members(value, path))
        for kind in GROUNDS:
            if keys == {one.name for one in fields(kind)}:
                return self.shape(value, kind, path)
        raise RulesRefused(path, "must be a line with its quotation, a law, or a reason")


def _id(value: str, path: str) -> str:
    if ID_FORM.fullmatch(value) is None:
        raise RulesRefused(path, "must be lower-case letters, digits and hyphens, at most 48")
    return value


def _members(value: object, path: str) -> dict[str, object]:
    if not isinstance(value, dict):
        raise RulesRefused(path, "must be an object")
    return dict(cast("dict[str, object]", value))


def _list(value: object, path: str) -> list[object]:
    if not isinstance(value, list) or len(cast("list[object]", value)) > LONGEST_LIST:
        raise RulesRefused(path, f"must be a list of at most {LONGEST_LIST}")
    return cast("list[object]", value)


def _day(value: str, path: str) -> date:
    try:
        found = date.fromisoformat(value)
    except ValueError as error:
        raise RulesRefused(path, "must be a day, like 2026-01-31") from error
    return found
