"""A desk that lies about ids and days: nothing is written beside the profile's own files, and the pin stays."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from crypto import b64encode
from portal.cli.errors import Exit
from portal.office.files import write_secret
from tests.support.commands.office_in_process import Call, Inside, Lie, office_in_process

pytestmark = pytest.mark.timeout(900)
A = "investigator-a"
STOPPED = {int(Exit.NOT_VERIFIED), int(Exit.REFUSED)}
# The digits of a sign-in are others each time.
CHANGES = {"totp", "digits.json"}
NAMES = ["foo/../../profile", "../profile", "../../outside", "/tmp/yanlu-outside", "a", "", "A" * 21 + "B", "A" * 32, 7]


@pytest.fixture(scope="module")
def one_house(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Inside]:
    """A house with two reports, both pulled once; the member's machine is kept as it was then."""
    with office_in_process(tmp_path_factory.mktemp("house"), (A,)) as house:
        house.file_report("one")
        house.file_report("two")
        assert len(house.first_pull(A)) == 2
        shutil.copytree(house.profile(A), house.house.folder / "before")
        yield house


@pytest.fixture
def house(one_house: Inside) -> Inside:
    """The same house, with the member's machine as after the first pull."""
    one_house.line.lie = None
    shutil.rmtree(one_house.profile(A))
    shutil.copytree(one_house.house.folder / "before", one_house.profile(A))
    return one_house


def tree(house: Inside) -> dict[str, bytes]:
    """Every file that the member's machine has, without the digits, which change, and without the desk's stores."""
    folder = house.house.folder
    files = (
        file for file in folder.rglob("*")
        if file.is_file() and file.relative_to(folder).parts[0] != "data" and ".sqlite" not in file.name
    )  # fmt: skip
    return {str(file.relative_to(folder)): file.read_bytes() for file in files if file.name not in CHANGES}


def facts(house: Inside) -> dict[str, Any]:
    """Which office the profile believes in, and what it has seen of it."""
    return json.loads((house.profile(A) / "profile.json").read_bytes())


def told(path: str, change: Callable[[Any], object]) -> Lie:
    """Changes what is said at one path."""

    def lie(call: Call, status: int, body: bytes) -> tuple[int, bytes]:
        if call.path.split("?")[0] != path:
            return status, body
        said = json.loads(body)
        change(said)
        return status, json.dumps(said).encode()

    return lie


def planted(name: object, file: dict[str, Any]) -> Lie:
    """Lists one case more; whatever is asked that the honest desk does not have, is this file."""
    row = told("/api/cases", lambda said: said["cases"].append({**said["cases"][0], "case": name}))

    def lie(call: Call, status: int, body: bytes) -> tuple[int, bytes]:
        return (200, json.dumps(file).encode()) if status >= 400 else row(call, status, body)

    return lie


def case_file(house: Inside, at: int = 0) -> dict[str, Any]:
    """A case file as the honest desk gave it."""
    return json.loads(sorted((house.profile(A) / "cases").iterdir())[at].read_bytes())


@pytest.mark.parametrize("name", NAMES)
def test_a_listed_name_is_never_a_path(house: Inside, name: object) -> None:
    """A row that is named like a path plants nothing: no file beside the profile's own, no other office as the pin."""
    before, known = facts(house), tree(house)
    evil = {**case_file(house), **before, "office_key": "EDQP-TS90-D1GQ-6T10-C9WA", "desk": "http://evil", "seen": None}
    house.line.lie = planted(name, evil)
    ran = house.member(A, "pull")
    assert ran.code in STOPPED, (ran.code, ran.out, ran.err)
    assert "Traceback" not in ran.err
    assert facts(house) == before
    assert tree(house).keys() == known.keys()


@pytest.mark.parametrize("day", ["/tmp/yanlu-outside", "../../../outside", "2026-13-01", "2026-1-1", "20261128", 1])
def test_a_day_of_the_batch_is_never_a_path(house: Inside, day: object) -> None:
    """A day that is none stops the pull, with and without --raw, before anything is asked for or written."""
    known = tree(house)
    house.line.lie = told("/api/batch", lambda said: said["days"].insert(0, {"day": day, "ids": []}))
    ran = house.member(A, "pull", "--raw", house.house.folder / "raw")
    assert ran.code in STOPPED, (ran.code, ran.out, ran.err)
    assert tree(house).keys() == known.keys()
    assert [call.path for call in house.line.calls if call.path.startswith("/api/batch/")] == []


@pytest.mark.parametrize("name", ["../../../../outside", "/tmp/yanlu-outside", "a/b", "", "A" * 21 + "B", None])
def test_a_packets_name_is_never_a_path(house: Inside, name: object) -> None:
    """A packet of the batch under a name that is no id stops the pull before a file is written."""
    known, [day] = tree(house), _days(house)
    house.line.lie = told(f"/api/batch/{day}", lambda said: said["entries"][0].update(id=name))
    ran = house.member(A, "pull", "--raw", house.house.folder / "raw")
    assert ran.code in STOPPED, (ran.code, ran.out, ran.err)
    assert tree(house).keys() == known.keys()


def _days(house: Inside) -> list[str]:
    house.line.lie = None
    house.done(A, "pull")
    return sorted(
        {call.path.split("/")[-1].partition("?")[0] for call in house.line.calls if call.path.startswith("/api/batch/")}
    )


def test_the_file_of_another_case_is_none_of_this_one(house: Inside) -> None:
    """Another case's file under a case's name is refused at every use, is not kept, and moves no pin."""
    first, second = case_file(house), case_file(house, 1)
    own = str(first["case"])
    known = tree(house)
    swapped = {**second, "case": own}
    for file in (second, swapped):
        house.line.lie = told(f"/api/cases/{own}", lambda said, file=file: (said.clear(), said.update(file)))
        for command in (("pull",), ("open", "--save", house.house.folder / "saved", "--", own),
                        ("renew", "--", own), ("act", "--", own)):  # fmt: skip
            ran = house.member(A, *command)
            assert ran.code in STOPPED, (command, ran.code, ran.out, ran.err)
            assert not any("/steps" in call.path for call in house.line.sent()), command
            assert tree(house).keys() == known.keys(), command
            assert case_file(house) == first, command


def test_the_keyring_of_another_case_is_no_pin_of_this_one(house: Inside) -> None:
    """An entry of another case under a case's name is refused, off line too: it would let an older grant pass."""
    keyring = sorted((house.profile(A) / "keyring").iterdir())
    own = str(case_file(house)["case"])
    keyring[0].write_bytes(keyring[1].read_bytes())
    for command in (("list",), ("open", "--", own), ("renew", "--", own)):
        ran = house.member(A, *command)
        assert ran.code in STOPPED, (command, ran.code, ran.out, ran.err)
        assert "the grant of another case" in ran.err


def test_a_profile_with_a_strangers_keys_is_not_believed(house: Inside) -> None:
    """Whom to believe is read strictly: a profile.json that holds anything but what this machine writes is refused."""
    file, before = house.profile(A) / "profile.json", facts(house)
    for change in (
        {"case": "x"},
        {"office_key": 7},
        {"desk": "../evil"},
        {"seen": {"sequence": "1"}},
        {"member": "../a"},
    ):
        file.write_text(json.dumps({**before, **change}), "utf-8")
        for command in (("pull",), ("list",)):
            ran = house.member(A, *command)
            assert ran.code == Exit.NOT_VERIFIED, (change, command, ran.err)
            assert house.line.calls == []


def test_files_of_an_earlier_profile_keep_their_pins(house: Inside) -> None:
    """Files that were named by the text of an id get their new names at the first use: no pin is lost."""
    known = tree(house)
    for kind in ("cases", "keyring"):
        for file in (house.profile(A) / kind).iterdir():
            file.rename(file.with_name(f"{b64encode(bytes.fromhex(file.stem))}.json"))
    assert tree(house).keys() != known.keys()
    assert len(house.done(A, "list").document["cases"]) == 2
    assert tree(house) == known


def test_no_folder_is_made_for_a_way_that_leads_back(tmp_path: Path) -> None:
    """Writing makes the folders that are missing, but none on a way with `..` behind it."""
    write_secret(tmp_path / "new" / "deeper" / "file", b"1")
    with pytest.raises(FileNotFoundError):
        write_secret(tmp_path / "missing" / ".." / "file", b"2")
    assert not (tmp_path / "missing").exists()
    assert not (tmp_path / "file").exists()


def test_files_are_named_by_hex(house: Inside) -> None:
    """The names of a profile's files are the bytes of an id, written so that no text of a server can stand there."""
    names = [file.name for file in (*(house.profile(A) / "cases").iterdir(), *(house.profile(A) / "keyring").iterdir())]
    ids = house.done(A, "list").document["cases"]
    assert len(names) == 4
    assert {b64encode(bytes.fromhex(name.removesuffix(".json"))) for name in names} == {row["case"] for row in ids}
