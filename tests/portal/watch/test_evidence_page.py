"""An alert's page: sentence, drawing, its table twin, gaps and steps, in both languages, with nothing to load."""

from __future__ import annotations

import re
from typing import Any

import pytest

from portal.cli.watch.evidence import LADDER, drawing, evidence_page
from portal.cli.words import Catalogue

EVIDENCE: dict[str, Any] = {
    "v": 1, "level": "amber", "day": "2026-11-22", "observed": {"written_warning": 2}, "expected": 0.2, "cohort": 166,
    "placebos": 6000, "odds": 60, "sentence": {"zh": "91 天内出现 2 项", "en": "2 adverse measures <in> 91 days"},
    "measures": [
        {"kind": "written_warning", "zh": "书面警告", "en": "written warning", "letter": "f", "recorded": "2026-11-20",
         "effective": "2026-08-01", "backdated": True},
    ],
    "weeks": [{"end": f"2026-0{1 + n}-01", "person": n % 2, "cohort": 0.125} for n in range(8)],
    "gaps": [{"source": "hr-core", "kind": None, "since": "2026-10-01"}],
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_says_all_in_its_language_and_loads_nothing(language: str) -> None:
    """The sentence is escaped, weeks and measures stand in tables, a gap is told; there is no script or link."""
    words = Catalogue(language)
    page = evidence_page(EVIDENCE, words, language)
    assert ("91 天内出现 2 项" in page) == (language == "zh")
    assert "<in>" not in page
    assert page.count("<tr>") == 2 + 8 + 1
    assert "hr-core" in page
    assert all(words(text).replace("'", "&#x27;") in page for step in LADDER for text in step)
    assert not re.search(r"<script|<link|src=|href=|https?:", page)
    assert (re.search(r"[\u4e00-\u9fff]", page) is not None) == (language == "zh")


def test_bars_and_line_are_what_the_weeks_say() -> None:
    """The last bar reaches the top where the person has more than colleagues; the line ends at their sum."""
    drawn = drawing(EVIDENCE["weeks"], Catalogue("en"))
    bars = [float(height) for height in re.findall(r'height="([0-9.]+)"/>', drawn)]
    assert bars == sorted(bars)
    assert bars[-1] == pytest.approx(176.0)
    (points,) = re.findall(r'points="([^"]+)"', drawn)
    assert float(points.split()[-1].split(",")[1]) == pytest.approx(176 - 176 / 4)
