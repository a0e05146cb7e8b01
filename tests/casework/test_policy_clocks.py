"""A policy's clocks over a case: when they lapse, and one that begins where another ends."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.deadlines.calendars import Office
from casework.deadlines.clock import clock_state
from casework.deadlines.public_holidays import shipped_calendar
from casework.deadlines.terms import ClockStatus
from casework.engine.case import Case, Event, apply_events, opening
from casework.engine.case import fold as folded
from casework.engine.policy_clocks import facts_of, happenings, is_notice_unread, lapsed, terms_of
from casework.engine.refusals import StepUnfit
from casework.errors import EventRefused
from casework.event_store.history import StreamEntry, history
from casework.event_store.step_check import Ruling, check_step
from casework.ids import MemberId
from casework.policy_check.path_search import NO_ITEM
from casework.rules.acts import Act, Attribute
from casework.rules.flow import ClockId
from crypto import Event as Told
from tests.casework.policies import bound, do

BERLIN = Office(shipped_calendar("de"), ZoneInfo("Europe/Berlin"))
SHANGHAI = Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))


def arrived(name: str, day: date) -> Case:
    """A case under a shipped policy that arrives on a day."""
    return folded([opening(name, "1", day)])


def due(case: Case, name: str, now: datetime) -> tuple[ClockStatus, date | None]:
    """Status and last day of the feedback clock."""
    policy = bound(case.policy)
    clock = policy.rules.clock(ClockId(name))
    assert clock is not None
    state = clock_state(terms_of(clock), happenings(case, clock), facts_of(case), BERLIN, now)
    return state.status, state.due.day if state.due else None


def test_without_acknowledgement_each_law_counts_in_its_own_way() -> None:
    """The directive: three months from the end of the seven days; HinSchG § 17(2): three months, then seven days."""
    ends = {"eu-wb-internal": date(2026, 6, 1), "de-hinschg-internal": date(2026, 5, 29)}
    for name, last in ends.items():
        case = arrived(name, date(2026, 2, 22))
        later = datetime(2026, 3, 2, 12, tzinfo=BERLIN.zone)
        assert due(case, "feedback", later) == (ClockStatus.RUNNING, last)
        missed = datetime(2026, 6, 2, 12, tzinfo=BERLIN.zone)
        assert due(case, "feedback", missed) == (ClockStatus.MISSED, last)


def test_an_acknowledgement_in_time_starts_the_three_months() -> None:
    """Sent on the fifth day, it is from then on that the law counts."""
    policy = bound("eu-wb-internal")
    case = arrived("eu-wb-internal", date(2026, 2, 22))
    sent = replace(do(policy, case, Act.ACKNOWLEDGED).events[-1], at=date(2026, 2, 27))
    now = datetime(2026, 4, 1, 12, tzinfo=BERLIN.zone)
    assert due(apply_events(case, (sent,)), "feedback", now) == (ClockStatus.RUNNING, date(2026, 5, 27))


def test_a_step_of_the_small_hours_is_of_the_day_that_its_member_signed() -> None:
    """One in the morning in Shanghai is the day before in UTC, by which neither clocks nor what is ahead may go."""
    policy = bound("company-whistleblowing")
    arrival = Told(bytes(16), 0, "received", "2026-09-29", "worker", {"policy": policy.id, "version": policy.version})
    names = {"role": "li", "at": "2026-09-30T17:05Z"}
    told = Told(bytes(16), 1, Act.REGISTERED.value, "2026-10-01", "li", names)
    case = history(policy.id, policy.version, [StreamEntry(arrival, signed=False), StreamEntry(told, signed=True)])
    assert (case.events[-1].at, case.events[-1].day) == (datetime(2026, 9, 30, 17, 5, tzinfo=UTC), date(2026, 10, 1))
    clock = policy.rules.clocks[0]
    assert [one.day for one in happenings(case, clock)] == [date(2026, 9, 29), date(2026, 10, 1)]


def test_a_window_lapses_the_day_after_its_last_and_one_that_has_not_started_never() -> None:
    """What the engine is told: the notice's wait has run out, the appeal's window has not begun."""
    policy = bound("employee-complaint-review-publish")
    case = arrived(policy.id, date(2026, 9, 30))
    for act in (
        Act.CHECKED,
        Act.ROUTED,
        Act.DEPARTMENT_RECEIVED,
        Act.EVIDENCE_GATHERED,
        Act.REPORT_FORMED,
        Act.PLAN_DRAFTED,
        Act.REPORT_SUBMITTED,
        Act.APPROVED,
        Act.DECIDED,
    ):
        case = do(policy, case, act)
    case = do(policy, case, Act.NOTIFIED)
    told = {day: lapsed(policy, case, SHANGHAI, datetime(2026, 10, day, 12, tzinfo=SHANGHAI.zone)) for day in (29, 31)}
    assert "notice-waits" not in told[29]
    assert "notice-waits" in told[31]
    assert "appeal" not in told[31]


@pytest.mark.parametrize(("minutes", "over"), [(59, False), (60, True)])
def test_a_wait_that_was_kept_is_over_and_one_that_was_not_kept_never_is(minutes: int, over: bool) -> None:
    """A follow-up call at its time does not bar a second; one before its time leaves the wait as it was broken."""
    policy = bound("customer-callback-workorder")
    begin = datetime(2026, 9, 30, 10, tzinfo=SHANGHAI.zone)
    case = arrived(policy.id, begin.date())
    for act, moment in ((Act.MEDIATED, begin), (Act.FOLLOWED_UP, begin + timedelta(minutes=minutes))):
        event = Event(len(case.events), act, moment)
        case = replace(case, events=(*case.events, event))
    assert ("follow-up" in lapsed(policy, case, SHANGHAI, begin + timedelta(days=1))) is over


def test_an_extension_moves_the_clock_that_it_names_and_no_other() -> None:
    """Each clock hears of its own extensions alone."""
    policy = bound("property-owner-complaint")
    case = do(policy, arrived(policy.id, date(2026, 9, 30)), Act.REGISTERED)
    told = {Attribute.CLOCK: "response", Attribute.UNTIL: "2026-10-20"}
    extension = Event(len(case.events), Act.EXTENDED, date(2026, 9, 30), MemberId("li"), codes=told, item=NO_ITEM)
    case = apply_events(case, (extension,))
    heard = {
        clock.id for clock in policy.rules.clocks if any(one.code == "extended" for one in happenings(case, clock))
    }
    assert heard == {"response"}


@pytest.mark.parametrize(
    ("name", "act", "lag"),
    [
        ("customer-callback-workorder", Act.DEPARTMENT_RECEIVED, 10),
        ("customer-callback-workorder", Act.PLAN_DRAFTED, 30),
        ("employee-complaint-review-publish", Act.ROUTED, 120),
    ],
)
def test_the_minute_of_an_act_may_be_told_only_a_little_late(name: str, act: Act, lag: int) -> None:
    """A quarter of the limit that it moves, ten minutes at least and two hours at most; and ten minutes ahead."""
    policy, now = bound(name), datetime(2026, 11, 25, 4, 0, tzinfo=UTC)
    ruling = Ruling(policy, SHANGHAI, now, lambda _: None)
    entries = [StreamEntry(Told(bytes(16), 0, "received", "2026-11-25", "worker", {}), signed=False)]
    case = history(policy.id, policy.version, entries)

    def refused(minutes: int) -> bool:
        at = (now + timedelta(minutes=minutes)).strftime("%Y-%m-%dT%H:%MZ")
        try:
            check_step(ruling, entries, case, Told(bytes(16), 1, act.value, "2026-11-25", "li", {"at": at}))
        except StepUnfit:
            return False
        except EventRefused as error:
            return error.reason == "at"
        return False

    assert [refused(minutes) for minutes in (-lag - 1, -lag, 0, 10, 11)] == [True, False, False, False, True]


def receipts(*days: tuple[Act, int]) -> Case:
    """A case with notices and receipts on days of November 2026, in the order of the record."""
    case = arrived("employee-complaint-review-publish", date(2026, 11, 1))
    signer = {Act.NOTIFIED: MemberId("li")}
    return apply_events(
        case, [Event(1 + n, act, date(2026, 11, day), signer.get(act)) for n, (act, day) in enumerate(days)]
    )


@pytest.mark.parametrize(
    ("told", "start", "waits"),
    [
        # The second notice went out before the first one's receipt was recorded: its own receipt counts too.
        (((Act.NOTIFIED, 6), (Act.NOTIFIED, 12), (Act.NOTICE_RECEIVED, 9), (Act.NOTICE_RECEIVED, 13)), 13, False),
        (((Act.NOTIFIED, 6), (Act.NOTIFIED, 12), (Act.NOTICE_RECEIVED, 9)), 9, True),
        (((Act.NOTIFIED, 6), (Act.NOTICE_RECEIVED, 9), (Act.NOTICE_RECEIVED, 13)), 9, False),
        (((Act.NOTIFIED, 6), (Act.NOTICE_RECEIVED, 9), (Act.NOTIFIED, 12), (Act.NOTICE_RECEIVED, 12)), 12, False),
    ],
)
def test_a_receipt_is_that_of_a_notice_of_its_day_or_before(
    told: tuple[tuple[Act, int], ...], start: int, waits: bool
) -> None:
    """No member takes a reporter's limit away by recording an earlier receipt behind the next notice."""
    case = receipts(*told)
    clock = bound(case.policy).rules.clock(ClockId("appeal"))
    assert clock is not None
    now = datetime(2026, 11, 13, 12, tzinfo=SHANGHAI.zone)
    state = clock_state(terms_of(clock), happenings(case, clock), facts_of(case), SHANGHAI, now)
    assert (state.started, is_notice_unread(case)) == (date(2026, 11, start), waits)
