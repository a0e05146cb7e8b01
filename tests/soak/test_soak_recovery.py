"""Recovery by its commands alone: a new recovery key on all cases, then printed shares bring a case to new holders."""

from __future__ import annotations

from pathlib import Path

import pytest

from portal.cli.terminal import today
from portal.office import EnrolledMember, sign_directory
from portal.office.sample import SAMPLE_MEMBERS
from tests.portal.cli.keepers.test_leaving import keeper_files, pulled
from tests.portal.cli.test_command_journey import file_report, wait_for_case
from tests.support.commands.yanlu_process import LiveOffice, Ran, enrol_all, live_office, yanlu
from tests.support.stores.backends import embedded_stores

A, B, OUTSIDE = "investigator-a", "investigator-b", "outside-a"
NEXT, OTHER = "registrar-a", "investigator-c"
QUORUM = ("board-share", "union-share", "notary-share")


def shares(house: LiveOffice) -> dict[str, str]:
    """The printed papers, which are then shredded."""
    found: dict[str, str] = {}
    for file in sorted((house.founded.folder.path / "recovery").glob("*.txt")):
        found[file.stem] = file.read_text("utf-8")
        file.unlink()
    return found


def share_files(papers: dict[str, str], folder: Path) -> list[object]:
    """The options that name a quorum's files."""
    told: list[object] = []
    for name in QUORUM:
        file = folder / f"{name}.txt"
        file.write_text(papers[name], "utf-8")
        told += ["--share-file", file]
    return told


def newcomers(house: LiveOffice) -> None:
    """All holders are gone: others enrol, and the keepers sign a directory in which they alone hold."""
    made = enrol_all(house.settings, house.ports.desk_url, (NEXT, OTHER))
    house.members.update(made)
    roles = {member.id: member for member in SAMPLE_MEMBERS}
    here = {name: one for name, one in house.members.items() if name in (NEXT, OTHER, OUTSIDE)}
    enrolled = [
        EnrolledMember(name, roles[name].role, roles[name].name, one.staff.recipient, one.staff.signing_key)
        for name, one in here.items()
    ]
    sign_directory(house.founded.folder, enrolled, house.founded.keepers, today())


def export(house: LiveOffice, name: str) -> Path:
    """What the operator carries to the machine that is off line."""
    out = house.folder / name
    ran = yanlu("recovery", "export", "--out", out, "--json", settings=house.settings)
    assert (ran.code, ran.document["cases"]) == (0, 1), ran.err
    return out


def use(house: LiveOffice, source: Path, papers: dict[str, str], to: str) -> Ran:
    """The outside holder opens the cases with a quorum, off line."""
    told = ("--to", to, "--out", house.folder / "deeds", *house.secrets(OUTSIDE)[:6], "--json")
    return yanlu("recovery", "use", source, *share_files(papers, house.folder), *told)


@pytest.mark.timeout(600)
def test_a_new_recovery_key_and_a_recovery_go_through_the_commands(tmp_path: Path) -> None:
    """Each command does its part once and nothing the second time; while holders live, shares alone move no case."""
    with live_office(embedded_stores(tmp_path), tmp_path, (A, B, OUTSIDE)) as house:
        assert file_report(house).code == 0
        wait_for_case(house)
        [case] = pulled(house, A)
        pulled(house, OUTSIDE)
        old = shares(house)
        early = use(house, export(house, "early"), old, B)
        assert (early.code, early.document["recovered"], list(early.document["refusals"])) == (1, 0, [case])
        renewed = yanlu("recovery", "renew", *keeper_files(house), "--json", settings=house.settings)
        assert renewed.code == 0, renewed.err
        new = shares(house)
        for sealed, already in ((1, 0), (0, 1)):
            ran = yanlu("desk", "renew-all", *house.secrets(A), "--json")
            assert (ran.code, ran.document["sealed"], ran.document["already"]) == (0, sealed, already), ran.err
        newcomers(house)
        carried = export(house, "carried")
        pulled(house, OUTSIDE)
        assert use(house, carried, old, NEXT).code != 0
        mixed = {**new, "board-share": old["board-share"]}
        assert use(house, carried, mixed, NEXT).code != 0
        used = use(house, carried, new, NEXT)
        assert (used.code, used.document["recovered"]) == (0, 1), used.err
        for submitted in (1, 0):
            ran = yanlu("recovery", "submit", house.folder / "deeds", *house.secrets(OUTSIDE), "--json")
            assert (ran.code, ran.document["submitted"]) == (0, submitted), ran.err
        assert pulled(house, NEXT) == [case]
