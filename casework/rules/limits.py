"""The clocks that a policy sets: from which event to which, for whom, how long, and what moves them."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from casework.grounds import Ground
from casework.rules.acts import Act
from casework.rules.flow import ClockId, GradeId
from casework.rules.people import RoleId
from casework.words import Words


class Unit(StrEnum):
    """What a limit counts."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    WORKING_DAYS = "working-days"


class ClockKind(StrEnum):
    """A deadline must be met, a not-before waited for; a warning tells that a road outside opens."""

    DEADLINE = "deadline"
    NOT_BEFORE = "not-before"
    WARNING = "warning"


@dataclass(frozen=True, slots=True)
class Limit:
    """So many units."""

    amount: int
    unit: Unit


_FORM = re.compile(r"([1-9][0-9]{0,4}) (minute|hour|day|week|month|year|working day)(s?)")


def read_limit(text: str) -> Limit | None:
    """`24 hours`, `5 working days`, `1 month`; None for everything else."""
    form = _FORM.fullmatch(text)
    if form is None or (form[3] == "s") != (form[1] != "1"):
        return None
    return Limit(int(form[1]), Unit(form[2].replace(" ", "-") + "s"))


@dataclass(frozen=True, slots=True)
class Tier:
    """Another limit for these grades, or once this many departments are involved."""

    limit: Limit
    grades: tuple[GradeId, ...] = ()
    departments: int | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """A longer limit: always with a reason; `tell` adds the new date, `cap` bounds what is added."""

    source: Ground
    tell: bool = True
    cap: Limit | None = None
    approved_by: RoleId | None = None
    grades: tuple[GradeId, ...] = ()


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One clock. It runs from any of `start` until all of `stop`, or any with `any_stop`; `who` must stop it.

    `limit` None with `word` None is a number that the text leaves open, `unit` then says in what it
    would count: the operator must bind it. With `word` (及时, 尽快) the text gives no number, and the
    operator may bind one. `restarts` lets a new start event begin anew, else the first one counts.
    """

    id: ClockId
    name: Words
    start: tuple[Act, ...]
    stop: tuple[Act, ...]
    who: RoleId
    source: Ground
    kind: ClockKind = ClockKind.DEADLINE
    limit: Limit | None = None
    unit: Unit | None = None
    word: str | None = None
    any_stop: bool = False
    tiers: tuple[Tier, ...] = ()
    grades: tuple[GradeId, ...] = ()
    pauses: tuple[Act, ...] = ()
    resumes: tuple[Act, ...] = ()
    restarts: bool = False
    extension: Extension | None = None

    @property
    def open(self) -> bool:
        """Whether the text leaves the number open and nobody has bound it."""
        return self.limit is None and self.word is None and not self.tiers
