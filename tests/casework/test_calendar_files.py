"""Uploaded calendars: what is whole is taken, and every gap, overlap or guess is refused by file, key, reason."""

from __future__ import annotations

import re
from contextlib import suppress
from dataclasses import replace
from datetime import date, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from casework.deadlines.calendar_files import CalendarEntry, Listed, read_calendar
from casework.deadlines.calendar_ics import read_ics
from casework.deadlines.calendars import Day, DayKind, Office
from casework.deadlines.deadline import compute_deadline
from casework.deadlines.limits import read_limit
from casework.deadlines.public_holidays import CHINA_TURN, shipped_calendar, shipped_calendars
from casework.errors import BeyondCalendar, CalendarRefused, CalendarUnknown
from casework.words import Words
from tests.support.samples.calendar_files import CHINA_2027, CLOSURES, EVENTS_2027, ics

CHINA = shipped_calendar("cn")
SHANGHAI = ZoneInfo("Asia/Shanghai")


def test_an_uploaded_year_makes_a_provisional_deadline_certain() -> None:
    """Before the upload the date is provisional, after it the make-up day of the new year counts."""
    limit, start = read_limit("5个工作日"), date(2027, 9, 24)
    before = compute_deadline(limit, start, Office(CHINA, SHANGHAI))
    assert (before.day, before.missing) == (date(2027, 10, 1), (2027,))
    known = read_calendar(CHINA_2027.encode(), "2027.toml").added_to(CHINA)
    after = compute_deadline(limit, start, Office(known, SHANGHAI))
    # Sunday 26 September is worked, so Thursday 30 September is the fifth day.
    assert (after.day, after.missing) == (date(2027, 9, 30), ())


def test_an_upload_settles_the_last_days_of_the_year_before() -> None:
    """The notice of 2027 may make a Saturday of 2026 a working day, and until it is there nobody knows."""
    saturday = date(2026, 12, 26)
    assert CHINA.day(saturday).missing == (2027,)
    added = '[[make_up]]\nname = { zh = "元旦", en = "New Year\'s Day" }\nday = 2026-12-26\n'
    added += '[[holidays]]\nname = { zh = "元旦", en = "New Year\'s Day" }\nday = 2026-12-31\n'
    known = read_calendar((CHINA_2027 + added).encode(), "2027.toml").added_to(CHINA)
    assert (known.day(saturday).kind, known.day(saturday).missing) == (DayKind.MAKE_UP, ())
    assert known.day(date(2026, 12, 31)).kind is DayKind.HOLIDAY
    assert known.day(date(2026, 12, 30)).worked


def test_a_file_of_another_country_needs_no_chinese_holidays() -> None:
    """Elsewhere one day off makes a year, and the weekend is the file's own."""
    text = 'calendar = "ae"\nyear = 2028\nsource = "cabinet"\nweekend = ["friday", "saturday"]\n'
    text += '[[holidays]]\nname = { zh = "国庆日", en = "National Day" }\nday = 2028-12-03\n'
    known = read_calendar(text.encode(), "ae.toml")
    assert known.year is not None
    assert known.year.weekend == {4, 5}
    with pytest.raises(CalendarRefused, match="leaves a gap"):
        known.added_to(replace(CHINA, id="ae"))


def test_closures_move_working_days() -> None:
    """Two weeks of overhaul take ten working days out."""
    known = read_calendar(CLOSURES.encode(), "closed.toml").added_to(CHINA)
    assert compute_deadline(read_limit("5个工作日"), date(2026, 7, 31), Office(known, SHANGHAI)).day == date(
        2026, 8, 21
    )


WRONG = (
    ("year = 2027", "year = 2028", "holidays[0]"),
    ("year = 2027", 'year = "2027"', "year"),
    ("year = 2027\n", "", "year"),
    ('source = "made up for the tests"', "", "source"),
    ('source = "', 'sauce = "x"\nsource = "', "sauce"),
    ('calendar = "cn"', 'calendar = "CN"', "calendar"),
    ("last = 2027-01-03", "last = 2026-12-31", "holidays[0].last"),
    ("last = 2027-01-03", "last = 2027-12-31", "holidays[0].last"),
    ("last = 2027-01-03", "last = 2027-01-03T00:00:00", "holidays[0].last"),
    ("last = 2027-02-12", "last = 2027-04-03", "holidays[2]"),
    ("day = 2027-02-20", "day = 2027-02-22", "make_up[1]"),
    ("day = 2027-02-20", "day = 2027-02-07", "make_up[1]"),
    ("day = 2027-10-09", "day = 2027-01-31", "make_up[4]"),
    ("day = 2027-06-09", "day = 2027-06-12", "holidays"),
    ("last = 2027-10-07", "last = 2027-10-08", "make_up"),
    ("端午节", "龙舟", "holidays"),
    ('zh = "元旦", ', "", "holidays[0].name.zh"),
    ("[[make_up]]", "[[make-up]]", "make_up"),
    ("year = 2027", "year = 2027\nextra_days = 1", "holidays"),
    ("year = 2027", 'year = 2027\nweekend = ["saturday", "saturday"]', "weekend"),
)


@pytest.mark.parametrize(("old", "new", "key"), WRONG)
def test_a_wrong_toml_file_is_refused_by_file_key_and_reason(old: str, new: str, key: str) -> None:
    """A gap, an overlap, a day of another year or a key that is not known is named, and nothing is taken."""
    assert old in CHINA_2027
    with pytest.raises(CalendarRefused) as refused:
        read_calendar(CHINA_2027.replace(old, new).encode(), "2027.toml")
    assert (refused.value.file, refused.value.key) == ("2027.toml", key)
    # The reason is told in Chinese too, and no TOML that can be read is called none.
    assert re.search(r"[\u4e00-\u9fff]", refused.value.reason.zh)
    assert "TOML" not in refused.value.reason.en


def test_a_year_after_an_unknown_one_is_refused() -> None:
    """2028 cannot be known while 2027 is not: the years of an office have no gap."""
    file = read_calendar(CHINA_2027.encode(), "2027.toml")
    known = {year: official for year, official in CHINA.years.items() if year < 2026}
    with pytest.raises(CalendarRefused, match="leaves a gap"):
        file.added_to(replace(CHINA, years=known))
    with pytest.raises(CalendarRefused, match="calendar"):
        file.added_to(shipped_calendar("de"))


def test_an_ics_file_gives_the_same_year_as_toml() -> None:
    """Days off and make-up days are told by 休 and 班, names and marks apart; other years are passed over."""
    toml, from_ics = read_calendar(CHINA_2027.encode(), "x").year, read_ics(ics(), "x", "cn", 2027).year
    assert toml is not None
    assert from_ics is not None
    assert from_ics.holidays.keys() == toml.holidays.keys()
    assert from_ics.make_up.keys() == toml.make_up.keys()
    assert {name.zh for name in from_ics.holidays.values()} == {
        "元旦",
        "春节",
        "清明",
        "劳动节",
        "端午",
        "中秋",
        "国庆",
    }


def test_an_ics_file_may_tell_the_kind_as_phones_do() -> None:
    """X-APPLE-SPECIAL-DAY decides whatever the name says."""
    plain = tuple((first, after, name.split("（")[0].split(" ")[0]) for first, after, name in EVENTS_2027[:-1])
    off, worked = (ics(part).decode() for part in (plain[:7], plain[7:]))
    off = off.replace("END:VEVENT", "X-APPLE-SPECIAL-DAY:WORK-HOLIDAY\r\nEND:VEVENT")
    worked = worked.replace("END:VEVENT", "X-APPLE-SPECIAL-DAY:ALTERNATE-WORKDAY\r\nEND:VEVENT")
    both = off.replace("END:VCALENDAR\r\n", "") + worked.split("//\r\n", maxsplit=1)[1]
    year = read_ics(both.encode(), "x", "cn", 2027).year
    assert year is not None
    assert year.make_up.keys() == {date(2027, *day) for day in ((1, 31), (2, 20), (5, 8), (9, 26), (10, 9))}


@pytest.mark.parametrize(
    ("old", "new", "key"),
    [
        ("SUMMARY:元旦（休）", "SUMMARY:元旦", "VEVENT[0].SUMMARY"),
        ("SUMMARY:元旦（休）", "SUMMARY:元旦 休 班", "VEVENT[0].SUMMARY"),
        ("SUMMARY:元旦（休）", "SUMMARY:", "VEVENT[0].SUMMARY"),
        ("SUMMARY:元旦（休）", "SUMMARY:元旦（休）\r\nSUMMARY:元旦（班）", "VEVENT[0].SUMMARY"),
        ("SUMMARY:元旦（休）", "SUMMARY:元旦（休）\r\nRRULE:FREQ=YEARLY", "VEVENT[0].RRULE"),
        ("SUMMARY:元旦（休）", "SUMMARY:元旦（休）\r\nSTATUS:CANCELLED", "VEVENT[0].STATUS"),
        ("SUMMARY:元旦（休）", "SUMMARY:元旦（休）\r\nDURATION:P3D", "VEVENT[0].DURATION"),
        ("DTSTART;VALUE=DATE:20270101", "DTSTART:20270101T090000", "VEVENT[0].DTSTART"),
        ("DTSTART;VALUE=DATE:20270101", "DTSTART;VALUE=DATE:20271301", "VEVENT[0].DTSTART"),
        ("DTSTART;VALUE=DATE:20270101\r\n", "", "VEVENT[0].DTSTART"),
        ("DTEND;VALUE=DATE:20270104", "DTEND;VALUE=DATE:20270101", "VEVENT[0].DTEND"),
        ("DTEND;VALUE=DATE:20270406", "DTEND;VALUE=DATE:20270502", "VEVENT[3]"),
        ("20270609", "20270612", "holidays"),
        ("BEGIN:VEVENT\r\nUID:0", "BEGIN:VTODO\r\nEND:VTODO\r\nBEGIN:VEVENT\r\nUID:0", "VTODO"),
        ("END:VCALENDAR", "END:VCALENDAR\r\nBEGIN:VCALENDAR\r\nEND:VCALENDAR", "(file)"),
    ],
)
def test_a_wrong_ics_file_is_refused_by_file_key_and_reason(old: str, new: str, key: str) -> None:
    """An event that could mean two things, repeats, or is no whole day is named, and nothing is taken."""
    text = ics().decode()
    assert old in text
    with pytest.raises(CalendarRefused) as refused:
        read_ics(text.replace(old, new, 1).encode(), "2027.ics", "cn", 2027)
    assert (refused.value.file, refused.value.key) == ("2027.ics", key)


@pytest.mark.parametrize("year", range(2008, 2027))
def test_every_notice_since_2008_balances(year: int) -> None:
    """Weekdays off less make-up days are the days of the law in each notice; two years had extra days."""
    holidays, make_up = (
        [
            CalendarEntry(str(day), name, day, day)
            for known in (CHINA.years[year - 1], CHINA.years[year])
            for day, name in getattr(known, kind).items()
            if (known.year == year) == ((day.month, day.day) < CHINA_TURN)
        ]
        for kind in ("holidays", "make_up")
    )
    if year == 2020:
        # Both autumn holidays fell on one day, and the library names but one of them.
        both = Words(zh="国庆节、中秋节", en="National Day, Mid-autumn Festival")
        holidays = [replace(one, name=both) if "国庆" in one.name.zh else one for one in holidays]
    extra = {2015: 1, 2020: 2}.get(year, 0)
    assert Listed("x", "cn", year, holidays, make_up, extra).official("x").year == year


def test_only_known_calendars_ship() -> None:
    """A name that no library knows is refused, and China never comes from a library that guesses."""
    assert {"cn", "de", "jp", "us"} <= set(shipped_calendars())
    assert shipped_calendar("cn").years[2026].source.startswith("国务院办公厅")
    for name in ("xx", "CN", "cn-bj", "de-xx", "de-", "DE", "", "de-by-x"):
        with pytest.raises(CalendarUnknown):
            shipped_calendar(name)


def test_years_that_wait_for_the_moon_or_for_parliaments_are_not_known() -> None:
    """A year with an estimated holiday is unknown, and so is every year after the next."""
    emirates, germany = shipped_calendar("ae"), shipped_calendar("de")
    assert 2026 in emirates.years
    assert 2027 not in emirates.years
    assert 2027 in germany.years
    assert germany.day(date(2028, 1, 3)).missing == (2028,)
    assert germany.day(date(2026, 12, 30)).missing == ()


def test_no_clock_runs_outside_of_the_calendar() -> None:
    """Days before 1900 and after 2999 are refused rather than counted."""
    office = Office(CHINA, SHANGHAI)
    for start in (date.min, date(1899, 12, 31), date(2999, 12, 31), date.max):
        with pytest.raises(BeyondCalendar):
            compute_deadline(read_limit("100 years"), start, office)
        with pytest.raises(BeyondCalendar):
            compute_deadline(read_limit("5 working days"), start, office)


lines = st.lists(st.tuples(st.integers(0, 80), st.sampled_from(("drop", "twice", "cut", "new")), st.text()), max_size=5)


def spoilt(text: str, changes: list[tuple[int, str, str]], end: str) -> bytes:
    """A file with lines dropped, doubled, cut short or put in."""
    rows = text.split(end)
    for at, what, words in changes:
        place = at % max(1, len(rows))
        match what:
            case "drop":
                rows[place : place + 1] = []
            case "twice":
                rows[place:place] = rows[place : place + 1]
            case "cut":
                rows[place : place + 1] = [row[: len(row) // 2] for row in rows[place : place + 1]]
            case _:
                rows[place:place] = [words]
    return end.join(rows).encode("utf-8", "surrogatepass")


@settings(max_examples=50)
@given(lines, st.binary(max_size=40))
def test_no_file_raises_anything_but_its_refusal(changes: list[tuple[int, str, str]], junk: bytes) -> None:
    """Whatever an operator uploads is read whole or refused, never half and never with a fault."""
    for toml in (spoilt(CHINA_2027, changes, "\n"), junk, junk + CHINA_2027.encode(), b"x = " + b"9" * 5000):
        with suppress(CalendarRefused):
            read = read_calendar(toml, "x")
            assert read.year is None or len(read.year.holidays) > 0
    for content in (spoilt(ics().decode(), changes, "\r\n"), junk, ics() + junk):
        with suppress(CalendarRefused):
            assert read_ics(content, "x", "cn", 2027).year is not None


def test_too_long_a_file_is_refused_unread() -> None:
    """Both readers are bounded before they parse."""
    for read in (lambda: read_calendar(b"#" * 300_000, "x"), lambda: read_ics(b"#" * 300_000, "x", "cn", 2027)):
        with pytest.raises(CalendarRefused, match="longer"):
            read()


def test_every_known_day_has_one_kind() -> None:
    """Over all years of the notices a day is worked or not, and only unknown days are missing a year."""
    days: list[Day] = [CHINA.day(date(2004, 1, 1) + timedelta(days=number)) for number in range(365 * 23)]
    assert {day.kind for day in days} == set(DayKind) - {DayKind.CLOSED}
    assert [day.date for day in days if day.missing] == []
