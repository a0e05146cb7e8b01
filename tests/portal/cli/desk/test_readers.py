"""Who reads a case, changed from the command line: with one signature, with two, declined, and notes."""

from __future__ import annotations

import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from portal.cli.errors import Exit
from portal.cli.terminal import today
from tests.portal.cli.test_command_journey import file_report, wait_for_case
from tests.support.commands.yanlu_process import LiveOffice, Ran, live_office, yanlu
from tests.support.offices.sample_office import require_two_signatures
from tests.support.samples.signing_day import desk_day
from tests.support.servers.cheap_key_derivation import lightly
from tests.support.stores.backends import embedded_stores

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
A, B, C, D, FRESH = "investigator-a", "investigator-b", "approver-a", "registrar-a", "investigator-c"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[LiveOffice]:
    """A live house with one report."""
    with lightly(), live_office(embedded_stores(tmp_path), tmp_path, (A, B, C, D, FRESH)) as found:
        assert file_report(found).code == 0
        wait_for_case(found)
        yield found


class Desk:
    """A member at the command line."""

    def __init__(self, house: LiveOffice, member: str) -> None:
        self.house = house
        self.member = member

    def run(self, *arguments: object, case: str | None = None, member: str | None = None) -> Ran:
        """One command, with a sign-in of its own."""
        end = [one for one in ("--", case, member) if one] if case else []
        return yanlu("desk", *arguments, *self.house.secrets(self.member), "--json", *end)

    def pulls(self, case: str) -> None:
        """Pulls until the case is there: the worker lays a new key into the batch a moment after it is in force."""
        end = time.monotonic() + 60
        while self.did("pull", *self.house.first_pull(self.member))["cases"] != [case]:
            assert time.monotonic() < end

    def did(self, *arguments: object, case: str | None = None, member: str | None = None) -> dict[str, Any]:
        """One command that has to succeed."""
        ran = self.run(*arguments, case=case, member=member)
        assert ran.code == 0, ran.err
        return ran.document


def test_a_first_note_takes_one_person_and_changes_no_readers(house: LiveOffice, tmp_path: Path) -> None:
    """Where a change of readers takes two, a note does not: the office's own key comes with it, the case key stays."""
    require_two_signatures(house.founded.folder, house.founded.keepers, today())
    first, second = (Desk(house, name) for name in (A, B))
    [case] = first.did("pull", *house.first_pull(A))["cases"]
    text = tmp_path / "note"
    text.write_text("先核对验收单。", "utf-8")
    assert first.did("note", "--text-file", text, "--attach", text, case=case)["sent"] is True
    assert second.did("pull", *house.first_pull(B))["cases"] == [case]
    assert second.did("note", "--text-file", text, case=case)["sent"] is True
    second.did("pull")
    saved = tmp_path / "saved"
    opened = second.did("open", "--save", saved, case=case)
    told = [(one["type"], one["verified"], one["text"]) for one in opened["entries"]]
    note = ("note", True, "先核对验收单。")
    assert told[-3:] == [("office-key", True, None), note, note]
    assert opened["epoch"] == 0
    assert (saved / "note").read_text("utf-8") == "先核对验收单。"


def test_readers_change_with_two_signatures(house: LiveOffice) -> None:
    """A new key waits until another holder has signed; a new colleague may be declined."""
    require_two_signatures(house.founded.folder, house.founded.keepers, today())
    first, second, third, fourth = (Desk(house, name) for name in (A, B, C, D))
    [case] = first.did("pull", *house.first_pull(A))["cases"]
    assert first.did("renew", case=case)["waits"] is True
    assert second.did("pull", *house.first_pull(B))["cases"] == [case]
    signed = second.did("countersign", "--yes", case=case)
    assert (signed["by"], signed["added"], signed["removed"], signed["signed"]) == (A, [], [], True)
    third.pulls(case)
    assert third.did("add", case=case, member=FRESH)["waits"] is True
    fourth.pulls(case)
    assert fourth.did("countersign", "--decline", case=case)["declined"] is True
    # An answer and no end to it: another holder may sign all the same.
    second.pulls(case)
    assert second.did("countersign", "--yes", case=case)["added"] == [FRESH]
    second.pulls(case)
    _says_what_became_of_each(second, case)
    _tells_whom_it_removes(third, fourth, case)


def _says_what_became_of_each(member: Desk, case: str) -> None:
    """Who proposed, who signed, who declined which proposal, and by name who came."""
    steps = member.did("open", case=case)["readers"]
    (asked, renewed, again, declined, joined) = steps
    assert [one["by"] for one in steps] == [[A], [A, B], [C], [D], [C, B]]
    assert (renewed["added"], renewed["removed"], joined["added"], joined["removed"]) == (None, None, [FRESH], [])
    assert (declined["proposal"], asked["proposal"]) == (again["n"], None)
    day, holders = desk_day().isoformat(), ", ".join(member.did("open", case=case)["holders"])
    said = yanlu("desk", "open", *member.house.secrets(member.member), "--", case).out
    number = again["n"]
    assert f"{day}: {A}, {B} gave the case a new key. Readers then: " in said
    assert f"{day}: {D} declined the change of readers that {C} proposed on {day} (record entry {number})." in said
    assert f"{day}: {C}, {B} changed who reads the case. New: {FRESH}. Removed: -. Readers then: {holders}." in said


def _tells_whom_it_removes(proposer: Desk, gone: Desk, case: str) -> None:
    """It is no lie that does not open for the member whom it removes: they learn that it does, and who reads it now."""
    for one in (proposer, gone):
        one.pulls(case)
    assert proposer.did("remove", case=case, member=gone.member)["waits"] is True
    ran = gone.run("countersign", case=case)
    assert ran.code == Exit.REFUSED
    assert f"{proposer.member} proposed on {today()} a change of readers that removes you" in ran.err
    others = [one for one in gone.did("open", case=case)["holders"] if one != gone.member]
    assert f"Besides you these read it now: {', '.join(others)}." in ran.err
    assert "is not what it claims to be" not in ran.err
