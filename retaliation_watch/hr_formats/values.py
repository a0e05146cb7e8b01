"""What stands before and after a change: salaries, hours, ratings; direction comes from here, never from a label."""

from __future__ import annotations

import re
import unicodedata
from typing import Final

import polars as pl

from retaliation_watch.hr_formats.columns import EMPTY, Memory

SCALE: Final = 1_000_000
"""Ratings of different scales lie so far apart, and are never compared."""
_LETTERS: Final = ("e", "d", "c", "b", "a", "s")
_WORDS: Final = (
    ("不合格", "不称职", "不胜任", "unsatisfactory", "failed"),
    ("基本合格", "基本称职", "待改进", "需改进", "needs improvement", "below expectations", "partially meets"),
    ("合格", "称职", "达标", "符合预期", "meets expectations", "satisfactory", "solid"),
    ("良好", "良", "超出预期", "good", "exceeds expectations"),
    ("优秀", "优", "卓越", "excellent", "outstanding"),
)
_BY_WORD: Final = {word: place for place, words in enumerate(_WORDS) for word in words}
_NUMBER: Final = re.compile(r"[+-]?\d{1,3}(?:\.\d{1,3})?")
_LETTER: Final = re.compile(r"([a-es])([+-]?)")
AMOUNT: Final = r"^[+-]?\d{1,15}(?:\.\d{1,9})?$"


def read_rating(text: str) -> int:
    """A rating as a number that grows with it, `EMPTY` for one of no known scale."""
    text = unicodedata.normalize("NFKC", text).strip().casefold()
    if _NUMBER.fullmatch(text):
        return round(float(text) * 1000)
    if found := _LETTER.fullmatch(text):
        return SCALE + 10 * _LETTERS.index(found[1]) + {"+": 3, "-": -3, "": 0}[found[2]]
    return 2 * SCALE + _BY_WORD[text] if text in _BY_WORD else EMPTY


def ratings() -> Memory:
    """A reader of rating columns."""
    return Memory(lambda text: read_rating(text) if text and len(text) < 64 else EMPTY)


def amount(column: str) -> pl.Expr:
    """A column of amounts as numbers (thousands may be set apart by commas or blanks); null where there is none."""
    text = pl.col(column).str.replace_all(r"[,，\s￥¥€$£元]", "")
    return pl.when(text.str.contains(AMOUNT)).then(text).otherwise(None).cast(pl.Float64)


def share(column: str) -> pl.Expr:
    """A column of percentages as shares; null where there is no `%`."""
    text = pl.col(column).str.strip_chars()
    number = text.str.strip_suffix("%").str.strip_suffix("％")
    is_share = text.str.contains("[%％]$") & number.str.contains(AMOUNT)
    return pl.when(is_share).then(number).otherwise(None).cast(pl.Float64) / 100
