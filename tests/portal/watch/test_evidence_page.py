"""An alert's page: sentence, drawing, its table twin, gaps and steps, in both languages, with nothing to load."""

from __future__ import annotations

import re
from typing import Any

import pytest

from portal.cli.watch.evidence import RESPONSE_OPTIONS, WHY, drawing, evidence_page
from portal.cli.words import Catalogue

EVIDENCE: dict[str, Any] = {
    "v": 2, "level": "amber", "day": "2026-11-22", "since": "2026-11-15", "until": "2026-11-20", "from": "2026-05-01",
    "stands": True, "whole": {"observed": 4, "expected": 0.9},
    "told": [{"day": "2026-11-15", "why": "crossed", "level": "amber", "odds": 12, "measures": 3, "score": 3.5},
             {"day": "2026-11-22", "why": "grew", "level": "amber", "odds": 60, "measures": 4, "score": 5.5}],
    "observed": {"written_warning": 2}, "expected": 0.2, "cohort": 166,
    "placebos": 6000, "odds": 60, "sentence": {"zh": "91 天内出现 2 项", "en": "2 adverse measures <in> 91 days"},
    "measures": [
        {"kind": "written_warning", "zh": "书面警告", "en": "written warning", "letter": "f", "recorded": "2026-11-20",
         "effective": "2026-08-01", "backdated": True},
    ],
    "weeks": [{"end": f"2026-0{1 + n}-01", "person": n % 2, "colleagues": 8, "cohort": 0.125} for n in range(8)],
    "gaps": [{"source": "hr-core", "kind": None, "since": "2026-10-01"}],
}  # fmt: skip


@pytest.mark.parametrize("language", ["zh", "en"])
def test_a_page_says_all_in_its_language_and_loads_nothing(language: str) -> None:
    """The sentence is escaped, weeks and measures stand in tables, a gap is told; there is no script or link."""
    words = Catalogue(language)
    page = evidence_page(EVIDENCE, words, language)
    assert ("91 天内出现 2 项" in page) == (language == "zh")
    assert "<in>" not in page
    assert page.count("<tr>") == 3 + 2 + 8 + 1
    assert words(WHY["grew"]) in page
    assert all(day in page for day in ("2026-11-15", "2026-05-01"))
    assert "hr-core" in page
    assert all(words(text).replace("'", "&#x27;") in page for step in RESPONSE_OPTIONS for text in step)
    assert not re.search(r"<script|<link|src=|href=|https?:", page)
    assert (re.search(r"[\u4e00-\u9fff]", page) is not None) == (language == "zh")


def test_evidence_that_was_saved_before_alerts_lived_is_read_as_it_was() -> None:
    """An older file has no day since when, nothing told again, no number of colleagues: it opens all the same."""
    new = ("since", "until", "from", "stands", "whole", "told")
    old = {name: value for name, value in EVIDENCE.items() if name not in new} | {"v": 1}
    old["weeks"] = [{"end": one["end"], "person": one["person"], "cohort": one["cohort"]} for one in EVIDENCE["weeks"]]
    page = evidence_page(old, Catalogue("en"), "en")
    assert "hr-core" in page
    assert page.count("<tr>") == 2 + 8 + 1


def test_bars_and_line_are_what_the_weeks_say() -> None:
    """The last bar reaches the top where the person has more than colleagues; the line ends at their sum."""
    drawn = drawing(EVIDENCE["weeks"], Catalogue("en"))
    bars = [float(height) for height in re.findall(r'height="([0-9.]+)"/>', drawn)]
    assert bars == sorted(bars)
    assert bars[-1] == pytest.approx(176.0)
    (points,) = re.findall(r'points="([^"]+)"', drawn)
    assert float(points.split()[-1].split(",")[1]) == pytest.approx(176 - 176 / 4)
