"""Looking for bytes on which the twins do not agree, or at which one of them breaks."""

from __future__ import annotations

import traceback
from collections.abc import Iterable
from dataclasses import dataclass

from tests.fuzz.browser_twin import BrowserTwin, TwinBroke
from tests.fuzz.dice import Dice
from tests.fuzz.parsers import PARSERS, Refused, outcome
from tests.fuzz.recipes import made
from tests.fuzz.seeds import seeds

# Those that open many envelopes get fewer turns, so that none takes the time of all.
SLOW = {
    "log-note": 3, "checkpoint": 2, "proof-of-filing": 4, "office-document": 4,
    "identity-packet": 60, "case": 12, "mailbox": 12, "trial": 12, "grant": 8, "bundle": 6, "office": 5, "directory": 4,
    "submission": 4, "memo": 4, "draft": 4, "keyring": 4, "attachment": 2, "sealed": 2, "packet": 2,
}  # fmt: skip


@dataclass(frozen=True)
class Difference:
    """Bytes by the name that they were drawn under, and what each twin made of them."""

    name: str
    python: object
    browser: object
    content: bytes

    def __str__(self) -> str:
        """The line that a person reads; `made` gives the bytes again from the name."""
        return f"{self.name}: Python {str(self.python)[:300]}; browser {str(self.browser)[:300]}"


def _of_python(parser: str, content: bytes) -> object:
    try:
        return outcome(parser, content)
    except Exception as error:  # whatever is no refusal is what we look for
        return f"broke: {type(error).__name__}: {traceback.format_exc(limit=-3)}"


def _of_browser(twin: BrowserTwin, parser: str, content: bytes) -> object:
    try:
        return twin.ask(parser, content)
    except TwinBroke as error:
        return f"broke: {error}"


def difference(twin: BrowserTwin, parser: str, content: bytes, name: str) -> Difference | None:
    """What the twins make of the bytes, unless it is the same and neither broke."""
    python, browser = _of_python(parser, content), _of_browser(twin, parser, content)
    broke = isinstance(python, str) and python.startswith("broke: ")
    return Difference(name, python, browser, content) if broke or python != browser else None


def differences(twin: BrowserTwin, run: str, times: int, parsers: Iterable[str] = tuple(PARSERS)) -> list[Difference]:
    """Tries that many changed inputs per parser (fewer for slow ones), drawn under `run`."""
    found: list[Difference] = []
    for parser in parsers:
        for number in range(max(1, times // SLOW.get(parser, 1))):
            name = f"{run}/{parser}/{number}"
            unlike = difference(twin, parser, made(parser, Dice(name)), name)
            found += [unlike] if unlike else []
    return found


def differences_in_corpus(twin: BrowserTwin) -> list[Difference]:
    """Tries what every search begins with: well-formed inputs and the kept corpus."""
    found: list[Difference] = []
    for parser in PARSERS:
        tried = (
            difference(twin, parser, content, f"seed {at} of {parser}") for at, content in enumerate(seeds(parser))
        )
        found += [unlike for unlike in tried if unlike]
    return found


__all__ = ["Difference", "Refused", "difference", "differences", "differences_in_corpus"]
