"""Dates as HR systems write them; what could be read in two ways is refused until an order is set."""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import date, timedelta
from enum import StrEnum
from typing import Final

EPOCH: Final = date(1970, 1, 1)
FIRST, LAST = date(1930, 1, 1), date(2100, 12, 31)
OPEN_END: Final = date(9999, 12, 31)
"""What some systems write for “no end”."""
_EXCEL_ZERO: Final = date(1899, 12, 30)
_CLOCK: Final = r"(?:[T ]+\d{1,2}:\d{2}(?::\d{2}(?:\.\d{1,9})?)?(?:Z|[+-]\d{2}:?\d{2})?)?"
_YEAR_FIRST: Final = re.compile(rf"(\d{{4}})([-/.])(\d{{1,2}})\2(\d{{1,2}}){_CLOCK}")
_CHINESE: Final = re.compile(rf"(\d{{4}}) ?年 ?(\d{{1,2}}) ?月 ?(\d{{1,2}}) ?[日号]{_CLOCK}")
_SOLID: Final = re.compile(rf"(\d{{4}})(\d{{2}})(\d{{2}}){_CLOCK}")
_SERIAL: Final = re.compile(r"(\d{5})(?:\.\d{1,12})?")
_YEAR_LAST: Final = re.compile(rf"(\d{{1,2}})([-/.])(\d{{1,2}})\2(\d{{4}}){_CLOCK}")
MAX_LENGTH: Final = 40


class Order(StrEnum):
    """What stands first in a date that ends with its year."""

    DAY_FIRST = "dmy"
    MONTH_FIRST = "mdy"


class Unread(StrEnum):
    """Why a text is no date."""

    BAD = "bad-date"
    AMBIGUOUS = "ambiguous-date"


def read_date(text: str, order: Order | None = None) -> date | Unread:
    """Reads one date (a time of day behind it is left out); day and month are never guessed."""
    if len(text) > MAX_LENGTH:
        return Unread.BAD
    text = unicodedata.normalize("NFKC", text).strip()
    if found := _YEAR_FIRST.fullmatch(text):
        return _made(found[1], found[3], found[4])
    if found := _CHINESE.fullmatch(text) or _SOLID.fullmatch(text):
        return _made(found[1], found[2], found[3])
    if found := _SERIAL.fullmatch(text):
        return _within(_EXCEL_ZERO + timedelta(days=int(found[1])))
    if found := _YEAR_LAST.fullmatch(text):
        return _year_last(int(found[1]), int(found[3]), int(found[4]), order)
    return Unread.BAD


def _year_last(first: int, second: int, year: int, order: Order | None) -> date | Unread:
    if order is None:
        if first <= 12 and second <= 12 and first != second:
            return Unread.AMBIGUOUS
        order = Order.DAY_FIRST if first > 12 else Order.MONTH_FIRST
    month, day = (second, first) if order is Order.DAY_FIRST else (first, second)
    return _made(year, month, day)


def _made(year: str | int, month: str | int, day: str | int) -> date | Unread:
    with suppress(ValueError):
        return _within(date(int(year), int(month), int(day)))
    return Unread.BAD


def _within(read: date) -> date | Unread:
    return read if FIRST <= read <= LAST or read == OPEN_END else Unread.BAD


def day_number(read: date) -> int:
    """Days since 1 January 1970."""
    return (read - EPOCH).days


def day_of(number: int) -> date:
    """The date of a day number."""
    return EPOCH + timedelta(days=number)
