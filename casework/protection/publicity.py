"""What of a case is told to posts, to the company, or to everybody whom the policy serves, and what is taken out.

`publicity.ts` beside it says the same in the browser; `casework/vectors/publicity.json` holds both to it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from casework.engine.case import Case
from casework.json_tables import read_table
from casework.policy.policy import Policy
from casework.protection.blanking import without_names
from casework.rules.acts import Act
from casework.rules.clauses import Audience, Publication, Published
from casework.words import DEFAULT, SOURCE, Words, localized


class Withheld(StrEnum):
    """Why something is not published."""

    NOT_IN_POLICY = "not-in-policy"
    """The text publishes no such thing to these readers."""
    NOT_ENDED = "not-ended"
    FROZEN = "frozen"
    """The case is with an authority."""
    NO_RESULT = "no-result"
    """The reporter hears it first."""


@dataclass(frozen=True, slots=True)
class Account:
    """What an office wrote for publication: parts by their name, and the names that occur in them."""

    parts: dict[str, str]
    names: tuple[str, ...] = ()


_TABLE: Final = read_table("casework.protection", "publicity")
PARTS: Final[Mapping[str, Words]] = {name: localized(row, SOURCE) for name, row in _TABLE["parts"].items()}
"""What an account may show, in the order of the text; any other part (who, where, when, whose evidence) could point to
somebody."""
TITLES: Final[Mapping[str, Words]] = {name: localized(row, SOURCE) for name, row in _TABLE["titles"].items()}
AUDIENCES: Final[Mapping[Audience, Words]] = {
    Audience(name): localized(row, SOURCE) for name, row in _TABLE["audiences"].items()
}
PUBLIC_PARTS: Final = frozenset(PARTS)
DECISIONS: Final = frozenset({Act.DECIDED, Act.APPEAL_DECIDED, Act.REOPENED})
"""After each of these the reporter is to hear of it before anybody else does."""


def publication(policy: Policy, what: Published, audience: Audience) -> Publication | Withheld:
    """The rule by which this may be shown to these readers; anyone whom the text does not name is shown nothing."""
    rules = policy.rules.publications
    found = next((rule for rule in rules if rule.what is what and rule.audience is audience), None)
    return found or Withheld.NOT_IN_POLICY


def publishes_figures(policy: Policy) -> bool:
    """Whether the text gives its figures to the company or to everybody whom it serves: a bulletin counts no other."""
    wide = (Audience.COMPANY, Audience.CONSTITUENCY)
    return any(isinstance(publication(policy, Published.FIGURES, one), Publication) for one in wide)


def published_case(
    policy: Policy, case: Case, what: Published, audience: Audience, account: Account
) -> dict[str, str] | Withheld:
    """What is shown of one case: no part that points to somebody, no name; nothing before the reporter heard it."""
    return withheld(policy, case, what, audience) or public_parts(account)


def withheld(policy: Policy, case: Case, what: Published, audience: Audience) -> Withheld | None:
    """Why nothing of a case is shown to these readers now; None where its account may be."""
    rule = publication(policy, what, audience)
    if isinstance(rule, Withheld):
        return rule
    stage = policy.rules.stage(case.stage)
    if what is Published.CASES and not (stage is not None and stage.end):
        return Withheld.NOT_ENDED
    if case.frozen:
        return Withheld.FROZEN
    return None if _reporter_heard(case) else Withheld.NO_RESULT


def public_parts(account: Account) -> dict[str, str]:
    """What is shown of an account: no part that points to somebody, no name."""
    return {name: without_names(text, account.names) for name, text in account.parts.items() if name in PUBLIC_PARTS}


def public_text(what: Published, audience: Audience, parts: Mapping[str, str], language: str) -> str:
    """The text as it goes up: title, readers, then each part under its heading; no line ends it.

    `parts` are those that `published_case` gives; one without words is left out.
    """
    shown = [(name, lines_of(parts[name])) for name in PARTS if name in parts]
    blocks = [f"{PARTS[name].text_in(language)}\n{text}" for name, text in shown if text]
    return "\n\n".join([heading(what, audience, language), *blocks])


def heading(what: Published, audience: Audience, language: str) -> str:
    """The first two lines of a text: what it is, and for whom."""
    title = "result-posts" if what is Published.RESULT and audience is Audience.POSTS else what.value
    return f"{TITLES[title].text_in(language)}\n{AUDIENCES[audience].text_in(language)}"


def lines_of(text: str) -> str:
    """A text with nothing but line feeds between its lines, and nothing around it."""
    return text.replace("\r\n", "\n").replace("\r", "\n").strip(" \t\n\u3000")


def publication_in(text: str) -> tuple[Published, Audience] | None:
    """What a text of a case publishes to whom, by its first two lines; None for any other text."""
    first = "\n".join(text.split("\n")[:2])
    kinds = [(what, audience) for what in (Published.RESULT, Published.CASES) for audience in Audience]
    return next((kind for kind in kinds if first in {heading(*kind, tag) for tag in (DEFAULT, SOURCE)}), None)


def recorded_as(policy: Policy, case: Case, audience: Audience) -> Act:
    """By which act of the stage it is signed that a text went out: `noted`, where the policy has none there."""
    act = Act.POSTS_NOTIFIED if audience is Audience.POSTS else Act.PUBLISHED
    stage = policy.rules.stage(case.stage)
    known = stage is not None and any(one.act is act for one in policy.rules.acts_in(stage))
    return act if known else Act.NOTED


def _reporter_heard(case: Case) -> bool:
    """Whether the reporter was notified, and of the last decision."""
    counted = [one for one in case.events if one.n not in case.uncounted]
    decided = max((one.n for one in counted if one.act in DECISIONS), default=-1)
    return any(one.act is Act.NOTIFIED and one.n > decided for one in counted)
