"""An observable step that somebody requests: what it would betray, and why it is refused."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from math import inf

from retaliation_watch.kinds import Measure
from retaliation_watch.review_sampling.classes import Class, class_of
from retaliation_watch.review_sampling.ratio import BOUND, COVER, SMALLEST_UNIT, listed_chance, most, multiplied


class Refusal(StrEnum):
    """Why a step would give somebody away."""

    DAILY = "daily-measure"
    SMALL_UNIT = "small-unit"
    UNANSWERED = "earlier-measure-unreviewed"
    NOT_DRAWN = "not-drawn"
    RATIO = "ratio"
    # Everybody else was asked about measures of that time; a letter now would stand alone.
    LATE = "late"


@dataclass(frozen=True)
class ReviewRequest:
    """A review that somebody requests.

    `draw` is the person's random draw; `answered` what earlier sampled measures of this person were answered, None
    where there were none; `earlier` the ratios of all observable steps before, `is_repeated` that the measure is the
    third.
    """

    kind: Measure
    unit_size: int
    draw: float
    answered: bool | None = None
    is_repeated: bool = False
    earlier: tuple[float, ...] = ()


@dataclass(frozen=True)
class Judgement:
    """Whether the step may be taken; the odds ratios of the step, and of all steps together, are upper bounds.

    Infinite where nobody but a listed person would be asked so: the step would prove it.
    """

    refusal: Refusal | None
    odds_ratio: float
    cumulative_odds_ratio: float

    @property
    def is_allowed(self) -> bool:
        """Whether nothing forbids it."""
        return self.refusal is None


def judge(request: ReviewRequest, cover: float = COVER, bound: float = BOUND) -> Judgement:
    """Judges a request by the bound; what would be done for anybody adds nothing and is always allowed."""
    before = multiplied(request.earlier)
    kind = class_of(request.kind)
    if kind is Class.UNIVERSAL or request.is_repeated or request.answered:
        return Judgement(None, 1.0, before)
    if kind is Class.DAILY:
        return Judgement(Refusal.DAILY, inf, inf)
    if request.answered is not None:
        return Judgement(Refusal.UNANSWERED, inf, inf)
    if request.unit_size < SMALLEST_UNIT:
        return Judgement(Refusal.SMALL_UNIT, bound, before * bound)
    if before > bound:
        return Judgement(Refusal.RATIO, 1.0, before)
    chance = listed_chance(cover, bound / before)
    if request.draw >= chance:
        return Judgement(Refusal.NOT_DRAWN, inf, inf)
    return Judgement(None, most(chance, cover), before * most(chance, cover))
