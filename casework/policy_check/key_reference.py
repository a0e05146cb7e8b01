"""Every key of a policy file and of a bindings file: kind, whether needed, what stands without it, what it does.

Kinds, needs and defaults come from the dataclasses that the reader fills, sentences from `key_words.toml`, examples
from the policies that ship.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, fields, is_dataclass
from datetime import date
from enum import StrEnum
from functools import cache
from importlib import resources
from types import NoneType
from typing import Any, Final, NewType, cast, get_args, get_origin, get_type_hints

from casework.deadlines.limits import Limit
from casework.legal_sources import Ground, Verified
from casework.policy.policy import Policy
from casework.policy.question_kinds import QuestionKindId, question_kinds
from casework.rules.acts import Act
from casework.rules.binding import Supply
from casework.rules.flow import ClockId, GradeId, OutcomeId, StageId
from casework.rules.roles import RoleId
from casework.rules.rulebook import Rulebook
from casework.words import DEFAULT, SOURCE, Words

LISTS: Final = Words("{one}的列表", "list: {one}")
KINDS: Final[Mapping[object, Words]] = {
    Ground: Words("依据", "source"),
    Words: Words("各语言的文字", "text by language"),
    Limit: Words("时长，如 5 working days", "limit such as 5 working days"),
    Act: Words("步骤", "an act"),
    RoleId: Words("角色编号", "id of a role"),
    StageId: Words("阶段编号", "id of a stage"),
    ClockId: Words("时限编号", "id of a clock"),
    GradeId: Words("等级编号", "id of a grade"),
    OutcomeId: Words("结论编号", "id of an outcome"),
    bool: Words("true 或 false", "true or false"),
    int: Words("正整数", "whole number from 1"),
    date: Words("日期", "day"),
    str: Words("编号", "id"),
}
TEXT: Final = Words("文字", "text")
SOURCED: Final = Words("各语言的文字，加 source", "text by language, and `source`")
TABLE: Final = Words("表", "table")
ROWS: Final = Words("多个表 [[…]]", "tables [[…]]")
FREE: Final = frozenset({"quote", "law", "article", "word", "language"})
"""Keys whose text is no id."""
LATER: Final = frozenset({"Promise.days", "Promise.kept_by", "Category.kind", "Question.hint", "Question.choices",
                          "Question.when"})  # fmt: skip
"""What a file may leave out of the page's part, whose dataclasses have no defaults."""
WRITTEN: Final = {"Branch.answers": "is"}
"""Fields that a file calls by another key."""
NOT_IN_FILE: Final = frozenset({"rules", "bound", "sources"})
LONGEST: Final = 90
"""Characters of an example: what is longer is no example but a chapter."""


@dataclass(frozen=True, slots=True)
class Key:
    """One key: its path (`stages.acts.by`), what it takes, and `default`, empty where there is nothing without it."""

    path: str
    kind: Words
    needed: bool
    default: str
    what: Words
    example: str = ""


@cache
def _sentences() -> dict[str, dict[str, dict[str, str]]]:
    file = resources.files("casework").joinpath("policy_check").joinpath("key_words.toml")
    return tomllib.loads(file.read_text("utf-8"))


def _said(table: str, key: str) -> dict[str, str]:
    book = _sentences()
    return book.get(table, {}).get(key) or book["always"][key]


def _what(table: str, key: str) -> Words:
    said = _said(table, key)
    return Words(zh=said[DEFAULT], en=said[SOURCE])


def written_example(file: str, path: str) -> str:
    """The example that `key_words.toml` has for a key that no shipped file uses; else nothing."""
    table = "examples" if file == "policy" else "bindings"
    return _sentences().get(table, {}).get(path, {}).get("example", "")


def policy_keys() -> tuple[Key, ...]:
    """Every key of a policy file, in the order of the file; `source` comes last, once for all."""
    return (*_keys(Policy, "", "file"), *_keys(Rulebook, "", "Rulebook"), *_source_keys())


def bindings_keys() -> tuple[Key, ...]:
    """Every key of a bindings file."""
    return tuple(Key(path, kind, needed, "", _what("bindings", path)) for path, kind, needed in _BINDINGS)


def _keys(shape: type[Any], path: str, table: str) -> Iterator[Key]:
    hints = get_type_hints(shape)
    for field in (one for one in fields(shape) if one.name not in NOT_IN_FILE):
        kind = _without_none(hints[field.name])
        key = WRITTEN.get(f"{shape.__name__}.{field.name}", field.name)
        needed = _is_needed(shape, field)
        yield Key(f"{path}{key}", _kind(field.name, kind), needed, _default(field), _what(table, key))
        inner = _without_none(get_args(kind)[0]) if get_origin(kind) is tuple else kind
        if is_dataclass(inner) and inner not in KINDS:
            yield from _keys(cast("type[Any]", inner), f"{path}{key}.", cast("type[Any]", inner).__name__)


def _is_needed(shape: type[Any], field: Field[Any]) -> bool:
    if shape is Policy:
        return True
    bare = field.default is MISSING and field.default_factory is MISSING
    return bare and f"{shape.__name__}.{field.name}" not in LATER


def _default(field: Field[Any]) -> str:
    match field.default:
        case bool():
            return str(field.default).lower()
        case StrEnum() | int():
            return str(field.default)
        case _:
            return ""


def _without_none(kind: Any) -> Any:
    """`X` of `X | None`; anything else as it is, a NewType too."""
    options = [one for one in get_args(kind) if one is not NoneType]
    return options[0] if kind != Ground and NoneType in get_args(kind) else kind


def _kind(name: str, kind: Any) -> Words:
    if get_origin(kind) is tuple:
        inner = _without_none(get_args(kind)[0])
        if is_dataclass(inner) and inner not in KINDS:
            return ROWS
        one = _kind(name, inner)
        return Words(LISTS.zh.format(one=one.zh), LISTS.en.format(one=one.en))
    if name in ("title", "summary", "protection"):
        return SOURCED
    if kind is QuestionKindId:
        return _one_of(question_kinds())
    if kind in KINDS:
        return TEXT if kind is str and name in FREE else KINDS[kind]
    if isinstance(kind, type) and issubclass(kind, StrEnum):
        return _one_of(kind)
    return KINDS[str] if isinstance(kind, NewType) else TABLE


def _one_of(kind: Iterable[str]) -> Words:
    choices = " | ".join(kind)
    return Words(choices, choices)


def _source_keys() -> Iterator[Key]:
    kinds = {"line": KINDS[int], "verified": _one_of(Verified), "supplied": KINDS[Words]}
    for key in ("line", "quote", "law", "article", "verified", "supplied"):
        yield Key(f"source.{key}", kinds.get(key, TEXT), needed=False, default="", what=_what("source", key))


_ID, _DAYS, _LIMIT = KINDS[str], KINDS[int], KINDS[Limit]
_PROOF: Final = Words("表：day（日期）、proof（文字）", "table: day (a day), proof (a text)")
_BINDINGS: Final[tuple[tuple[str, Words, bool], ...]] = (
    ("policy", _ID, True),
    ("version", _ID, True),
    ("effective", KINDS[date], False),
    ("retention_months", _DAYS, False),
    ("entities", Words("编号的列表", "list: id"), False),
    ("days", TABLE, True),
    ("days.PROMISE", _DAYS, False),
    ("limits", TABLE, False),
    ("limits.CLOCK", _LIMIT, False),
    ("holders", TABLE, False),
    ("holders.ROLE", Words("成员编号的列表", "list: id of a member"), False),
    ("departments", ROWS, False),
    ("departments.id", _ID, True),
    ("departments.name", KINDS[Words], True),
    ("departments.members", Words("成员编号的列表", "list: id of a member"), True),
    ("every", TABLE, False),
    ("every.DUTY", _LIMIT, False),
    ("adoption", TABLE, False),
    ("adoption.discussed", _PROOF, False),
    ("adoption.union_heard", _PROOF, False),
    ("adoption.published", _PROOF, False),
    ("supplies", TABLE, False),
    ("supplies.PART.how", _one_of(Supply), True),
    ("supplies.PART.reason", KINDS[Words], False),
    ("supplies.PART.from", _ID, False),
    ("PART", ROWS, False),
)
