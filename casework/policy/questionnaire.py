"""What a policy asks of anyone who reports: its page as the office published it, and which questions show."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final, TypeVar, cast

from casework.policy.policy import CATEGORY_QUESTION, Branch, Choice, PromiseId, QuestionId, RulesNamed
from casework.policy.question_kinds import PICKED, AnswerForm, QuestionKind, QuestionKindId, kind_of, question_kinds
from casework.words import LocalizedText, Words
from crypto.errors import WrongShape
from crypto.framing import b64encode
from crypto.localized import language_of, localized_of
from crypto.shape import Fields, id_of, list_of
from crypto.text import read_json

PAGE_LIMIT: Final = 512 * 1024
LONGEST: Final = 4096
MOST_QUESTIONS: Final = 128
MOST_ROWS: Final = 256
MOST_CHOICES: Final = 64
MOST_DAYS: Final = 3660
RESERVED: Final = frozenset({CATEGORY_QUESTION, "taken-down"})
"""Ids that no question may have: the chosen category, and what a member signs who writes a report down."""
ALWAYS: Final = (
    "v", "language", "id", "version", "title", "summary", "promises", "categories", "account", "questions", "stages",
)  # fmt: skip
LATER: Final[dict[str, object]] = {
    "outcomes": [], "measures": [], "rules": None, "earlier": [], "kept_by": [], "kinds": [], "says": None,
    "applies": [],
}  # fmt: skip
"""Members that pages written by hand or by an older release may lack."""
AnswerValue = str | list[str]
ROW = TypeVar("ROW")
ReadWords = Callable[[object], LocalizedText]


@dataclass(frozen=True, slots=True)
class ShownQuestion:
    """One question as the page shows it."""

    id: QuestionId
    kind: QuestionKindId
    label: Words
    hint: Words | None
    choices: tuple[Choice, ...]
    when: Branch | None

    @property
    def asked_as(self) -> QuestionKind:
        """How it is asked; also of a kind that only a newer release knows."""
        return kind_of(self.kind, has_choices=bool(self.choices))


@dataclass(frozen=True, slots=True)
class PageKind:
    """A kind of report, by which the reporter's page is spoken; the categories are those that are of no other kind."""

    id: str
    name: Words
    categories: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class OwnWords:
    """How a report is handled under the policy, and what is promised, as its file has it."""

    protection: Words
    promises: Mapping[PromiseId, Words]


@dataclass(frozen=True, slots=True)
class PolicyPage:
    """The policy document (`policy_document`) as a frozen value; `rules` and `earlier` name rules documents."""

    id: str
    version: str
    language: str
    title: Words
    summary: Words
    promises: Mapping[PromiseId, int | None]
    categories: tuple[Choice, ...]
    label: Words
    hint: Words | None
    questions: tuple[ShownQuestion, ...]
    stages: tuple[Choice, ...]
    outcomes: tuple[Choice, ...]
    measures: tuple[Choice, ...]
    rules: str | None
    earlier: tuple[RulesNamed, ...]
    # The acts that keep a promise, by its id, where they are others than usual.
    fulfilled_by: Mapping[str, tuple[str, ...]]
    # Where there are several.
    kinds: tuple[PageKind, ...]
    # None on a page of an older release.
    says: OwnWords | None
    # For which companies, departments and people it holds, where its text says so.
    applies: tuple[Words, ...]

    def question(self, question: str) -> ShownQuestion | None:
        """The question of this id."""
        return next((one for one in self.questions if one.id == question), None)


def read_page(content: bytes) -> PolicyPage:
    """The page that these bytes hold.

    Raises `CryptoError` at `json` or `schema`: an unknown or missing key, an id or a version that stands twice, a
    choice without choices, a branch on an answer that nobody can have given before, a text or list that is too long.
    """
    found = read_json(content, PAGE_LIMIT)
    if not isinstance(found, dict):
        raise WrongShape("not an object")
    fields = Fields(LATER | cast("dict[str, object]", found), *ALWAYS, *LATER)
    fields.version()
    language = language_of(fields["language"])

    def words(value: object) -> LocalizedText:
        return localized_of(value, language, LONGEST)

    account = Fields(fields["account"], "label", "hint")
    page = PolicyPage(
        id=fields.id("id"),
        version=fields.id("version"),
        language=language,
        title=words(fields["title"]),
        summary=words(fields["summary"]),
        promises=_promises(fields["promises"]),
        categories=_choices(fields["categories"], MOST_ROWS, words),
        label=words(account["label"]),
        hint=account.maybe("hint", words),
        questions=_distinct(list_of(fields["questions"], MOST_QUESTIONS, lambda one: _question(one, words))),
        stages=_choices(fields["stages"], MOST_ROWS, words),
        outcomes=_choices(fields["outcomes"], MOST_ROWS, words),
        measures=_choices(fields["measures"], MOST_ROWS, words),
        rules=fields.maybe("rules", _hash),
        earlier=tuple(list_of(fields["earlier"], MOST_ROWS, _named)),
        fulfilled_by=_fulfilled_by(fields["kept_by"]),
        kinds=_distinct(list_of(fields["kinds"], MOST_ROWS, lambda one: _kind(one, words))),
        says=fields.maybe("says", lambda one: _own_words(one, words)),
        applies=tuple(list_of(fields["applies"], MOST_ROWS, words)),
    )
    _check_whole(page)
    return page


def shown(page: PolicyPage, category: str, answers: Mapping[str, AnswerValue]) -> tuple[ShownQuestion, ...]:
    """The questions that show: a branch opens by an answer to a question that itself shows."""
    given: dict[str, AnswerValue] = {CATEGORY_QUESTION: category}
    found: list[ShownQuestion] = []
    for question in page.questions:
        branch = question.when
        if branch is not None and not set(_values(given.get(branch.question, []))) & set(branch.answers):
            continue
        found.append(question)
        if question.id in answers:
            given[question.id] = answers[question.id]
    return tuple(found)


def fits(question: ShownQuestion, value: object) -> bool:
    """Whether a value answers a question: a text of its kind, one of its choices, or several of them, each once."""
    kind = question.asked_as
    if kind.form is AnswerForm.SEVERAL:
        if not isinstance(value, list):
            return False
        several = cast("list[object]", value)
        return len(set(map(str, several))) == len(several) and all(_picked(question, one) for one in several)
    return _picked(question, value) if kind.form in PICKED else isinstance(value, str) and kind.takes(value)


def _picked(question: ShownQuestion, value: object) -> bool:
    return isinstance(value, str) and value in {choice.id for choice in question.choices}


def _values(value: AnswerValue) -> list[str]:
    return [value] if isinstance(value, str) else value


def _hash(value: object) -> str:
    fields = Fields({"hash": value}, "hash")
    return b64encode(fields.bytes("hash", 32))


def _named(value: object) -> RulesNamed:
    fields = Fields(value, "version", "rules")
    return RulesNamed(fields.id("version"), _hash(fields["rules"]))


def _promises(value: object) -> dict[PromiseId, int | None]:
    names = {promise: f"{promise.replace('-', '_')}_days" for promise in PromiseId}
    fields = Fields(value, *names.values())
    return {
        promise: None if fields[name] is None else fields.integer(name, 1, MOST_DAYS) for promise, name in names.items()
    }


def _own_words(value: object, words: ReadWords) -> OwnWords:
    names = {promise: promise.replace("-", "_") for promise in PromiseId}
    fields = Fields(value, "protection", *names.values())
    return OwnWords(words(fields["protection"]), {promise: words(fields[name]) for promise, name in names.items()})


def _fulfilled_by(value: object) -> dict[str, tuple[str, ...]]:
    def row(value: object) -> tuple[str, tuple[str, ...]]:
        fields = Fields(value, "id", "acts")
        return fields.id("id"), _some_ids(fields, "acts")

    rows = list_of(value, len(PromiseId), row)
    if len(dict(rows)) != len(rows):
        raise WrongShape("an id stands twice")
    return dict(rows)


def _some_ids(fields: Fields, name: str) -> tuple[str, ...]:
    found = tuple(fields.ids(name, MOST_ROWS))
    if not found:
        raise WrongShape("an empty list")
    return found


def _choices(value: object, most: int, words: ReadWords) -> tuple[Choice, ...]:
    def choice(value: object) -> Choice:
        fields = Fields(value, "id", "name")
        return Choice(fields.id("id"), words(fields["name"]))

    return _distinct(list_of(value, most, choice))


def _kind(value: object, words: ReadWords) -> PageKind:
    fields = Fields(value, "id", "name", "categories")
    return PageKind(fields.id("id"), words(fields["name"]), tuple(fields.ids("categories", MOST_ROWS)))


def _distinct(rows: Iterable[ROW]) -> tuple[ROW, ...]:
    found = tuple(rows)
    if len({cast("Choice", row).id for row in found}) != len(found):
        raise WrongShape("an id stands twice")
    return found


def _branch(value: object) -> Branch:
    fields = Fields(value, "question", "is")
    return Branch(QuestionId(fields.id("question")), _some_ids(fields, "is"))


def _question(value: object, words: ReadWords) -> ShownQuestion:
    fields = Fields(value, "id", "kind", "label", "hint", "choices", "when")
    kind = QuestionKindId(fields.id("kind"))
    choices = _choices(fields["choices"], MOST_CHOICES, words)
    known = question_kinds().get(kind)
    if known is not None and not (len(choices) >= 2 if known.form in PICKED else not choices):
        raise WrongShape("not the choices of this kind")
    named = id_of(fields["id"])
    if named in RESERVED:
        raise WrongShape("a reserved id")
    return ShownQuestion(
        QuestionId(named), kind, words(fields["label"]), fields.maybe("hint", words), choices,
        fields.maybe("when", _branch),
    )  # fmt: skip


def _check_branches(page: PolicyPage) -> None:
    known = {str(CATEGORY_QUESTION): {choice.id for choice in page.categories}}
    for question in page.questions:
        branch = question.when
        if branch is not None and not set(branch.answers) <= known.get(branch.question, set()):
            raise WrongShape("a branch on an answer that nobody can have given")
        known[question.id] = {choice.id for choice in question.choices}


def _check_whole(page: PolicyPage) -> None:
    _check_branches(page)
    versions = [page.version, *(one.version for one in page.earlier)]
    if len(set(versions)) < len(versions):
        raise WrongShape("a version stands twice")
