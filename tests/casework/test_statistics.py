"""Statistics, weak points, evaluation and assessment over cases that the engine ran."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from casework.deadlines.calendars import Office
from casework.deadlines.public_holidays import shipped_calendar
from casework.engine.case import Case
from casework.engine.sealed_steps import SealedCase
from casework.policy.policy import Policy
from casework.rules.acts import Act, Attribute
from casework.rules.flow import OutcomeId, Upholds
from casework.statistics.assessment import assess
from casework.statistics.figures import Figures, Period, Tally, figures
from casework.statistics.lines import LimitOutcome, LimitStatus, Line, Opened, line_of, upheld
from casework.statistics.tables import REST
from casework.statistics.weak_points import Weakness, WeakPoint, evaluate, trend, weak_points
from casework.words import Words
from tests.casework.policies import DAY, bound, do, opened

OFFICE = Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))
NOW = datetime(2026, 11, 25, 4, tzinfo=UTC)
QUARTER = Period(date(2026, 7, 1), date(2026, 9, 30))
ENTITIES = {"north": Words("北方公司", "North"), "south": Words("南方公司", "South")}
HANDLING, PRODUCT = "employee-complaint-resolution-sla", "product-quality-complaint"


def case_of(policy: Policy, *acts: Act) -> Case:
    """A case that arrived on 30 September 2026 and was led through some acts on that day."""
    case = opened(policy)
    for act in acts:
        case = do(policy, case, act)
    return case


def line(policy: Policy, case: Case, name: str = "1", **other: object) -> Line:
    """The line of a case, some of it otherwise."""
    return replace(line_of(name, "north", policy, case, OFFICE, NOW), **other)


def many(policy: Policy, number: int, **other: object) -> list[Line]:
    """As many lines of a fresh case."""
    return [line(policy, opened(policy), f"{n}", **other) for n in range(number)]


def shown(policy: Policy, lines: Iterable[Line], tallies: tuple[Tally, ...] = ()) -> Figures:
    """The figures of a quarter."""
    return figures(lines, {policy.id: policy}, ENTITIES, QUARTER, tallies)


def test_a_line_says_how_each_limit_was_kept() -> None:
    """A case that nobody touched since September has every limit of the office overdue, counted in days."""
    found = line(bound(HANDLING), opened(bound(HANDLING)))
    assert {limit.status for limit in found.limits} == {LimitStatus.OVERDUE}
    assert all(limit.due and limit.late == (date(2026, 11, 25) - limit.due).days for limit in found.limits)
    assert [(stay.stage, stay.days) for stay in found.stays] == [("received", 56)]
    assert (found.month, found.ended, found.handler) == ("2026-09", None, None)


def test_a_verdict_is_known_only_of_opened_cases() -> None:
    """Substantiation comes from the sealed verdict, and from nothing in clear."""
    policy = bound()
    closed = line(policy, opened(policy))
    sealed = SealedCase(outcomes=(OutcomeId("substantiated"),))
    assert upheld(policy, closed) is None
    assert upheld(policy, replace(closed, opened=Opened(sealed))) is Upholds.YES


def test_tables_count_by_entity_policy_kind_month_stage_and_limit() -> None:
    """Twenty cases of two entities show up in each table; a kind of eight goes into the rest with those of none."""
    policy = bound(PRODUCT)
    kinds = [one.id for one in policy.rules.classifications or policy.categories]
    lines = many(policy, 12, codes={Attribute.CLASSIFICATION: kinds[0]})
    lines += many(policy, 8, entity="south", codes={Attribute.CLASSIFICATION: kinds[1]}, received=date(2026, 8, 3))
    found = shown(policy, lines)
    block = found.block(PRODUCT)
    assert block is not None
    assert [found.overview.row(entity) for entity in ENTITIES] == [12, 8]
    assert block.total == 20
    kind = block.table("trend")
    assert kind is not None
    assert kind.total == 20
    assert [kind.row(one) for one in kinds[:2]] == [12, None]
    assert (kind.cell(kinds[0], "2026-09"), kind.cell(kinds[1], "2026-08")) == (None, None)
    assert [(stay.id, stay.days) for stay in block.stays] == [("received", 60)]


def test_only_the_period_counts() -> None:
    """A case that came on the day after the last is not counted."""
    policy = bound(PRODUCT)
    late = many(policy, 9, received=date(2026, 10, 1))
    assert shown(policy, late).overview.total is None
    assert shown(policy, [*late, *many(policy, 5)]).overview.total == 5
    assert QUARTER.months() == ("2026-07", "2026-08", "2026-09")


def test_a_case_of_nobody_is_a_fault() -> None:
    """An entity that nobody named is not dropped in silence."""
    policy = bound(PRODUCT)
    with pytest.raises(KeyError):
        shown(policy, many(policy, 1, entity="east"))


def test_verdicts_come_from_tallies_while_one_case_is_closed() -> None:
    """Where not every case was opened, verdicts are those that members told by month, and the two never mix."""
    policy = bound()
    told = tuple(
        Tally("north", policy.id, *one) for one in (("substantiated", "2026-09", 7), ("warning", "2026-08", 2))
    )
    yes = Opened(SealedCase(outcomes=(OutcomeId("substantiated"),)), satisfied=True)
    some, every = [*many(policy, 6, opened=yes), *many(policy, 1)], many(policy, 6, opened=yes)
    first, second = (shown(policy, lines, told).block(policy.id) for lines in (some, every))
    assert first is not None
    assert second is not None
    assert first.table("outcomes") is None
    sealed, outcomes = first.table("sealed"), second.table("outcomes")
    assert sealed is not None
    assert outcomes is not None
    assert sealed.total == 9
    assert sum(sealed.row_totals) == 9
    assert sealed.row("warning") is None
    assert second.table("sealed") is None
    assert outcomes.total == 6


def test_weak_points_name_what_is_late_slow_or_rising() -> None:
    """A limit missed in most cases, a stage in which cases lie and a kind that grows are found."""
    policy = bound(PRODUCT)
    kinds = [one.id for one in policy.rules.classifications or policy.categories]
    clock = next(one.clock for one in line(policy, opened(policy)).limits)
    missed, met = (LimitOutcome(clock, kept, DAY, 9) for kept in (LimitStatus.OVERDUE, LimitStatus.SATISFIED))
    lines = many(policy, 20, codes={Attribute.CLASSIFICATION: kinds[0]}, limits=(missed,))
    lines += many(policy, 10, codes={Attribute.CLASSIFICATION: kinds[0]}, limits=(met,), received=date(2026, 8, 1))
    lines += many(policy, 9, codes={Attribute.CLASSIFICATION: kinds[1]}, received=date(2026, 7, 1), limits=())
    block = shown(policy, lines).block(PRODUCT)
    assert block is not None
    found = [(point.weakness, point.id, point.at_least) for point in weak_points(block)]
    assert found[0] == (Weakness.LATE, clock, 60)
    assert (Weakness.SLOW, "received", 30) in found
    assert trend(block) == (("2026-07", 9), ("2026-08", 10), ("2026-09", 20))


def test_a_kind_that_grows_is_a_weak_point() -> None:
    """Where most of a kind came in the last month, the kind is named with its share."""
    policy = bound(PRODUCT)
    kinds = [one.id for one in policy.rules.classifications or policy.categories]
    lines: list[Line] = []
    for kind in [*kinds, "none"]:
        codes = {} if kind == "none" else {Attribute.CLASSIFICATION: kind}
        for month, number in ((7, 10), (8, 10), (9, 30 if kind == kinds[0] else 10)):
            lines += many(policy, number, codes=codes, received=date(2026, month, 5))
    block = shown(policy, lines).block(PRODUCT)
    assert block is not None
    rising = [point for point in weak_points(block) if point.weakness is Weakness.RISING]
    assert [(point.id, point.at_least) for point in rising] == [(kinds[0], 60)]


def test_an_evaluation_tells_shares_where_counts_would_be_withheld() -> None:
    """All limits kept and all content is told as a step, which leaves open whether it was really all."""
    policy = bound(PRODUCT)
    clock = next(one.clock for one in line(policy, opened(policy)).limits)
    content = Opened(SealedCase(), satisfied=True)
    lines = many(policy, 40, opened=content, limits=(LimitOutcome(clock, LimitStatus.SATISFIED, DAY, 0),))
    block = shown(policy, lines).block(PRODUCT)
    assert block is not None
    found = evaluate(block)
    assert found.satisfied is not None
    assert (found.cases, found.satisfied.low, found.satisfied.high) == (40, 80, 100)
    assert [(kept.id, kept.low, kept.high) for kept in found.in_time] == [(clock, 80, 100)]
    assert found.weak_points == (WeakPoint(Weakness.SLOW, "received", policy.rules.stages[0].name, 30),)


def test_handlers_are_assessed_where_the_policy_asks_or_the_entity_switched_it() -> None:
    """The policy that asks for an assessment has one; each entity switches it on or off for itself."""
    asks, silent = bound(HANDLING), bound(PRODUCT)
    own = {Attribute.HANDLER: "li", Attribute.DEPARTMENTS: "hr,legal"}
    lines = many(asks, 5, codes=own) + many(asks, 4, codes={Attribute.HANDLER: "wang"})
    found = assess(lines, asks, "north", {})
    assert found is not None
    assert found.rule is not None
    assert [(mark.who, mark.cases, mark.in_time) for mark in found.handlers] == [("li", 5, 0)]
    assert [mark.who for mark in found.departments] == ["hr", "legal"]
    assert found.too_few == ("wang",)
    assert found.handlers[0].days_late > 0
    assert assess(lines, asks, "north", {"north": False}) is None
    assert assess(lines, silent, "north", {}) is None
    switched = assess(lines, silent, "north", {"north": True})
    assert switched is not None
    assert switched.handlers == ()
    passed_on = [replace(one, handlers=frozenset({"li", "wang"})) for one in lines[:1]]
    fewer = assess([*passed_on, *lines[1:]], asks, "north", {})
    assert fewer is not None
    assert (fewer.handlers, fewer.too_few) == ((), ("li", "wang"))


def test_a_line_knows_everybody_who_handled_its_case() -> None:
    """Now or before; a naming that does not count names nobody."""
    policy = bound(HANDLING)
    case = opened(policy)
    named = [replace(case.events[0], n=n, codes={Attribute.HANDLER: who}) for n, who in enumerate(("li", "wang"), 1)]
    whole = replace(case, events=(case.events[0], *named), codes={Attribute.HANDLER: "wang"})
    first = line_of("1", "north", policy, whole, OFFICE, NOW)
    assert (first.handlers, first.handler, first.sole_handler) == ({"li", "wang"}, "wang", None)
    alone = line_of("1", "north", policy, replace(whole, uncounted=frozenset({1})), OFFICE, NOW)
    assert (alone.handlers, alone.sole_handler) == ({"wang"}, "wang")


def test_every_shipped_policy_gives_figures() -> None:
    """A period of cases under any shipped policy can be shown, and no shown number is small."""
    policy = bound()
    block = shown(policy, many(policy, 7)).block(policy.id)
    assert block is not None
    numbers = [n for table in block.tables for n in (*table.row_totals, *table.column_totals)]
    assert min(numbers) >= 5
    assert all(row.joined for table in block.tables for row in table.rows if row.id == REST)
