"""The folder of a desk's work off line holds the very file that the watch's pages ask for."""

from __future__ import annotations

import json
from pathlib import Path

from portal.cli.desk.profile import Profile
from tests.support.offices.officer_desk import key_file
from tests.support.offices.watch import OFFICER, WatchedOffice


def test_a_pulled_profile_is_a_key_file(tmp_path: Path) -> None:
    """`profile.json` has exactly the members of a key file, with the same wrapped key inside."""
    made = key_file(WatchedOffice())
    wrapped = made["wrapped_key"]
    assert isinstance(wrapped, dict)
    Profile(tmp_path).start("https://desk.example", str(made["office_key"]), OFFICER, wrapped)  # pyright: ignore[reportUnknownArgumentType]
    assert json.loads((tmp_path / "profile.json").read_text("utf-8")) == made
