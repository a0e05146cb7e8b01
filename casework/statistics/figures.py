"""The tables of an office over a period, one block for each policy, and what follows from what is shown.

Blocks hold different cases, and within a block every two tables share no more than one dimension
whose totals are shown in both. So a table gives nothing away about another one. What is told as a
share is told in no count.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from casework.policy.policy import Policy
from casework.rules.acts import Act, Attribute
from casework.statistics.lines import LimitStatus, Line, verdict_of
from casework.statistics.shares import Share, Usual, share, usual
from casework.statistics.suppression import SMALL
from casework.statistics.tables import Category, Dimension, Table, listed, tabulate
from casework.words import Words

NONE: Final = "none"
SATISFIED: Final = Words(zh="满意", en="Satisfied")
APPEALED: Final = Words(zh="提出申诉", en="Appealed")


@dataclass(frozen=True, slots=True)
class Period:
    """From the first to the last day, both included; cases count in the period in which they were received."""

    first: date
    last: date

    def months(self) -> tuple[str, ...]:
        """Its months, `2026-11`, in order."""
        span = range(self.first.year * 12 + self.first.month - 1, self.last.year * 12 + self.last.month)
        return tuple(f"{one // 12:04}-{one % 12 + 1:02}" for one in span)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many sealed codes of one kind were told in a month: verdicts and measures, without any case."""

    entity: str
    policy: str
    code: str
    month: str
    number: int


@dataclass(frozen=True, slots=True)
class Block:
    """The tables of one policy."""

    policy: str
    version: str
    title: Words
    total: int
    tables: tuple[Table, ...]
    in_time: tuple[Share, ...]
    """Of each limit of the office: kept, of all that were kept or ran out."""
    stays: tuple[Usual, ...]
    """Of each stage: how long a case stays there."""
    satisfied: Share | None
    """Of the reporters whose view is known."""
    appealed: Share | None

    def table(self, table: str) -> Table | None:
        """The table of this id."""
        return next((one for one in self.tables if one.id == table), None)


@dataclass(frozen=True, slots=True)
class Figures:
    """Everything that is shown of a period: which entity received how many under which policy, then each policy."""

    period: Period
    overview: Table
    blocks: tuple[Block, ...]

    def block(self, policy: str) -> Block | None:
        """The block of a policy; None where it had too few cases."""
        return next((one for one in self.blocks if one.policy == policy), None)


def figures(
    lines: Iterable[Line],
    policies: Mapping[str, Policy],
    entities: Mapping[str, Words],
    period: Period,
    tallies: Sequence[Tally] = (),
    small: int = SMALL,
) -> Figures:
    """Counts the cases received in a period; a case of another entity or policy is a fault of the caller.

    Verdicts are counted from opened cases where every case of a policy was opened, else from the tallies.
    Raises `KeyError` for an entity, policy or code that nobody named.
    """
    within = [line for line in lines if period.first <= line.received <= period.last]
    by_policy = Dimension(
        "policy", Words(zh="制度", en="Policy"), tuple(Category(one.id, one.title) for one in policies.values())
    )
    by_entity = Dimension(
        "entity", Words(zh="单位", en="Entity"), tuple(Category(one, name) for one, name in entities.items())
    )
    overview = tabulate("overview", ((one.entity, one.policy) for one in within), by_entity, by_policy, small)
    shown = [one for one in tallies if one.entity in entities and one.month in period.months()]
    blocks = (
        _block(policy, [one for one in within if one.policy == policy.id], period, shown, small)
        for policy in policies.values()
        if policy.id in {column.id for column in overview.columns}
    )
    return Figures(period, overview, tuple(blocks))


def _block(policy: Policy, lines: Sequence[Line], period: Period, shown: Sequence[Tally], small: int) -> Block:
    views = [line.opened.satisfied for line in lines if line.opened and line.opened.satisfied is not None]
    appeals = sum(bool(line.counts.get(Act.APPEALED)) for line in lines)
    return Block(
        policy=policy.id,
        version=policy.version,
        title=policy.title,
        total=len(lines),
        tables=tuple(_tables(policy, lines, period, shown, small)),
        in_time=tuple(_in_time(policy, lines, small)),
        stays=tuple(_stays(policy, lines, small)),
        satisfied=share("satisfied", SATISFIED, sum(views), len(views), small),
        appealed=share("appealed", APPEALED, appeals, len(lines), small),
    )


def _tables(
    policy: Policy, lines: Sequence[Line], period: Period, shown: Sequence[Tally], small: int
) -> Iterator[Table]:
    classes, kind = _classes(policy), Attribute.CLASSIFICATION
    months = Dimension(
        "month",
        Words(zh="收件月份", en="Month of receipt"),
        tuple(Category(one, Words(one, one)) for one in period.months()),
    )
    of = [line.codes.get(kind, NONE) for line in lines]
    yield tabulate("trend", zip(of, [line.month for line in lines], strict=True), classes, months, small)
    if policy.rules.grades:
        grades = [line.codes.get(Attribute.GRADE, NONE) for line in lines]
        yield tabulate("grades", zip(of, grades, strict=True), classes, _grades(policy), small)
    if all(line.opened is not None for line in lines):
        verdicts = [verdict_of(policy, line) or NONE for line in lines]
        yield tabulate("outcomes", zip(of, verdicts, strict=True), classes, _outcomes(policy), small)
    else:
        yield _sealed_codes(policy, shown, small)


def _sealed_codes(policy: Policy, shown: Sequence[Tally], small: int) -> Table:
    """Verdicts and measures as members told them, without any case."""
    codes = (*policy.rules.outcomes, *policy.rules.measures)
    dimension = Dimension(
        "sealed",
        Words(zh="办理结论与处理措施", en="Verdicts and measures"),
        tuple(Category(one.id, one.name) for one in codes),
    )
    counted = (one.code for one in shown if one.policy == policy.id for _ in range(one.number))
    return listed("sealed", counted, dimension, small, Words(zh="项次", en="entries"))


def _in_time(policy: Policy, lines: Sequence[Line], small: int) -> Iterator[Share]:
    for clock in policy.rules.clocks:
        statuses = [limit.status for line in lines for limit in line.limits if limit.clock == clock.id]
        ended = [one for one in statuses if one is not LimitStatus.RUNNING]
        found = share(clock.id, clock.name, ended.count(LimitStatus.SATISFIED), len(ended), small)
        if found is not None:
            yield found


def _stays(policy: Policy, lines: Sequence[Line], small: int) -> Iterator[Usual]:
    """Each case counts once for each stage in which it was, with all its days there."""
    for stage in policy.rules.stages:
        stays = [[stay.days for stay in line.stays if stay.stage == stage.id] for line in lines]
        found = usual(stage.id, stage.name, [sum(days) for days in stays if days], small)
        if found is not None:
            yield found


def _classes(policy: Policy) -> Dimension:
    classes = policy.rules.classifications or policy.categories
    named = tuple(Category(one.id, one.name) for one in classes)
    name = Words(zh="类别", en="Classification")
    return Dimension("classification", name, (*named, _none("未分类", "not classified")))


def _grades(policy: Policy) -> Dimension:
    named = tuple(Category(one.id, one.name) for one in policy.rules.grades)
    return Dimension("grade", Words(zh="等级", en="Grade"), (*named, _none("未分级", "not graded")))


def _outcomes(policy: Policy) -> Dimension:
    named = tuple(Category(one.id, one.name) for one in policy.rules.outcomes)
    return Dimension("outcome", Words(zh="办理结论", en="Outcome"), (*named, _none("尚无结论", "not decided yet")))


def _none(zh: str, en: str) -> Category:
    return Category(NONE, Words(zh=zh, en=en))
