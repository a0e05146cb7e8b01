"""A file that the system refuses is said to be just that, with the user who may not, whichever command wanted it."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from portal.office import write_keeper
from portal.settings import Settings, read_settings
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.sample_office import OfficeForTests, make_office

NOBODY = 65534


@pytest.fixture
def office(tmp_path: Path) -> OfficeForTests:
    """An office whose folder everybody may read."""
    return make_office(tmp_path)


@pytest.fixture
def shut(tmp_path: Path) -> Iterator[Path]:
    """A folder that only root may enter, and this process is somebody else while the test runs."""
    folder = tmp_path / "shut"
    folder.mkdir(mode=0o700)
    if os.geteuid() == 0:
        for above in (folder.parent, *folder.parents):
            above.chmod(above.stat().st_mode | 0o055)
        folder.chmod(0o700)
    else:
        folder.chmod(0)
    yield folder
    folder.chmod(0o700)


def as_nobody(
    settings: Settings, *told: object, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> tuple[int, str]:
    """Runs a command as a user who may enter nothing that is shut; its modules are there already."""
    inside(capsys, monkeypatch, settings, *told[:2], "--help")
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        ran = inside(capsys, monkeypatch, settings, *told)
    finally:
        if root:
            os.seteuid(0)
    return ran.code, ran.err


def test_an_unreadable_key_file_is_not_called_no_key(
    office: OfficeForTests,
    shut: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """A keeper's key behind a shut door, one that is not there, and what is no key: three sentences."""
    settings = read_settings({"YANLU_DATA": str(tmp_path / "data"), "YANLU_OFFICE": str(office.path)})
    key, paper = shut / "board.key", tmp_path / "next"
    write_keeper(key, office.office, office.keepers[0])
    (tmp_path / "none.key").write_text("{}", "utf-8")
    (tmp_path / "none.key").chmod(0o644)
    paper.write_text(office.folder.directory().partition("\n\n")[0] + "\n", "utf-8")  # type: ignore[union-attr]
    paper.chmod(0o644)

    def sign(file: Path) -> tuple[int, str]:
        told = ("office", "keeper-sign", paper, "--keeper", file, "--out", tmp_path / "out", "--yes")
        return as_nobody(settings, *told, capsys=capsys, monkeypatch=monkeypatch)

    for file, words in (
        (key, "permission denied. This runs as the user"),
        (tmp_path / "missing.key", "There is no file"),
        (tmp_path / "none.key", "is not a keeper's key file"),
    ):
        code, said = sign(file)
        assert (code, words in said, str(file) in said) == (Exit.FAILED, True, True), said
