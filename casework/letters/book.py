"""The letters and forms that an office writes, as data in both languages: `letters.json`, which the desk reads too."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import Any

from casework.words import Words


class Letter(StrEnum):
    """Every letter and form there is."""

    ACCEPTANCE = "acceptance"
    REFUSAL = "refusal"
    EXTENSION = "extension"
    REQUEST = "request"
    RESULT = "result"
    APPEAL_DECISION = "appeal-decision"
    COORDINATION = "coordination"
    REGISTRATION = "registration"
    HAND_OVER = "hand-over"
    RECUSAL = "recusal"
    PLEDGE = "pledge"
    MINUTES = "minutes"
    CLOSING = "closing"
    CLEARING = "clearing"


class Form(StrEnum):
    """How it is laid out: a letter with salutation, a sheet of rows, a statement to be signed, minutes."""

    LETTER = "letter"
    SHEET = "sheet"
    STATEMENT = "statement"
    MINUTES = "minutes"


class Addressee(StrEnum):
    """Who gets it."""

    REPORTER = "reporter"
    DEPARTMENT = "department"
    AUTHORITY = "authority"
    FILE = "file"
    # Of whom a report spoke; the name on it lies with the custodians, so that such a letter is never sealed to a case.
    CONCERNED = "concerned"


class FieldKind(StrEnum):
    """What is typed: a line, a text of many lines, a day, names of the policy's outcomes or measures."""

    LINE = "line"
    TEXT = "text"
    DAY = "day"
    OUTCOME = "outcome"
    MEASURES = "measures"


class BlockKind(StrEnum):
    """A paragraph, a row with its label, a row to be filled in by hand, lines as typed, the reporter's answers."""

    TEXT = "text"
    ROW = "row"
    BLANK = "blank"
    LINES = "lines"
    ANSWERS = "answers"


@dataclass(frozen=True, slots=True)
class Field:
    """What anyone who writes the letter is asked for."""

    id: str
    label: Words
    kind: FieldKind
    needed: bool


@dataclass(frozen=True, slots=True)
class Block:
    """A part of the letter.

    `text` and `value` hold names in braces, `field` the name of what is set line by line; the block stands only
    where `when` was given and `unless` was not.
    """

    kind: BlockKind
    when: str | None
    unless: str | None
    text: Words | None = None
    label: Words | None = None
    value: str | None = None
    field: str | None = None


@dataclass(frozen=True, slots=True)
class Template:
    """A letter before anything is written into it."""

    id: Letter
    to: Addressee
    form: Form
    title: Words
    salute: Words | None
    close: Words | None
    sign: tuple[Words, ...]
    seal: bool
    fields: tuple[Field, ...]
    body: tuple[Block, ...]


@dataclass(frozen=True, slots=True)
class Book:
    """All templates, and the words that several of them share, by name."""

    templates: dict[Letter, Template]
    words: dict[str, Words]


@cache
def book() -> Book:
    """The letters that ship."""
    found = json.loads(resources.files("casework.letters").joinpath("letters.json").read_text("utf-8"))
    templates = [_template(row) for row in found["letters"]]
    return Book({one.id: one for one in templates}, {name: Words(**both) for name, both in found["words"].items()})


def _maybe(value: dict[str, str] | None) -> Words | None:
    return None if value is None else Words(**value)


def _template(row: dict[str, Any]) -> Template:
    return Template(
        id=Letter(row["id"]),
        to=Addressee(row["to"]),
        form=Form(row["form"]),
        title=Words(**row["title"]),
        salute=_maybe(row["salute"]),
        close=_maybe(row["close"]),
        sign=tuple(Words(**one) for one in row["sign"]),
        seal=row["seal"],
        fields=tuple(
            Field(one["id"], Words(**one["label"]), FieldKind(one["kind"]), one["needed"]) for one in row["fields"]
        ),
        body=tuple(_block(one) for one in row["body"]),
    )


def _block(row: dict[str, Any]) -> Block:
    text, label = _maybe(row.get("text")), _maybe(row.get("label"))
    return Block(BlockKind(row["kind"]), row["when"], row["unless"], text, label, row.get("value"), row.get("field"))
