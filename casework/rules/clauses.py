"""What a policy rules beside the way of a case: publicity, reward, duties, oversight, its own life."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from casework.legal_sources import Ground
from casework.rules.acts import Act
from casework.rules.roles import RoleId
from casework.words import Words


@dataclass(frozen=True, slots=True)
class Clause:
    """A rule in the text's own words, with whom it binds."""

    text: Words
    source: Ground
    by: RoleId | None = None


@dataclass(frozen=True, slots=True)
class Mediation:
    """Mediation between the parties: who leads it, and whether it comes before the result."""

    text: Words
    by: RoleId
    before_result: bool
    source: Ground


class SatisfactionUse(StrEnum):
    """What the reporter's view is for."""

    HEARD = "heard"
    SURVEY = "survey"
    VERDICT = "verdict"


@dataclass(frozen=True, slots=True)
class Satisfaction:
    """The reporter's view afterwards; `reopens` sends an unsatisfied case back, `deferred` awaits an agreed visit."""

    text: Words
    use: SatisfactionUse
    source: Ground
    reopens: bool = False
    deferred: Act | None = None


@dataclass(frozen=True, slots=True)
class Confirmation:
    """Something that the reporter confirms, and what happens when no answer comes."""

    act: Act
    text: Words
    source: Ground
    without_answer: Words


class Audience(StrEnum):
    """Who reads what is published."""

    POSTS = "posts"
    COMPANY = "company"
    CONSTITUENCY = "constituency"


class Published(StrEnum):
    """What is published: the result of a case, cases as examples, or figures alone."""

    RESULT = "result"
    CASES = "cases"
    FIGURES = "figures"


@dataclass(frozen=True, slots=True)
class Publication:
    """What is published to whom. Names and details are always taken out, small figures suppressed."""

    what: Published
    audience: Audience
    text: Words
    source: Ground
    by: RoleId | None = None
    redaction: Words | None = None


class RewardTo(StrEnum):
    """Who is rewarded."""

    REPORTER = "reporter"
    PROPOSER = "proposer"
    HANDLER = "handler"


class RewardFor(StrEnum):
    """For what."""

    TRUE_REPORT = "true-report"
    IMPROVEMENT = "improvement"
    PROPOSAL = "proposal"
    GOOD_HANDLING = "good-handling"


@dataclass(frozen=True, slots=True)
class Reward:
    """A reward, sealed: in clear it would tell the verdict."""

    to: RewardTo
    on: RewardFor
    text: Words
    source: Ground


@dataclass(frozen=True, slots=True)
class Malice:
    """Malicious reports: proposed by one member, approved by another role; never follows from a verdict."""

    text: Words
    approved_by: RoleId
    source: Ground


class DisclosureGround(StrEnum):
    """On what ground something may be told to somebody else."""

    NEED = "need"
    LAW = "law"
    CONSENT = "consent"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class Secrecy:
    """Whom secrecy protects and binds, and on what ground anything is disclosed."""

    text: Words
    source: Ground
    respondent_too: bool = False
    binds_reporter: bool = False
    pledge: bool = False
    disclosed_on: tuple[DisclosureGround, ...] = ()


class DutyOf(StrEnum):
    """Whose duty it is."""

    REPORTER = "reporter"
    RESPONDENT = "respondent"
    HANDLER = "handler"


class ResultPart(StrEnum):
    """What a text may ask the result letter to state; fields of that letter."""

    HANDLING = "handling"
    REASON = "reason"
    DEMANDS = "demands"
    NEEDS = "needs"


@dataclass(frozen=True, slots=True)
class Duty:
    """A duty in the text's words; `by` is the role whose it is, None where it binds everybody of the kind.

    `result_states` is what the result letter must state for the duty to be kept.
    """

    of: DutyOf
    text: Words
    source: Ground
    by: RoleId | None = None
    result_states: tuple[ResultPart, ...] = ()


@dataclass(frozen=True, slots=True)
class HandOver:
    """Matters that go to an authority; from then on the office's own clocks and work stand still."""

    text: Words
    authorities: tuple[str, ...]
    source: Ground


@dataclass(frozen=True, slots=True)
class Batch:
    """Many reporters in one matter: handled as one case, each of them answered."""

    text: Words
    source: Ground
    each_answered: bool = True


@dataclass(frozen=True, slots=True)
class Emergency:
    """Major events: what is started at once, and to whom they go up."""

    text: Words
    reported_to: RoleId
    source: Ground
    plan: bool = False


class Rhythm(StrEnum):
    """Something that comes again, without a case."""

    STATISTICS = "statistics"
    REPORT = "report"
    EVALUATION = "evaluation"
    REVISION = "revision"
    ASSESSMENT = "assessment"
    IMPROVEMENT = "improvement"
    PUBLICATION = "publication"


@dataclass(frozen=True, slots=True)
class Recurring:
    """A recurring duty of the office; `word` is the text's own, the operator binds the months."""

    what: Rhythm
    text: Words
    source: Ground
    by: RoleId | None = None
    to: RoleId | None = None
    word: str | None = None


@dataclass(frozen=True, slots=True)
class Oversight:
    """Who watches over the handling: a body, or the constituency itself when there is no role."""

    text: Words
    source: Ground
    body: RoleId | None = None


@dataclass(frozen=True, slots=True)
class Metadata:
    """The policy's own life: its basis, who interprets it, since when it holds, what gives way to it."""

    basis: tuple[Clause, ...] = ()
    interpretation: Clause | None = None
    effective: Clause | None = None
    supersedes: Clause | None = None
    priority: Clause | None = None
