"""What of a case is told to posts, to the company, or to everybody whom the policy serves, and what is taken out."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from casework.engine.case import Case
from casework.policy.policy import Policy
from casework.rules.acts import Act
from casework.rules.clauses import Audience, Publication, Published


class Withheld(StrEnum):
    """Why something is not published."""

    NOT_IN_POLICY = "not-in-policy"
    """The text publishes no such thing to these readers."""
    NOT_ENDED = "not-ended"
    NO_RESULT = "no-result"
    """The reporter hears it first."""


@dataclass(frozen=True, slots=True)
class Account:
    """What an office wrote for publication: parts by their name, and the names that occur in them."""

    parts: dict[str, str]
    names: tuple[str, ...] = ()


BLANK: Final = "×××"
"""What stands in the place of a name."""
POINTING: Final = frozenset({"person", "contact", "department", "place", "day", "evidence", "reporter", "respondent"})
"""Parts that point to somebody even without a name: they are left out."""


def publication(policy: Policy, what: Published, audience: Audience) -> Publication | Withheld:
    """The rule by which this may be shown to these readers; anyone whom the text does not name is shown nothing."""
    rules = policy.rules.publications
    found = next((rule for rule in rules if rule.what is what and rule.audience is audience), None)
    return found or Withheld.NOT_IN_POLICY


def published_case(
    policy: Policy, case: Case, what: Published, audience: Audience, account: Account
) -> dict[str, str] | Withheld:
    """What is shown of one case: no part that points to somebody, no name; nothing before the reporter heard it."""
    rule = publication(policy, what, audience)
    if isinstance(rule, Withheld):
        return rule
    stage = policy.rules.stage(case.stage)
    if what is Published.CASES and not (stage is not None and stage.end):
        return Withheld.NOT_ENDED
    if not case.counts.get(Act.NOTIFIED):
        return Withheld.NO_RESULT
    published = {name: text for name, text in account.parts.items() if name not in POINTING}
    return {name: without_names(text, account.names) for name, text in published.items()}


def without_names(text: str, names: Iterable[str]) -> str:
    """A text with every name blanked out, the longest first, so that no half of one stays."""
    for name in sorted(filter(None, names), key=len, reverse=True):
        text = text.replace(name, BLANK)
    return text
