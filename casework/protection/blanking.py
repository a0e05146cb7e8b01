"""Names taken out of a text before it is published, and what in it may still point to somebody.

`blanking.ts` beside it says the same in the browser. Both compare letter by letter, folded in the same way, and never
by a regular expression's own notion of case, which differs between the two languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable
from typing import Final

BLANK: Final = "×××"
"""What stands in the place of a name."""
SPACE: Final = "\t-\r \u0085\u1680\u2028\u2029"
"""Whitespace that NFKC leaves as it is."""
INVISIBLE: Final = frozenset("\u00ad\u200b\u200c\u200d\u2060\ufeff")
"""What nobody sees between two letters."""
LATIN: Final = "a-z\u00df-\u00f6\u00f8-\u024f"
"""Letters of a Latin word, folded."""
BETWEEN: Final = f"[{SPACE}·•‐-]*"
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范廖贾夏韦付邹孟"
    "熊秦邱尹薛闫雷侯龙史陶黎贺顾毛郝龚邵钱覃戴莫孔汤"
)
_TITLES: Final = "先生|女士|小姐|同志|师傅|老师|经理|主任|总监|主管|组长|科长|处长|某"
_POINTING: Final = (
    r"[^ \t-\r@,;:()<>\"，；：（）、。]+@[^ \t-\r@,;:()<>\"，；：（）、。]+",
    r"[0-9](?:[ ()./-]?[0-9]){5,}[Xx]?",
    f"[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}(?:{_TITLES})",
    r"[A-Z][a-z\u00df-\u00f6\u00f8-\u00ff]+(?:[ -][A-Z][a-z\u00df-\u00f6\u00f8-\u00ff]+)+",
)
"""An e-mail address; a number of six digits or more; a surname with a title; capitalised words side by side."""


def without_names(text: str, names: Iterable[str]) -> str:
    """A text with every name blanked out: in any case and width, however spaced or accented, the longest first.

    A name in Latin letters is found as a whole word, so that no rest of a longer one stays beside the blank.
    """
    patterns = [_pattern(name) for name in sorted(dict.fromkeys(names), key=len, reverse=True) if _words(name)]
    if not patterns:
        return text
    folded, origin = _mapped(text, _folded)
    origin.append(len(text))
    shown, done = "", 0
    for found in re.finditer("|".join(patterns), folded):
        begin, last, end = origin[found.start()], origin[found.end() - 1], origin[found.end()]
        if begin >= done:
            # What is folded away behind a letter, an accent of its own, goes with it.
            shown, done = shown + text[done:begin] + BLANK, max(end, last + 1)
    return shown + text[done:]


def pointing(text: str) -> tuple[str, ...]:
    """What in a text looks like an address, a number or a name, as it stands there; each once, in order."""
    plain, origin = _mapped(text, _plain)
    found = (match for match in re.finditer("|".join(_POINTING), plain) if BLANK not in match.group())
    return tuple(dict.fromkeys(text[origin[one.start()] : origin[one.end() - 1] + 1] for one in found))


def _words(name: str) -> list[str]:
    return [word for word in re.split(f"[{SPACE}]+", "".join(map(_folded, name))) if word]


def _pattern(name: str) -> str:
    words = _words(name)
    found = BETWEEN.join((("" if _is_latin(word[0]) else f"[{SPACE}]*").join(map(re.escape, word))) for word in words)
    before = f"(?<![{LATIN}])" if _is_latin(words[0][0]) else ""
    after = f"(?![{LATIN}])" if _is_latin(words[-1][-1]) else ""
    return before + found + after


def _is_latin(character: str) -> bool:
    return re.fullmatch(f"[{LATIN}]", character) is not None


def _plain(character: str) -> str:
    return "" if character in INVISIBLE else unicodedata.normalize("NFKC", character)


def _folded(character: str) -> str:
    """A character as it is compared: of no width, no accent and no case."""
    parts = "" if character in INVISIBLE else unicodedata.normalize("NFKD", character)
    return re.sub("[\u0300-\u036f]", "", parts).upper().lower()


def _mapped(text: str, fold: Callable[[str], str]) -> tuple[str, list[int]]:
    """A text folded character by character, and from which of them each of its own comes."""
    pieces = [fold(character) for character in text]
    return "".join(pieces), [at for at, piece in enumerate(pieces) for _ in piece]
