"""The limits that a written text names: numbers with a unit, in digits, Chinese numerals or English words."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from casework.deadlines.limits import MOST, Limit, Unit

DIGITS: Final = {one: n for n, one in enumerate("零一二三四五六七八九")} | {"两": 2, "〇": 0}
WORDS: Final = {
    one: n
    for n, one in enumerate(
        (
            "zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen"
            " seventeen eighteen nineteen"
        ).split()
    )
}
TENS: Final = {
    one: 10 * n for n, one in enumerate("twenty thirty forty fifty sixty seventy eighty ninety".split(), start=2)
}
UNITS: Final = {
    "工作日": Unit.WORKING_DAYS, "自然日": Unit.DAYS, "日": Unit.DAYS, "天": Unit.DAYS, "小时": Unit.HOURS,
    "分钟": Unit.MINUTES, "周": Unit.WEEKS, "星期": Unit.WEEKS, "月": Unit.MONTHS, "年": Unit.YEARS,
    "working day": Unit.WORKING_DAYS, "working-day": Unit.WORKING_DAYS, "business day": Unit.WORKING_DAYS,
    "calendar day": Unit.DAYS, "day": Unit.DAYS, "minute": Unit.MINUTES, "hour": Unit.HOURS, "week": Unit.WEEKS,
    "month": Unit.MONTHS, "year": Unit.YEARS,
}  # fmt: skip
BELOW_TEN: Final = "|".join(list(WORDS)[1:10])
BELOW_HUNDRED: Final = rf"(?:(?:{'|'.join(TENS)})(?:[- ](?:{BELOW_TEN}))?|{'|'.join(reversed(WORDS))})"
SPELLED: Final = (
    rf"(?:(?:{BELOW_TEN}|a) hundred(?: and {BELOW_HUNDRED}| {BELOW_HUNDRED})?|(?<!hundred )(?<!hundred and )"
    rf"{BELOW_HUNDRED})"
)
NUMERALS: Final = "一二两三四五六七八九十百千万零〇"
CHINESE: Final = "[一二两三四五六七八九十百零]{1,7}"
LIMIT: Final = re.compile(
    # No number begins in the middle of another, and a month or day of a date is no limit: 每月十五日, 第十三日.
    rf"(?<![\d年月第{NUMERALS}])(?<![年月第]\s)(?P<han>\d{{1,4}}|{CHINESE})\s*"
    r"(?:(?P<counted>个?\s*(?:工作日|自然日|小时|分钟|星期|周)|日|天|年)"
    r"|(?P<months>个月|月(?=之?以?内)))"
    rf"|(?<![\d.,])\b(?P<latin>\d{{1,4}}|{SPELLED})\)?[\s-]*"
    r"(?P<unit>working[ -]day|business day|calendar day|day|minute|hour|week|month|year)s?\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Number:
    """A limit and where it begins in its text."""

    at: int
    limit: Limit


def numbers_in(text: str) -> Iterator[Number]:
    """Every number with a unit in a text, in its order; days of a date are none."""
    for found in LIMIT.finditer(text):
        amount, unit = value_of(found["han"] or found["latin"]), _unit(found)
        if 0 < amount <= MOST[unit] and not (unit is Unit.YEARS and _is_date(text, found)):
            yield Number(found.start(), Limit(amount, unit))


def _unit(found: re.Match[str]) -> Unit:
    if found["months"]:
        return Unit.MONTHS
    name = found["unit"] or found["counted"].removeprefix("个").strip()
    return UNITS[re.sub(r"\s+", " ", name.lower())]


def _is_date(text: str, found: re.Match[str]) -> bool:
    """二〇二六年 and 26年12月."""
    return re.match(r"\s*[\d一二三四五六七八九十]{1,3}\s*月", text[found.end() :]) is not None or (
        text[: found.start()][-1:] in set("〇零")
    )


def value_of(words: str) -> int:
    """A number in digits, English words or Chinese numerals; 0 for what is none."""
    text = words.lower()
    if text.isdigit():
        return int(text)
    return _english(text) if text.isascii() else _chinese(text)


def _english(text: str) -> int:
    hundreds, hundred, rest = text.rpartition("hundred")
    small = sum(TENS.get(one, WORDS.get(one, 0)) for one in re.split(r"[- ]", rest.strip()))
    return small + (100 * WORDS.get(hundreds.strip(), 1) if hundred else 0)


def _chinese(text: str) -> int:
    if re.fullmatch(r"([二两三四五六七八九一]?百)?零?([一二三四五六七八九]?十)?[一二两三四五六七八九]?", text) is None:
        return 0
    hundreds, hundred, rest = text.rpartition("百")
    tens, ten, ones = rest.lstrip("零").rpartition("十")
    return (
        (100 * DIGITS.get(hundreds, 1) if hundred else 0)
        + (10 * DIGITS.get(tens, 1) if ten else 0)
        + DIGITS.get(ones, 0)
    )
