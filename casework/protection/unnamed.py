"""The names in an answer to who is concerned: its parts, without words that name a function or nobody.

`unnamed.ts` beside it says the same in the browser; both read `unnamed.json`. A word as common as "manager" that
everything published were to lose would empty a text and hide nobody.
"""

from __future__ import annotations

import re
import unicodedata
from itertools import chain
from typing import Final

from casework.json_tables import read_table

_BETWEEN: Final = re.compile(r"[、，,;；\n/]|\s(?:and|und)\s")
_BEFORE: Final = re.compile(r"^(?:(?:the|my|our) |我们的|我的|我们|我|本)")
_BEHIND: Final = re.compile(r"[.。!！?？\s]+$")
_UNNAMED: Final = frozenset(chain.from_iterable(read_table("casework.protection", "unnamed").values()))
_LETTER: Final = re.compile("[a-z]?")


def names_in(answer: str) -> tuple[str, ...]:
    """Each part that may be a name, once, in order; a single Latin letter is none."""
    parts = (one.strip() for one in _BETWEEN.split(answer))
    return tuple(dict.fromkeys(one for one in parts if not _is_unnamed(one)))


def _is_unnamed(part: str) -> bool:
    plain = _BEHIND.sub("", unicodedata.normalize("NFKC", part).lower().replace("’", "'"))
    return _LETTER.fullmatch(plain) is not None or bool({plain, _BEFORE.sub("", plain)} & _UNNAMED)
