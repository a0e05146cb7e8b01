"""What a rule rests on: the policy's own words, a law, or the product."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casework.words import Words


@dataclass(frozen=True, slots=True)
class Source:
    """Where the policy text says it: the line (from 1) and the quoted words."""

    line: int
    quote: str


class Verified(StrEnum):
    """How sure a figure of a law is: its text was seen, seen at second hand, or not checked yet."""

    SEEN = "seen"
    SECOND_HAND = "second-hand"
    UNCHECKED = "unchecked"


@dataclass(frozen=True, slots=True)
class Statute:
    """A law or a standard: its name, the article, and how sure the figure is."""

    law: str
    article: str
    verified: Verified


@dataclass(frozen=True, slots=True)
class Supplied:
    """The policy text is silent here, and the product or the operator supplies the rule for this reason."""

    reason: Words


Ground = Source | Statute | Supplied
"""What a rule rests on. A test may count only a `Source` as something that the text demands."""
