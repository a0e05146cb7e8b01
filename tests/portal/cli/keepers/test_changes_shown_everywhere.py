"""Every command that signs a directory, or writes one to be signed, shows first what it changes beside its purpose."""

from __future__ import annotations

import json
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from crypto.office.directory import DIRECTORY_LABEL, ROOT_LABEL, directory_text
from crypto.office.signed_notes import sign_note
from portal.cli.errors import Exit
from portal.office.draft import note_document
from portal.settings import Settings, read_settings
from portal.stores.schemas import upgrade_stores
from tests.portal.cli.keepers.test_accounts_at_signing import keys_of
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran
from tests.support.offices.office_accounts import enrol_directory
from tests.support.offices.sample_office import OfficeForTests, make_office

Entry = dict[str, object]
Yanlu = Callable[..., Ran]
FORMER = "Former Name"


@pytest.fixture
def office(tmp_path: Path) -> OfficeForTests:
    """A signed office, with its recovery shares printed and shredded."""
    made = make_office(tmp_path)
    for share in (made.path / "recovery").glob("*.txt"):
        share.unlink()
    return made


@pytest.fixture
def settings(tmp_path: Path, office: OfficeForTests) -> Settings:
    """With all stores, and an account of each member."""
    found = read_settings({"YANLU_DATA": str(tmp_path), "YANLU_OFFICE": str(office.path)})
    upgrade_stores(found)
    enrol_directory(found, office.folder)
    return found


@pytest.fixture
def yanlu(settings: Settings, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Yanlu:
    """The command line inside of this process, with these settings."""
    return partial(inside, capsys, monkeypatch, settings)


def _rename_in_force(office: OfficeForTests, section: str, name: str) -> str:
    """Signs the directory in force with another English name of this entry; gives the one that comes back."""
    file = office.path / "directory.note"
    document = note_document(file.read_text("utf-8"))
    [entry] = [one for one in cast("list[Entry]", document[section]) if one["id"] == name]
    names = cast("dict[str, str]", entry["name"])
    entry["name"] = {**names, "en": FORMER}
    file.write_bytes(sign_note(directory_text(document), office.keepers))
    return names["en"]


@pytest.mark.parametrize("command", [("staff", "leave", "investigator-c"), ("recovery", "renew")])
def test_the_changed_name_of_another_member_is_shown(
    command: tuple[str, ...], office: OfficeForTests, yanlu: Yanlu
) -> None:
    """With a leaving or a new recovery key the keepers sign all else that the accounts and office.toml say by then."""
    name = _rename_in_force(office, "members", "investigator-b")
    ran = yanlu(*command, *keys_of(office.folder))
    assert ran.code == Exit.DONE, ran.err
    assert "~ Member: investigator-b" in ran.err.splitlines()
    assert f"    Name (en): {FORMER} → {name}" in ran.err.splitlines()


@pytest.mark.parametrize("by_file", [False, True])
def test_a_hand_over_shows_what_else_it_changes(
    office: OfficeForTests, yanlu: Yanlu, tmp_path: Path, *, by_file: bool
) -> None:
    """Members stay as they are in a hand-over; companies and all else come from office.toml."""
    name = _rename_in_force(office, "entities", "group")
    told = ("to-sign", "--rotate", "--out", tmp_path / "next") if by_file else ("rotate", *keys_of(office.folder))
    ran = yanlu("office", *told)
    assert ran.code == Exit.DONE, ran.err
    assert "~ Company: group" in ran.err.splitlines()
    assert f"    Name (en): {FORMER} → {name}" in ran.err.splitlines()
    assert "~ Keepers: root" in ran.err.splitlines()
    if by_file:
        written = json.loads(yanlu("office", *told, "--json").out)["documents"]
        named = {Path(row["file"]).suffix: (row["kind"], row["number"]) for row in written}
        assert (named[""][0], named[".root"]) == (DIRECTORY_LABEL, (ROOT_LABEL, office.folder.root().number + 1))
