"""Assessment (考核) of those who handle cases: how they kept the limits, never how a case was decided.

It goes to anyone who assesses staff, as a sheet of its own, and into no report or bulletin: there its
exact numbers would give away what the tables withhold.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from fractions import Fraction
from typing import Final

from casework.engine.case import SEPARATOR
from casework.policy.policy import Policy, PromiseId
from casework.policy.promises import clock_of
from casework.rules.acts import Act, Attribute
from casework.rules.clauses import Recurring, Rhythm
from casework.statistics.lines import LimitStatus, Line
from casework.statistics.suppression import SMALL

Whose = Callable[[Line], tuple[str, ...]]


PROMISED: Final = frozenset(clock_of(one) for one in PromiseId)


@dataclass(frozen=True, slots=True)
class Performance:
    """How one handler or department did: limits met, late and overdue, days late, cases sent back.

    Only for anyone who had enough cases; what happened in so few as to name a case is not judged.
    """

    who: str
    cases: int
    satisfied: int
    late: int
    overdue: int
    days_late: int
    sent_back: int

    @property
    def in_time(self) -> Fraction | None:
        """The share of limits kept in time; None where none has ended."""
        ended = self.satisfied + self.late + self.overdue
        return Fraction(self.satisfied, ended) if ended else None


@dataclass(frozen=True, slots=True)
class Assessment:
    """The sheet of one policy in one entity; `too_few` names who had too few cases to be judged."""

    entity: str
    policy: str
    rule: Recurring | None
    """What the policy itself says about it; None where the office switched it on."""
    handlers: tuple[Performance, ...]
    departments: tuple[Performance, ...]
    too_few: tuple[str, ...]


def asks_assessment(policy: Policy) -> Recurring | None:
    """The clause by which a policy asks for an assessment."""
    return next((rule for rule in policy.rules.recurring if rule.what is Rhythm.ASSESSMENT), None)


def is_assessed(policy: Policy, entity: str, switched: Mapping[str, bool]) -> bool:
    """Whether staff of an entity are assessed: as the entity switched it, else as the policy asks."""
    return switched.get(entity, asks_assessment(policy) is not None)


def assess(
    lines: Iterable[Line], policy: Policy, entity: str, switched: Mapping[str, bool], small: int = SMALL
) -> Assessment | None:
    """The assessment of an entity's handlers and departments under a policy; None where it is switched off."""
    if not is_assessed(policy, entity, switched):
        return None
    own = [line for line in lines if line.policy == policy.id and line.entity == entity]
    handlers = _by(own, lambda line: (line.sole_handler,) if line.sole_handler else ())
    departments = _by(own, lambda line: tuple(filter(None, line.codes.get(Attribute.DEPARTMENTS, "").split(SEPARATOR))))
    groups = (*handlers.items(), *departments.items())
    return Assessment(
        entity=entity,
        policy=policy.id,
        rule=asks_assessment(policy),
        handlers=_performances(handlers, small),
        departments=_performances(departments, small),
        too_few=tuple(sorted({who for who, cases in groups if len(cases) < small})),
    )


def _by(lines: Iterable[Line], whose: Whose) -> dict[str, list[Line]]:
    found: dict[str, list[Line]] = {}
    for line in lines:
        for who in whose(line):
            found.setdefault(who, []).append(line)
    return found


def _performances(groups: Mapping[str, list[Line]], small: int) -> tuple[Performance, ...]:
    return tuple(_mark(who, cases) for who, cases in sorted(groups.items()) if len(cases) >= small)


def _mark(who: str, cases: list[Line]) -> Performance:
    # What the page promises binds the office as a whole: nobody is judged by it.
    limits = [limit for line in cases for limit in line.limits if limit.clock not in PROMISED]
    number = {status: sum(limit.status is status for limit in limits) for status in LimitStatus}
    return Performance(
        who=who,
        cases=len(cases),
        satisfied=number[LimitStatus.SATISFIED],
        late=number[LimitStatus.LATE],
        overdue=number[LimitStatus.OVERDUE],
        days_late=sum(limit.late for limit in limits),
        sent_back=sum(line.counts.get(Act.SENT_BACK, 0) for line in cases),
    )
