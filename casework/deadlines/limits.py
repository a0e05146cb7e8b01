"""Time limits as policies write them: a number and a unit, read strictly from English or Chinese."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum

from casework.errors import LimitRefused
from casework.words import Words


class Unit(StrEnum):
    """What a limit is counted in."""

    MINUTES = "minutes"
    HOURS = "hours"
    DAYS = "days"
    WEEKS = "weeks"
    MONTHS = "months"
    YEARS = "years"
    WORKING_DAYS = "working-days"

    @property
    def is_clock_time(self) -> bool:
        """Whether such a limit ends at a moment rather than with a day."""
        return self in (Unit.MINUTES, Unit.HOURS)

    @property
    def is_calendar_time(self) -> bool:
        """Whether the calendar alone gives the end, before any law moves it."""
        return not self.is_clock_time and self is not Unit.WORKING_DAYS


MOST: dict[Unit, int] = {
    Unit.MINUTES: 100_000,
    Unit.HOURS: 10_000,
    Unit.DAYS: 36_600,
    Unit.WEEKS: 5_200,
    Unit.MONTHS: 1_200,
    Unit.YEARS: 100,
    Unit.WORKING_DAYS: 10_000,
}
"""Beyond these a limit is a slip of the pen."""

ENGLISH: dict[str, Unit] = {
    "minute": Unit.MINUTES,
    "hour": Unit.HOURS,
    "day": Unit.DAYS,
    "calendar day": Unit.DAYS,
    "week": Unit.WEEKS,
    "month": Unit.MONTHS,
    "year": Unit.YEARS,
    "working day": Unit.WORKING_DAYS,
    "working-day": Unit.WORKING_DAYS,
    "business day": Unit.WORKING_DAYS,
}
CHINESE: dict[str, Unit] = {
    "分钟": Unit.MINUTES,
    "小时": Unit.HOURS,
    "个小时": Unit.HOURS,
    "日": Unit.DAYS,
    "天": Unit.DAYS,
    "个自然日": Unit.DAYS,
    "周": Unit.WEEKS,
    "个星期": Unit.WEEKS,
    "个月": Unit.MONTHS,
    "年": Unit.YEARS,
    "个工作日": Unit.WORKING_DAYS,
    "工作日": Unit.WORKING_DAYS,
}
IN_CHINESE: dict[Unit, str] = {
    Unit.MINUTES: "分钟",
    Unit.HOURS: "小时",
    Unit.DAYS: "日",
    Unit.WEEKS: "周",
    Unit.MONTHS: "个月",
    Unit.YEARS: "年",
    Unit.WORKING_DAYS: "个工作日",
}
LONGEST = 40
ENGLISH_FORM = re.compile(r"([1-9][0-9]{0,5}) ([a-z -]+?)(s?)")
COUNTING = "一二两三四五六七八九十百"
CHINESE_FORM = re.compile(rf"(?:([1-9][0-9]{{0,5}}) ?|([{COUNTING}]{{1,5}}))([^0-9 {COUNTING}]+)")
NUMERAL = re.compile(r"(?:([一二两三四五六七八九])百)?(?:([一二三四五六七八九])?(十))?([一二两三四五六七八九])?")
DIGITS = {"一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9}


@dataclass(frozen=True, slots=True)
class Limit:
    """So many of a unit; raises `LimitRefused` for less than one or more than anybody means (`MOST`)."""

    amount: int
    unit: Unit

    def __post_init__(self) -> None:
        """Refuses an amount out of range."""
        if not 1 <= self.amount <= MOST[self.unit]:
            raise LimitRefused(f"{self.amount} {self.unit}: must be from 1 to {MOST[self.unit]}")

    def __str__(self) -> str:
        """The limit as a policy file writes it, such as `5 working days`; `read_limit` reads it back."""
        return self.words.en

    @property
    def words(self) -> Words:
        """`5 个工作日` and `5 working days`."""
        unit = self.unit.value.replace("-", " ")
        english = unit if self.amount != 1 else unit.removesuffix("s")
        return Words(zh=f"{self.amount} {IN_CHINESE[self.unit]}", en=f"{self.amount} {english}")


def read_limit(text: str) -> Limit:
    """The limit that a text says: `24 hours`, `5 working days`, `3 months`, `5个工作日`, `五个工作日`.

    Raises `LimitRefused` for everything else, words without a number (及时, promptly) among it.
    """
    if len(text) <= LONGEST:
        english = ENGLISH_FORM.fullmatch(text)
        if english and english[2] in ENGLISH and (english[3] == "s") == (english[1] != "1"):
            return Limit(int(english[1]), ENGLISH[english[2]])
        chinese = CHINESE_FORM.fullmatch(text)
        if chinese and chinese[3] in CHINESE:
            return Limit(int(chinese[1]) if chinese[1] else _numeral(chinese[2], text), CHINESE[chinese[3]])
    raise LimitRefused(f"{text[:LONGEST]!r}: not a limit such as 5 working days, 24 hours, 3 months, 5个工作日")


def _numeral(digits: str, text: str) -> int:
    """A Chinese numeral up to 999, without 零: 五, 十五, 三十, 一百二十."""
    parts = NUMERAL.fullmatch(digits)
    if parts is None or (parts[1] and parts[4] and not parts[3]):
        raise LimitRefused(f"{text!r}: {digits} is no numeral here")
    tens = DIGITS.get(parts[2], 1) if parts[3] else 0
    return 100 * DIGITS.get(parts[1], 0) + 10 * tens + DIGITS.get(parts[4], 0)
