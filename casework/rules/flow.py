"""The way of a case: stages, the acts allowed in each, grades, outcomes, measures, appeals."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Final, NewType

from casework.legal_sources import Ground
from casework.rules.acts import Act
from casework.rules.roles import RoleId
from casework.words import Words

StageId = NewType("StageId", str)
GradeId = NewType("GradeId", str)
OutcomeId = NewType("OutcomeId", str)
MeasureId = NewType("MeasureId", str)
NO_MEASURE: Final = MeasureId("none")
"""What a command names where none is needed: no policy may call a measure so."""
ClockId = NewType("ClockId", str)

FIRST_STAGE = StageId("received")
"""Every case begins here."""


@dataclass(frozen=True, slots=True)
class ActRule:
    """An act that the policy allows: who may, where it leads, and what must hold before.

    `by` empty means the actors of the stage. `to` names the stages that may follow; none means that
    the case stays. `needs` counts from the entry into the stage, `ever` from the beginning, and none of
    `unless` may have happened since the entry. `within`
    refuses once that clock has run out, `after` until it has. `every` moves on only when each role of
    `by` has done it; `apart` asks for another member than those who did these acts; `most` counts
    over the whole case. `by_when`: the reporter is told a day with it, by which what comes next is expected.
    """

    act: Act
    source: Ground
    by: tuple[RoleId, ...] = ()
    to: tuple[StageId, ...] = ()
    needs: tuple[Act, ...] = ()
    ever: tuple[Act, ...] = ()
    unless: tuple[Act, ...] = ()
    within: ClockId | None = None
    after: ClockId | None = None
    grades: tuple[GradeId, ...] = ()
    every: bool = False
    apart: tuple[Act, ...] = ()
    most: int | None = None
    written: bool = False
    stages: tuple[StageId, ...] = ()
    not_in: tuple[StageId, ...] = ()
    by_when: bool = False


@dataclass(frozen=True, slots=True)
class Stage:
    """One stage of the case, in the order of the text; nothing but what `acts` lists can be done in it."""

    id: StageId
    name: Words
    source: Ground
    actors: tuple[RoleId, ...] = ()
    acts: tuple[ActRule, ...] = ()
    end: bool = False


@dataclass(frozen=True, slots=True)
class Grade:
    """A grade of urgency or gravity, and who handles it."""

    id: GradeId
    name: Words
    source: Ground
    handled_by: RoleId | None = None
    attended_by: RoleId | None = None
    emergency: bool = False


class OutcomeOf(StrEnum):
    """What an outcome judges: the facts, or whether the reporter accepts the solution."""

    FACTS = "facts"
    ACCEPTANCE = "acceptance"


class Upholds(StrEnum):
    """How far an outcome bears the report out."""

    YES = "yes"
    PARTLY = "partly"
    NO = "no"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict, sealed. `to` are the stages that the member's client may pick after it.

    `owes` are measures that must be set before the case ends; `owes_after_appeal` must be set after an appeal was
    decided so.
    """

    id: OutcomeId
    name: Words
    upholds: Upholds
    to: tuple[StageId, ...]
    source: Ground
    of: OutcomeOf = OutcomeOf.FACTS
    final: bool = True
    owes: tuple[MeasureId, ...] = ()
    owes_after_appeal: tuple[MeasureId, ...] = ()


class MeasureOn(StrEnum):
    """Whom a measure meets."""

    PERSON = "person"
    DEPARTMENT = "department"
    ORGANISATION = "organisation"
    REPORTER = "reporter"


@dataclass(frozen=True, slots=True)
class Measure:
    """A measure, sealed; `open` stands for "including but not limited to": own words are allowed."""

    id: MeasureId
    name: Words
    on: MeasureOn
    source: Ground
    open: bool = False


class Finality(StrEnum):
    """What a review ends with."""

    FINAL = "final"
    ADJUSTS = "adjusts"
    NEXT_LEVEL = "next-level"
    UNTIL_SATISFIED = "until-satisfied"


@dataclass(frozen=True, slots=True)
class Appeal:
    """A road of appeal: against what, to whom, within which clock, decided within which, and how final."""

    id: str
    name: Words
    against: Act
    body: RoleId
    finality: Finality
    source: Ground
    window: ClockId | None = None
    decision: ClockId | None = None
    most: int | None = 1
