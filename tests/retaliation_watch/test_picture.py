"""The picture of the method is what the method draws today."""

from __future__ import annotations

import pytest

from retaliation_watch.simulation.picture import FOLDER, WORDS, picture


@pytest.mark.parametrize("language", WORDS)
def test_the_picture_is_drawn_by_the_method_itself(language: str) -> None:
    """Drawn again it is the very file that the page shows: no script, nothing from elsewhere, every text closed."""
    drawn = picture(language)
    assert drawn == (FOLDER / f"picture.{language}.svg").read_text(encoding="utf-8")
    assert "<script" not in drawn
    assert "href" not in drawn
    assert drawn.count("<text") == drawn.count("</text>") > 10
