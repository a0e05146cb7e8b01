"""How exports name columns and kinds: English and Chinese aliases, compared without case, blanks and marks."""

from __future__ import annotations

import re
import tomllib
import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from retaliation_watch.errors import Fault, FileRefused
from retaliation_watch.kinds import KINDS, MEANINGS, Measure, Neutral

MARKS: Final = re.compile(r"[\s_*\-./:：()（）\[\]【】'\"“”]+")
MAX_COLUMNS: Final = 400
SURE: Final = 2
LONGEST: Final = 64
HEADINGS_SIZE: Final = 16 * 1024

_NAMES: Final[dict[str, dict[str, list[str]]]] = tomllib.loads(
    Path(__file__).with_name("names.toml").read_text(encoding="utf-8")
)
ROSTER: Final = {column: tuple(names) for column, names in _NAMES["roster"].items()}
EVENTS: Final = {"employee_id": ROSTER["employee_id"]} | {
    column: tuple(names) for column, names in _NAMES["events"].items()
}
WATCHLIST: Final = {"employee_id": ROSTER["employee_id"]} | {
    column: tuple(names) for column, names in _NAMES["watchlist"].items()
}


def plain(name: str) -> str:
    """A name as it is compared: NFKC, no case, no blanks, no `*`, no punctuation."""
    return MARKS.sub("", unicodedata.normalize("NFKC", name).casefold())


@cache
def kind_table() -> Mapping[str, Measure | Neutral]:
    """Every name under which a kind is known, in its compared form."""
    table: dict[str, Measure | Neutral] = {}
    for code in (*KINDS, *Neutral):
        chinese = (MEANINGS[code].zh, MEANINGS[code].en) if isinstance(code, Measure) else ()
        for name in (code, *chinese, *_NAMES["kinds"][code]):
            table.setdefault(plain(name), code)
    return table


def columns_of(
    header: Sequence[str], known: Mapping[str, Iterable[str]], extra: Mapping[str, str] | None = None
) -> dict[str, int]:
    """Finds each known column's place in a header line.

    A column's own name goes before its aliases, and those in their order; `extra` maps further header texts
    (a form filled in by HR) to columns and goes before all. A name that stands there twice refuses the file.
    """
    if len(header) > MAX_COLUMNS:
        raise FileRefused(Fault.TOO_MANY_COLUMNS, str(len(header)))
    places: dict[str, int] = {}
    for place, text in enumerate(header):
        for half in _halves(text):
            if half and half in places and places[half] != place and _is_known(half, known):
                raise FileRefused(Fault.COLUMN_TWICE, text.strip()[:80])
            places.setdefault(half, place)
    given: dict[str, list[str]] = {}
    for text, column in (extra or {}).items():
        given.setdefault(column, []).extend(_halves(text))
    found: dict[str, int] = {}
    for column, aliases in known.items():
        wanted = [*given.get(column, ()), *(plain(name) for name in (column, *aliases))]
        place = next((places[name] for name in wanted if name in places), None)
        if place is not None and place not in found.values():
            found[column] = place
    return found


def shown_headings(header: Sequence[str], known: int) -> tuple[str, ...]:
    """The headings that may be shown, in their order; `known` is how many of them name a column that is read.

    A file without a header line begins with somebody's row: unless two columns are known, none is shown.
    """
    if known < SURE:
        return ()
    shown: list[str] = []
    remaining = HEADINGS_SIZE
    for text in (one.strip() for one in header):
        remaining -= len(text.encode()) + 4
        if remaining >= 0 and 0 < len(text) <= LONGEST and any(letter.isalpha() for letter in text):
            shown.append(text)
    return tuple(dict.fromkeys(shown))


def _halves(text: str) -> list[str]:
    """A Kingdee header such as `*部门 # dpt.number` names its column on both sides of the `#`."""
    first, _, second = unicodedata.normalize("NFKC", text).partition("#")
    return list(dict.fromkeys(half for half in (plain(first), plain(second)) if half))


def _is_known(half: str, known: Mapping[str, Iterable[str]]) -> bool:
    return any(half == plain(name) for column, aliases in known.items() for name in (column, *aliases))
