"""One sentence that says why a limit ends when it ends, in Chinese and English."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, timedelta

from casework.deadlines.calendars import LAST_MINUTE, ONE_DAY, Day, DayKind
from casework.deadlines.deadline import Due
from casework.words import Words

MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
WEEKDAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")
SPANS_ZH = ("{} 日", "{} 小时", "{} 分钟", " ")
SPANS_EN = ("{} d", "{} h", "{} min", " ")
WEEKDAYS_ZH = ("周一", "周二", "周三", "周四", "周五", "周六", "周日")


def explain(due: Due, since: Words | None = None, *, waits: bool = False) -> Words:
    """The sentence for a limit; `since` names the start, such as 受理 and `acceptance`.

    What only has to be waited for (`waits`) is never due: its time ends.

    It names the holidays, closures and make-up days on the way, and says so when the date is
    provisional: 受理后 5 个工作日，自 2026 年 9 月 30 日起（当日不计），国庆节 10 月 1 日至 7 日放假，
    10 月 10 日调休上班，10 月 13 日（周二）到期。
    """
    return Words(zh=_in_chinese(due, since, waits=waits), en=_in_english(due, since, waits=waits))


def _in_chinese(due: Due, since: Words | None, *, waits: bool) -> str:
    after = f"{since.zh}后 " if since else ""
    parts = [f"{after}{_length(due).zh}", _start_zh(due)]
    parts += [_rest_zh(group, due.start.year) for group in _groups(due.passed)]
    if due.moved:
        parts.append(f"最后一日 {day_zh(due.moved, due.start.year)}休息，顺延")
    if due.paused:
        parts.append(f"中止计时 {_span(due.paused, SPANS_ZH)}")
    if due.before_extension:
        parts.append(f"原定 {day_zh(due.before_extension, due.start.year)}到期，已延期")
    parts.append(f"{end_zh(due, due.start.year)}{'期满' if waits else '到期'}")
    if due.missing:
        years = "、".join(f"{year} 年" for year in due.missing)
        parts.append(f"尚无 {years}的官方日历，此为暂定日期")
    return "，".join(parts) + "。"


def _in_english(due: Due, since: Words | None, *, waits: bool) -> str:
    parts = [f"{_length(due).en}{f' after {since.en}' if since else ''}, {_start_en(due)}"]
    parts += [_rest_en(group, due.start.year) for group in _groups(due.passed)]
    if due.moved:
        parts.append(f"the last day, {day_en(due.moved, due.start.year)}, is a day off, so it moves")
    if due.paused:
        parts.append(f"the clock stood for {_span(due.paused, SPANS_EN)}")
    if due.before_extension:
        parts.append(f"first due {day_en(due.before_extension, due.start.year)}, then extended")
    parts.append(f"{'ends' if waits else 'due'} {end_en(due, due.start.year)}")
    if due.missing:
        years = " and ".join(str(year) for year in due.missing)
        parts.append(f"provisional, as the official calendar of {years} is not known yet")
    return "; ".join(parts) + "."


def _length(due: Due) -> Words:
    if due.plus is None:
        return due.limit.words
    first, second = due.limit.words, due.plus.words
    return Words(zh=f"{first.zh}又 {second.zh}", en=f"{first.en} and {second.en}")


def day_zh(day: date, year: int | None = None) -> str:
    """`2026 年 10 月 13 日`, without the year where it is `year`."""
    return ("" if day.year == year else f"{day.year} 年 ") + f"{day.month} 月 {day.day} 日"


def day_en(day: date, year: int | None = None) -> str:
    """`13 October 2026`, without the year where it is `year`."""
    return f"{day.day} {MONTHS[day.month - 1]}" + ("" if day.year == year else f" {day.year}")


def end_zh(due: Due, year: int | None = None) -> str:
    """The last day with its weekday, or the exact moment."""
    if due.moment is not None:
        return f"{day_zh(due.day, year)}（{WEEKDAYS_ZH[due.day.weekday()]}）{_time(due.moment)} "
    return f"{day_zh(due.day, year)}（{WEEKDAYS_ZH[due.day.weekday()]}）"


def end_en(due: Due, year: int | None = None) -> str:
    """The last day with its weekday, or the exact moment."""
    said = f"{WEEKDAYS[due.day.weekday()]} {day_en(due.day, year)}"
    return f"{said} at {_time(due.moment)}" if due.moment is not None else said


def _start_zh(due: Due) -> str:
    if due.begun is None:
        return f"自 {day_zh(due.start)}起（当日不计）"
    why = "（只知日期的，从当日最后一分钟算起）" if due.begun.time() == LAST_MINUTE else ""
    return f"自 {day_zh(due.start)} {_time(due.begun)} 起{why}"


def _start_en(due: Due) -> str:
    if due.begun is None:
        return f"counted from {day_en(due.start)} (that day not counted)"
    why = " (where only the day is known, from its last minute)" if due.begun.time() == LAST_MINUTE else ""
    return f"from {day_en(due.start)} at {_time(due.begun)}{why}"


def _rest_zh(group: Sequence[Day], year: int) -> str:
    first, last = group[0].date, group[-1].date
    said = day_zh(first, year)
    if last != first:
        same = (first.year, first.month) == (last.year, last.month)
        said += f"至 {last.day} 日" if same else f"至 {day_zh(last, year)}"
    name = _name(group, lambda words: words.zh)
    match group[0].kind:
        case DayKind.MAKE_UP:
            return f"{said}调休上班"
        case DayKind.CLOSED:
            return f"{name} {said}停工"
        case DayKind.HOLIDAY | DayKind.WEEKEND | DayKind.WORKING:
            return f"{name} {said}放假"


def _rest_en(group: Sequence[Day], year: int) -> str:
    first, last = group[0].date, group[-1].date
    said = day_en(first, year)
    if last != first:
        same = (first.year, first.month) == (last.year, last.month)
        said = f"{first.day}–{day_en(last, year)}" if same else f"{said} – {day_en(last, year)}"
    name = _name(group, lambda words: words.en)
    match group[0].kind:
        case DayKind.MAKE_UP:
            return f"{said} is a make-up working day"
        case DayKind.CLOSED:
            return f"closed for {name} on {said}"
        case DayKind.HOLIDAY | DayKind.WEEKEND | DayKind.WORKING:
            return f"{name} is off on {said}"


def _span(time: timedelta, forms: tuple[str, str, str, str]) -> str:
    """`2 日`, `3 小时 20 分钟`, or less than a minute as one."""
    minutes = max(1, int(time.total_seconds()) // 60)
    amounts = (minutes // 1440, minutes // 60 % 24, minutes % 60)
    return forms[3].join(form.format(amount) for form, amount in zip(forms, amounts, strict=False) if amount)


def _name(group: Sequence[Day], half: Callable[[Words], str]) -> str:
    name = group[0].name
    return "" if name is None else half(name)


def _groups(days: Iterable[Day]) -> Iterator[list[Day]]:
    """Days that follow each other and have one name, together."""
    group: list[Day] = []
    for day in days:
        if group and (group[-1].date + ONE_DAY, group[-1].kind, group[-1].name) != (day.date, day.kind, day.name):
            yield group
            group = []
        group.append(day)
    if group:
        yield group


def _time(moment: datetime) -> str:
    """`09:00`; with its distance from UTC in the hour that comes twice when summer time ends."""
    said = f"{moment:%H:%M}" + (f":{moment:%S}" if moment.second else "")
    other = moment.replace(fold=1 - moment.fold)
    if other.utcoffset() == moment.utcoffset() or moment.astimezone(UTC).astimezone(moment.tzinfo).fold != moment.fold:
        return said
    offset = moment.utcoffset() or timedelta()
    minutes = int(offset.total_seconds()) // 60
    sign = "−" if minutes < 0 else "+"
    return f"{said} (UTC{sign}{abs(minutes) // 60}:{abs(minutes) % 60:02})"
