"""Every limit against a second counter, which walks day by day over calendars typed from the notices."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.deadlines.calendars import Day, DayKind, Office
from casework.deadlines.deadline import LastDay, Pause, compute_deadline
from casework.deadlines.explanations import explain
from casework.deadlines.limits import Limit, Unit
from casework.deadlines.public_holidays import shipped_calendar
from tests.fuzz.dice import Dice

SHANGHAI, BERLIN = ZoneInfo("Asia/Shanghai"), ZoneInfo("Europe/Berlin")
FIRST, LAST = date(2025, 1, 1), date(2026, 12, 31)
CASES = 2000

# 国务院办公厅 on the holidays of 2025 (12 November 2024) and of 2026 (4 November 2025).
OFF_IN_CHINA = """
2025-01-01 2025-01-28/2025-02-04 2025-04-04/2025-04-06 2025-05-01/2025-05-05 2025-05-31/2025-06-02
2025-10-01/2025-10-08 2026-01-01/2026-01-03 2026-02-15/2026-02-23 2026-04-04/2026-04-06 2026-05-01/2026-05-05
2026-06-19/2026-06-21 2026-09-25/2026-09-27 2026-10-01/2026-10-07
"""
WORKED_IN_CHINA = """
2025-01-26 2025-02-08 2025-04-27 2025-09-28 2025-10-11
2026-01-04 2026-02-14 2026-02-28 2026-05-09 2026-09-20 2026-10-10
"""
# Law of Berlin on Sundays and holidays; 8 May 2025 was one once.
OFF_IN_BERLIN = """
2025-01-01 2025-03-08 2025-04-18 2025-04-21 2025-05-01 2025-05-08 2025-05-29 2025-06-09 2025-10-03 2025-12-25/2025-12-26
2026-01-01 2026-03-08 2026-04-03 2026-04-06 2026-05-01 2026-05-14 2026-05-25 2026-10-03 2026-12-25/2026-12-26
"""
SUMMER_TIME = ("2025-03-30T01:00", "2025-10-26T01:00"), ("2026-03-29T01:00", "2026-10-25T01:00")


def typed(text: str) -> set[date]:
    """The days of a typed list, ranges with their ends."""
    days: set[date] = set()
    for entry in text.split():
        first, _, last = entry.partition("/")
        day = date.fromisoformat(first)
        while day <= date.fromisoformat(last or first):
            days.add(day)
            day += timedelta(days=1)
    return days


def worked(off: str, instead: str) -> list[date]:
    """All days of work of both years."""
    free, extra = typed(off), typed(instead)
    every = [FIRST + timedelta(days=number) for number in range((LAST - FIRST).days + 1)]
    return [day for day in every if day in extra or (day not in free and day.isoweekday() < 6)]


WORKED = {"cn": worked(OFF_IN_CHINA, WORKED_IN_CHINA), "de-be": worked(OFF_IN_BERLIN, "")}
OFFICES = {
    "cn": Office(shipped_calendar("cn"), SHANGHAI),
    "de-be": Office(shipped_calendar("de-be"), BERLIN),
}


def by_hand(limit: Limit, start: date, place: str, law: LastDay, stood: set[date]) -> date:
    """The last day, found by walking."""
    work = WORKED[place]
    if limit.unit is Unit.WORKING_DAYS:
        return [day for day in work if day > start and day not in stood][limit.amount - 1]
    if limit.unit in (Unit.DAYS, Unit.WEEKS):
        count = limit.amount * (7 if limit.unit is Unit.WEEKS else 1)
        end, left = start, count
    else:
        count = limit.amount * (12 if limit.unit is Unit.YEARS else 1)
        end = start
        while not ends_month(start, end, count):
            end += timedelta(days=1)
        left = (end - start).days
    end = start
    while left:
        end += timedelta(days=1)
        left -= end not in stood
    return next(day for day in work if day >= end) if law is LastDay.MOVES else end


def ends_month(start: date, day: date, months: int) -> bool:
    """Whether `day` is the one that ends so many months: of the same number, or the last of a short month."""
    apart = (day.year - start.year) * 12 + day.month - start.month
    is_last = (day + timedelta(days=1)).month != day.month
    return apart == months and (day.day == start.day or (is_last and day.day < start.day))


def wall_clock(moment: datetime, place: str) -> datetime:
    """A moment of UTC without zone, as the wall of the place shows it, by the typed summer times."""
    if place == "cn":
        return moment + timedelta(hours=8)
    summer = any(datetime.fromisoformat(a) <= moment < datetime.fromisoformat(b) for a, b in SUMMER_TIME)
    return moment + timedelta(hours=2 if summer else 1)


def drawn_pauses(dice: Dice, start: date) -> tuple[list[Pause], set[date]]:
    """Up to two pauses after the start, and all their days."""
    pauses: list[Pause] = []
    for _ in range(dice.choice((0, 0, 1, 2))):
        begin = start + timedelta(days=dice.below(25))
        pauses.append(Pause(begin, begin + timedelta(days=dice.below(8))))
    return pauses, {day for pause in pauses for day in span(pause)}


def span(pause: Pause) -> Iterable[date]:
    """Every day of a pause, both ends included."""
    assert not isinstance(pause.begin, datetime)
    return (pause.begin + timedelta(days=number) for number in range((pause.end - pause.begin).days + 1))


def test_two_thousand_limits_end_where_a_walk_through_the_days_ends() -> None:
    """Days, weeks, months and working days, with and without pauses, in China and Berlin, to the day."""
    dice = Dice("limits by hand")
    most = {Unit.DAYS: 90, Unit.WEEKS: 12, Unit.MONTHS: 9, Unit.YEARS: 1, Unit.WORKING_DAYS: 60}
    for number in range(CASES):
        place, law = dice.choice(("cn", "de-be")), dice.choice(tuple(LastDay))
        unit = dice.choice(tuple(most))
        limit = Limit(1 + dice.below(most[unit]), unit)
        # No pause moves an end out of the years that were typed.
        start = FIRST + timedelta(days=dice.below(400 if unit is not Unit.YEARS else 300))
        pauses, stood = drawn_pauses(dice, start)
        found = compute_deadline(limit, start, OFFICES[place], law, pauses)
        expected = by_hand(limit, start, place, law, stood)
        assert found.day == expected, f"case {number}: {limit} from {start} in {place}, {law}, {pauses}"


def test_five_hundred_moments_end_where_the_wall_clock_says() -> None:
    """Hours and minutes from any moment of two years, across summer time, to the minute."""
    dice = Dice("moments by hand")
    for number in range(500):
        place = dice.choice(("cn", "de-be"))
        begun = datetime(2025, 1, 1) + timedelta(minutes=dice.below(500_000))  # noqa: DTZ001  # UTC, on purpose bare
        if dice.one_in(3):
            begun = datetime.fromisoformat(dice.choice(SUMMER_TIME)[dice.below(2)]) - timedelta(
                minutes=dice.below(1500)
            )
        unit = dice.choice((Unit.MINUTES, Unit.HOURS))
        limit = Limit(1 + dice.below(100), unit)
        spent = timedelta(minutes=limit.amount * (60 if unit is Unit.HOURS else 1))
        found = compute_deadline(limit, begun.replace(tzinfo=UTC), OFFICES[place])
        assert found.moment is not None
        wall = wall_clock(begun + spent, place)
        assert (found.moment.replace(tzinfo=None, fold=0), found.day) == (wall, wall.date()), f"case {number}: {limit}"


@pytest.mark.parametrize("place", WORKED)
def test_the_shipped_calendars_are_the_notices(place: str) -> None:
    """Each day of 2025 and 2026 is worked or not as the notice, or the law, says."""
    calendar = OFFICES[place].calendar
    every = [calendar.day(FIRST + timedelta(days=number)) for number in range((LAST - FIRST).days + 1)]
    assert [day.date for day in every if day.worked] == WORKED[place]
    make_up = [day.date for day in every if day.kind is DayKind.MAKE_UP]
    assert set(make_up) == (typed(WORKED_IN_CHINA) if place == "cn" else set())


def test_2026_has_248_working_days_in_china() -> None:
    """The year has as many working days as were counted from the notice."""
    days: list[Day] = [OFFICES["cn"].calendar.day(date(2026, 1, 1) + timedelta(days=number)) for number in range(365)]
    assert sum(day.worked for day in days) == 248


starts = st.dates(date(2005, 1, 1), date(2030, 1, 1))
limits = st.builds(Limit, st.integers(1, 40), st.sampled_from([unit for unit in Unit if unit is not Unit.MINUTES]))
laws = st.sampled_from(LastDay)


@settings(max_examples=80)
@given(limits, starts, st.integers(0, 60), laws)
def test_who_starts_later_is_never_due_sooner(limit: Limit, start: date, later: int, law: LastDay) -> None:
    """The end never runs back when the start moves on."""
    first = compute_deadline(limit, start, OFFICES["cn"], law)
    assert first.day >= start
    assert compute_deadline(limit, start + timedelta(days=later), OFFICES["cn"], law).day >= first.day


@settings(max_examples=80)
@given(limits, starts, st.integers(0, 60), laws, st.integers(0, 20), st.integers(0, 20))
def test_a_longer_limit_and_a_pause_never_end_sooner(
    limit: Limit, start: date, more: int, law: LastDay, after: int, long: int
) -> None:
    """Neither more of a unit nor a pause brings an end forward."""
    first = compute_deadline(limit, start, OFFICES["cn"], law)
    assert compute_deadline(Limit(limit.amount + more, limit.unit), start, OFFICES["cn"], law).day >= first.day
    if not limit.unit.is_clock_time:
        asked = start + timedelta(days=after)
        assert (
            compute_deadline(limit, start, OFFICES["cn"], law, [Pause(asked, asked + timedelta(days=long))]).day
            >= first.day
        )


@settings(max_examples=80)
@given(limits, starts, laws, st.sampled_from(sorted(OFFICES)))
def test_every_explanation_names_its_date_and_its_doubt(limit: Limit, start: date, law: LastDay, place: str) -> None:
    """Both sentences name the last day, and say that it is provisional exactly when a year is missing."""
    found = compute_deadline(limit, start, OFFICES[place], law)
    said = explain(found)
    assert f"{found.day.month} 月 {found.day.day} 日" in said.zh
    assert f"{found.day.day} {found.day:%B}" in said.en
    assert found.provisional == ("暂定" in said.zh) == ("provisional" in said.en)
    if found.day.year > max(OFFICES[place].calendar.years) and law is LastDay.MOVES and not limit.unit.is_clock_time:
        assert found.provisional


@settings(max_examples=80)
@given(limits, starts, laws)
def test_a_moved_or_working_end_is_a_day_of_work(limit: Limit, start: date, law: LastDay) -> None:
    """Working days, and days under a law that moves them, end on a day on which the office works."""
    found = compute_deadline(limit, start, OFFICES["cn"], law)
    if limit.unit is Unit.WORKING_DAYS or (law is LastDay.MOVES and not limit.unit.is_clock_time):
        assert OFFICES["cn"].calendar.day(found.day).worked
