"""Writing a letter: the template, what the case tells and what was typed become one paper. The desk has a twin.

Nothing that is typed is read as markup, and a name in braces inside it stays as it is.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from casework.errors import LetterIncomplete, LetterUnfit
from casework.letters.templates import Block, BlockKind, Field, FieldKind, Form, Letter, letter_templates
from casework.voices import Voice, voice_among
from casework.words import Words

LONGEST: Final = 16_384
LINE: Final = 512
PLACE: Final = re.compile(r"\{([a-z]+)\}")
# What no keyboard types and no letter shows: all of C0 but the line feed and the tabulator, and C1.
UNSEEN: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]")
DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
VOICES: Final = ("voice-appeal", "voice-complaint")
ENDS: Final = "\t\n \u00a0\u3000"
"""The white space that both twins trim."""


@dataclass(frozen=True, slots=True)
class Facts:
    """What the opened case tells, in the language of the letter; days as ISO days, nothing where it is not known."""

    office: str
    policy: str
    ticket: str
    received: str
    today: str
    channel: str = ""
    level: str = ""
    category: str = ""
    account: str = ""
    attachments: str = ""
    answers: tuple[tuple[str, str], ...] = ()
    called: tuple[str, ...] = ()
    """What a report is called: its kind, all kinds, the title, what the policy is about."""
    states: tuple[str, ...] = ()
    """What the policy asks a result letter to state: ids of its fields."""


@dataclass(frozen=True, slots=True)
class Part:
    """A part of a paper: `kind` is `text`, `row`, `blank` or `lines`; `label` is empty but for rows."""

    kind: BlockKind
    label: str
    text: str


@dataclass(frozen=True, slots=True)
class Paper:
    """A letter that is written, in one language, before it is laid out."""

    letter: Letter
    form: Form
    language: str
    title: str
    number: str
    salute: str
    parts: tuple[Part, ...]
    close: str
    sign: tuple[str, ...]
    seal: str
    office: str
    day: str


def say_day(day: str, language: str) -> str:
    """A day as a letter writes it: 2026年11月25日, 25 November 2026; raises ValueError."""
    if DAY.fullmatch(day) is None:
        raise ValueError("not a day")
    found = date.fromisoformat(day)
    words = letter_templates().words
    month = words[f"month-{found.month}"].text_in(language)
    return words["day"].text_in(language).format(year=found.year, month=month, day=found.day)


def join(texts: Iterable[str], language: str) -> str:
    """Texts one after the other, as the language joins them."""
    return letter_templates().words["separator"].text_in(language).join(texts)


def compose(letter: Letter, language: str, facts: Facts, given: Mapping[str, str]) -> Paper:
    """The paper.

    Raises `LetterUnfit` for a field that the letter does not have, a text that is too long or a day that is none, and
    `LetterIncomplete` naming what is still needed.
    """
    template = letter_templates().templates[letter]
    typed, voice = _typed(template.asked(facts.states), language, given), _voice(language, facts.called, facts.policy)
    write = _Writing(language, _known(facts, language, voice) | typed, facts.answers, voice)
    return Paper(
        letter=letter,
        form=template.form,
        language=language,
        title=write.half(template.title),
        number=write.fill(write.half(letter_templates().words["number"])),
        salute=write.fill(write.half(template.salute)) if template.salute else "",
        parts=tuple(part for block in template.body for part in write.block(block)),
        close=write.half(template.close) if template.close else "",
        sign=tuple(map(write.half, template.sign)),
        seal=write.half(letter_templates().words["seal"]) if template.seal else "",
        office=facts.office,
        day=write.known["today"],
    )


def as_text(paper: Paper) -> str:
    """The paper as plain text, as the reporter reads it in the mailbox."""
    indent, colon = (letter_templates().words[name].text_in(paper.language) for name in ("indent", "colon"))
    lines = [paper.title, "", paper.number, ""]
    if paper.salute:
        lines.append(paper.salute)
    for part in paper.parts:
        if part.kind is BlockKind.LINES:
            lines += part.text.split("\n")
        elif part.kind is BlockKind.TEXT:
            lines += [indent + one for one in part.text.split("\n")]
        else:
            lines.append(f"{indent}{part.label}{colon}{part.text}")
    if paper.close:
        lines += ["", *(indent + one for one in paper.close.split("\n"))]
    return "\n".join([*lines, "", paper.office, paper.day])


def _voice(language: str, called: Sequence[str], title: str) -> Voice | None:
    """The voice in which the letters' own words speak of such a report, in this language; None where it is a report."""
    words = letter_templates().words
    return voice_among([words[name].text_in(language) for name in VOICES], called, title)


def _spoken(text: str, voice: Voice | None) -> str:
    return text if voice is None else voice.speak(text)


def _typed(asked: Sequence[Field], language: str, given: Mapping[str, str]) -> dict[str, str]:
    fields = {field.id: field for field in asked}
    if strange := sorted(set(given) - fields.keys()):
        raise LetterUnfit(strange[0], "no-such-field")
    typed = {name: _value(fields[name], language, value) for name, value in given.items() if value.strip(ENDS)}
    if missing := tuple(field.id for field in asked if field.needed and field.id not in typed):
        raise LetterIncomplete(missing)
    return typed


def _value(field: Field, language: str, value: str) -> str:
    found = value.replace("\r\n", "\n").strip(ENDS)
    if len(found) > (LINE if field.kind is FieldKind.LINE else LONGEST) or UNSEEN.search(found):
        raise LetterUnfit(field.id, "too-long")
    if field.kind is FieldKind.LINE and "\n" in found:
        raise LetterUnfit(field.id, "too-long")
    if field.kind is not FieldKind.DAY:
        return found
    try:
        return say_day(found, language)
    except ValueError as error:
        raise LetterUnfit(field.id, "no-day") from error


def _known(facts: Facts, language: str, voice: Voice | None) -> dict[str, str]:
    words = letter_templates().words

    def own(name: str) -> str:
        return _spoken(words[name].text_in(language), voice)

    return {
        "addressee": own("anonymous"),
        "confidentiality": own("confidentiality"),
        "office": facts.office,
        "policy": facts.policy,
        "ticket": facts.ticket,
        "received": say_day(facts.received, language),
        "today": say_day(facts.today, language),
        "channel": _spoken(facts.channel, voice),
        "level": facts.level,
        "category": facts.category,
        "account": facts.account,
        "attachments": facts.attachments,
    }


@dataclass(frozen=True, slots=True)
class _Writing:
    language: str
    known: Mapping[str, str]
    answers: tuple[tuple[str, str], ...]
    voice: Voice | None

    def half(self, words: Words) -> str:
        return _spoken(words.text_in(self.language), self.voice)

    def fill(self, text: str) -> str:
        return PLACE.sub(lambda found: self.known.get(found[1], ""), text)

    def block(self, block: Block) -> Iterator[Part]:
        if (block.when and not self.known.get(block.when)) or (block.unless and self.known.get(block.unless)):
            return
        label = self.half(block.label) if block.label else ""
        match block.kind:
            case BlockKind.ANSWERS:
                yield from (Part(BlockKind.ROW, name, text) for name, text in self.answers)
            case BlockKind.LINES:
                yield Part(BlockKind.LINES, "", self.known.get(block.field or "", ""))
            case BlockKind.TEXT:
                yield Part(BlockKind.TEXT, "", self.fill(self.half(block.text)) if block.text else "")
            case BlockKind.ROW | BlockKind.BLANK:
                yield Part(block.kind, label, self.fill(block.value or ""))
