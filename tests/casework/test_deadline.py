"""Time limits: the printed dates of the Chinese calendar, moments across summer time, months that end short."""

from __future__ import annotations

from datetime import UTC, date, datetime
from zoneinfo import ZoneInfo

import pytest

from casework.deadlines.calendars import Office
from casework.deadlines.deadline import LastDay, Pause, compute_deadline
from casework.deadlines.explanations import explain
from casework.deadlines.limits import Limit, Unit, read_limit
from casework.deadlines.public_holidays import shipped_calendar
from casework.errors import LimitRefused, StartRefused
from casework.words import Words

CHINA = Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))
BERLIN = Office(shipped_calendar("de-be"), ZoneInfo("Europe/Berlin"))

# Clock, limit, start, due: all of 2026, around each of its make-up days.
PRINTED = (
    ("appeal", "3个工作日", (2, 13), (2, 25)),
    ("appeal", "5个工作日", (2, 13), (2, 27)),
    ("reply", "15个工作日", (4, 24), (5, 19)),
    ("investigation", "5个工作日", (4, 30), (5, 11)),
    ("measures", "7个工作日", (9, 18), (9, 29)),
    ("reply of a major case", "30个工作日", (9, 18), (11, 5)),
    ("result", "5个工作日", (9, 30), (10, 13)),
)


@pytest.mark.parametrize(("clock", "limit", "start", "last"), PRINTED)
def test_the_printed_dates_of_2026(clock: str, limit: str, start: tuple[int, int], last: tuple[int, int]) -> None:
    """Each limit that crosses holidays and make-up days of 2026 ends on the day that was printed for it."""
    assert compute_deadline(read_limit(limit), date(2026, *start), CHINA).day == date(2026, *last), clock


@pytest.mark.parametrize(
    ("text", "limit"),
    [
        ("24 hours", Limit(24, Unit.HOURS)),
        ("24小时", Limit(24, Unit.HOURS)),
        ("1 minute", Limit(1, Unit.MINUTES)),
        ("5 working days", Limit(5, Unit.WORKING_DAYS)),
        ("5个工作日", Limit(5, Unit.WORKING_DAYS)),
        ("五个工作日", Limit(5, Unit.WORKING_DAYS)),
        ("十五个工作日", Limit(15, Unit.WORKING_DAYS)),
        ("一百二十日", Limit(120, Unit.DAYS)),
        ("两年", Limit(2, Unit.YEARS)),
        ("3 months", Limit(3, Unit.MONTHS)),
        ("3个月", Limit(3, Unit.MONTHS)),
    ],
)
def test_a_limit_is_read_as_policies_write_it(text: str, limit: Limit) -> None:
    """English and Chinese, digits and numerals give the same limit, which reads back what it writes."""
    assert read_limit(text) == limit == read_limit(str(limit)) == read_limit(limit.words.zh)


@pytest.mark.parametrize(
    "text",
    " 5 days|5  days|5 days\n|5|日|0 days|05 days|-1 days|5 Days|1 days|2 day|٥ days|2.5 hours|999999 hours|及时|"
    "promptly|100000 days|five days|____分钟|百日|十百日|一百五日|二十个|".split("|"),
)
def test_what_is_no_limit_is_refused(text: str) -> None:
    """Nothing is guessed from a text that is not a number and a unit."""
    with pytest.raises(LimitRefused):
        read_limit(text)


@pytest.mark.parametrize(
    ("start", "months", "last"),
    [
        (date(2026, 11, 30), 3, date(2027, 2, 28)),
        (date(2027, 11, 30), 3, date(2028, 2, 29)),
        (date(2026, 1, 31), 1, date(2026, 2, 28)),
        (date(2026, 2, 28), 1, date(2026, 3, 28)),
    ],
)
def test_months_end_on_the_last_day_of_a_short_month(start: date, months: int, last: date) -> None:
    """A month ends on the day of the same number, or on the last day where there is none."""
    assert compute_deadline(Limit(months, Unit.MONTHS), start, BERLIN, LastDay.STANDS).day == last


def test_the_last_day_moves_off_a_holiday_where_the_law_says_so() -> None:
    """Seven days from 24 September 2026 end in the National Day week: on 8 October, or where it stands on 1."""
    week = Limit(7, Unit.DAYS)
    moved = compute_deadline(week, date(2026, 9, 24), CHINA)
    assert (moved.day, moved.moved) == (date(2026, 10, 8), date(2026, 10, 1))
    assert compute_deadline(week, date(2026, 9, 24), CHINA, LastDay.STANDS).day == date(2026, 10, 1)


@pytest.mark.parametrize(
    ("start", "end"),
    [
        # Summer time begins: the wall clock jumps an hour ahead of 24 hours; it ends: an hour behind.
        (datetime(2026, 3, 28, 12, tzinfo=BERLIN.zone), datetime(2026, 3, 29, 13, tzinfo=BERLIN.zone)),
        (datetime(2026, 10, 24, 12, tzinfo=BERLIN.zone), datetime(2026, 10, 25, 11, tzinfo=BERLIN.zone)),
        (datetime(2026, 6, 1, 22, 30, tzinfo=UTC), datetime(2026, 6, 3, 0, 30, tzinfo=BERLIN.zone)),
    ],
)
def test_hours_are_hours_across_summer_time(start: datetime, end: datetime) -> None:
    """24 hours are 24 hours on every clock, and the day is the office's."""
    found = compute_deadline(Limit(24, Unit.HOURS), start, BERLIN)
    assert found.moment == end
    assert found.day == end.date()


def test_hours_after_a_reporters_day_start_at_its_last_minute() -> None:
    """What a browser brought on the day before the holidays is due at the end of the next day, as it was promised."""
    found = compute_deadline(Limit(24, Unit.HOURS), date(2026, 9, 30), CHINA)
    assert found.begun == datetime(2026, 9, 30, 23, 59, tzinfo=CHINA.zone)
    assert found.moment == datetime(2026, 10, 1, 23, 59, tzinfo=CHINA.zone)
    assert not found.provisional
    assert "从当日最后一分钟算起" in explain(found).zh
    assert "from its last minute" in explain(found).en
    assert compute_deadline(Limit(2, Unit.HOURS), date(2026, 9, 30), CHINA).day == date(2026, 10, 1)


def test_minutes_never_start_from_a_day() -> None:
    """A reporter's act has no minute that anybody could count from."""
    with pytest.raises(StartRefused):
        compute_deadline(Limit(30, Unit.MINUTES), date(2026, 9, 30), CHINA)


def test_a_deadline_in_a_year_without_notice_is_provisional() -> None:
    """No year is guessed: what reaches into 2027, or into the days its notice may move, says so."""
    assert compute_deadline(Limit(5, Unit.WORKING_DAYS), date(2026, 12, 15), CHINA).missing == ()
    assert compute_deadline(Limit(5, Unit.WORKING_DAYS), date(2026, 12, 24), CHINA).missing == (2027,)
    assert compute_deadline(Limit(3, Unit.MONTHS), date(2026, 11, 30), CHINA).provisional


def test_a_pause_is_not_counted() -> None:
    """A question asked on Wednesday and answered on Saturday takes four days, or three working days, out."""
    asked = Pause(date(2026, 6, 3), date(2026, 6, 6))
    assert compute_deadline(Limit(10, Unit.DAYS), date(2026, 6, 1), CHINA, LastDay.STANDS, [asked]).day == date(
        2026, 6, 15
    )
    assert compute_deadline(Limit(5, Unit.WORKING_DAYS), date(2026, 6, 1), CHINA, pauses=[asked]).day == date(
        2026, 6, 11
    )


def test_the_explanation_names_holidays_and_make_up_days() -> None:
    """The sentence says in both languages from when, what was off, what was worked instead, and until when."""
    said = explain(
        compute_deadline(Limit(5, Unit.WORKING_DAYS), date(2026, 9, 30), CHINA), Words(zh="受理", en="acceptance")
    )
    assert said.zh == (
        "受理后 5 个工作日，自 2026 年 9 月 30 日起（当日不计），国庆节 10 月 1 日至 7 日放假，"
        "10 月 10 日调休上班，10 月 13 日（周二）到期。"
    )
    assert said.en == (
        "5 working days after acceptance, counted from 30 September 2026 (that day not counted); "
        "National Day is off on 1–7 October; 10 October is a make-up working day; due Tuesday 13 October."
    )
