"""Fonts with Chinese characters for what is printed: Typst only warns of a missing one, and leaves blanks."""

from __future__ import annotations

from functools import cache
from typing import Final

import typst

from casework.errors import FontMissing

BODY: Final = (
    "FangSong",
    "STFangsong",
    "FangSong_GB2312",
    "Noto Serif CJK SC",
    "Source Han Serif SC",
    "SimSun",
    "Songti SC",
)
HEAD: Final = ("SimHei", "STHeiti", "Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei")
PLAIN: Final = ("Noto Sans CJK SC", "Source Han Sans SC", "PingFang SC", "Microsoft YaHei", "Noto Serif CJK SC")


@cache
def installed_fonts() -> frozenset[str]:
    """The font families of this machine."""
    return frozenset(typst.Fonts().families())


def font_of(wanted: tuple[str, ...]) -> str:
    """The first of these that this machine has; raises `FontMissing`."""
    found = next((one for one in wanted if one in installed_fonts()), None)
    if found is None:
        raise FontMissing
    return found
