"""How much a document of the office may hold: what lies beyond is never published, since no page would read it."""

from __future__ import annotations

from collections.abc import Iterator

from casework.policy.document import RULES_LIMIT, rules_document
from casework.policy.policy import Policy, policy_document
from casework.policy.questionnaire import LONGEST, MOST_CHOICES, MOST_QUESTIONS, MOST_ROWS, PAGE_LIMIT
from casework.words import LocalizedText, Words


def over_page_limits(policy: Policy) -> Iterator[tuple[str, int]]:
    """The keys of what a policy's page has no room for, each with the limit: entries, or bytes of a text."""
    rows = {"categories": policy.categories, "questions": policy.questions, "stages": policy.rules.stages,
            "outcomes": policy.rules.outcomes, "measures": policy.rules.measures}  # fmt: skip
    for key, found in rows.items():
        most = MOST_QUESTIONS if key == "questions" else MOST_ROWS
        if len(found) > most:
            yield key, most
    for question in policy.questions:
        if len(question.choices) > MOST_CHOICES:
            yield f"questions[{question.id}].choices", MOST_CHOICES
    for key, words in _texts(policy):
        texts = dict(words.texts).values() if isinstance(words, LocalizedText) else (words.zh, words.en)
        if max(len(text.encode()) for text in texts) > LONGEST:
            yield key, LONGEST
    if not policy.unpublishable() and len(policy_document(policy)) > PAGE_LIMIT:
        yield "page", PAGE_LIMIT


def over_rules_limit(policy: Policy) -> Iterator[tuple[str, int]]:
    """The rules document, where it is longer than anybody reads."""
    if len(rules_document(policy)) > RULES_LIMIT:
        yield "rules", RULES_LIMIT


def _texts(policy: Policy) -> Iterator[tuple[str, Words]]:
    """Every text of the page."""
    yield from (("title", policy.title), ("summary", policy.summary), ("account.label", policy.account.label))
    yield "account.hint", policy.account.hint
    for key, found in (("categories", policy.categories), ("stages", policy.rules.stages),
                       ("outcomes", policy.rules.outcomes), ("measures", policy.rules.measures)):  # fmt: skip
        yield from ((f"{key}[{one.id}].name", one.name) for one in found)
    for question in policy.questions:
        key = f"questions[{question.id}]"
        yield f"{key}.label", question.label
        if question.hint is not None:
            yield f"{key}.hint", question.hint
        yield from ((f"{key}.choices[{choice.id}]", choice.name) for choice in question.choices)
