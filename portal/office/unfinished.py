"""What is still a draft: a policy file or its bindings in which a guess is marked, or that the linter refuses."""

from __future__ import annotations

import re
from pathlib import Path
from typing import Final

from portal.office.errors import Said

MARK: Final = re.compile(r"#\s*CHECK\s*$")
STRINGS: Final = re.compile(r'"(?:[^"\\]|\\.)*"|\'[^\']*\'')
DRAFT: Final = (
    "{file} is still a draft: {count} places are marked # CHECK, in the lines {lines}. Look at each and take the mark "
    "away: what is published is never changed."
)


def marked_lines(text: str) -> list[int]:
    """The lines, from 1, that end in the mark by which `yanlu policy new` shows a guess, outside of any text."""
    lines = enumerate(text.splitlines(), start=1)
    return [number for number, line in lines if MARK.search(STRINGS.sub('""', line))]


def draft_reasons(*files: Path) -> list[Said]:
    """One reason for each of these files that has marks; one that is not there has none."""
    found: list[Said] = []
    for file in files:
        lines = marked_lines(file.read_text("utf-8")) if file.is_file() else []
        found += [(DRAFT, {"file": file, "count": len(lines), "lines": _ranges(lines)})] if lines else []
    return found


def _ranges(lines: list[int]) -> str:
    """`4, 7-9, 12`."""
    firsts = [one for one in lines if one - 1 not in lines]
    lasts = [one for one in lines if one + 1 not in lines]
    return ", ".join(
        str(first) if first == last else f"{first}-{last}" for first, last in zip(firsts, lasts, strict=True)
    )
