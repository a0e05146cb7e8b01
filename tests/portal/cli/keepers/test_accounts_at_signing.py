"""Who is signed comes from the accounts store: one that is not there, or another office's, signs nobody out."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from portal.cli.errors import Exit
from portal.cli.terminal import today
from portal.office import OfficeFolder, members_of
from portal.settings import Settings, StoreName, read_settings
from portal.stores.schemas import upgrade_stores
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran
from tests.support.offices.office_accounts import enrol_directory
from tests.support.offices.sample_office import found_sample, make_office

Yanlu = Callable[..., Ran]


@pytest.fixture
def folder(tmp_path: Path) -> OfficeFolder:
    """A signed office with members."""
    return make_office(tmp_path / "there").folder


@pytest.fixture
def elsewhere(tmp_path: Path, folder: OfficeFolder) -> Settings:
    """As a keeper has them who runs a command in another folder without YANLU_DATA."""
    return read_settings({"YANLU_DATA": str(tmp_path / "elsewhere"), "YANLU_OFFICE": str(folder.path)})


@pytest.fixture
def yanlu(elsewhere: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Yanlu:
    """The command line inside of this process, with these settings."""
    return partial(inside, capsys, monkeypatch, elsewhere)


def keys_of(folder: OfficeFolder) -> list[str]:
    """The options that name enough keepers' keys."""
    keys = sorted((folder.path / "keepers").glob("*.key"))[:2]
    return [part for key in keys for part in ("--keeper", str(key))]


def calls(folder: OfficeFolder, tmp_path: Path) -> list[tuple[object, ...]]:
    """Every command that takes the members of the next directory from the accounts."""
    keys = keys_of(folder)
    return [
        ("office", "sign", folder.path, *keys, "--yes"),
        ("office", "to-sign", folder.path, "--out", tmp_path / "next"),
        ("recovery", "renew", folder.path, *keys),
        ("staff", "leave", "investigator-a", *keys),
        ("staff", "compromised", "investigator-a", *keys),
    ]


def test_nobody_is_signed_out_where_there_is_no_accounts_store(
    tmp_path: Path, folder: OfficeFolder, elsewhere: Settings, yanlu: Yanlu
) -> None:
    """The refusal names the store and the setting; no store is made, and nobody is said to have left."""
    before = folder.directory()
    for call in calls(folder, tmp_path):
        ran = yanlu(*call)
        assert ran.code == Exit.FAILED, ran.err
        assert f"No accounts store at {elsewhere.data / 'accounts.sqlite'}: is YANLU_DATA set?" in ran.err
        assert "member no longer" not in ran.err
    assert (folder.directory(), elsewhere.data.exists()) == (before, False)


def test_nobody_is_signed_out_by_the_accounts_of_another_office(
    tmp_path: Path, folder: OfficeFolder, elsewhere: Settings, yanlu: Yanlu
) -> None:
    """Of the members of the directory none is in it: that is a wrong setting, and no leaving."""
    elsewhere.data.mkdir()
    upgrade_stores(elsewhere, [StoreName.ACCOUNTS])
    before = folder.directory()
    for call in calls(folder, tmp_path):
        ran = yanlu(*call)
        assert ran.code == Exit.FAILED, ran.err
        assert f"None of the members of this office would be left by {elsewhere.data / 'accounts.sqlite'}" in ran.err
    assert folder.directory() == before


def test_one_who_is_still_there_is_enough_to_sign_and_no_other_store_is_made(
    folder: OfficeFolder, elsewhere: Settings, yanlu: Yanlu
) -> None:
    """The accounts alone are asked: of the eight stores no further one is made."""
    elsewhere.data.mkdir()
    upgrade_stores(elsewhere, [StoreName.ACCOUNTS])
    named = {one.id for one in members_of(folder.directory() or "")}
    enrol_directory(elsewhere, folder, *(named - {"investigator-a"}))
    ran = yanlu("office", "sign", folder.path, *keys_of(folder), "--yes")
    assert ran.code == Exit.DONE, ran.err
    assert [one.id for one in members_of(folder.directory() or "")] == ["investigator-a"]
    assert {one.name.partition(".")[0] for one in elsewhere.data.glob("*.sqlite*")} == {"accounts"}


def test_an_office_without_members_is_signed_before_there_are_accounts(
    tmp_path: Path, elsewhere: Settings, yanlu: Yanlu
) -> None:
    """Right after founding nobody has enrolled anywhere."""
    fresh = found_sample(tmp_path / "fresh", today()).folder
    ran = yanlu("office", "sign", fresh.path, *keys_of(fresh), "--yes")
    assert ran.code == Exit.DONE, ran.err
    assert not elsewhere.data.exists()


def test_the_last_member_of_a_directory_does_not_leave_before_a_successor_is_signed(
    folder: OfficeFolder, elsewhere: Settings, yanlu: Yanlu
) -> None:
    """It is refused before anybody is shut out or taken out of office.toml."""
    elsewhere.data.mkdir()
    upgrade_stores(elsewhere)
    named = {one.id for one in members_of(folder.directory() or "")}
    enrol_directory(elsewhere, folder, *(named - {"investigator-a"}))
    before = (folder.config_file.read_bytes(), folder.directory())
    ran = yanlu("staff", "leave", "investigator-a", *keys_of(folder))
    assert (ran.code, "would be left by" in ran.err) == (Exit.FAILED, True), ran.err
    assert (folder.config_file.read_bytes(), folder.directory()) == before
    assert "passed" in next(line for line in yanlu("staff", "list").out.splitlines() if "investigator-a" in line)
