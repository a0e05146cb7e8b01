"""What of a case is told to posts, to the company, or to everybody whom the policy serves, and what is taken out."""

from __future__ import annotations

import re
import unicodedata
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
    FROZEN = "frozen"
    """The case is with an authority."""
    NO_RESULT = "no-result"
    """The reporter hears it first."""


@dataclass(frozen=True, slots=True)
class Account:
    """What an office wrote for publication: parts by their name, and the names that occur in them."""

    parts: dict[str, str]
    names: tuple[str, ...] = ()


BLANK: Final = "×××"
"""What stands in the place of a name."""
PUBLIC_PARTS: Final = frozenset({"matter", "finding", "result", "measures"})
"""What an account may show; any other part (who, where, when, whose evidence) could point to somebody."""
DECISIONS: Final = frozenset({Act.DECIDED, Act.APPEAL_DECIDED, Act.REOPENED})
"""After each of these the reporter is to hear of it before anybody else does."""
LATIN: Final = "A-Za-z\u00c0-\u024f"


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
    if case.frozen:
        return Withheld.FROZEN
    if not _reporter_heard(case):
        return Withheld.NO_RESULT
    published = {name: text for name, text in account.parts.items() if name in PUBLIC_PARTS}
    return {name: without_names(text, account.names) for name, text in published.items()}


def _reporter_heard(case: Case) -> bool:
    """Whether the reporter was notified, and of the last decision."""
    counted = [one for one in case.events if one.n not in case.uncounted]
    decided = max((one.n for one in counted if one.act in DECISIONS), default=-1)
    return any(one.act is Act.NOTIFIED and one.n > decided for one in counted)


def without_names(text: str, names: Iterable[str]) -> str:
    """A text with every name blanked out: in any case and width, however spaced, the longest first.

    A name in Latin letters is found as a whole word, so that no rest of a longer one stays beside the blank.
    """
    patterns = [_pattern(name) for name in sorted(names, key=len, reverse=True) if name.strip()]
    return re.sub("|".join(patterns), BLANK, text, flags=re.IGNORECASE) if patterns else text


def _pattern(name: str) -> str:
    words = unicodedata.normalize("NFKC", name).split()
    found = r"[\s·•‐-]*".join(r"\s*".join(map(_character, word)) if not _is_latin(word[0]) else
                             "".join(map(_character, word)) for word in words)  # fmt: skip
    before = f"(?<![{LATIN}])" if _is_latin(words[0][0]) else ""
    after = f"(?![{LATIN}])" if _is_latin(words[-1][-1]) else ""
    return before + found + after


def _is_latin(character: str) -> bool:
    return re.fullmatch(f"[{LATIN}]", character) is not None


def _character(character: str) -> str:
    """A character as it may be written: also in full width."""
    wide = chr(ord(character) + 0xFEE0) if "!" <= character <= "~" else character
    return re.escape(character) if wide == character else f"[{re.escape(character)}{wide}]"
