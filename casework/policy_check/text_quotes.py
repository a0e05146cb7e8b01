"""The words of a written text, line by line: the clause that speaks of a thing, and the limits that it names."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Final

from casework.deadlines.limits import Unit
from casework.policy_check.text_numbers import numbers_in

LONGEST_QUOTE: Final = 160
KEEPS: Final = re.compile(r"保存|保管|留存|kept|keep|retain|retention|stored", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Limit:
    """A number with a unit that stands in the text."""

    line: int
    words: str
    limit: str


def limits_in(lines: Sequence[str]) -> tuple[Limit, ...]:
    """Every limit that the text names, with the line in which it stands (from 1); years are terms of keeping."""
    return tuple(
        Limit(number, clause_at(line, found.at), str(found.limit))
        for number, line in enumerate(lines, 1)
        for found in numbers_in(line)
        if found.limit.unit is not Unit.YEARS
    )


def clause_at(line: str, at: int) -> str:
    """The words of a line around a place, as they are printed: from the last stop before it to the next one."""
    stops = [one.end() for one in re.finditer(r"(?:[，。；：,;:]|\.(?!\d))\s*", line) if one.end() <= at]
    begin = stops[-1] if stops else len(line) - len(line.lstrip())
    end = next(
        (one.start() for one in re.finditer(r"[，。；,;]|\.(?:\s|$)", line) if one.start() > at), len(line.rstrip())
    )
    words = line[begin:end].rstrip()
    if len(words) <= LONGEST_QUOTE:
        return words
    # At a blank, where there is one: half a word is no quotation that anybody finds again.
    short = words[:LONGEST_QUOTE]
    return (short.rpartition(" ")[0] or short).rstrip()


def clauses_with(pattern: str, lines: Sequence[str]) -> Iterator[tuple[int, str]]:
    """Each line in which a pattern stands, from 1, with the clause around it."""
    for number, line in enumerate(lines, 1):
        found = re.search(pattern, line, re.IGNORECASE) if pattern else None
        if found and (quote := clause_at(line, found.start())):
            yield number, quote


def retention_months_in(lines: Sequence[str]) -> int:
    """Months for which closed cases are kept, where the text says so; else three years, to be looked at."""
    for line in lines:
        years = [one.limit.amount for one in numbers_in(line) if one.limit.unit is Unit.YEARS]
        if years and KEEPS.search(line):
            return 12 * years[0]
    return 36
