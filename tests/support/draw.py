"""Of a journey that says nearly the same in each browser, size and language, `make test` runs one, drawn by the pages.

The draw changes with the pages, so that over some changes each of them runs; `make soak` runs those
that were not drawn. Journeys about what browsers do differently (Back, leaving, storage, files, hostile
pages) stand in no draw.
"""

from __future__ import annotations

import hashlib
import re
import subprocess
from collections.abc import Iterable
from functools import cache
from pathlib import Path
from typing import Final

ROOT: Final = Path(__file__).resolve().parents[2]
PAGES: Final = "templates"
ONE_OF: Final = (
    "tests/browser/test_every_field.py::test_every_field_of_every_shipped_policy_says_what_is_wrong_with_it",
    "tests/journeys/test_busy.py::test_a_report_goes_through_a_busy_office",
    "tests/journeys/test_check.py::",
    "tests/journeys/test_confirmed_report.py::",
    "tests/journeys/test_directory_end.py::",
    "tests/journeys/test_first_phone.py::",
    "tests/journeys/test_mailbox_thread.py::",
    "tests/journeys/test_names_first.py::",
    "tests/journeys/test_open_desk.py::",
    "tests/journeys/test_other_languages.py::",
    "tests/journeys/test_promises.py::",
    "tests/journeys/test_strip.py::",
    "tests/journeys/test_urgent.py::",
)
_SIDES: Final = re.compile(r"\b(?:chromium|firefox|desktop|phone|zh|en)\b-?")


@cache
def seed() -> str:
    """The state of the pages: git's name for their folder, or nothing where there is no git."""
    command = ["git", "-C", str(ROOT), "rev-parse", f"HEAD:{PAGES}"]
    found = subprocess.run(command, capture_output=True, text=True, check=False)
    return found.stdout.strip() if found.returncode == 0 else ""


def family(node: str) -> str:
    """A test without its browser, size and language."""
    test, bracket, sides = node.partition("[")
    return test + bracket + _SIDES.sub("", sides).replace("-]", "]")


def passed_over(nodes: Iterable[str], seeded: str) -> set[str]:
    """Those of ONE_OF that the draw leaves to `make soak`: all but one of each family."""
    families: dict[str, list[str]] = {}
    for node in nodes:
        if node.startswith(ONE_OF):
            families.setdefault(family(node), []).append(node)
    drawn = {
        min(some, key=lambda node: hashlib.sha256(f"{seeded} {node}".encode()).digest()) for some in families.values()
    }
    return {node for some in families.values() for node in some} - drawn
