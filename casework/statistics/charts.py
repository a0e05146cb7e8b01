"""Bars in SVG: no script, no link, no font from elsewhere; a table with the same numbers stands beside each."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape
from typing import Final

from casework.statistics.report import WITHHELD, Bar

ROW: Final = 26
NAMES: Final = 200
BARS: Final = 320
FONT: Final = "font-family='Noto Sans CJK SC, Source Han Sans SC, PingFang SC, Microsoft YaHei, sans-serif'"
INK, FILL = "#1d2733", "#3b6ea5"
LONGEST: Final = 14
"""Characters of a name beside a bar; the table has all of it."""


def chart(title: str, bars: Sequence[Bar]) -> str:
    """Horizontal bars, the longest for the greatest number; a withheld number has none."""
    height = ROW * len(bars) + 8
    most = max((bar.number or 0 for bar in bars), default=0) or 1
    size = f"viewBox='0 0 {NAMES + BARS + 60} {height}' width='{NAMES + BARS + 60}' height='{height}'"
    rows = "".join(_bar(bar, place, most) for place, bar in enumerate(bars))
    return (
        f"<svg xmlns='http://www.w3.org/2000/svg' role='img' {size} {FONT} font-size='13'>"
        f"<title>{escape(title)}</title>{rows}</svg>"
    )


def _bar(bar: Bar, place: int, most: int) -> str:
    top = ROW * place + 4
    long = BARS * (bar.number or 0) // most
    name = bar.name if len(bar.name) <= LONGEST else f"{bar.name[: LONGEST - 1]}…"
    number = WITHHELD if bar.number is None else str(bar.number)
    return (
        f"<text x='{NAMES - 8}' y='{top + 14}' text-anchor='end' fill='{INK}'>{escape(name)}</text>"
        f"<rect x='{NAMES}' y='{top}' width='{long}' height='{ROW - 8}' fill='{FILL}'/>"
        f"<text x='{NAMES + long + 6}' y='{top + 14}' fill='{INK}'>{number}</text>"
    )
