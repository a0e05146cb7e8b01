"""Who reads a case no longer, at the command line: which day, by whom, and nothing that no signature proves."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.cli.errors import Exit
from portal.cli.terminal import today
from tests.support.commands.office_in_process import Call, Inside, office_in_process
from tests.support.offices.reader_change_limit import unlimited_reader_changes
from tests.support.samples.signing_day import desk_day

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900)]
A, B, C = "investigator-a", "investigator-b", "approver-a"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Inside]:
    """A house with one report that three have opened."""
    with unlimited_reader_changes(), office_in_process(tmp_path, (A, B, C)) as found:
        found.file_report()
        for member in (A, B, C):
            assert len(found.first_pull(member)) == 1
        yield found


def case_of(house: Inside) -> str:
    """The one case."""
    return house.done(A, "list").document["cases"][0]["case"]


def said(house: Inside, member: str, *command: object) -> list[str]:
    """What a person reads."""
    ran = house.run("desk", command[0], *house.house.secrets(member), *command[1:])
    assert ran.code == 0, ran.err
    return ran.out.splitlines()


def test_who_was_removed_is_told_by_whom_until_they_read_on(house: Inside) -> None:
    """The list and the pull say it; the maker and those who read on are told nothing; so is one who comes back."""
    case = case_of(house)
    assert house.done(B, "removals").document == {"removals": [], "more": False}
    house.done(A, "remove", "--", case, B)
    [row] = house.done(B, "removals").document["removals"]
    assert row == {"case": case, "member": B, "opened": desk_day().isoformat(),
                   "changes": [{"day": today().isoformat(), "by": [A], "missing": 0}]}  # fmt: skip
    lines = said(house, B, "removals")
    assert lines[0] == f"No longer yours: case {case}, which you opened on {desk_day()}."
    assert lines[1] == f"Readers changed on {today()}, by {A}"
    assert house.done(B, "pull").document["removals"] == 1
    assert "Changes of readers after which somebody has not opened a case again: 1." in said(house, B, "pull")[-1]
    assert house.done(A, "removals").document["removals"] == []
    assert house.done(C, "pull").document["removals"] == 0
    house.done(A, "add", "--", case, B)
    house.work()
    assert house.done(B, "pull").document["removals"] == 0


def test_several_changes_are_all_named(house: Inside) -> None:
    """One of them removed the person: no signature says which."""
    case = case_of(house)
    house.done(A, "remove", "--", case, B)
    house.done(A, "renew", "--", case)
    lines = said(house, B, "removals")
    assert lines[1:4] == ["The readers have changed since:", f"{today()}: {A}", f"{today()}: {A}"]


def altered(house: Inside, change: dict[str, Any], row: dict[str, Any] | None = None) -> None:
    """From now on the desk says this of removals."""

    def lie(call: Call, status: int, body: bytes) -> tuple[int, bytes]:
        if call.path != "/api/removals":
            return status, body
        told = json.loads(body)
        rows = [one | (row or {}) for one in told["removals"]]
        return status, json.dumps(told | change | {"removals": rows}).encode()

    house.line.lie = lie


def test_what_no_signature_proves_is_not_shown_and_said(house: Inside) -> None:
    """A row in another's name is counted alone; the server's word that there are more is passed on."""
    case = case_of(house)
    house.done(A, "remove", "--", case, B)
    altered(house, {"more": True})
    ran = house.run("desk", "removals", *house.house.secrets(B))
    assert ran.code == 0
    assert ran.out.splitlines()[-1] == "There are more such changes, in older cases; only the newest are shown."
    altered(house, {}, {"member": C})
    ran = house.member(B, "removals")
    assert (ran.code, ran.document["removals"]) == (Exit.REFUSED, [])
    assert "that no signature proves (1)" in ran.err


def test_a_row_of_a_case_that_opened_here_since_is_not_shown(house: Inside) -> None:
    """A server that goes on telling an old row to one who reads on is not believed."""
    case = case_of(house)
    heard: list[bytes] = []

    def hear(call: Call, status: int, body: bytes) -> tuple[int, bytes]:
        if call.path == "/api/removals":
            heard.append(body)
        return status, body

    house.done(A, "remove", "--", case, B)
    house.line.lie = hear
    assert len(house.member(B, "removals").document["removals"]) == 1
    house.done(A, "add", "--", case, B)
    house.work()
    house.done(B, "pull")
    house.line.lie = lambda call, status, body: (status, heard[0] if call.path == "/api/removals" else body)
    assert house.member(B, "removals").document["removals"] == []
