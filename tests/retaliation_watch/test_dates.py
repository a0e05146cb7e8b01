"""Dates are read as HR systems write them, and never guessed."""

from __future__ import annotations

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from retaliation_watch.hr_formats.dates import Order, Unread, day_number, day_of, read_date

FIFTH = date(2024, 1, 5)


@pytest.mark.parametrize(
    "text",
    [
        "2024-01-05", "2024/1/5", "2024.1.5", "2024年1月5日", "2024 年 1 月 5 日", "20240105", "45296", "45296.5",
        "2024-01-05 13:20:11", "2024-01-05T00:00:00Z", "2024/1/5 8:05", "２０２４－０１－０５", " 2024-01-05 ",
    ],
)  # fmt: skip
def test_one_day_has_many_spellings(text: str) -> None:
    """Each usual spelling of a day gives that day."""
    assert read_date(text) == FIFTH


def test_day_and_month_are_never_guessed() -> None:
    """What could be read in two ways needs an order, and what has one reading only needs none."""
    assert read_date("05/01/2024") is Unread.AMBIGUOUS
    assert read_date("05/01/2024", Order.DAY_FIRST) == FIFTH
    assert read_date("01/05/2024", Order.MONTH_FIRST) == FIFTH
    assert read_date("13/01/2024") == date(2024, 1, 13)
    assert read_date("13/01/2024", Order.MONTH_FIRST) is Unread.BAD
    assert read_date("05.05.2024") == date(2024, 5, 5)


@pytest.mark.parametrize(
    "text", ["2024-13-01", "2023-02-29", "2024/1-5", "0", "1e5", "1899-01-01", "n/a", "-", "9" * 50]
)
def test_what_is_no_date_is_refused(text: str) -> None:
    """No text that is not a date of a working life is taken for one."""
    assert read_date(text) is Unread.BAD


@given(st.text(max_size=60))
def test_no_text_breaks_the_reader(text: str) -> None:
    """Any text is a date or says why it is none."""
    assert isinstance(read_date(text), date | Unread)


@given(st.dates(date(1930, 1, 1), date(2100, 12, 31)))
def test_days_go_there_and_back(day: date) -> None:
    """A day's ISO spelling and its number give the day again."""
    assert read_date(day.isoformat()) == day
    assert day_of(day_number(day)) == day
