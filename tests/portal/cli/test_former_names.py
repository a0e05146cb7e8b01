"""A former name of a command or choice works for one version, says the new name, and stands in no help."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.settings import demo_settings
from tests.support.commands.yanlu_process import yanlu

FORMER: dict[tuple[str, ...], tuple[str, ...]] = {
    ("watch", "look", "--help"): ("watch", "weekly-run", "--help"),
    ("desk", "take-down", "--help"): ("desk", "log-report", "--help"),
    ("watch", "serve", "drop"): ("watch", "serve", "hr-upload"),
    ("doctor", "--as", "drop"): ("doctor", "--as", "hr-upload"),
}


@pytest.mark.parametrize("former", FORMER, ids=" ".join)
def test_a_former_name_does_what_the_new_one_does_and_says_it(former: tuple[str, ...], tmp_path: Path) -> None:
    """The same result but for one line on standard error, in the person's language."""
    settings = demo_settings(tmp_path)
    old, new = (yanlu("--lang", "zh", *line, settings=settings) for line in (former, FORMER[former]))
    before, now = next(pair for pair in zip(former, FORMER[former], strict=True) if pair[0] != pair[1])
    assert (old.code, old.out) == (new.code, new.out)
    assert old.err == f"“{before}”现在叫“{now}”，旧名称在下一版本停用。\n{new.err}"
    assert f" {before}" not in new.out
