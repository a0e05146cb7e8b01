"""Where the words that a source quotes begin in the written text; a text breaks lines within its sentences."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Final

from casework.legal_sources import Source
from casework.policy.policy import Policy

UNSPACED: Final = re.compile("[\u2e80-\u9fff\uac00-\ud7af\uf900-\ufaff\uff00-\uffef]")
"""Scripts that put no space between words: a line is broken there without one."""
HYPHEN: Final = re.compile(r"\w-$")


def misquoted(policy: Policy, lines: Sequence[str]) -> list[str]:
    """The keys whose quotation does not begin in its line of the policy text; it may run on into the next."""
    quoted = ((key, source) for key, source in policy.sources if isinstance(source, Source))
    return [key for key, source in quoted if not begins_in(source.quote, source.line, lines)]


def where_begins(quote: str, lines: Sequence[str]) -> list[int]:
    """The lines, from 1, in which a quotation begins."""
    return [number for number in range(1, len(lines) + 1) if begins_in(quote, number, lines)]


def begins_in(quote: str, line: int, lines: Sequence[str]) -> bool:
    """Whether the words begin in this line, from 1; where the text breaks a line within them, they go on in the next.

    The quotation may have the break, or what stands for it: one space, nothing between signs of Chinese and their
    like, and of a word that is divided its hyphen or none.
    """
    if not 1 <= line <= len(lines):
        return False
    first, rest = lines[line - 1].rstrip(), lines[line].strip() if line < len(lines) else ""
    quotes = {quote, *(_joined(*quote.partition("\n")[::2]) if "\n" in quote else ())}
    texts = tuple(_joined(first, rest)) if rest else (first,)
    return any(0 <= text.find(one) < len(first) for one in quotes for text in texts)


def _joined(first: str, rest: str) -> Iterator[str]:
    """Two lines as one; twice where a hyphen may belong to the word or to the break."""
    first, rest = first.rstrip(), rest.strip()
    if UNSPACED.match(first[-1:]) or UNSPACED.match(rest[:1]):
        yield first + rest
    elif HYPHEN.search(first):
        yield first + rest
        yield first[:-1] + rest
    else:
        yield f"{first} {rest}"
