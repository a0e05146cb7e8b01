"""The table of figures: rows say whether an aim is met, and both pages keep a place for every part."""

from __future__ import annotations

import pytest

from tests.support.measuring.bench_table import DOCS, TITLES, Figures, Part, Words, number, quoted

WHAT = Words("reports", "举报")


def test_a_row_says_whether_its_aim_is_met() -> None:
    """At least and at most count the aim itself as met, and a miss is written in bold in both languages."""
    figures = Figures()
    figures.at_least(Part.SUBMISSIONS, WHAT, 300, 300, "/s")
    figures.at_least(Part.SUBMISSIONS, WHAT, 299, 300, "/s")
    figures.at_most(Part.SUBMISSIONS, WHAT, 151, 150, "ms", Words("gpg: 9 s", "gpg：9 秒"))
    english, chinese = (figures.table(Part.SUBMISSIONS, language).splitlines()[2:] for language in ("en", "zh"))
    assert english == [
        "| reports | 300 /s | ≥ 300 /s | yes |  |",
        "| reports | 299 /s | ≥ 300 /s | **no** |  |",
        "| reports | 151 ms | ≤ 150 ms | **no** | gpg: 9 s |",
    ]
    assert chinese[2] == "| 举报 | 151 ms | ≤ 150 ms | **否** | gpg：9 秒 |"


def test_numbers_have_three_digits() -> None:
    """Large numbers are whole with thousands apart, small ones keep what tells them apart."""
    assert [number(value) for value in (1234.5, 99.96, 2.345, 50)] == ["1,234", "100.0", "2.35", "50"]


@pytest.mark.parametrize("language", DOCS)
def test_each_page_keeps_a_place_for_every_part(language: str) -> None:
    """A refreshed part replaces its own table and nothing else."""
    page = DOCS[language].read_text("utf-8")
    for part in Part:
        assert f"## {getattr(TITLES[part], language)}\n" in page
        fresh = quoted(page, part, "| new |")
        assert fresh.count("| new |") == 1
        assert quoted(fresh, part, "| new |") == fresh
    with pytest.raises(ValueError, match="no place"):
        quoted("", Part.PAGES, "")
