"""The written policy of an office as a frozen model, and the document that pages and CLI read."""

from __future__ import annotations

import json
from dataclasses import dataclass
from enum import StrEnum
from typing import NewType

from casework.errors import PolicyUnbound
from casework.legal_sources import Ground
from casework.policy.question_kinds import QuestionKindId
from casework.rules.acts import Act
from casework.rules.binding import Bound
from casework.rules.intake_form import IntakeKind, IntakeKindRule
from casework.rules.rulebook import Rulebook
from casework.words import LocalizedText, Words

PolicyId = NewType("PolicyId", str)
QuestionId = NewType("QuestionId", str)
CategoryId = NewType("CategoryId", str)

CATEGORY_QUESTION = QuestionId("category")
"""A branch may ask for the chosen category as if it were a question."""


class PromiseId(StrEnum):
    """What the reporter is told to expect."""

    ACKNOWLEDGE = "acknowledge"
    FIRST_ANSWER = "first-answer"
    RESULT = "result"


@dataclass(frozen=True, slots=True)
class ReportReader:
    """A role that reads reports under this policy."""

    role: str
    text: Words
    source: Ground


@dataclass(frozen=True, slots=True)
class Category:
    """What a report is about; `kind` where the text has a catalogue of its own for each kind of intake."""

    id: CategoryId
    name: Words
    source: Ground
    kind: IntakeKind | None = None


@dataclass(frozen=True, slots=True)
class Choice:
    """One answer that can be picked."""

    id: str
    name: Words


@dataclass(frozen=True, slots=True)
class Branch:
    """A question is shown when an earlier one (or the category) has one of these answers."""

    question: QuestionId
    answers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Account:
    """The account of events: the one question that must be answered."""

    label: Words
    hint: Words
    source: Ground


@dataclass(frozen=True, slots=True)
class Question:
    """One question of the report; nobody has to answer it."""

    id: QuestionId
    kind: QuestionKindId
    label: Words
    hint: Words | None
    choices: tuple[Choice, ...]
    when: Branch | None
    source: Ground


@dataclass(frozen=True, slots=True)
class Promise:
    """What the reporter hears, and within how many calendar days; None until it is bound.

    `kept_by` are the acts that keep it, where the text has others than every policy.
    """

    id: PromiseId
    text: Words
    days: int | None
    source: Ground
    kept_by: tuple[Act, ...] = ()


@dataclass(frozen=True, slots=True)
class Policy:
    """A policy: what the intake page says and asks, and the rules by which a case runs."""

    id: PolicyId
    version: str
    # Its default: every text of it is there in this language.
    language: str
    title: Words
    summary: Words
    protection: Words
    readers: tuple[ReportReader, ...]
    promises: tuple[Promise, ...]
    categories: tuple[Category, ...]
    account: Account
    questions: tuple[Question, ...]
    rules: Rulebook
    bound: Bound
    sources: tuple[tuple[str, Ground], ...]

    def unpublishable(self) -> tuple[str, ...]:
        """The promises without days: until they are bound no reporter is given half a promise."""
        return tuple(f"days.{promise.id}" for promise in self.promises if promise.days is None)

    def unbound(self) -> tuple[str, ...]:
        """Every key that an operator must bind before a case may be opened under the policy."""
        limits = tuple(f"limits.{clock.id}" for clock in self.rules.clocks if clock.open)
        parts = tuple(f"supplies.{part.id}" for part in self.rules.open)
        return self.unpublishable() + limits + parts


@dataclass(frozen=True, slots=True)
class RulesNamed:
    """A version of a policy, and the `b64` hash of the rules document under which its cases run."""

    version: str
    rules: str


def policy_document(policy: Policy, rules: str | None = None, earlier: tuple[RulesNamed, ...] = ()) -> bytes:
    """Canonical JSON (sorted keys, no spaces, UTF-8) that the directory hashes and pages read.

    `rules` is the `b64` hash of the rules document, `earlier` those of the versions before, under which
    cases may still run: anyone who trusts the directory trusts them. The shape stands in
    `docs/reference.md`. Raises `PolicyUnbound` while a promise has no days.
    """
    missing = policy.unpublishable()
    if missing:
        raise PolicyUnbound(policy.id, missing)
    document: dict[str, object] = {
        "v": 1,
        "language": policy.language,
        "id": policy.id,
        "version": policy.version,
        "title": _words(policy.title),
        "summary": _words(policy.summary),
        "promises": {f"{promise.id.replace('-', '_')}_days": promise.days for promise in policy.promises},
        "categories": [{"id": category.id, "name": _words(category.name)} for category in policy.categories],
        "account": {"label": _words(policy.account.label), "hint": _words(policy.account.hint)},
        "questions": [_question(question) for question in policy.questions],
        "stages": [{"id": stage.id, "name": _words(stage.name)} for stage in policy.rules.stages],
        "outcomes": [{"id": outcome.id, "name": _words(outcome.name)} for outcome in policy.rules.outcomes],
        "measures": [{"id": measure.id, "name": _words(measure.name)} for measure in policy.rules.measures],
        "says": _own_words(policy),
    }
    kept_by = [
        {"id": one.id.value, "acts": [act.value for act in one.kept_by]} for one in policy.promises if one.kept_by
    ]
    if kept_by:
        document["kept_by"] = kept_by
    if policy.rules.applies:
        document["applies"] = [_words(one.text) for one in policy.rules.applies]
    if len(policy.rules.kinds) > 1:
        document["kinds"] = [_kind(one, policy.categories) for one in policy.rules.kinds]
    if rules is not None:
        document["rules"] = rules
        document["earlier"] = [{"version": one.version, "rules": one.rules} for one in earlier]
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def _words(words: Words) -> dict[str, str]:
    return words.document() if isinstance(words, LocalizedText) else words.both()


def _own_words(policy: Policy) -> dict[str, object]:
    """How it is handled, and what is promised, in words; the days beside it are the last on which each is kept."""
    promised = {promise.id.replace("-", "_"): _words(promise.text) for promise in policy.promises}
    return {"protection": _words(policy.protection), **promised}


def _kind(kind: IntakeKindRule, categories: tuple[Category, ...]) -> dict[str, object]:
    return {
        "id": kind.id,
        "name": _words(kind.name),
        "categories": [one.id for one in categories if one.kind == kind.id],
    }


def _question(question: Question) -> dict[str, object]:
    branch = question.when
    return {
        "id": question.id,
        "kind": question.kind,
        "label": _words(question.label),
        "hint": None if question.hint is None else _words(question.hint),
        "choices": [{"id": choice.id, "name": _words(choice.name)} for choice in question.choices],
        "when": None if branch is None else {"question": branch.question, "is": list(branch.answers)},
    }
