"""Names taken out of a text before it is published, and what in it may still point to somebody.

`blanking.ts` beside it says the same in the browser. Both compare letter by letter, folded in the same way, and never
by a regular expression's own notion of case, which differs between the two languages.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Iterable, Iterator
from itertools import chain
from typing import Final

BLANK: Final = "×××"
"""What stands in the place of a name."""
SPACE: Final = "\t-\r \u0085\u1680\u2028\u2029"
"""Whitespace that NFKC leaves as it is."""
INVISIBLE: Final = "\u034f\u115f\u1160\u180b-\u180f\u3164\ufe00-\ufe0f\uffa0\U000e0100-\U000e01ef"
"""What nobody sees between two letters, beside the format characters (Cf)."""
GAP: Final = "\u200b"
"""The one format character that ends a word where it stands."""
OVERRIDE: Final = "\u202e"
"""What follows it is shown from its end."""
LATIN: Final = "a-z\u00df-\u00f6\u00f8-\u024f"
"""Letters of a Latin word, folded."""
JOINTS: Final = f"{SPACE}{GAP}·•・‧‐–—./|'’‘ʼ`_-"
"""What joins the parts of a name, or is left out there."""
LISTED: Final = f"{SPACE}{GAP},、"
"""What stands between the words of a listed name."""
_SURNAMES: Final = (
    "王李张刘陈杨黄赵吴周徐孙马朱胡郭林罗郑梁谢宋唐许韩冯邓曹彭曾萧田董袁潘蒋蔡杜叶程苏魏吕丁沈姚卢姜崔钟谭陆汪范廖贾夏韦付邹孟"
    "熊秦邱尹薛闫雷侯龙史陶黎贺顾毛郝龚邵钱覃戴莫孔汤"
)
_TITLES: Final = "先生|女士|小姐|同志|师傅|老师|经理|主任|总监|主管|组长|科长|处长|某"
_BETWEEN: Final = r" \t-\r@,;:()<>\"，；：（）、。"
_APART: Final = f"{_BETWEEN}\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\U00020000-\U0003ffff"
_ADDRESS: Final = f"(?<![^{_APART}])[^{_APART}]*@(?:[^{_APART}]*[^{_APART}.!?'])?"
"""What is blanked of an e-mail address beside a name: not the sentence around it where no space divides the two."""
_CAPITALISED: Final = r"[A-Z\u00c0-\u00d6\u00d8-\u00de][a-z\u00df-\u00f6\u00f8-\u00ff]+"
_POINTING: Final = (
    f"[^{_BETWEEN}]+@[^{_BETWEEN}]+",
    r"[0-9](?:[ ()./-]?[0-9]){5,}[Xx]?",
    f"[{_SURNAMES}][\u4e00-\u9fff]{{0,2}}(?:{_TITLES})",
    f"{_CAPITALISED}(?:[ -]{_CAPITALISED})+",
)
"""An e-mail address; a number of six digits or more; a surname with a title; capitalised words side by side."""


_GIVEN: Final = 2
_GENITIVE: Final = 4
"""From how many letters a name of one word is found before the s of a genitive."""


def without_names(text: str, names: Iterable[str]) -> str:
    """A text with every name blanked out, in any case and width, however spaced, joined or accented.

    A name in Latin letters is found as a whole word, or before the s of a genitive, so that no rest of a longer word
    stays beside the blank. Where names overlap, all that they cover goes; so does every invisible character, and the
    whole of an e-mail address that holds a name.
    """
    shown, done = "", 0
    for begin, end in _united(_with_addresses(text, _spans(text, _patterns(names, turned=OVERRIDE in text)))):
        shown, done = shown + text[done:begin] + BLANK, end
    return "".join(one for one in shown + text[done:] if not _is_invisible(one))


def pointing(text: str, names: Iterable[str] = ()) -> tuple[str, ...]:
    """What in a text looks like an address, a number or a name, or is one word of a listed name; each once, in order.

    It is given as it stands there. A word counts from three letters, or two characters of a script without spaces.
    """
    plain, origin = _mapped(text, _plain)
    found = (match for match in re.finditer("|".join(_POINTING), plain) if BLANK not in match.group())
    spans = {(origin[one.start()], origin[one.end() - 1] + 1) for one in found}
    spans |= set(_spans(text, [_pattern([[word]]) for word in dict.fromkeys(_single_words(names))]))
    widest = [one for one in spans if not any(two != one and two[0] <= one[0] and one[1] <= two[1] for two in spans)]
    return tuple(dict.fromkeys(text[begin:end] for begin, end in sorted(widest)))


def _with_addresses(text: str, spans: Iterable[tuple[int, int]]) -> Iterator[tuple[int, int]]:
    """Spans, each as wide as the e-mail addresses that it touches: the rest of them would still name somebody."""
    plain, origin = _mapped(text, _plain)
    addresses = [(origin[one.start()], origin[one.end() - 1] + 1) for one in re.finditer(_ADDRESS, plain)]
    for begin, end in spans:
        touched = [(begin, end), *(one for one in addresses if one[0] <= end and begin <= one[1])]
        yield min(touched)[0], max(to for _, to in touched)


def _united(spans: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Spans in order; those that overlap as one."""
    united: list[tuple[int, int]] = []
    for begin, end in sorted(spans):
        if united and begin < united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((begin, end))
    return united


def _spans(text: str, patterns: Iterable[str]) -> Iterator[tuple[int, int]]:
    """Where each pattern is in a text, also where it begins within another."""
    folded, origin = _mapped(text, _folded)
    origin.append(len(text))
    for pattern in map(re.compile, patterns):
        found = pattern.search(folded)
        while found:
            # What is folded away behind a letter, an accent of its own, goes with it.
            yield origin[found.start()], max(origin[found.end()], origin[found.end() - 1] + 1)
            found = pattern.search(folded, found.start() + 1)


def _words(name: str) -> list[list[str]]:
    """The words of a name, folded, each as the parts that something joins."""
    folded = "".join(map(_folded, name))
    words = [[part for part in re.split(f"[{JOINTS}]+", word) if part] for word in re.split(f"[{LISTED}]+", folded)]
    return [word for word in words if word]


def _single_words(names: Iterable[str]) -> Iterator[str]:
    """Words by which somebody of a listed name may be known; of three characters after a surname, the last two too."""
    for part in chain.from_iterable(word for name in names for word in _words(name)):
        if len(part) > _GIVEN or (len(part) == _GIVEN and not _is_latin(part[0])):
            yield part
        if len(part) == 1 + _GIVEN and part[0] in _SURNAMES:
            yield part[1:]


def _patterns(names: Iterable[str], *, turned: bool) -> list[str]:
    listed = list(dict.fromkeys(names))
    found = [_words(name) for name in [*listed, *([name[::-1] for name in listed] if turned else [])]]
    swapped = [[last, first] for first, last in (one for one in found if len(one) == 1 + 1) if _both_latin(first, last)]
    return [_pattern(words) for words in [*found, *swapped] if words]


def _both_latin(first: list[str], last: list[str]) -> bool:
    return _is_latin(first[0][0]) and _is_latin(last[0][0])


def _pattern(words: list[list[str]]) -> str:
    parts = list(chain.from_iterable(words))
    found = f"[,、{JOINTS}]*".join(_letters(part) for part in parts)
    before = f"(?<![{LATIN}])" if _is_latin(parts[0][0]) else ""
    if not _is_latin(parts[-1][-1]):
        return before + found
    genitive = "s?" if len(parts) > 1 or len(parts[0]) >= _GENITIVE else ""
    return f"{before}{found}(?={genitive}(?![{LATIN}]))"


def _letters(part: str) -> str:
    """A part of a name; characters of a script without spaces may stand apart."""
    return (f"{GAP}*" if _is_latin(part[0]) else f"[、{JOINTS}]*").join(map(re.escape, part))


def _is_latin(character: str) -> bool:
    return re.fullmatch(f"[{LATIN}]", character) is not None


def _is_invisible(character: str) -> bool:
    return unicodedata.category(character) == "Cf" or re.fullmatch(f"[{INVISIBLE}]", character) is not None


def _plain(character: str) -> str:
    return "" if _is_invisible(character) else unicodedata.normalize("NFKC", character)


def _folded(character: str) -> str:
    """A character as it is compared: of no width, no accent and no case."""
    if character == GAP:
        return GAP
    parts = "" if _is_invisible(character) else unicodedata.normalize("NFKD", character)
    return "".join(one for one in parts if unicodedata.category(one) != "Mn").upper().lower()


def _mapped(text: str, fold: Callable[[str], str]) -> tuple[str, list[int]]:
    """A text folded character by character, and from which of them each of its own comes."""
    pieces = [fold(character) for character in text]
    return "".join(pieces), [at for at, piece in enumerate(pieces) for _ in piece]
