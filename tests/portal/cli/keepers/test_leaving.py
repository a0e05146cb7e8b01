"""A leaving from the command line, both sides: the operator lets go, a colleague re-seals; a lost key is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.office import write_keeper
from tests.portal.cli.test_command_journey import file_report, wait_for_case
from tests.support.commands.yanlu_process import LiveOffice, live_office, yanlu
from tests.support.servers.cheap_key_derivation import lightly
from tests.support.stores.backends import embedded_stores

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
A, B, C = "investigator-a", "investigator-b", "approver-a"


def pulled(house: LiveOffice, member: str) -> list[str]:
    """The cases that a pull gives."""
    ran = yanlu("desk", "pull", *house.first_pull(member), *house.secrets(member), "--json")
    assert ran.code == 0, ran.err
    return ran.document["cases"]


def keeper_files(house: LiveOffice) -> list[object]:
    """The options that name two keepers' key files."""
    told: list[object] = []
    for keeper in house.founded.keepers[:2]:
        file = house.folder / f"{keeper.id}.key"
        write_keeper(file, house.founded.office, keeper)
        told += ["--keeper", file]
    return told


def test_a_lost_key_is_shut_out_and_its_case_re_sealed(tmp_path: Path) -> None:
    """Shut out in one command, re-sealed and told in another; then a colleague's new secrets open what the old did."""
    with lightly(), live_office(embedded_stores(tmp_path), tmp_path, (A, B, C)) as house:
        assert file_report(house).code == 0
        wait_for_case(house)
        [case] = pulled(house, A)
        assert pulled(house, B) == [case]
        out, told = tmp_path / "cases", ("staff", "compromised", A, *keeper_files(house))
        ran = yanlu(*told, "--out", out, "--json", settings=house.settings)
        assert ran.code == 0, ran.err
        assert (ran.document["signed"], ran.document["waiting"], ran.document["readable"]) == (True, 1, [case])
        assert out.read_text("utf-8").startswith(case)
        done = yanlu("desk", "compromised", A, *house.secrets(B), "--out", tmp_path / "list", "--json")
        assert done.code == 0, done.err
        assert (done.document["sealed"], done.document["failures"], done.document["lonely"]) == (1, {}, [])
        assert [(row["case"], row["attachments"], row["told"]) for row in done.document["readable"]] == [
            (case, 1, True)
        ]
        left = yanlu("staff", "leave", A, "--json", settings=house.settings)
        # That A's desk unsealed the case stands on the record, and nothing of it waits any more.
        assert (left.code, left.document["waiting"], left.document["cases"]) == (0, 0, 1), left.err
        doctor = yanlu("doctor", "--as", "desk", "--json", settings=house.settings)
        [row] = [row for row in doctor.document["checks"] if row["check"] == "Holders"]
        assert (row["about"], row["ok"]) == ("0", True)
        fresh = yanlu("desk", "new-secrets", *house.secrets(B), "--out", tmp_path / "fresh", "--json")
        assert fresh.code == 0, fresh.err
        told = house.secrets(B)
        old = yanlu("desk", "pull", *house.first_pull(B), *told, "--json")
        assert old.code == 7
        for name, made in (("pass", "passphrase"), ("device", "device-secret")):
            (house.folder / B / name).write_text((tmp_path / "fresh" / made).read_text("utf-8"), "utf-8")
        new = yanlu("desk", "pull", *house.first_pull(B), *told, "--json")
        assert (new.code, new.document["cases"]) == (0, [case]), new.err
        spent = yanlu("desk", "pull", *house.first_pull(B), *told)
        assert (spent.code, "used already" in spent.err) == (7, True)
