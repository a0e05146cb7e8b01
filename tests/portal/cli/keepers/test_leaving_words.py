"""What the operator is told of a leaving: who is left alone at a place, and that a later successor is heeded."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import update

from portal.accounts.members import MemberState
from portal.accounts.tables import MEMBERS
from portal.cli.errors import Exit
from portal.office.versions import latest
from portal.settings import StoreName
from portal.stores.engines import open_store
from tests.portal.cli.keepers.test_shipped_policies import OWNERS
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.edge import settings_for
from tests.support.offices.office_accounts import enrol_directory
from tests.support.offices.sample_office import make_office
from tests.support.stores.backends import Stores, ready_embedded_stores

ALONE = "name another one in office.toml: ireland/company-whistleblowing/*"


@pytest.fixture
def stores(tmp_path: Path, prepared: Path) -> Stores:
    """SQLite alone: what is told rests on the office's file."""
    return ready_embedded_stores(tmp_path, prepared)


def test_a_row_left_to_one_is_told_and_a_successor_named_later_fills_it(
    stores: Stores, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without a successor the row is named, by every later signing too; with one, named later, it is whole again."""
    settings, office = settings_for(stores, tmp_path), make_office(tmp_path)
    enrol_directory(settings, office.folder, "investigator-c")

    def staff(*told: str) -> str:
        ran = inside(capsys, monkeypatch, settings, *told)
        assert ran.code == 0, ran.err
        return ran.out + ran.err

    for member in ("investigator-c", "cleo"):
        names = ("--name", f"zh={member}", "--name", f"en={member}")
        staff("staff", "invite", member, "--role", "investigator", "--entity", "ireland", *names)
    accounts = open_store(settings, StoreName.ACCOUNTS)
    with accounts.write() as tx:
        tx.execute(update(MEMBERS).where(MEMBERS.c.member == "cleo").values(state=MemberState.PASSED))
    accounts.engine.dispose()
    assert ALONE in staff("staff", "leave", "investigator-c")
    assert ALONE in staff("office", "to-sign", "--out", str(tmp_path / "next"))
    assert ALONE not in staff("staff", "leave", "investigator-c", "--successor", "cleo")
    assert office.folder.config().holders[1].members == ["investigator-b", "cleo"]
    assert ALONE not in staff("office", "to-sign", "--out", str(tmp_path / "next"))


def test_a_leaving_that_is_signed_at_once_publishes_nothing_that_nobody_decided(
    stores: Stores, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A policy with the numbers that ship is refused before anybody is shut out, and goes through once confirmed."""
    settings, office = settings_for(stores, tmp_path), make_office(tmp_path)
    enrol_directory(settings, office.folder)
    ran = inside(
        capsys, monkeypatch, settings, "staff", "invite", "cleo", "--role", "investigator", "--entity", "group",
        "--name", "zh=C", "--name", "en=C",
    )  # fmt: skip
    assert ran.code == 0, ran.err
    rows = f'\n[[policies]]\nid = "{OWNERS}"\nentities = ["group"]\n[[holders]]\nentity = "group"\n'
    rows += f'policy = "{OWNERS}"\nmembers = ["investigator-a", "investigator-b", "cleo"]\n'
    office.folder.config_file.write_text(office.folder.config_file.read_text("utf-8") + rows, "utf-8")
    keys = sorted((office.folder.path / "keepers").glob("*.key"))[:2]
    keepers = [word for one in keys for word in ("--keeper", one)]
    for command in (("staff", "leave", "cleo", *keepers), ("recovery", "renew", *keepers)):
        before = office.folder.config_file.read_bytes()
        ran = inside(capsys, monkeypatch, settings, *command)
        assert (ran.code, "--confirm examples" in ran.err) == (Exit.REFUSED, True), ran.err
        assert (office.folder.config_file.read_bytes(), latest(office.folder.versions(), OWNERS)) == (before, {})
