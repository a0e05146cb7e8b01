"""All rules of one policy in one frozen value; each field is a key of the policy file."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from enum import StrEnum

from casework.legal_sources import Ground
from casework.rules.acts import Act
from casework.rules.clauses import (
    Batch,
    Clause,
    Confirmation,
    Duty,
    Emergency,
    HandOver,
    Malice,
    Mediation,
    Metadata,
    Oversight,
    Publication,
    Recurring,
    Reward,
    Satisfaction,
    Secrecy,
)
from casework.rules.flow import ActRule, Appeal, ClockId, Grade, Measure, Outcome, Stage, StageId
from casework.rules.intake_form import Channel, Form, Identity, IntakeKindRule, RegisterField
from casework.rules.limits import ClockRule
from casework.rules.roles import Role, RoleId, Subject
from casework.words import Words

BY_A_SECOND = frozenset({Act.RELEASED, Act.EXPORT_APPROVED, Act.DELETION_APPROVED})
"""What a second member does whom the stage need not know: any role of the policy, where the rule names none."""
WRITES = frozenset({Act.REPLIED, Act.NOTED})
"""What is written in a case beside its steps: by those who act in its stage."""
BEYOND_THE_END = (
    BY_A_SECOND | WRITES | {Act.HELD, Act.RELEASE_ASKED, Act.EXPORT_ASKED, Act.EXPORTED, Act.DELETION_ASKED}
)
"""What may be done in a case that has ended.

To answer a reporter who writes once more, to stop and to free the destruction of its keys, and to hand it out.
"""


class State(StrEnum):
    """How the policy text has come down."""

    WHOLE = "whole"
    CUT = "cut"
    BLANK = "blank"
    STUB = "stub"


@dataclass(frozen=True, slots=True)
class Classification:
    """What the handler classifies a case as; what the reporter chose stays sealed."""

    id: str
    name: Words
    source: Ground


@dataclass(frozen=True, slots=True)
class Retention:
    """How long a closed case is kept; without months the operator binds them."""

    text: Words
    source: Ground
    months: int | None = None


class Part(StrEnum):
    """A part of a policy that a text may leave open, and an operator supply."""

    ROLES = "roles"
    SUBJECTS = "subjects"
    CHANNELS = "channels"
    STAGES = "stages"
    CLOCKS = "clocks"
    OUTCOMES = "outcomes"
    MEASURES = "measures"
    APPEALS = "appeals"
    CLAUSES = "clauses"


@dataclass(frozen=True, slots=True)
class OpenPart:
    """Where the text breaks off or says nothing usable: the part is unbound until an operator supplies it."""

    id: str
    part: Part
    what: Words
    source: Ground


@dataclass(frozen=True, slots=True)
class Rulebook:
    """Who, which way, within which time, and what else: everything beside the intake page."""

    state: State = State.WHOLE
    metadata: Metadata = field(default_factory=Metadata)
    definition: tuple[Clause, ...] = ()
    applies: tuple[Clause, ...] = ()
    scope: tuple[Clause, ...] = ()
    principles: tuple[Clause, ...] = ()
    roles: tuple[Role, ...] = ()
    subjects: tuple[Subject, ...] = ()
    kinds: tuple[IntakeKindRule, ...] = ()
    identity: Identity | None = None
    form: Form | None = None
    channels: tuple[Channel, ...] = ()
    fields: tuple[RegisterField, ...] = ()
    classifications: tuple[Classification, ...] = ()
    grades: tuple[Grade, ...] = ()
    stages: tuple[Stage, ...] = ()
    anywhere: tuple[ActRule, ...] = ()
    without: tuple[Act, ...] = ()
    clocks: tuple[ClockRule, ...] = ()
    outcomes: tuple[Outcome, ...] = ()
    measures: tuple[Measure, ...] = ()
    appeals: tuple[Appeal, ...] = ()
    mediation: Mediation | None = None
    satisfaction: Satisfaction | None = None
    confirmations: tuple[Confirmation, ...] = ()
    publications: tuple[Publication, ...] = ()
    rewards: tuple[Reward, ...] = ()
    malice: Malice | None = None
    secrecy: tuple[Secrecy, ...] = ()
    retaliation: tuple[Clause, ...] = ()
    duties: tuple[Duty, ...] = ()
    liability: tuple[Clause, ...] = ()
    hand_over: HandOver | None = None
    batch: Batch | None = None
    emergency: Emergency | None = None
    recurring: tuple[Recurring, ...] = ()
    oversight: tuple[Oversight, ...] = ()
    retention: Retention | None = None
    open: tuple[OpenPart, ...] = ()

    def stage(self, stage: StageId) -> Stage | None:
        """The stage of this id."""
        return next((one for one in self.stages if one.id == stage), None)

    def clock(self, clock: ClockId) -> ClockRule | None:
        """The clock of this id."""
        return next((one for one in self.clocks if one.id == clock), None)

    def acts_in(self, stage: Stage, act: Act | None = None) -> tuple[ActRule, ...]:
        """What is allowed in a stage: its own acts, then those allowed anywhere that fit it; with `act` that one alone.

        The engine asks about one act many thousand times where paths are searched: nothing is made for the others.
        """
        all_roles = tuple(role.id for role in self.roles)
        own = (rule for rule in stage.acts if act is None or rule.act is act)
        fit = [
            _done_by(rule, all_roles) if rule.act in BY_A_SECOND else rule
            for rule in self.anywhere
            if (act is None or rule.act is act) and _fits(rule, stage.id) and rule.act not in self.without
        ]
        if not stage.end:
            return (*own, *fit)
        # A hold most often comes after the end: anyone who has the stage sets it, else any role of the policy.
        return (
            *own,
            *(
                _done_by(rule, stage.actors or (self._before(stage) if rule.act in WRITES else ()) or all_roles)
                for rule in fit
                if rule.act in BEYOND_THE_END
            ),
        )

    def _before(self, end: Stage) -> tuple[RoleId, ...]:
        """Who acts in the stages that lead into an end: they wrote to the reporter, and go on where they are asked."""
        leading = (one for one in self.stages if any(end.id in rule.to for rule in one.acts))
        return tuple(dict.fromkeys(role for one in leading for role in one.actors))


def _done_by(rule: ActRule, roles: tuple[RoleId, ...]) -> ActRule:
    """The rule itself where it names its roles, else with these."""
    return rule if rule.by else replace(rule, by=roles)


def _fits(rule: ActRule, stage: StageId) -> bool:
    return stage not in rule.not_in and (not rule.stages or stage in rule.stages)
