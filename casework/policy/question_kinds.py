"""The kinds of questions, as data that pages and commands read too: `question_kinds.json`."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from typing import Final, NewType

from casework.json_tables import read_table

QuestionKindId = NewType("QuestionKindId", str)
"""One of `question_kinds`, or in a policy of a newer release, one that this release does not know."""


class AnswerForm(StrEnum):
    """How an answer is given: one line, several lines, one of the choices, or several of them."""

    LINE = "line"
    LINES = "lines"
    ONE = "one"
    SEVERAL = "several"


PICKED: Final = frozenset({AnswerForm.ONE, AnswerForm.SEVERAL})


@dataclass(frozen=True, slots=True)
class QuestionKind:
    """`longest` is in characters; `pattern` is the whole answer, `example` one that has it; `input` is HTML's type."""

    form: AnswerForm
    longest: int | None = None
    input: str | None = None
    pattern: str | None = None
    example: str | None = None

    def takes(self, text: str) -> bool:
        """Whether a text is an answer of this kind; an empty one is none yet, and always possible."""
        return not text or self.pattern is None or re.fullmatch(self.pattern, text, re.ASCII) is not None


@cache
def question_kinds() -> Mapping[str, QuestionKind]:
    """Every kind that this release knows, by its id."""
    rows = read_table("casework.policy", "question_kinds")
    return {kind: QuestionKind(form=AnswerForm(row.pop("form")), **row) for kind, row in rows.items()}


def kind_of(kind: str, *, has_choices: bool) -> QuestionKind:
    """How to ask a question of this kind; one that is not known is asked by its choices, or in words."""
    form = AnswerForm.SEVERAL if has_choices else AnswerForm.LINES
    return question_kinds().get(kind) or QuestionKind(form)
