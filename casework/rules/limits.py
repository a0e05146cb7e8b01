"""The clocks that a policy sets: from which event to which, for whom, how long, and what moves them."""

from __future__ import annotations

from dataclasses import dataclass

from casework.deadlines.deadline import LastDay
from casework.deadlines.limits import Limit, Unit
from casework.deadlines.terms import ClockKind
from casework.legal_sources import Ground
from casework.rules.acts import Act
from casework.rules.flow import ClockId, GradeId
from casework.rules.roles import RoleId
from casework.words import Words


@dataclass(frozen=True, slots=True)
class Tier:
    """Another limit for these grades, or once this many departments are involved."""

    limit: Limit
    grades: tuple[GradeId, ...] = ()
    departments: int | None = None


@dataclass(frozen=True, slots=True)
class Extension:
    """A longer limit: always with a reason; `tell` adds the new date.

    `cap` bounds what is added, `whole` the whole limit from its start (three months, extended six).
    """

    source: Ground
    tell: bool = True
    cap: Limit | None = None
    whole: Limit | None = None
    times: int | None = None
    approved_by: RoleId | None = None
    grades: tuple[GradeId, ...] = ()


@dataclass(frozen=True, slots=True)
class Otherwise:
    """A start for want of the proper one: once `after` has run out since `start` (`clock_terms.Otherwise`)."""

    start: tuple[Act, ...]
    after: Limit
    wait_last: bool = False


@dataclass(frozen=True, slots=True)
class ClockRule:
    """One clock. It runs from any of `start` until all of `stop`, or any with `any_stop`; `who` must stop it.

    `limit` None with `word` None is a number that the text leaves open, `unit` then says in what it
    would count: the operator must bind it. With `word` (及时, 尽快) the text gives no number, and the
    operator may bind one. `restarts` lets a new start event begin again, else the first one counts.
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
    last_day: LastDay = LastDay.MOVES
    statutory: bool = False
    since: Words | None = None
    extension: Extension | None = None
    otherwise: Otherwise | None = None

    @property
    def open(self) -> bool:
        """Whether the text leaves the number open and nobody has bound it."""
        return self.limit is None and self.word is None and not self.tiers
