"""A policy's questions at the command line: shown, asked one after the other, or answered by a file."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final, cast

import click

from casework.policy.policy import CATEGORY_QUESTION, Choice
from casework.policy.question_kinds import PICKED, AnswerForm
from casework.policy.questionnaire import AnswerValue, PolicyPage, ShownQuestion, fits, read_page, shown
from casework.words import Words
from crypto import Answer, CryptoError, VerifiedDirectory, read_json
from portal.cli.errors import CommandError, Exit
from portal.cli.office_source import OfficeDocuments
from portal.cli.terminal import Terminal, read_text

ANSWERS_LIMIT = 256 * 1024

OTHER: Final = "other"
"""The category of what fits no other: the only one that is taken where none is named."""


NO_CATEGORY: Final = "--category {wanted}: this policy has no such category. Its categories: {known}."


def page_of(office: OfficeDocuments, directory: VerifiedDirectory, policy: str) -> PolicyPage:
    """The page of a policy that the directory names; raises CommandError for one that it does not."""
    named = next((rule.hash for rule in directory.content.policies if rule.id == policy), None)
    if named is None:
        known = ", ".join(rule.id for rule in directory.content.policies)
        raise CommandError(Exit.USAGE, "The office has no such policy. It has: {known}.", known=known)
    try:
        return read_page(office.bytes_of(named, "policies"))
    except CryptoError as error:
        raise CommandError(Exit.NOT_VERIFIED, "A text that the office publishes is missing or was altered.") from error


def category_of(page: PolicyPage, wanted: str | None) -> str:
    """The category that was wished for; else `other`, or the only one that there is.

    Raises CommandError naming those that there are: none that says what happened is ever taken unasked.
    """
    known = [choice.id for choice in page.categories]
    given = wanted or next((one for one in known if one == OTHER or len(known) == 1), None)
    if wanted is not None and given not in known:
        raise CommandError(Exit.USAGE, NO_CATEGORY, wanted=wanted, known=", ".join(known))
    if given not in known:
        raise CommandError(Exit.USAGE, "Say with --category what it is about: {known}.", known=", ".join(known))
    return given


def note_category(terminal: Terminal, page: PolicyPage, category: str, wanted: str | None) -> None:
    """Says under which category a report goes where nobody named one."""
    if wanted is None:
        name = next(_say(terminal, one.name) for one in page.categories if one.id == category)
        terminal.note(
            "Category: {name} ({id}). Another one: --category; --questions lists them.", name=name, id=category
        )


def answers_of(file: Path, page: PolicyPage, category: str) -> list[Answer]:
    """The answers in a file, in the policy's order.

    Raises CommandError for anything but a JSON object of answers to questions that the policy asks here: a wrong id,
    a choice that there is not, a question that the other answers leave closed.
    """
    try:
        found = read_json(read_text(file).encode(), ANSWERS_LIMIT)
    except CryptoError as error:
        raise CommandError(Exit.USAGE, "{path} is not a JSON object of answers.", path=file) from error
    if not isinstance(found, dict):
        raise CommandError(Exit.USAGE, "{path} is not a JSON object of answers.", path=file)
    given = cast("dict[str, AnswerValue]", found)
    for name, value in given.items():
        _check(page, name, value)
    asked = shown(page, category, given)
    for name in given:
        if name not in {one.id for one in asked}:
            raise CommandError(Exit.USAGE, _closed(page, name), question=name, **_condition(page, name))
    return _answers(asked, given)


def _check(page: PolicyPage, name: str, value: object) -> None:
    question = page.question(name)
    if question is None:
        known = ", ".join(one.id for one in page.questions)
        raise CommandError(Exit.USAGE, "The policy asks no {question}. It asks: {known}.", question=name, known=known)
    if fits(question, value):
        return
    choices = ", ".join(choice.id for choice in question.choices)
    example = question.asked_as.example
    text = "{question} is answered like {example}." if example else "{question} is answered by a text."
    wrong = {
        AnswerForm.ONE: "{question} is answered by one of: {choices}.",
        AnswerForm.SEVERAL: "{question} is answered by a list of: {choices}.",
    }.get(question.asked_as.form, text)
    raise CommandError(Exit.USAGE, wrong, question=name, choices=choices, example=example or "")


def _closed(page: PolicyPage, name: str) -> str:
    question = page.question(name)
    category = question is not None and question.when is not None and question.when.question == CATEGORY_QUESTION
    return (
        "{question} is asked only where the category is {answers}."
        if category
        else "{question} is asked only where {on} is {answers}."
    )


def _condition(page: PolicyPage, name: str) -> dict[str, str]:
    question = page.question(name)
    branch = question.when if question else None
    return {} if branch is None else {"on": branch.question, "answers": ", ".join(branch.answers)}


def _answers(asked: tuple[ShownQuestion, ...], given: Mapping[str, AnswerValue]) -> list[Answer]:
    return [Answer(one.id, given[one.id]) for one in asked if given.get(one.id)]


def ask(terminal: Terminal, page: PolicyPage, category: str) -> list[Answer]:
    """Asks anyone who sits there every question that shows; an empty line leaves one open."""
    terminal.note("You may leave any of these open: press Enter.")
    given: dict[str, AnswerValue] = {}
    asked_before: set[str] = set()
    while question := next((one for one in shown(page, category, given) if one.id not in asked_before), None):
        asked_before.add(question.id)
        answer = _ask_one(terminal, question)
        if answer:
            given[question.id] = answer
    return _answers(shown(page, category, given), given)


def _ask_one(terminal: Terminal, question: ShownQuestion) -> AnswerValue:
    for line in question_lines(terminal, question):
        click.echo(line, err=True)
    while True:
        typed = click.prompt("", default="", show_default=False, prompt_suffix="> ", err=True).strip()
        answer = _chosen(question, typed) if question.asked_as.form in PICKED else typed
        if answer is not None and (not answer or fits(question, answer)):
            return answer
        _explain(terminal, question)


def _explain(terminal: Terminal, question: ShownQuestion) -> None:
    """What an answer to this question looks like, after one that it does not take."""
    if question.asked_as.form in PICKED:
        numbers = f"1-{len(question.choices)}"
        terminal.note("Type a number from {numbers}, several with commas where they may be several.", numbers=numbers)
    else:
        terminal.note("Type it like {example}.", example=question.asked_as.example or "")


def _chosen(question: ShownQuestion, typed: str) -> AnswerValue | None:
    """What the typed numbers pick; None where they pick nothing that there is."""
    parts = [part for part in typed.replace("，", ",").replace("、", ",").split(",") if part.strip()]
    if not all(part.strip().isdecimal() and 1 <= int(part) <= len(question.choices) for part in parts):
        return None
    picked = list(dict.fromkeys(question.choices[int(part) - 1].id for part in parts))
    if question.asked_as.form is AnswerForm.SEVERAL:
        return picked
    return None if len(picked) > 1 else "".join(picked)


def question_lines(terminal: Terminal, question: ShownQuestion) -> list[str]:
    """A question, its hint and its numbered choices."""
    lines = [_say(terminal, question.label)]
    if question.hint is not None:
        lines.append(f"  {_say(terminal, question.hint)}")
    return lines + [f"  {n}  {_say(terminal, choice.name)}" for n, choice in enumerate(question.choices, 1)]


def show_questions(terminal: Terminal, page: PolicyPage) -> None:
    """What the policy asks, as words or as one JSON object: what an answers file may hold."""
    lines: list[str] = [
        _say(terminal, page.title),
        *(f"  --category {one.id}  {_say(terminal, one.name)}" for one in page.categories),
    ]
    for question in page.questions:
        head, *rest = question_lines(terminal, question)
        lines += [f"{question.id} ({question.kind})  {head}", *rest]
        if question.when is not None:
            lines.append(
                "  " + terminal.words(_closed(page, question.id), question=question.id, **_condition(page, question.id))
            )
    document: dict[str, object] = {
        "policy": page.id,
        "version": page.version,
        "categories": [_row(one) for one in page.categories],
        "questions": [_question(one) for one in page.questions],
    }
    terminal.result(document, *lines)


def _row(choice: Choice) -> dict[str, object]:
    return {"id": choice.id, "name": choice.name.both()}


def _question(question: ShownQuestion) -> dict[str, object]:
    branch = question.when
    return {
        "id": question.id,
        "kind": question.kind,
        "label": question.label.both(),
        "choices": [_row(choice) for choice in question.choices],
        "when": None if branch is None else {"question": branch.question, "is": list(branch.answers)},
    }


def _say(terminal: Terminal, words: Words) -> str:
    return terminal.words.of(words)
