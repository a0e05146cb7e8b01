"""The clocks of the laws: each hit on its last day and missed on the next, with its extensions and its other start."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from casework.deadlines.calendars import Office
from casework.deadlines.clock import ExtensionRefusal, clock_state
from casework.deadlines.deadline import LastDay
from casework.deadlines.explanations import explain
from casework.deadlines.limits import read_limit
from casework.deadlines.public_holidays import shipped_calendar
from casework.deadlines.terms import (
    ClockKind,
    ClockStatus,
    ClockTerms,
    EventCode,
    ExtensionTerms,
    Facts,
    Happening,
    Otherwise,
)
from casework.errors import LimitRefused

OFFICES = {
    "cn": Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai")),
    "de": Office(shipped_calendar("de"), ZoneInfo("Europe/Berlin")),
    "jp": Office(shipped_calendar("jp"), ZoneInfo("Asia/Tokyo")),
    "us": Office(shipped_calendar("us"), ZoneInfo("America/New_York")),
}
RECEIVED, ACKNOWLEDGED, START, STOP, EXTEND, PAUSE, RESUME = map(
    EventCode, ("received", "acknowledged", "start", "stop", "extend", "pause", "resume")
)
STANDS, MOVES = LastDay.STANDS, LastDay.MOVES
DEADLINE, NOT_BEFORE, WARNING = ClockKind


@dataclass(frozen=True)
class Law:
    """One figure of a law: where, what, how long, from when, and the last day."""

    place: str
    what: str
    limit: str
    start: str
    last: str
    last_day: LastDay = MOVES
    kind: ClockKind = DEADLINE


LAWS = (
    # Directive 2019/1937 art. 9(1)(b), HinSchG § 17(1): Good Friday is a day like others.
    Law("de", "acknowledgement", "7 days", "2026-03-27", "2026-04-03", STANDS),
    # Art. 9(1)(f), § 17(2): 30 November has no counterpart in February.
    Law("de", "feedback", "3 months", "2026-11-30", "2027-02-28", STANDS),
    Law("de", "outside feedback, extensive", "6 months", "2026-08-31", "2027-02-28", STANDS),
    Law("de", "public disclosure, art. 15", "3 months", "2026-05-31", "2026-08-31", STANDS, WARNING),
    Law("de", "records deleted, HinSchG § 11(5)", "3 years", "2024-02-29", "2027-02-28", STANDS),
    # 市场监督管理投诉举报处理暂行办法.
    Law("cn", "投诉受理告知", "7个工作日", "2026-02-12", "2026-02-28"),
    Law("cn", "投诉调解", "45个工作日", "2026-08-31", "2026-11-06"),
    Law("cn", "举报核查立案", "15个工作日", "2026-04-24", "2026-05-19"),
    # 纪检监察机关处理检举控告工作规则.
    Law("cn", "实名检举受理告知", "15个工作日", "2026-09-18", "2026-10-15"),
    Law("cn", "上级管辖报送", "5个工作日", "2026-09-30", "2026-10-13"),
    # 公安机关办理刑事案件程序规定 arts 178, 179.
    Law("cn", "不予立案通知", "3日", "2026-04-30", "2026-05-06"),
    Law("cn", "刑事复议申请", "7日", "2026-09-24", "2026-10-08"),
    Law("cn", "刑事复议决定", "30日", "2026-10-08", "2026-11-09"),
    # 信访工作条例.
    Law("cn", "信访受理告知", "15日", "2026-01-19", "2026-02-03"),
    Law("cn", "信访办结", "60日", "2026-08-03", "2026-10-08"),
    Law("cn", "信访复核申请", "30日", "2026-09-01", "2026-10-08"),
    # 银行业保险业消费投诉处理管理办法.
    Law("cn", "银行投诉", "15日", "2026-02-05", "2026-02-24"),
    Law("cn", "银行复杂投诉", "30日", "2026-01-15", "2026-02-14"),
    # 电信用户申诉处理办法.
    Law("cn", "电信企业答复", "15日", "2026-09-20", "2026-10-08"),
    Law("cn", "电信申诉受理", "5个工作日", "2026-06-17", "2026-06-25"),
    Law("cn", "电信计费申诉时效", "5个月", "2026-09-30", "2027-02-28", STANDS),
    # Saturday 28 February 2026 is worked, so nothing moves.
    Law("cn", "电信申诉时效", "2年", "2024-02-29", "2026-02-28"),
    # 公共航空运输旅客服务管理规定.
    Law("cn", "航空投诉", "10个工作日", "2026-09-24", "2026-10-15"),
    Law("cn", "航空退款", "7个工作日", "2026-06-18", "2026-06-30"),
    # 个人信息保护法 art. 56: the record is kept for three years at least.
    Law("cn", "影响评估留存", "3年", "2023-11-24", "2026-11-24", STANDS, NOT_BEFORE),
    # 公益通報者保護法 art. 3(iii).
    Law("jp", "notice of an investigation", "20 days", "2026-12-01", "2026-12-21", STANDS, WARNING),
    # Rule 21F-4(b)(7), 18 USC 1514A: 4 July 2026 is a Saturday.
    Law("us", "SEC after an internal report", "120 days", "2026-01-05", "2026-05-05", STANDS, WARNING),
    Law("us", "OSHA complaint", "180 days", "2026-01-05", "2026-07-06"),
)
AFTER = {DEADLINE: ClockStatus.MISSED, NOT_BEFORE: ClockStatus.OPEN, WARNING: ClockStatus.OPEN}


def terms(law: Law) -> ClockTerms:
    """The clock of a law."""
    return ClockTerms(
        id="law",
        start=frozenset({START}),
        stop=frozenset({STOP}),
        length=read_limit(law.limit),
        kind=law.kind,
        last_day=law.last_day,
        statutory=True,
        pauses=frozenset({PAUSE}),
        resumes=frozenset({RESUME}),
    )


def noon(day: str, place: str) -> datetime:
    """Noon of a day in a place."""
    return datetime.fromisoformat(f"{day}T12:00").replace(tzinfo=OFFICES[place].zone)


def on(code: EventCode, day: str, until: str | None = None) -> Happening:
    """Something that happened on a day."""
    return Happening(code, date.fromisoformat(day), until=date.fromisoformat(until) if until else None)


@pytest.mark.parametrize("law", LAWS, ids=lambda law: f"{law.place}-{law.what}")
def test_each_law_is_hit_on_its_last_day_and_missed_on_the_next(law: Law) -> None:
    """On the last day a clock still runs and a stop meets it; on the next day it is missed, open, or late."""
    clock, office, start = terms(law), OFFICES[law.place], on(START, law.start)
    last = noon(law.last, law.place)
    for now, standing, done in (
        (last, ClockStatus.RUNNING, ClockStatus.SATISFIED),
        (last + timedelta(days=1), AFTER[law.kind], ClockStatus.LATE),
    ):
        found = clock_state(clock, [start], Facts(), office, now)
        assert (found.status, found.due and found.due.day) == (standing, date.fromisoformat(law.last))
        stopped = clock_state(clock, [start, Happening(STOP, now.date())], Facts(), office, now).status
        early = {ClockStatus.SATISFIED: ClockStatus.EARLY, ClockStatus.LATE: ClockStatus.SATISFIED}
        assert stopped is (early[done] if law.kind is NOT_BEFORE else done)


FEEDBACK = replace(
    terms(Law("de", "feedback", "3 months", "", "", STANDS)),
    start=frozenset({ACKNOWLEDGED}),
    otherwise=Otherwise(frozenset({RECEIVED}), read_limit("7 days")),
)


@pytest.mark.parametrize(
    ("acknowledged", "wait_last", "last"),
    [
        ("2026-11-26", False, "2027-02-26"),
        # The seventh day is still in time.
        ("2026-12-01", False, "2027-03-01"),
        # Never, or too late: from the end of the seven days, which no late slip of paper moves.
        (None, False, "2027-03-01"),
        ("2026-12-20", False, "2027-03-01"),
        # HinSchG § 17(2) adds the seven days to the three months, and lands elsewhere.
        (None, True, "2027-03-03"),
        ("2026-11-26", True, "2027-02-26"),
        ("2026-12-01", True, "2027-03-01"),
    ],
)
def test_feedback_starts_without_an_acknowledgement_too(acknowledged: str | None, wait_last: bool, last: str) -> None:
    """Three months run from the acknowledgement, or for want of it as the law says."""
    assert FEEDBACK.otherwise is not None
    clock = replace(FEEDBACK, otherwise=replace(FEEDBACK.otherwise, wait_last=wait_last))
    happened = [on(RECEIVED, "2026-11-24"), *([on(ACKNOWLEDGED, acknowledged)] if acknowledged else [])]
    found = clock_state(clock, happened, Facts(), OFFICES["de"], noon("2027-01-04", "de"))
    assert found.due is not None
    assert found.due.day == date.fromisoformat(last)
    if wait_last and not acknowledged:
        assert "3 个月又 7 日" in explain(found.due).zh


def test_a_waiting_that_no_calendar_can_count_is_refused() -> None:
    """A start is waited for in days, and added to days, weeks, months or years alone."""
    with pytest.raises(LimitRefused):
        Otherwise(frozenset({RECEIVED}), read_limit("24 hours"))
    assert FEEDBACK.otherwise is not None
    with pytest.raises(LimitRefused):
        replace(FEEDBACK, length=read_limit("5 working days"), otherwise=replace(FEEDBACK.otherwise, wait_last=True))


def test_within_the_seven_days_feedback_has_not_started() -> None:
    """While an acknowledgement may still come nothing else starts the clock."""
    for day, status in (("2026-12-01", ClockStatus.NOT_STARTED), ("2026-12-02", ClockStatus.RUNNING)):
        found = clock_state(FEEDBACK, [on(RECEIVED, "2026-11-24")], Facts(), OFFICES["de"], noon(day, "de"))
        assert found.status is status


@pytest.mark.parametrize(
    ("place", "limit", "law", "extension", "start", "told", "last"),
    [
        # HinSchG § 28(4): six months from the acknowledgement, not three and three.
        ("de", "3 months", STANDS, ExtensionTerms(frozenset({EXTEND}), whole=read_limit("6 months"), gives_day=False),
         "2026-11-30", on(EXTEND, "2027-02-10"), "2027-05-30"),
        # 市场监管: fifteen working days more, by the head of the authority.
        ("cn", "15个工作日", MOVES, ExtensionTerms(frozenset({EXTEND}), read_limit("15个工作日"), 1, gives_day=False),
         "2026-04-24", on(EXTEND, "2026-05-19"), "2026-06-09"),
        # 公安复议 and 信访: up to thirty days more, with the day told.
        ("cn", "30日", MOVES, ExtensionTerms(frozenset({EXTEND}), read_limit("30日"), 1),
         "2026-10-08", on(EXTEND, "2026-11-09", "2026-12-09"), "2026-12-09"),
        ("cn", "60日", MOVES, ExtensionTerms(frozenset({EXTEND}), read_limit("30日"), 1),
         "2026-08-03", on(EXTEND, "2026-10-08", "2026-11-09"), "2026-11-09"),
    ],
)  # fmt: skip
def test_statutory_extensions_end_where_the_law_ends_them(
    place: str, limit: str, law: LastDay, extension: ExtensionTerms, start: str, told: Happening, last: str
) -> None:
    """An extension adds what the law adds, and not a day more."""
    clock = replace(terms(Law(place, "", limit, "", "", law)), extension=extension)
    office = OFFICES[place]
    found = clock_state(clock, [on(START, start), told], Facts(), office, noon(told.day.isoformat(), place))
    assert found.due is not None
    assert (found.due.day, found.refused) == (date.fromisoformat(last), ())
    later = replace(told, until=date.fromisoformat(last) + timedelta(days=1))
    beyond = replace(clock, extension=replace(extension, gives_day=True))
    refused = clock_state(beyond, [on(START, start), later], Facts(), office, noon(told.day.isoformat(), place)).refused
    assert [reason for _, reason in refused] == [ExtensionRefusal.BEYOND_CAP]


def test_a_hearing_is_not_counted() -> None:
    """信访工作条例: the days of a hearing are taken out of the thirty of a 复核."""
    clock = terms(Law("cn", "信访复核", "30日", "", ""))
    happened = [on(START, "2026-10-08"), on(PAUSE, "2026-10-20"), on(RESUME, "2026-10-22")]
    found = clock_state(clock, happened, Facts(), OFFICES["cn"], noon("2026-10-23", "cn"))
    assert found.due is not None
    # 7 November and three days.
    assert found.due.day == date(2026, 11, 10)


def test_a_cap_of_the_whole_limit_knows_the_days_on_which_it_stood() -> None:
    """Six months with a pause of three days end three days later."""
    extension = ExtensionTerms(frozenset({EXTEND}), whole=read_limit("6 months"), gives_day=False)
    clock = replace(terms(Law("de", "", "3 months", "", "", STANDS)), extension=extension)
    happened = [on(START, "2026-06-30"), on(PAUSE, "2026-07-01"), on(RESUME, "2026-07-03"), on(EXTEND, "2026-09-01")]
    found = clock_state(clock, happened, Facts(), OFFICES["de"], noon("2026-09-02", "de"))
    assert found.due is not None
    assert found.due.day == date(2027, 1, 2)


def test_results_come_back_every_quarter() -> None:
    """A clock that starts with its own stop and restarts comes again: each return begins the next quarter."""
    clock = replace(terms(Law("cn", "结果反馈", "3个月", "", "")), start=frozenset({START, STOP}), restarts=True)
    happened = [on(START, "2026-01-05"), on(STOP, "2026-04-03"), on(STOP, "2026-07-02")]
    found = clock_state(clock, happened, Facts(), OFFICES["cn"], noon("2026-08-01", "cn"))
    assert found.due is not None
    assert (found.status, found.due.day) == (ClockStatus.RUNNING, date(2026, 10, 8))


def test_the_day_of_a_moment_is_the_offices() -> None:
    """What staff did at 23:30 UTC on Monday happened on Tuesday in Shanghai, whatever day was written beside it."""
    moment = datetime.fromisoformat("2026-06-01T23:30+00:00")
    clock = terms(Law("cn", "", "1日", "", ""))
    happened = [Happening(START, moment.date(), moment)]
    found = clock_state(clock, happened, Facts(), OFFICES["cn"], noon("2026-06-02", "cn"))
    assert found.due is not None
    assert (found.started, found.due.day) == (date(2026, 6, 2), date(2026, 6, 3))
