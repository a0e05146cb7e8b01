"""Clocks: every printed limit hit and missed by one unit, and what pauses, extends and opens."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.deadlines.calendars import Office, OfficialYear
from casework.deadlines.clock import ClockState, ExtensionRefusal, clock_state
from casework.deadlines.clock_words import explain_change, explain_state
from casework.deadlines.deadline import LastDay, compute_deadline
from casework.deadlines.limits import Limit, read_limit
from casework.deadlines.public_holidays import shipped_calendar
from casework.deadlines.terms import (
    ClockKind,
    ClockStatus,
    ClockTerms,
    EventCode,
    ExtensionTerms,
    Facts,
    Happening,
    Length,
    Promptly,
    Tier,
    Unbound,
)
from casework.engine.engine import Command, decide
from casework.engine.refusals import Refusal, RefusalReason
from casework.ids import MemberId
from casework.rules.acts import Act, Attribute
from casework.words import Words
from tests.casework.policies import bound, opened

SHANGHAI = ZoneInfo("Asia/Shanghai")
CHINA = Office(shipped_calendar("cn"), SHANGHAI)
NO_GRADE = Facts()
PROMPTLY = Promptly(Words(zh="及时", en="promptly"))
START, STOP, PAUSE, RESUME, EXTEND = map(EventCode, ("start", "stop", "pause", "resume", "extend"))


def terms(length: Length | str, kind: ClockKind = ClockKind.DEADLINE) -> ClockTerms:
    """A clock from `start` to `stop` that can be paused."""
    return ClockTerms(
        id="clock",
        start=frozenset({START}),
        stop=frozenset({STOP}),
        length=read_limit(length) if isinstance(length, str) else length,
        kind=kind,
        since=Words(zh="受理", en="acceptance"),
        pauses=frozenset({PAUSE}),
        resumes=frozenset({RESUME}),
    )


def at(month: int, day: int, hour: int = 12, minute: int = 0) -> datetime:
    """A moment of 2026 in Shanghai."""
    return datetime(2026, month, day, hour, minute, tzinfo=SHANGHAI)


def on(code: EventCode, month: int, day: int, until: date | None = None) -> Happening:
    """Something of which only the day is known."""
    return Happening(code, date(2026, month, day), until=until)


def by_staff(code: EventCode, moment: datetime) -> Happening:
    """Something that staff did at a moment."""
    return Happening(code, moment.astimezone(SHANGHAI).date(), moment)


def state(clock: ClockTerms, *happened: Happening, now: datetime, facts: Facts | None = None) -> ClockState:
    """Where a clock of a Chinese office stands."""
    return clock_state(clock, happened, facts or NO_GRADE, CHINA, now)


@dataclass(frozen=True)
class Printed:
    """One hard limit of the policies: its text, a start, and the last day it gives."""

    id: str
    limit: str
    start: date
    last: date
    facts: Facts = NO_GRADE
    tiers: tuple[Tier, ...] = ()


MAJOR = (Tier(read_limit("30个工作日"), frozenset({"major"}), departments=2),)
HARD_LIMITS = (
    Printed("D03a", "24小时", date(2026, 9, 30), date(2026, 10, 1)),
    Printed("D03b", "5个工作日", date(2026, 9, 30), date(2026, 10, 13)),
    Printed("D05a", "24小时", date(2026, 2, 14), date(2026, 2, 15)),
    Printed("D06a", "24小时", date(2026, 1, 4), date(2026, 1, 5)),
    Printed("D06b", "7个工作日", date(2026, 9, 18), date(2026, 9, 29)),
    Printed("D07a", "五个工作日", date(2026, 4, 30), date(2026, 5, 11)),
    Printed("D07b", "五个工作日", date(2026, 2, 13), date(2026, 2, 27)),
    Printed("D08a", "24小时", date(2026, 5, 9), date(2026, 5, 10)),
    Printed("D18a", "5个工作日", date(2026, 4, 30), date(2026, 5, 11)),
    Printed("D18b", "15个工作日", date(2026, 4, 24), date(2026, 5, 19), tiers=MAJOR),
    Printed("D18c", "15个工作日", date(2026, 9, 18), date(2026, 11, 5), Facts("major"), MAJOR),
    Printed("D18c", "15个工作日", date(2026, 9, 18), date(2026, 11, 5), Facts(departments=2), MAJOR),
    Printed("D19a", "24小时", date(2026, 10, 10), date(2026, 10, 11)),
    Printed("D19b", "3个工作日", date(2026, 6, 18), date(2026, 6, 24)),
    Printed("D19c", "3个工作日", date(2026, 2, 13), date(2026, 2, 25)),
    Printed("D19d", "3个工作日", date(2026, 1, 1), date(2026, 1, 6)),
)


@pytest.mark.parametrize("printed", HARD_LIMITS, ids=lambda printed: f"{printed.id}-{printed.facts.grade}")
def test_every_hard_limit_is_hit_and_missed_by_one_unit(printed: Printed) -> None:
    """On the last day, or at the last moment, a clock is met; a unit later it is late, or missed if nobody acts."""
    clock = replace(terms(printed.limit), tiers=printed.tiers)
    begun = datetime.combine(printed.start, datetime.min.time(), SHANGHAI) + timedelta(hours=10, minutes=30)
    hours = "小时" in printed.limit
    unit = timedelta(minutes=1) if hours else timedelta(days=1)
    hit = datetime(printed.last.year, printed.last.month, printed.last.day, 10, 30, tzinfo=SHANGHAI)
    for end, done, undone in (
        (hit, ClockStatus.SATISFIED, ClockStatus.RUNNING),
        (hit + unit, ClockStatus.LATE, ClockStatus.MISSED),
    ):
        found = state(clock, by_staff(START, begun), by_staff(STOP, end), now=end, facts=printed.facts)
        assert (found.status, found.due and found.due.day) == (done, printed.last)
        assert state(clock, by_staff(START, begun), now=end, facts=printed.facts).status is undone


def test_all_fifteen_hard_limits_are_in_the_table() -> None:
    """The policies print fifteen hard limits: five of 24 hours and ten of working days."""
    assert len({printed.id for printed in HARD_LIMITS}) == 15
    assert sum("小时" in printed.limit for printed in HARD_LIMITS) == 5


IN_THEIR_POLICIES = {
    "D03a": ("customer-service-24h-5wd", "handling"),
    "D03b": ("customer-service-24h-5wd", "result"),
    "D05a": ("property-owner-complaint", "response"),
    "D06a": ("product-quality-complaint", "contact"),
    "D06b": ("product-quality-complaint", "measures"),
    "D07a": ("employee-complaint-confirm-appeal", "written-result"),
    "D07b": ("employee-complaint-confirm-appeal", "appeal"),
    "D08a": ("employee-complaint-resolution", "registration"),
    "D18a": ("employee-complaint-resolution-sla", "investigation"),
    "D18b": ("employee-complaint-resolution-sla", "answer"),
    "D18c": ("employee-complaint-resolution-sla", "answer"),
    "D19a": ("employee-complaint-review-publish", "preliminary-review"),
    "D19b": ("employee-complaint-review-publish", "investigation"),
    "D19c": ("employee-complaint-review-publish", "appeal"),
    "D19d": ("employee-complaint-review-publish", "reexamination"),
}
EXTENDED_BY_TEXT = {"D05a"}
"""处理时限可适当延长: the only one of these texts that lets its limit be extended."""


@pytest.mark.parametrize("printed", HARD_LIMITS, ids=lambda printed: f"{printed.id}-{printed.facts.grade}")
def test_every_hard_limit_is_that_of_its_policy_and_extended_only_where_the_text_says_so(printed: Printed) -> None:
    """The shipped policy has the very limit and tier; where its text knows no extension, one is refused."""
    name, clock = IN_THEIR_POLICIES[printed.id]
    policy = bound(name)
    rule = next(one for one in policy.rules.clocks if one.id == clock)
    assert rule.limit == read_limit(printed.limit)
    assert [tier.limit for tier in rule.tiers] == [tier.length for tier in printed.tiers]
    assert (rule.extension is not None) == (printed.id in EXTENDED_BY_TEXT)
    codes = {Attribute.CLOCK: clock, Attribute.UNTIL: "2026-12-31"}
    roles = frozenset(role.id for role in policy.rules.roles)
    for stage in policy.rules.stages:
        case = replace(opened(policy), stage=stage.id)
        wanted = Command(Act.EXTENDED, printed.start, MemberId("li"), roles, codes=codes, item=bytes(32))
        found = decide(policy, case, wanted)
        if printed.id not in EXTENDED_BY_TEXT:
            assert isinstance(found, Refusal)
            assert found.reason in (RefusalReason.NOT_IN_POLICY, RefusalReason.NOT_HERE, RefusalReason.WRONG_CODE)
            assert found.words.zh


def test_a_clock_waits_for_its_start_and_knows_no_stop_before_it() -> None:
    """What happened before the start neither starts nor stops it."""
    clock = terms("3 working days")
    assert state(clock, on(STOP, 6, 1), now=at(6, 2)).status is ClockStatus.NOT_STARTED
    assert state(clock, on(STOP, 6, 1), on(START, 6, 1), now=at(6, 2)).status is ClockStatus.RUNNING


def test_two_targets_stop_a_clock_together_or_either_of_them() -> None:
    """Measures set and result told: the second of them stops it, unless either is enough."""
    both = replace(terms("7 working days"), stop=frozenset({STOP, RESUME}), pauses=frozenset(), resumes=frozenset())
    happened = on(START, 6, 1), on(STOP, 6, 3)
    assert state(both, *happened, now=at(6, 4)).status is ClockStatus.RUNNING
    assert state(both, *happened, on(RESUME, 6, 5), now=at(6, 8)).stopped == date(2026, 6, 5)
    assert state(replace(both, any_stop=True), *happened, now=at(6, 4)).stopped == date(2026, 6, 3)


def test_a_send_back_begins_anew_only_where_the_policy_says_so() -> None:
    """The first start counts, and its stop; where a clock restarts the last one does."""
    happened = on(START, 6, 1), on(STOP, 6, 2), on(START, 6, 8)
    assert state(terms("3 working days"), *happened, now=at(6, 9)).status is ClockStatus.SATISFIED
    again = state(replace(terms("3 working days"), restarts=True), *happened, now=at(6, 9))
    assert (again.status, again.due and again.due.day) == (ClockStatus.RUNNING, date(2026, 6, 11))


def test_minutes_start_only_from_what_staff_did() -> None:
    """A reporter's act starts no clock of minutes; the call that staff took does, to the minute."""
    clock = terms("30 minutes")
    assert state(clock, on(START, 6, 1), now=at(6, 1)).status is ClockStatus.NOT_STARTED
    called = on(START, 6, 1), by_staff(START, at(6, 1, 14, 10))
    assert state(clock, *called, by_staff(STOP, at(6, 1, 14, 40)), now=at(6, 1, 15)).status is ClockStatus.SATISFIED
    assert state(clock, *called, by_staff(STOP, at(6, 1, 14, 41)), now=at(6, 1, 15)).status is ClockStatus.LATE


def test_what_must_wait_waits() -> None:
    """A follow-up call not before 60 minutes is early a minute sooner, and open from that minute on."""
    clock = terms("60 minutes", ClockKind.NOT_BEFORE)
    begun = by_staff(START, at(6, 1, 9))
    assert state(clock, begun, now=at(6, 1, 9, 59)).status is ClockStatus.RUNNING
    assert state(clock, begun, now=at(6, 1, 10)).status is ClockStatus.OPEN
    assert state(clock, begun, by_staff(STOP, at(6, 1, 9, 59)), now=at(6, 1, 12)).status is ClockStatus.EARLY
    assert state(clock, begun, by_staff(STOP, at(6, 1, 10)), now=at(6, 1, 12)).status is ClockStatus.SATISFIED
    waiting = explain_state(clock, state(clock, by_staff(START, at(6, 1, 10)), now=at(6, 1, 10, 30)))
    assert ("11:00 期满。期满之后方可进行。" in waiting.zh, "到期" in waiting.zh) == (True, False)
    assert ("ends Monday 1 June at 11:00." in waiting.en, "due" in waiting.en) == (True, False)


def test_a_warning_opens_an_outside_road() -> None:
    """Japan's 20 days: on the twentieth the road is shut, on the next day it is open unless notice was given."""
    clock = replace(terms("20 days", ClockKind.WARNING), last_day=LastDay.STANDS)
    begun = on(START, 6, 1)
    assert state(clock, begun, now=at(6, 21, 23, 59)).status is ClockStatus.RUNNING
    opened = state(clock, begun, now=at(6, 22, 0))
    assert opened.status is ClockStatus.OPEN
    assert explain_state(clock, opened).zh.endswith("外部渠道已经开启。")
    assert state(clock, begun, on(STOP, 6, 21), now=at(7, 1)).status is ClockStatus.SATISFIED


def test_a_clock_stands_while_the_reporter_is_asked() -> None:
    """While a question is open nothing is overdue; the days of question and answer are not counted."""
    clock = terms("5 working days")
    asked = on(START, 6, 1), on(PAUSE, 6, 3)
    waiting = state(clock, *asked, now=at(7, 20))
    assert (waiting.status, waiting.paused_since) == (ClockStatus.PAUSED, date(2026, 6, 3))
    answered = state(clock, *asked, on(RESUME, 6, 10), now=at(6, 11))
    # Counted: 2 June, then 11, 12, 15, 16 June.
    assert (answered.status, answered.due and answered.due.day) == (ClockStatus.RUNNING, date(2026, 6, 16))


def test_a_question_asked_too_late_saves_no_clock() -> None:
    """A limit that has run out is missed, whatever is asked afterwards."""
    happened = on(START, 6, 1), on(PAUSE, 6, 9)
    assert state(terms("5 working days"), *happened, now=at(6, 9)).status is ClockStatus.MISSED
    assert state(terms("5 working days"), on(START, 6, 1), on(PAUSE, 6, 8), now=at(6, 9)).status is ClockStatus.PAUSED


def test_hours_stand_from_moment_to_moment() -> None:
    """24 hours with a pause of 90 minutes end 90 minutes later; a reporter's answer counts from the next opening."""
    clock = terms("24 hours")
    begun = by_staff(START, at(6, 1, 10))
    asked = by_staff(PAUSE, at(6, 1, 11))
    called = state(clock, begun, asked, by_staff(RESUME, at(6, 1, 12, 30)), now=at(6, 1, 13))
    assert called.due is not None
    assert called.due.moment == at(6, 2, 11, 30)
    mailed = state(clock, begun, asked, on(RESUME, 6, 1), now=at(6, 2, 8))
    assert mailed.due is not None
    assert mailed.due.moment == at(6, 3, 8)


EXTENSIBLE = ExtensionTerms(frozenset({EXTEND}), by=read_limit("30 days"), times=1)


@pytest.mark.parametrize(
    ("extension", "told", "reason"),
    [
        (EXTENSIBLE, [on(EXTEND, 6, 12, date(2026, 7, 15))], None),
        (EXTENSIBLE, [on(EXTEND, 6, 12, date(2026, 7, 16))], ExtensionRefusal.BEYOND_CAP),
        (EXTENSIBLE, [on(EXTEND, 6, 12, date(2026, 6, 15))], ExtensionRefusal.NOT_LATER),
        (EXTENSIBLE, [on(EXTEND, 6, 12)], ExtensionRefusal.NO_DAY_GIVEN),
        (EXTENSIBLE, [on(EXTEND, 6, 16, date(2026, 6, 30))], ExtensionRefusal.TOO_LATE),
        (
            EXTENSIBLE,
            [on(EXTEND, 6, 12, date(2026, 6, 18)), on(EXTEND, 6, 12, date(2026, 6, 30))],
            ExtensionRefusal.TOO_OFTEN,
        ),
        (replace(EXTENSIBLE, by=None), [on(EXTEND, 6, 15, date(2027, 6, 15))], None),
        (replace(EXTENSIBLE, gives_day=False), [on(EXTEND, 6, 15)], None),
    ],
)
def test_an_extension_holds_only_as_the_policy_says(
    extension: ExtensionTerms, told: list[Happening], reason: ExtensionRefusal | None
) -> None:
    """In time, once, with a day, within the cap: else it moves nothing, and the reason is told."""
    clock = replace(terms("10 working days"), extension=extension)
    found = state(clock, on(START, 6, 1), *told, now=at(6, 16))
    assert [why for _, why in found.refused] == ([] if reason is None else [reason])
    moved = told[0].until or date(2026, 7, 15)
    held = reason is None or reason is ExtensionRefusal.TOO_OFTEN
    assert found.due is not None
    assert found.due.day == (moved if held else date(2026, 6, 15))
    assert (found.status is ClockStatus.RUNNING) == held


def test_a_clock_without_extension_takes_none() -> None:
    """Where the policy knows no extension the event moves nothing."""
    found = state(terms("10 days"), on(START, 6, 1), on(EXTEND, 6, 2, date(2026, 7, 1)), now=at(6, 3))
    assert found.due is not None
    assert (found.due.day, found.extensions) == (date(2026, 6, 11), ())


def test_a_pause_after_an_extension_moves_the_day_that_was_told() -> None:
    """The told day moves by the days of a later pause, and not by an earlier one."""
    clock = replace(terms("10 working days"), extension=EXTENSIBLE)
    happened = on(START, 6, 1), on(PAUSE, 6, 2), on(RESUME, 6, 3), on(EXTEND, 6, 12, date(2026, 6, 24))
    plain = state(clock, *happened, now=at(6, 12))
    assert plain.due is not None
    assert (plain.due.day, plain.due.before_extension) == (date(2026, 6, 24), date(2026, 6, 17))
    later = state(clock, *happened, on(PAUSE, 6, 16), on(RESUME, 6, 17), now=at(6, 18))
    assert later.due is not None
    assert later.due.day == date(2026, 6, 26)


def test_an_extension_told_during_a_pause_moves_by_what_is_left_of_it() -> None:
    """Anyone who told the day knew of the pause up to that day; the three days after it come on top."""
    clock = replace(terms("10 working days"), extension=EXTENSIBLE)
    happened = on(START, 6, 1), on(PAUSE, 6, 10), on(EXTEND, 6, 12, date(2026, 6, 22)), on(RESUME, 6, 15)
    found = state(clock, *happened, now=at(6, 16))
    assert found.due is not None
    assert found.due.day == date(2026, 6, 25)


def test_a_word_without_a_number_is_never_overdue_and_a_blank_never_runs() -> None:
    """及时 stays 及时 after a year; a blank names the parameter that nobody bound."""
    word, blank = terms(PROMPTLY), terms(Unbound("call-back"))
    found = state(word, on(START, 6, 1), now=at(12, 1))
    assert found.status is ClockStatus.PROMPTLY
    assert explain_state(word, found).zh == "制度写的是“及时”，没有给出期限；自 2026 年 6 月 1 日起尚未完成。"
    assert state(word, on(START, 6, 1), on(STOP, 6, 9), now=at(12, 1)).status is ClockStatus.SATISFIED
    open_one = state(blank, on(START, 6, 1), now=at(6, 2))
    assert open_one.status is ClockStatus.UNBOUND
    assert "call-back" in explain_state(blank, open_one).en


def test_statutory_limits_know_no_closure_of_the_company() -> None:
    """A company that shuts for a week moves its own limits and none of the law's."""
    shut = {date(2026, 6, day): Words(zh="检修", en="overhaul") for day in range(2, 6)}
    office = replace(CHINA, calendar=CHINA.calendar.with_closures(shut))
    clock = terms("3 working days")
    ends = [
        clock_state(one, [on(START, 6, 1)], Facts(), office, at(6, 1)).due
        for one in (clock, replace(clock, statutory=True))
    ]
    assert [end and end.day for end in ends] == [date(2026, 6, 10), date(2026, 6, 4)]
    assert ends[0] is not None
    assert (
        "检修 6 月 2 日至 5 日停工"
        in explain_state(clock, clock_state(clock, [on(START, 6, 1)], Facts(), office, at(6, 1))).zh
    )


@pytest.mark.parametrize("status", [one for one in ClockStatus if one is not ClockStatus.UNBOUND])
def test_every_standing_is_told_in_both_languages(status: ClockStatus) -> None:
    """Whatever the standing and the kind, the sentence ends as a sentence in both languages."""
    for kind in ClockKind:
        clock = terms("5 working days", kind)
        end = compute_deadline(read_limit("5 working days"), date(2026, 9, 30), CHINA)
        said = explain_state(clock, ClockState(status, date(2026, 9, 30), end, late=2))
        assert said.zh.endswith("。")
        assert said.en.endswith(".")
        assert ("10 月 13 日" in said.zh) == ("13 October" in said.en) is True


def test_an_uploaded_calendar_changes_a_provisional_date_and_says_so() -> None:
    """Once the year is known the date is certain, and the change names both days."""
    limit, start = read_limit("5 working days"), date(2026, 12, 24)
    before = compute_deadline(limit, start, CHINA)
    new_year = {date(2027, 1, 1): Words(zh="元旦", en="New Year's Day")}
    known = CHINA.calendar.with_years({2027: OfficialYear(2027, "notice", new_year)})
    after = compute_deadline(limit, start, replace(CHINA, calendar=known))
    assert (before.day, before.provisional) == (date(2026, 12, 31), True)
    assert (after.day, after.provisional) == (date(2026, 12, 31), False)
    change = explain_change(before, after)
    assert change is not None
    assert "现已确定" in change.zh
    later = compute_deadline(read_limit("6 working days"), start, replace(CHINA, calendar=known))
    moved = explain_change(compute_deadline(read_limit("6 working days"), start, CHINA), later)
    assert moved is not None
    assert moved.en == (
        "Counted again by the uploaded calendar: Monday 4 January 2027 instead of Friday 1 January 2027."
    )
    assert explain_change(after, after) is None


def test_a_clock_is_the_same_wherever_it_is_asked() -> None:
    """The zone of `now` is a matter of writing: the office's day decides."""
    clock = terms("1 day")
    last = datetime(2026, 6, 2, 15, 59, tzinfo=UTC)
    assert state(clock, on(START, 6, 1), now=last).status is ClockStatus.RUNNING
    assert state(clock, on(START, 6, 1), now=last + timedelta(minutes=1)).status is ClockStatus.MISSED
    assert isinstance(clock.length, Limit)
