"""What the written text says of limits beside a quotation that stops before the number, and beyond all of them."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from casework.deadlines.limits import Limit, Unit
from casework.legal_sources import Ground, Source
from casework.policy.policy import Policy
from casework.policy.quotations import begins_in
from casework.policy_check.findings import Fault, Finding
from casework.policy_check.quoted_counts import other_counts, periods_in, quoted_counts, times_in
from casework.policy_check.quoted_limits import measure, own_limits
from casework.policy_check.text_numbers import Number, numbers_in
from casework.rules.limits import ClockRule

Quoted = tuple[int, Limit]
"""A limit of the text and its line, from 1."""
STOP: Final = re.compile(r"[。；]|\.(?=\s|$)")


def lines_of(text: str) -> list[str]:
    """The lines of a written text, of which the first is 1."""
    return text.replace("\r\n", "\n").split("\n")


def other_limits_of_lines(policy: Policy, file: str, text: str) -> tuple[Finding, ...]:
    """Limits whose quotation has no number while its lines in the text have others, and only others.

    A limit that the text leaves to a word or to the office is the office's, whatever else stands in the line.
    """
    lines, free = lines_of(text), {f"clocks[{one.id}]" for one in policy.rules.clocks if _left_open(one)}
    found = (_beside(file, key, source, limits, lines) for key, source, limits in own_limits(policy) if key not in free)
    return tuple(one for one in found if one is not None)


def other_counts_of_lines(policy: Policy, file: str, text: str) -> tuple[Finding, ...]:
    """Times and periods that differ from the lines of a quotation that itself names none."""
    lines, known = lines_of(text), {key for key, _, _ in quoted_counts(policy)}

    def around(source: Source) -> str:
        own = times_in(source.quote) or periods_in(source.quote)
        return "" if own else "\n".join(line for _, line in _lines_around(source, lines))

    return tuple(Finding(file, *one) for one in other_counts(policy, around) if one[0] not in known)


def _left_open(clock: ClockRule) -> bool:
    return clock.word is not None or clock.unit is not None


def _beside(file: str, key: str, source: Ground, limits: Sequence[Limit], lines: Sequence[str]) -> Finding | None:
    if not isinstance(source, Source) or not limits or any(numbers_in(source.quote)):
        return None
    said = list(_said_around(source, lines))
    there = {measure(limit) for _, limit in said}
    other = next((one for one in limits if measure(one) not in there), None)
    if not said or other is None:
        return None
    words = [limit.words for _, limit in dict.fromkeys(said)]
    facts = (other.words.en, other.words.zh, ", ".join(one.en for one in words), "、".join(one.zh for one in words))
    return Finding(file, key, Fault.OTHER_IN_LINE, "|".join((*facts, str(said[0][0]))))


def _said_around(source: Source, lines: Sequence[str]) -> Iterator[Quoted]:
    """The limits in the lines of a quotation, and in the next one as far as its sentence goes on there."""
    yield from ((number, one.limit) for number, line in _lines_around(source, lines) for one in numbers_in(line))


def _lines_around(source: Source, lines: Sequence[str]) -> list[tuple[int, str]]:
    if not begins_in(source.quote, source.line, lines):
        return []
    last = source.line if source.quote in lines[source.line - 1] else source.line + 1
    shown = [(number, lines[number - 1]) for number in range(source.line, min(last, len(lines)) + 1)]
    if shown[-1][0] < len(lines) and not STOP.search(shown[-1][1].rstrip()[-1:]):
        number = shown[-1][0] + 1
        shown.append((number, STOP.split(lines[number - 1], maxsplit=1)[0]))
    return shown


def unquoted_limits(policy: Policy, text: str) -> tuple[Quoted, ...]:
    """The limits of the text that no quotation holds and no rule beside one equals; years are no time limits."""
    lines = lines_of(text)
    sources = [one for _, one in policy.sources if isinstance(one, Source)]
    ruled = {(number, measure(limit)) for source in sources for number, limit in _quoted(source)}
    for _, source, limits in own_limits(policy):
        if isinstance(source, Source):
            ours = {*map(measure, limits)}
            ruled |= {(number, measure(one)) for number, one in _said_around(source, lines) if measure(one) in ours}
    return tuple(dict.fromkeys(
        (number, one.limit)
        for number, line in enumerate(lines, 1)
        for one in numbers_in(line)
        if one.limit.unit is not Unit.YEARS and (number, measure(one.limit)) not in ruled
    ))  # fmt: skip


def _quoted(source: Source) -> Iterator[Quoted]:
    """The limits of a quotation in its line, and in the next one, into which it may run on."""
    found: Iterator[Number] = numbers_in(source.quote)
    yield from ((number, one.limit) for one in found for number in (source.line, source.line + 1))
