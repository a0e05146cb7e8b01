"""What the worker owes to a case follows from policy, calendar and signed acts alone, and never tells an hour."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from casework.deadlines.calendars import Office
from casework.deadlines.public_holidays import shipped_calendar
from casework.engine.case import Case, Event, apply_events, fold, opening
from casework.obligations.case_schedule import (
    ScheduledEvent,
    WorkerKind,
    case_schedule,
    retention_end,
    start_of_day,
    superior_of,
)
from casework.policy.policy import Policy
from casework.policy.reader import shipped_policies
from casework.rules.acts import Act, Attribute
from casework.rules.roles import RoleId
from tests.casework.policies import bound, text_alone

WORKS = Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))
RECEIVED = date(2026, 9, 21)
SLA = text_alone(bound("employee-complaint-resolution-sla"))
EU = text_alone(bound("eu-wb-internal"))
HOURS = text_alone(bound("customer-service-24h-5wd"))


def case_of(policy: Policy, day: date = RECEIVED) -> Case:
    """A case that was received on a day."""
    return fold([opening(policy.id, policy.version, day)])


def noon(day: date) -> datetime:
    """Noon of a day in the office."""
    return datetime.combine(day, time(12), WORKS.zone)


def told(owed: tuple[ScheduledEvent, ...]) -> list[tuple[str, str, str]]:
    """Day, kind and clock of each, in order."""
    return [(datetime.fromtimestamp(one.at, WORKS.zone).date().isoformat(), one.kind.value, one.clock) for one in owed]


def test_a_limit_in_days_is_reminded_of_overdue_and_escalated_on_days_of_work() -> None:
    """Fifteen working days end on 19 October: reminded on the Friday before, escalated a day of work later."""
    found = case_schedule(SLA, case_of(SLA), WORKS, noon(RECEIVED)).events
    assert told(found) == [
        ("2026-10-16", "reminded", "answer"),
        ("2026-10-20", "overdue", "answer"),
        ("2026-10-21", "escalated-by-clock", "answer"),
    ]
    assert {one.due for one in found} == {start_of_day(date(2026, 10, 20), WORKS)}
    assert [one.to for one in found] == [None, None, RoleId("superior")]


def test_nobody_is_reminded_on_the_day_of_the_start() -> None:
    """Of 24 hours from the last minute of a day the last quarter begins on the day after, where it is told."""
    found = case_schedule(HOURS, case_of(HOURS), WORKS, noon(RECEIVED)).events
    assert [one for one in told(found) if one[2] == "handling"] == [
        ("2026-09-22", "reminded", "handling"),
        ("2026-09-23", "overdue", "handling"),
        ("2026-09-24", "escalated-by-clock", "handling"),
    ]
    noted = datetime(2026, 9, 22, 2, tzinfo=UTC)
    minutes = text_alone(bound("customer-callback-workorder"))
    quick = fold([replace(opening(minutes.id, minutes.version, RECEIVED), at=noted)])
    kinds = {one.kind for one in case_schedule(minutes, quick, WORKS, noon(RECEIVED)).events if one.clock == "order"}
    assert kinds == {WorkerKind.OVERDUE, WorkerKind.ESCALATED}


def test_a_clock_that_begins_for_want_of_another_wakes_the_worker() -> None:
    """The three months of the directive begin after seven days without an acknowledgement, though nobody acts."""
    before = case_schedule(EU, case_of(EU), WORKS, noon(RECEIVED))
    assert [one.clock for one in before.dues] == ["acknowledge"]
    (turn,) = set(before.turns)
    assert turn == start_of_day(date(2026, 9, 29), WORKS)
    after = case_schedule(EU, case_of(EU), WORKS, datetime.fromtimestamp(turn, UTC))
    assert {one.clock: one.day for one in after.dues}["feedback"] == "2026-12-28"
    assert ("2026-12-29", "warning-open", "public-disclosure") in told(after.events)
    assert after.turns == ()


def test_what_was_done_late_is_told_as_overdue_all_the_same() -> None:
    """A worker that comes back after the answer still tells that it was late, and escalates nothing that was done."""
    late = apply_events(case_of(SLA), [_signed(1, Act.NOTIFIED, date(2026, 10, 20))])
    found = case_schedule(SLA, late, WORKS, noon(date(2026, 10, 27))).events
    assert told(found) == [("2026-10-20", "overdue", "answer"), ("2026-11-20", "reminded", "notice-waits")]
    in_time = apply_events(case_of(SLA), [_signed(1, Act.NOTIFIED, date(2026, 10, 19))])
    kept = case_schedule(SLA, in_time, WORKS, noon(date(2026, 10, 27))).events
    assert {one.clock for one in kept} == {"notice-waits"}


def _signed(n: int, act: Act, day: date, **codes: str) -> Event:
    found = {Attribute(name): value for name, value in codes.items()}
    return Event(n, act, day, by="li-wei", role=RoleId("hr"), codes=found)  # type: ignore[arg-type]


def test_an_authority_stops_what_is_owed_until_it_hands_back() -> None:
    """While an authority has the case nothing is due; handed back the day of the end has moved on."""
    away = apply_events(case_of(SLA), [_signed(1, Act.HANDED_OVER, date(2026, 9, 28))])
    found = case_schedule(SLA, away, WORKS, noon(date(2026, 12, 1)))
    assert found.events == ()
    assert [one.due_at for one in found.dues] == [None]
    back = apply_events(away, [_signed(2, Act.HANDED_BACK, date(2026, 10, 12))])
    assert told(case_schedule(SLA, back, WORKS, noon(date(2026, 10, 13))).events)[0][0] > "2026-10-16"


def test_an_ended_case_wakes_the_worker_when_it_need_not_be_kept() -> None:
    """The end of keeping is the turn of the day after its last; a hold, an authority and an unbound number keep it."""
    end = next(stage.id for stage in SLA.rules.stages if stage.end)
    kept = replace(SLA, bound=replace(SLA.bound, retention_months=36))
    case = apply_events(case_of(SLA), [replace(_signed(1, Act.CLOSED, date(2026, 10, 8)), to=end)])
    ends = start_of_day(date(2029, 10, 9), WORKS)
    for day in (date(2026, 10, 9), date(2031, 1, 1)):
        assert retention_end(kept, case, WORKS, noon(day)) == ends
        assert retention_end(kept, replace(case, held=True), WORKS, noon(day)) is None
        assert retention_end(kept, replace(case, frozen=True), WORKS, noon(day)) is None
        assert retention_end(SLA, case, WORKS, noon(day)) is None
    assert retention_end(kept, case_of(SLA), WORKS, noon(RECEIVED)) is None


def test_a_departments_delay_goes_to_its_superior_and_the_superiors_upward() -> None:
    """The first role above in the order superior, leadership, oversight; nobody where the text has none."""
    policy = text_alone(bound("employee-complaint-confirm-appeal"))
    assert superior_of(policy, RoleId("hr")) == "department-head"
    assert superior_of(policy, RoleId("department-head")) == "leadership"
    assert superior_of(policy, RoleId("leadership")) is None
    assert superior_of(EU, RoleId("designated-person")) is None


@given(
    name=st.sampled_from(shipped_policies()),
    day=st.dates(date(2026, 1, 1), date(2026, 12, 31)),
    days=st.lists(st.integers(0, 500), min_size=2, max_size=2),
    hour=st.integers(0, 23),
)
def test_what_is_owed_does_not_depend_on_when_the_worker_looks(
    name: str, day: date, days: list[int], hour: int
) -> None:
    """Later it owes what it owed before and what began since; every moment is the turn of a day, after the start."""
    policy = bound(name)
    case = case_of(policy, day)
    earlier, later = (
        case_schedule(policy, case, WORKS, noon(day) + timedelta(days=n, hours=hour)).events for n in sorted(days)
    )
    assert set(earlier) <= set(later)
    assert sorted(one.at for one in later) == [one.at for one in later]
    for one in later:
        turn = datetime.fromtimestamp(one.at, WORKS.zone)
        assert turn.time() == time()
        assert turn.date() > day
        assert (one.kind is WorkerKind.REMINDED and one.at < one.due) or one.at >= one.due
