"""Letters for the vectors: each in both languages, full and with only what it needs, and what is refused."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import asdict, replace
from typing import Final

from casework.errors import LetterIncomplete, LetterUnfit
from casework.ids import CaseId
from casework.intake.ticket import ticket_number
from casework.letters.composing import Facts, as_text, compose
from casework.letters.paper import paper_document
from casework.letters.templates import Field, FieldKind, Letter, letter_templates
from crypto.framing import b64encode

CASE: Final = CaseId(bytes(range(16)))
CALLED: Final = (
    (("", "投诉", "客户投诉管理制度"), "客户投诉管理制度"), (("申诉", "申诉 投诉"), "客户投诉管理制度"),
    (("申诉",), "教师申诉办法"), (("投诉", "投诉 举报"), "投诉举报制度"), (("投诉举报",), "投诉制度"), ((), "投诉制度"),
)  # fmt: skip
"""What a report is called, and the policy's title."""
WORDS: Final = {"zh": "甲乙丙{today}", "en": "Some words"}


def facts(language: str) -> Facts:
    """What a case tells."""
    zh = language == "zh"
    return Facts(
        office="示例集团有限公司" if zh else "Sample Group Ltd",
        policy="公司投诉举报管理制度" if zh else "Company whistleblowing policy",
        ticket=ticket_number(CASE),
        received="2026-10-12",
        today="2026-11-25",
        channel="电话" if zh else "telephone",
        level="匿名" if zh else "anonymous",
        category="行贿受贿、回扣" if zh else "Bribery and kickbacks",
        account="第一段。\n第二段。" if zh else "First.\nSecond.",
        answers=(("什么时候？", "今年三月"),) if zh else (("When?", "This March"),),
    )


def value(field: Field, language: str) -> str:
    """Something that fits a field; white space at its ends and lines of another system where they may be."""
    match field.kind:
        case FieldKind.DAY:
            return "2026-12-08"
        case FieldKind.TEXT:
            return f"　{WORDS[language]}\r\n{field.id} \n"
        case _:
            return f" {WORDS[language]} {field.id}"


def letters() -> list[object]:
    """Rows of `letters.json`."""
    return list(_rows())


def _rows() -> Iterator[object]:
    yield {"case": b64encode(CASE), "ticket": ticket_number(CASE)}
    for letter, template in letter_templates().templates.items():
        for language in ("zh", "en"):
            full = {field.id: value(field, language) for field in template.asked(())}
            needed = {field.id: full[field.id] for field in template.asked(()) if field.needed}
            for given in (full, needed, {}, full | {"colour": "red"}):
                yield _row(letter, language, given)
            yield from _stating(letter, language)
    for field, wrong in (
        ("due", "2026-02-30"), ("due", "26-02-03"), ("matter", "x" * 16_385), ("addressee", "a\nb"),
        ("matter", "a\u0007b"), ("addressee", "😀" * 512), ("addressee", "😀" * 513),
    ):  # fmt: skip
        yield _row(Letter.ACCEPTANCE, "zh", {field: wrong})
    for called, title in CALLED:
        for letter, language in (
            (Letter.ACCEPTANCE, "zh"), (Letter.REGISTRATION, "zh"), (Letter.PLEDGE, "zh"), (Letter.ACCEPTANCE, "en"),
        ):  # fmt: skip
            told = replace(facts(language), called=called, policy=title, channel="举报信箱")
            given = {field.id: "举报" for field in letter_templates().templates[letter].fields if field.needed}
            yield _row(letter, language, given, told)


def _stating(letter: Letter, language: str) -> Iterator[object]:
    """The same under a policy that asks the letter to state more: whole, less each of it, and where it asks less."""
    template = letter_templates().templates[letter]
    states = tuple(field.id for field in template.fields if field.stated)
    full = {field.id: value(field, language) for field in template.fields}
    for left in states:
        told = replace(facts(language), states=states)
        yield _row(letter, language, full, told)
        yield _row(letter, language, {name: text for name, text in full.items() if name != left}, told)
        yield _row(letter, language, full, replace(told, states=tuple(one for one in states if one != left)))


def _row(letter: Letter, language: str, given: dict[str, str], told: Facts | None = None) -> object:
    told = told or facts(language)
    row: dict[str, object] = {
        "letter": letter.value,
        "language": language,
        "facts": asdict(told),
        "given": given,
    }
    try:
        paper = compose(letter, language, told, given)
    except LetterIncomplete as error:
        return row | {"missing": list(error.missing)}
    except LetterUnfit as error:
        return row | {"unfit": [error.field, error.reason]}
    return row | {"paper": paper_document(paper), "text": as_text(paper)}
