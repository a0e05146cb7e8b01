"""The letters and forms that an office writes, as data: `letters.json`, which the desk reads too."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Any

from casework.json_tables import read_table
from casework.words import LocalizedText, Words, localized


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
    """What anyone who writes the letter is asked for; `stated` only where the policy asks the letter to state it."""

    id: str
    label: Words
    kind: FieldKind
    needed: bool
    stated: bool = False


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

    def asked(self, states: Collection[str]) -> tuple[Field, ...]:
        """The fields under a policy that asks the letter to state these."""
        return tuple(field for field in self.fields if not field.stated or field.id in states)


@dataclass(frozen=True, slots=True)
class TemplateSet:
    """All templates, and the words that several of them share, by name; texts are in as many languages as there are."""

    templates: dict[Letter, Template]
    words: dict[str, Words]


@cache
def letter_templates() -> TemplateSet:
    """The letters that ship."""
    found = read_table("casework.letters", "letters")
    read = _Reading(found["language"])
    templates = [read.template(row) for row in found["letters"]]
    return TemplateSet(
        {one.id: one for one in templates}, {name: read.text(one) for name, one in found["words"].items()}
    )


@dataclass(frozen=True, slots=True)
class _Reading:
    language: str
    """What a letter says where it has no text in the language that is asked for."""

    def text(self, value: dict[str, str]) -> LocalizedText:
        return localized(value, self.language)

    def maybe(self, value: dict[str, str] | None) -> LocalizedText | None:
        return None if value is None else self.text(value)

    def template(self, row: dict[str, Any]) -> Template:
        return Template(
            id=Letter(row["id"]),
            to=Addressee(row["to"]),
            form=Form(row["form"]),
            title=self.text(row["title"]),
            salute=self.maybe(row["salute"]),
            close=self.maybe(row["close"]),
            sign=tuple(self.text(one) for one in row["sign"]),
            seal=row["seal"],
            fields=tuple(
                Field(
                    one["id"], self.text(one["label"]), FieldKind(one["kind"]), one["needed"], one.get("stated", False)
                )
                for one in row["fields"]
            ),
            body=tuple(self.block(one) for one in row["body"]),
        )

    def block(self, row: dict[str, Any]) -> Block:
        text, label = self.maybe(row.get("text")), self.maybe(row.get("label"))
        return Block(
            BlockKind(row["kind"]), row["when"], row["unless"], text, label, row.get("value"), row.get("field")
        )
