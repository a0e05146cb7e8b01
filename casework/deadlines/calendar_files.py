"""Official calendars and closures that an operator uploads as TOML: strict, bounded, without gap or overlap."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from types import MappingProxyType

from casework.deadlines.calendars import FIRST_DAY, LAST_DAY, ONE_DAY, SATURDAY_AND_SUNDAY, Calendar, OfficialYear
from casework.deadlines.public_holidays import CHINA, CHINA_TURN
from casework.errors import CalendarRefused, PolicyError
from casework.strict_file import Table, toml_table
from casework.words import Words

MOST_BYTES = 256 * 1024
MOST_ENTRIES = 400
LONGEST_RANGE = 62
LONGEST_NAME = 120
FESTIVALS = {
    "元旦": "New Year's Day",
    "春节": "Spring Festival",
    "清明": "Tomb-sweeping Day",
    "劳动节": "Labour Day",
    "端午": "Dragon Boat Festival",
    "中秋": "Mid-autumn Festival",
    "国庆": "National Day",
}
"""The holidays of 全国年节及纪念日放假办法 art. 2, by the word that every name of theirs holds."""
STATUTORY_DAYS = ((2025, 13), (2008, 11))
"""How many days that regulation gives, and since when: make-up days only shift weekends around them."""


TOO_LONG = Words(zh=f"超过 {MOST_BYTES} 字节", en=f"is longer than {MOST_BYTES} bytes")
NO_WEEKEND = Words(zh="这一天本来就上班，不在周末", en="is worked anyway: no day of the weekend")
BACKWARD = Words(zh="早于第一天", en="is before the first day")
FAR = Words(zh=f"离第一天不得超过 {LONGEST_RANGE} 天", en=f"must be at most {LONGEST_RANGE} days after the first")
IN_CHINESE = (
    (r"is missing", "缺少此项"),
    (r"must be a text that is not empty", "须为非空文本"),
    (r"must be lower-case letters, digits and hyphens, at most (\d+)", r"只能用小写字母、数字和连字符，最多 \1 个字符"),
    (r"must be a whole number from (\d+) to (\d+)", r"须为 \1 到 \2 的整数"),
    (r"must be a list of ids", "须为标识列表"),
    (r"must be a list of tables", "须为表的列表"),
    (r"must be a table", "须为表"),
    (r"must be a day, like (\S+)", r"须为日期，如 \1"),
    (r"must be from (\d+)", r"不得早于 \1 年"),
    (r"must be from (\d+) to (\d+)", r"须在 \1 年到 \2 年之间"),
    (r"must be at most (\d+)", r"最多 \1 项"),
    (r"must be at most (\d+) characters", r"最多 \1 个字符"),
    (r"must be at most (\d+) days after the first", r"离第一天不得超过 \1 天"),
    (r"is before the first day", "早于第一天"),
    (r"must be one to three different days of the week in English", "须为一到三个不同的英文星期名"),
    (r"is not known here", "不认识此项"),
    (r"is not known here; known: (.+)", r"不认识此项；可以写：\1"),
    (r"must be a language tag, like fr or zh-Hant", "须为语言标签，如 fr、zh-Hant"),
    (r"must be in at most (\d+) languages", r"最多 \1 种语言"),
)
"""What the reader of tables refuses; all else is TOML's own English, behind words that say so."""


class Weekday(StrEnum):
    """The days of the week, in the order of `date.weekday`."""

    MONDAY = "monday"
    TUESDAY = "tuesday"
    WEDNESDAY = "wednesday"
    THURSDAY = "thursday"
    FRIDAY = "friday"
    SATURDAY = "saturday"
    SUNDAY = "sunday"


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """A named range of days in a file, and the key under which a refusal names it."""

    key: str
    name: Words
    first: date
    last: date

    def days(self) -> Iterator[date]:
        """Every day of it."""
        return (self.first + timedelta(days=number) for number in range((self.last - self.first).days + 1))


@dataclass(frozen=True, slots=True)
class CalendarFile:
    """What a file gives to the calendar `calendar`: one official year, or closures, or both."""

    file: str
    calendar: str
    year: OfficialYear | None
    closures: Mapping[date, Words]

    def added_to(self, known: Calendar) -> Calendar:
        """The calendar with what the file brings.

        Raises `CalendarRefused` for another calendar, and for a year that would leave a year
        between it and those that are known.
        """
        if known.id != self.calendar:
            reason = Words(
                zh=f"是 {self.calendar} 的日历，与 {known.id} 不符", en=f"is {self.calendar}, where {known.id} is kept"
            )
            raise CalendarRefused(self.file, "calendar", reason)
        if self.year is None:
            return known.with_closures(self.closures)
        years = known.years.keys()
        if years and not min(years) - 1 <= self.year.year <= max(years) + 1:
            span = f"{min(years)}–{max(years)}"
            reason = Words(zh=f"有缺口：已知的年份是 {span}", en=f"leaves a gap: known are {span}")
            raise CalendarRefused(self.file, "year", reason)
        return known.with_years({self.year.year: self.year}).with_closures(self.closures)


def read_calendar(content: bytes, file: str) -> CalendarFile:
    """A calendar from the bytes of a TOML file; `file` is its name in refusals.

    Raises `CalendarRefused` for everything that is not exactly a calendar (`casework/README.md`).
    """
    if len(content) > MOST_BYTES:
        raise CalendarRefused(file, "(file)", TOO_LONG)
    try:
        with toml_table(content, file, []) as table:
            return _calendar(table, file)
    except PolicyError as error:
        raise CalendarRefused(error.file, error.key, in_both(error.reason)) from error


@dataclass(frozen=True, slots=True)
class Listed:
    """What a file lists for a year, before anything of it is believed.

    `extra_days` are days off beyond the law, such as 3 September 2015 was.
    """

    file: str
    calendar: str
    year: int
    holidays: list[CalendarEntry]
    make_up: list[CalendarEntry]
    extra_days: int = 0
    weekend: frozenset[int] = SATURDAY_AND_SUNDAY

    def official(self, source: str) -> OfficialYear:
        """The year, once nothing in it contradicts itself.

        Raises `CalendarRefused` for no day off at all, a day outside of the year, a day that stands
        twice, or one made up for although it is no day of the weekend; and for a Chinese year that
        lacks a holiday, or whose days off and make-up days do not come to what the law gives plus
        `extra_days`.
        """
        if not self.holidays:
            reason = Words(zh=f"有缺口：{self.year} 年没有一天放假", en=f"gap: no day off in {self.year}")
            raise CalendarRefused(self.file, "holidays", reason)
        self._check_days()
        if self.calendar == CHINA:
            self._check_festivals()
            self._check_balance()
        return OfficialYear(self.year, source, _by_day(self.holidays), _by_day(self.make_up), self.weekend)

    def _check_days(self) -> None:
        refuse_overlap(self.file, [*self.holidays, *self.make_up])
        for entry in (*self.holidays, *self.make_up):
            for day in entry.days():
                if not is_of_notice(day, self.calendar, self.year):
                    reason = Words(zh=f"{day} 不属于 {self.year} 年", en=f"{day} is not of {self.year}")
                    raise CalendarRefused(self.file, entry.key, reason)
        for entry in self.make_up:
            if any(day.weekday() not in self.weekend for day in entry.days()):
                raise CalendarRefused(self.file, entry.key, NO_WEEKEND)

    def _check_festivals(self) -> None:
        for word, english in FESTIVALS.items():
            if not any(word in entry.name.zh for entry in self.holidays):
                reason = Words(zh=f"有缺口：没有{word}", en=f"gap: {word} ({english}) is missing")
                raise CalendarRefused(self.file, "holidays", reason)

    def _check_balance(self) -> None:
        """Days off on weekdays, less the make-up days, are the days that the law gives: 2008 to 2026 they were."""
        own = [day for entry in self.holidays for day in entry.days() if not self._is_of_next(day)]
        off = sum(day.weekday() not in self.weekend for day in own)
        instead = sum(not self._is_of_next(day) for entry in self.make_up for day in entry.days())
        given = next((days for since, days in STATUTORY_DAYS if self.year >= since), None)
        if given is None or off - instead == given + self.extra_days:
            return
        key = "make_up" if off - instead > given + self.extra_days else "holidays"
        lawful = given + self.extra_days
        reason = Words(
            zh=f"有缺口：工作日放假 {off} 天，减去补班 {instead} 天，得 {off - instead} 天，而应为 {lawful} 天",
            en=f"gap: {off} weekdays off less {instead} make-up days are {off - instead}, and should be {lawful}",
        )
        raise CalendarRefused(self.file, key, reason)

    def _is_of_next(self, day: date) -> bool:
        """Whether a day belongs to the notice of the next year, as a file of several years may hold it."""
        return day.year == self.year and (day.month, day.day) >= CHINA_TURN


def is_of_notice(day: date, calendar: str, year: int) -> bool:
    """Whether the official calendar of `year` may name a day: in China the end of the year before too."""
    at_turn = calendar == CHINA and day.year == year - 1 and (day.month, day.day) >= CHINA_TURN
    return day.year == year or at_turn


def in_both(reason: str) -> Words:
    """A refusal of the reader of tables in both languages."""
    for pattern, chinese in IN_CHINESE:
        found = re.fullmatch(pattern, reason)
        if found:
            return Words(zh=found.expand(chinese), en=reason)
    return Words(zh=f"不是有效的 TOML 文件（{reason[:200]}）", en=f"is no TOML: {reason[:200]}")


def refuse_overlap(file: str, entries: Iterable[CalendarEntry]) -> None:
    """Refuses the first entry of which a day stands in another one too."""
    seen: dict[date, str] = {}
    for entry in entries:
        for day in entry.days():
            if day in seen:
                reason = Words(zh=f"{day} 与 {seen[day]} 重叠", en=f"overlaps {seen[day]} on {day}")
                raise CalendarRefused(file, entry.key, reason)
            seen[day] = entry.key


def _by_day(entries: list[CalendarEntry]) -> Mapping[date, Words]:
    return MappingProxyType({day: entry.name for entry in entries for day in entry.days()})


def _calendar(table: Table, file: str) -> CalendarFile:
    if table.has("language"):
        table.declare_language("language")
    calendar = table.id("calendar")
    holidays, make_up, closures = (_entries(table, key) for key in ("holidays", "make_up", "closures"))
    refuse_overlap(file, closures)
    if not table.has("year"):
        if holidays or make_up or not closures:
            raise table.refuse("year", "is missing")
        return CalendarFile(file, calendar, None, _by_day(closures))
    year = table.number("year", LAST_DAY.year)
    if year < FIRST_DAY.year:
        raise table.refuse("year", f"must be from {FIRST_DAY.year}")
    source = table.text("source")
    extra = table.number("extra_days", 30) if table.has("extra_days") else 0
    weekend = _weekend(table) if table.has("weekend") else SATURDAY_AND_SUNDAY
    official = Listed(file, calendar, year, holidays, make_up, extra, weekend).official(source)
    return CalendarFile(file, calendar, official, _by_day(closures))


def _weekend(table: Table) -> frozenset[int]:
    order = list(Weekday)
    names = table.ids("weekend")
    if len(set(names)) != len(names) or len(names) > 3 or not set(names) <= set(order):
        raise table.refuse("weekend", "must be one to three different days of the week in English")
    return frozenset(order.index(Weekday(name)) for name in names)


def _entries(table: Table, key: str) -> list[CalendarEntry]:
    entries: list[CalendarEntry] = []
    for row in table.tables(key):
        position = f"{key}[{len(entries)}]"
        if len(entries) >= MOST_ENTRIES:
            raise table.refuse(key, f"must be at most {MOST_ENTRIES}")
        entries.append(_range(row, position))
    return entries


def _range(row: Table, key: str) -> CalendarEntry:
    name = row.words("name")
    if max(len(text) for _, text in name.texts) > LONGEST_NAME:
        raise row.refuse("name", f"must be at most {LONGEST_NAME} characters")
    first = row.day("day" if row.has("day") else "first")
    last = row.day("last") if row.has("last") else first
    if not FIRST_DAY <= min(first, last) <= max(first, last) <= LAST_DAY:
        raise row.refuse("last", f"must be from {FIRST_DAY.year} to {LAST_DAY.year}")
    return checked_range(CalendarEntry(key, name, first, last), lambda reason: row.refuse("last", reason.en))


def checked_range(entry: CalendarEntry, refuse: Callable[[Words], Exception]) -> CalendarEntry:
    """The entry, if it runs forward and is no longer than anybody's holiday."""
    if entry.last < entry.first:
        raise refuse(BACKWARD)
    if entry.last - entry.first > LONGEST_RANGE * ONE_DAY:
        raise refuse(FAR)
    return entry
