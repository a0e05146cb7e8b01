"""What an operator binds to a policy, in a file of its own: the shipped text is never edited."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from casework.deadlines.limits import Limit
from casework.rules.clauses import Rhythm
from casework.rules.roles import RoleId
from casework.words import Words


@dataclass(frozen=True, slots=True)
class Proof:
    """A day, and where its proof lies."""

    day: date
    proof: str


@dataclass(frozen=True, slots=True)
class Adoption:
    """How the policy was adopted: 劳动合同法 art. 4 asks for all three before it can carry discipline."""

    discussed: Proof | None = None
    union_heard: Proof | None = None
    published: Proof | None = None

    def missing(self) -> tuple[str, ...]:
        """The steps that have no proof."""
        steps = {"discussed": self.discussed, "union_heard": self.union_heard, "published": self.published}
        return tuple(name for name, proof in steps.items() if proof is None)


class Supply(StrEnum):
    """How an operator closes an open part: left out knowingly, taken from another policy, or written here."""

    LEFT_OUT = "left-out"
    INHERITED = "inherited"
    OWN = "own"


@dataclass(frozen=True, slots=True)
class Department:
    """A department of the office by its name, with those who act for it: holders of a role that is a department."""

    id: str
    name: Words
    members: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Bound:
    """What the operator said beside the numbers: who holds each role, how it was adopted, since when."""

    holders: Mapping[RoleId, tuple[str, ...]] = field(default_factory=dict[RoleId, tuple[str, ...]])
    adoption: Adoption = field(default_factory=Adoption)
    effective: date | None = None
    retention_months: int | None = None
    entities: tuple[str, ...] = ()
    """The companies and departments that the text's reach covers; empty: nobody has listed them."""
    every: Mapping[Rhythm, Limit] = field(default_factory=dict[Rhythm, Limit])
    """How often each recurring duty is owed, where the operator said it."""
    own_departments: tuple[Department, ...] = ()
    """The office's departments, to which cases are sent by name; empty: any id is one."""
