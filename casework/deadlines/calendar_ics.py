"""Official calendars as iCalendar files (RFC 5545), as governments and phones publish them."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date, datetime

from icalendar import Calendar as Ics
from icalendar import Component

from casework.deadlines.calendar_files import (
    FESTIVALS,
    LONGEST_NAME,
    MOST_BYTES,
    TOO_LONG,
    CalendarEntry,
    CalendarFile,
    Listed,
    checked_range,
    in_both,
    is_of_notice,
)
from casework.deadlines.calendars import FIRST_DAY, LAST_DAY, NO_DAYS, ONE_DAY
from casework.deadlines.public_holidays import CHINA
from casework.errors import CalendarRefused
from casework.words import Words

MOST_EVENTS = 4000
REPEATS = ("RRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
SPECIAL_DAY = "X-APPLE-SPECIAL-DAY"
SPECIAL = {"WORK-HOLIDAY": True, "ALTERNATE-WORKDAY": False}
REPEATING = Words(zh="是重复事件：每一天须单独列出", en="repeats: every day must stand for itself")
NAMELESS = Words(zh=f"须有名称，最多 {LONGEST_NAME} 个字符", en=f"must be a name of at most {LONGEST_NAME} characters")
WHOLE_DAY = Words(zh="须为整日，1900 年到 2999 年", en="must be one whole day, from 1900 to 2999")
EITHER = Words(zh="没有说明是放假（休）还是上班（班）", en="does not say whether the day is off (休) or worked (班)")
MARK_OFF = re.compile(r"休|放假|假期")
MARK_WORKED = re.compile(r"班")
MARKS = re.compile(r"[ （(【\[]*(调休|补班|上班|放假|假期|休|班).*$")


def read_ics(content: bytes, file: str, calendar: str, year: int) -> CalendarFile:
    """One year of `calendar` from the bytes of an ICS file; `file` is its name in refusals.

    Events of other years are passed over. In a Chinese calendar every event of the year must say
    whether it is off (休, 放假, or WORK-HOLIDAY) or worked (班, or ALTERNATE-WORKDAY); elsewhere all
    but the latter are days off. Raises `CalendarRefused` for everything else: nothing is guessed.
    """
    holidays: list[CalendarEntry] = []
    make_up: list[CalendarEntry] = []
    for number, event in enumerate(_events(content, file)):
        key = f"VEVENT[{number}]"
        entry = _entry(event, file, key)
        if not any(is_of_notice(day, calendar, year) for day in (entry.first, entry.last)):
            continue
        (holidays if _is_off(event, file, key, calendar) else make_up).append(entry)
    return CalendarFile(file, calendar, Listed(file, calendar, year, holidays, make_up).official(file), NO_DAYS)


def _events(content: bytes, file: str) -> Iterator[Component]:
    if len(content) > MOST_BYTES:
        raise CalendarRefused(file, "(file)", TOO_LONG)
    try:
        found = Ics.from_ical(content.decode())
    except (ValueError, TypeError, LookupError, AttributeError, OverflowError, RecursionError) as error:
        said = str(error)[:200]
        reason = Words(zh=f"不是有效的 iCalendar 文件（{said}）", en=f"is no iCalendar file: {said}")
        raise CalendarRefused(file, "(file)", reason) from error
    if found.name != "VCALENDAR":
        raise CalendarRefused(file, "(file)", Words(zh="须为一个 VCALENDAR", en="must be one VCALENDAR"))
    if len(found.subcomponents) > MOST_EVENTS:
        raise CalendarRefused(file, "VEVENT", in_both(f"must be at most {MOST_EVENTS}"))
    for part in found.subcomponents:
        if part.name == "VEVENT":
            yield part
        elif part.name != "VTIMEZONE":
            raise CalendarRefused(file, str(part.name)[:40], in_both("is not known here"))


def _entry(event: Component, file: str, key: str) -> CalendarEntry:
    for name, reason in event.errors:
        said = Words(zh=f"格式不对（{str(reason)[:200]}）", en=f"is malformed: {str(reason)[:200]}")
        raise CalendarRefused(file, f"{key}.{str(name)[:40]}", said)
    for name in REPEATS:
        if name in event:
            raise CalendarRefused(file, f"{key}.{name}", REPEATING)
    if _text(event, "STATUS", file, key).upper() == "CANCELLED":
        raise CalendarRefused(file, f"{key}.STATUS", Words(zh="已取消", en="is cancelled"))
    first = _day(event, "DTSTART", file, key)
    if "DURATION" in event:
        raise CalendarRefused(file, f"{key}.DURATION", Words(zh="请改用 DTEND", en="is not known here: give DTEND"))
    # RFC 5545 3.6.1: DTEND of whole days is the day after the last.
    last = _day(event, "DTEND", file, key) - ONE_DAY if "DTEND" in event else first
    summary = _text(event, "SUMMARY", file, key)
    if not summary.strip() or len(summary) > LONGEST_NAME:
        raise CalendarRefused(file, f"{key}.SUMMARY", NAMELESS)
    entry = CalendarEntry(key, _name(summary.strip()), first, last)
    return checked_range(entry, lambda reason: CalendarRefused(file, f"{key}.DTEND", reason))


def _day(event: Component, name: str, file: str, key: str) -> date:
    day = getattr(event.get(name), "dt", None)
    if not isinstance(day, date) or isinstance(day, datetime) or not FIRST_DAY < day < LAST_DAY:
        raise CalendarRefused(file, f"{key}.{name}", WHOLE_DAY)
    return day


def _text(event: Component, name: str, file: str, key: str) -> str:
    value: object = event.get(name, "")
    if not isinstance(value, str):
        raise CalendarRefused(file, f"{key}.{name}", Words(zh="只能出现一次", en="must stand once"))
    return str(value)


def _name(summary: str) -> Words:
    found = [word for word in FESTIVALS if word in summary]
    if found:
        return Words(zh="、".join(found), en=", ".join(FESTIVALS[word] for word in found))
    name = MARKS.sub("", summary) or summary
    return Words(zh=name, en=name)


def _is_off(event: Component, file: str, key: str, calendar: str) -> bool:
    special = _text(event, SPECIAL_DAY, file, key)
    if special in SPECIAL:
        return SPECIAL[special]
    if calendar != CHINA:
        return True
    summary = _text(event, "SUMMARY", file, key)
    # 调休 stands in the names of both kinds and tells nothing.
    plain = summary.replace("调休", "")
    off, worked = bool(MARK_OFF.search(plain)), bool(MARK_WORKED.search(plain))
    if off == worked:
        raise CalendarRefused(file, f"{key}.SUMMARY", EITHER)
    return off
