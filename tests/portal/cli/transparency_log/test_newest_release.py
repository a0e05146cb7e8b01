"""The newest release that was seen from here is remembered, and a site that was set back is told."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from crypto.office.release import Release
from portal.cli.errors import CommandError, Exit
from portal.cli.transparency_log.newest_release import check_newest, memory_file

CODE, OTHER = "7K3M-Q2XF-9T0A-HV5C-JB86", "EDQP-TS90-D1GQ-6T10-C9WA"
RELEASE = Release(7, "1.0", {"intake": {"zh/index.html": "a" * 64}, "desk": {}}, ("ann",))


def test_an_older_release_and_a_second_list_under_one_number_are_told(tmp_path: Path) -> None:
    """The same and a newer one pass, by the code however it was typed; nothing that was refused is remembered."""
    file = tmp_path / "state/yanlu/releases.json"
    check_newest(file, CODE, replace(RELEASE, number=6))
    check_newest(file, CODE.lower().replace("-", " "), RELEASE)
    check_newest(file, CODE, replace(RELEASE, faces={"desk": {}, "intake": {"zh/index.html": "a" * 64}}))
    kept = file.read_bytes()
    for wrong in (replace(RELEASE, number=6), replace(RELEASE, faces={"intake": {}, "desk": {}})):
        with pytest.raises(CommandError) as refused:
            check_newest(file, CODE, wrong)
        assert refused.value.code == Exit.NOT_VERIFIED
    assert file.read_bytes() == kept
    assert file.stat().st_mode & 0o077 == 0
    # Other signers have numbers of their own.
    check_newest(file, OTHER, replace(RELEASE, number=1))
    with pytest.raises(CommandError):
        check_newest(file, CODE, replace(RELEASE, number=6))


@pytest.mark.parametrize("content", ["", "[]", '{"v":1}', '{"v":1,"releases":{"a":{"number":1,"files":"x"}}}', "\0"])
def test_a_memory_that_was_altered_is_not_written_over(tmp_path: Path, content: str) -> None:
    """It is told, and lies as it was found."""
    file = tmp_path / "releases.json"
    file.write_text(content, "utf-8")
    with pytest.raises(CommandError) as refused:
        check_newest(file, CODE, RELEASE)
    assert (refused.value.code, file.read_text("utf-8")) == (Exit.USAGE, content)


def test_the_memory_lies_in_the_users_own_state_folder(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Where the desktop says, else below the home; what is no whole path counts for nothing."""
    monkeypatch.setenv("HOME", str(tmp_path))
    for said, base in (
        ("/var/state", Path("/var/state")),
        ("", tmp_path / ".local/state"),
        ("x", tmp_path / ".local/state"),
    ):
        monkeypatch.setenv("XDG_STATE_HOME", said)
        assert memory_file() == base / "yanlu/releases.json"
