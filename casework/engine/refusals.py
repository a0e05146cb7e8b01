"""Why the engine refuses a command, as a code and as a sentence in both languages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from casework.errors import CaseworkError
from casework.json_tables import read_table
from casework.rules.acts import Act
from casework.words import DEFAULT, SOURCE, LocalizedText, Words, code_language, localized


class RefusalReason(StrEnum):
    """Why a command is refused."""

    ANOTHER_VERSION = "another-version"
    NO_SUCH_STAGE = "no-such-stage"
    NOT_IN_POLICY = "not-in-policy"
    NOT_HERE = "not-here"
    WORKER_ONLY = "worker-only"
    MEMBER_ONLY = "member-only"
    UNSIGNED = "unsigned"
    RECUSED = "recused"
    WRONG_ROLE = "wrong-role"
    SAME_PERSON = "same-person"
    SEPARATE_ROLES = "separate-roles"
    SECOND_PERSON = "second-person"
    ALREADY = "already"
    FROZEN = "frozen"
    ANOTHER_GRADE = "another-grade"
    FIRST = "first"
    TOO_OFTEN = "too-often"
    TOO_LATE = "too-late"
    TOO_EARLY = "too-early"
    ITEM_MISSING = "item-missing"
    ITEM_TOO_MANY = "item-too-many"
    UNWRITTEN = "unwritten"
    ASKED_AGAIN = "asked-again"
    WRONG_CODE = "wrong-code"
    WHICH_STAGE = "which-stage"
    ANOTHER_STAGE = "another-stage"
    WHICH_VERSION = "which-version"
    # What only those can judge who open the sealed items.
    NO_SUCH_OUTCOME = "no-such-outcome"
    NO_SUCH_MEASURE = "no-such-measure"
    VERDICT_FIRST = "verdict-first"
    NOT_UPHELD = "not-upheld"
    UPHELD = "upheld"
    MEASURE_FIRST = "measure-first"
    MEASURES_OR_NONE = "measures-or-none"
    DAY_FIRST = "day-first"
    NO_SUCH_REWARD = "no-such-reward"
    NO_MALICE_RULE = "no-malice-rule"


_ROWS: Final = read_table("casework.engine", "refusals")
WORDS: Final = {reason: localized(_ROWS[reason], SOURCE) for reason in RefusalReason}


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why a command is refused, what it is about, and what would be allowed instead."""

    reason: RefusalReason
    names: tuple[str, ...] = ()
    allowed: tuple[Act, ...] = ()

    @property
    def words(self) -> LocalizedText:
        """The sentence, ids and acts under their codes."""
        return said_with(self.reason, [Words(one, one) for one in self.names])


def said_with(reason: RefusalReason, names: Sequence[Words]) -> LocalizedText:
    """The sentence in each language of the table, with the names in that language."""
    said = dict[str, str]()
    for tag, sentence in WORDS[reason].texts:
        between = "、" if code_language(tag) == DEFAULT else ", "
        said[tag] = sentence.format(names=between.join(one.text_in(tag) for one in names))
    return localized(said, SOURCE)


class StepUnfit(CaseworkError):
    """The policy refuses a step: why, about what, what would be allowed instead, and all that in words."""

    def __init__(self, refusal: Refusal, words: Words) -> None:
        super().__init__(refusal.reason)
        self.refusal = refusal
        self.words = words
