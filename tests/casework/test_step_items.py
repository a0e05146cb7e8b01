"""A reply of characters that nobody sees is no reply."""

from __future__ import annotations

import pytest

from casework.engine.step_items import says_nothing
from tests.casework.vector_items import unseen_by_kind


def test_no_space_control_or_format_of_unicode_is_a_word() -> None:
    """Python's own idea of a blank and the browser's are others each; neither is asked."""
    spoken = [hex(one) for one in unseen_by_kind() if not says_nothing("reply", chr(one), files=False)]
    assert spoken == []
    assert not any(says_nothing("reply", one, files=False) for one in "!A~¡、中–\ufffc😀")


@pytest.mark.parametrize("text", ["\ufeff", "\x85", "\x1c\x1d\x1e\x1f", "\u200b", "\u2060\u2800", "\U000e0041"])
def test_what_nobody_sees_says_nothing_unless_a_file_comes_with_it(text: str) -> None:
    """One letter among it, or a file, and something is said."""
    assert says_nothing("reply", text, files=False)
    assert not says_nothing("reply", f"{text}x{text}", files=False)
    assert not says_nothing("reply", text, files=True)
    assert not says_nothing("notice", text, files=False)
