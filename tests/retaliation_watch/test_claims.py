"""What pages say of the watch's worth holds for whom they say it."""

from __future__ import annotations

from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[2]
REPORTERS, SPELL, LIST = "0.069", "0.088", "0.056"
"""False alarms a year where 0.05 was asked, on five kinds of companies of another hand."""


@pytest.mark.parametrize("language", ["en", "zh"])
def test_the_pages_say_whom_the_asked_rate_holds_for(language: str) -> None:
    """Anyone who reads of the asked rate reads there that it is the list's, and how much more often reporters cross."""
    ending = "md" if language == "en" else "zh-CN.md"
    for page in (f"README.{ending}", f"SECURITY.{ending}", f"templates/locale/{language}/LC_MESSAGES/watch.po"):
        text = (ROOT / page).read_text("utf-8")
        assert ("whole list" if language == "en" else "整个名单") in text, page
        assert REPORTERS in text, page
    whole = (ROOT / f"retaliation_watch/README.{ending}").read_text("utf-8")
    assert all(one in whole for one in (LIST, REPORTERS, SPELL))
