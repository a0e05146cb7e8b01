"""Reads a policy file: strict, and every refusal names file, key, reason."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import cache, partial
from importlib import resources
from typing import Any, TypeVar

from casework.errors import PolicyError
from casework.legal_sources import Ground
from casework.policy.policy import (
    CATEGORY_QUESTION,
    Account,
    Branch,
    Category,
    CategoryId,
    Choice,
    Policy,
    Promise,
    PromiseId,
    Question,
    QuestionId,
    ReportReader,
)
from casework.policy.promises import with_promise_clocks
from casework.policy.question_kinds import PICKED, QuestionKindId, question_kinds
from casework.policy.questionnaire import RESERVED
from casework.policy.shape import in_document, read_shape, refuse_twice
from casework.rules.acts import Act
from casework.rules.binding import Bound
from casework.rules.intake_form import IntakeKind
from casework.rules.rulebook import Rulebook
from casework.strict_file import Table, toml_table
from casework.words import DEFAULT, LocalizedText

MOST_DAYS = 3660
ROW = TypeVar("ROW")


def shipped_policies() -> tuple[str, ...]:
    """The ids of the policies that come with the product."""
    folder = resources.files("casework").joinpath("policies")
    return tuple(sorted(file.name.removesuffix(".toml") for file in folder.iterdir() if file.name.endswith(".toml")))


def shipped_policy(policy: str) -> Policy:
    """One of `shipped_policies`, not yet bound; raises `PolicyError`."""
    return read_policy(shipped_text(policy), f"{policy}.toml")


def shipped_text(policy: str) -> bytes:
    """The file of one of `shipped_policies`; raises `PolicyError`."""
    return _shipped("policies", policy)


def shipped_bindings(policy: str) -> bytes:
    """The bindings that the product proposes for one of `shipped_policies`."""
    return _shipped("bindings", policy)


def _shipped(folder: str, policy: str) -> bytes:
    if policy not in shipped_policies():
        raise PolicyError(f"{policy}.toml", "id", "no policy of this name is there")
    return resources.files("casework").joinpath(folder).joinpath(f"{policy}.toml").read_bytes()


def read_policy(content: bytes, file: str) -> Policy:
    """A policy from the bytes of its TOML file; `file` is its name in refusals.

    Raises `PolicyError` for anything missing, unknown, of the wrong kind, twice, or a branch that
    asks for an answer that cannot have been given before.
    """
    return _read(content, file, None)


def reading_faults(content: bytes, file: str) -> tuple[PolicyError, ...]:
    """All that keeps a policy file from being read, in the order of the file's schema; none where it reads.

    What rests on other parts, such as a question that asks for an earlier answer, is looked at once these are read.
    """
    faults: list[PolicyError] = []
    try:
        _read(content, file, faults)
    except PolicyError as error:
        faults.append(error)
    return tuple(dict.fromkeys(faults))


def _read(content: bytes, file: str, faults: list[PolicyError] | None) -> Policy:
    sources: list[tuple[str, Ground]] = []
    with toml_table(content, file, sources, faults=faults) as table:
        table.declare_language("language")
        policy = _parts(table, sources)
        _check_promises(policy, table)
        _check_branches(policy, table)
        return with_promise_clocks(policy)


def _parts(table: Table, sources: list[tuple[str, Ground]]) -> Policy:
    """Every part of the file; refused once all of them were tried."""
    read: dict[str, Callable[[], object]] = {
        "id": lambda: table.id("id"),
        "version": lambda: table.id("version"),
        **{key: partial(_sourced_words, table, key) for key in ("title", "summary", "protection")},
        "readers": lambda: _distinct(table, "readers", _reader, lambda reader: reader.role),
        "promises": lambda: _distinct(table, "promises", _promise, lambda promise: promise.id),
        "categories": lambda: _distinct(table, "categories", _category, lambda category: category.id),
        "account": lambda: _account(table),
        "questions": lambda: _distinct(table, "questions", _question, lambda question: question.id),
        "rules": lambda: read_shape(table, Rulebook),
    }
    found: dict[str, Any] = {name: table.tried(part) for name, part in read.items()}
    # Every key that the file may have was asked for: what is left is unknown, and said with the rest.
    table.close()
    table.stop_at_faults()
    found["rules"] = _with_house(found["rules"], table.language)
    return Policy(**found, language=table.language, bound=Bound(), sources=tuple(sources))


@cache
def common_rules(language: str = DEFAULT) -> Rulebook:
    """What holds under every policy that does not switch it off, in a document of this default language."""
    file = resources.files("casework").joinpath("rules").joinpath("common_rules.toml")
    with toml_table(file.read_bytes(), "common_rules.toml", []) as table:
        return in_document(read_shape(table, Rulebook), language)


def _with_house(rules: Rulebook, language: str) -> Rulebook:
    """Own rules come first; a common clock that only serves what is switched off goes with it."""
    common = common_rules(language)
    added = tuple(rule for rule in common.anywhere if rule.act not in rules.without)
    asked = {rule.after for rule in added} | {rule.within for rule in added}
    clocks = tuple(clock for clock in common.clocks if clock.id in asked)
    return replace(rules, anywhere=rules.anywhere + added, clocks=rules.clocks + clocks)


def _distinct(table: Table, key: str, read: Callable[[Table], ROW], name: Callable[[ROW], str]) -> tuple[ROW, ...]:
    rows = table.rows(key, read)
    if not rows:
        raise table.refuse(key, "must have at least one entry")
    refuse_twice(table, key, map(name, rows))
    return rows


def _sourced_words(table: Table, key: str) -> LocalizedText:
    with table.table(key) as inner:
        inner.source()
        return inner.rest_as_words()


def _reader(table: Table) -> ReportReader:
    return ReportReader(role=table.id("role"), text=table.words("text"), source=table.source())


def _promise(table: Table) -> Promise:
    days = table.number("days", MOST_DAYS) if table.has("days") else None
    acts = table.ids("kept_by") if table.has("kept_by") else ()
    if not set(acts) <= set(Act):
        raise table.refuse("kept_by", "must be names of acts")
    return Promise(
        table.choice("id", PromiseId), table.words("text"), days, table.source(), tuple(Act(one) for one in acts)
    )


def _category(table: Table) -> Category:
    kind = table.choice("kind", IntakeKind) if table.has("kind") else None
    return Category(CategoryId(table.id("id")), table.words("name"), table.source(), kind)


def _account(table: Table) -> Account:
    with table.table("account") as inner:
        return Account(inner.words("label"), inner.words("hint"), inner.source())


def _choice(table: Table) -> Choice:
    return Choice(table.id("id"), table.words("name"))


def _branch(table: Table) -> Branch | None:
    if not table.has("when"):
        return None
    with table.table("when") as when:
        return Branch(QuestionId(when.id("question")), when.ids("is"))


def _question(table: Table) -> Question:
    kind = table.one_of("kind", question_kinds())
    choices = tuple(_choice(row) for row in table.tables("choices"))
    if (question_kinds()[kind].form in PICKED) != (len(choices) >= 2):
        raise table.refuse("choices", "must be two or more for a choice, and none for a text")
    refuse_twice(table, "choices", (choice.id for choice in choices))
    return Question(
        id=QuestionId(table.id("id")),
        kind=QuestionKindId(kind),
        label=table.words("label"),
        hint=table.maybe_words("hint"),
        choices=choices,
        when=_branch(table),
        source=table.source(),
    )


def _check_promises(policy: Policy, table: Table) -> None:
    missing = set(PromiseId) - {promise.id for promise in policy.promises}
    if missing:
        raise table.refuse("promises", "lacks " + ", ".join(sorted(missing)))


def _check_branches(policy: Policy, table: Table) -> None:
    """A branch asks for an answer of the category or of a question that stands before it."""
    answers = {CATEGORY_QUESTION: {str(category.id) for category in policy.categories}}
    for question in policy.questions:
        if question.id in RESERVED:
            raise table.refuse(f"questions[{question.id}].id", "is kept for what every report says")
        branch = question.when
        if branch and not set(branch.answers) <= answers.get(branch.question, set()):
            raise table.refuse(f"questions[{question.id}].when", "asks for an answer that nobody can have given")
        answers[question.id] = {choice.id for choice in question.choices}
