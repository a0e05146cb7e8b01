"""A member leaves the office: out of its file, a member of the past in the directory, and never back by mistake."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import crypto
from crypto.framing import ZERO_HASH
from portal.office import draft_directory, root_document, rotate_office, sign_directory
from portal.office.availability_check import thin_rows, without_outside
from portal.office.draft import members_of
from portal.office.errors import LastOne
from portal.office.leaving import vacate, without
from tests.support.offices.sample_office import OfficeForTests, make_office

TODAY = date(2026, 11, 25)
A, B = "investigator-a", "investigator-b"
COMMENT = "# who reads the reports of the group\n"


def let_go(office: OfficeForTests, day: date = TODAY) -> None:
    """The keepers sign a directory without investigator A."""
    left = [member for member in office.enrolled() if member.id != A]
    sign_directory(office.folder, left, office.keepers, day)


def test_what_a_leaver_signed_goes_on_holding(tmp_path: Path) -> None:
    """After the leaving the member is valid no more, and the record with the member's signature is still whole."""
    office = make_office(tmp_path, today=TODAY)
    event = crypto.Event(bytes(16), 0, "taken", TODAY.isoformat(), A)
    signed = crypto.sign_event(office.staff[A], event, ZERO_HASH).document()
    let_go(office)
    directory = office.directory()
    assert directory.valid_member(A) is None
    assert A not in {member for row in directory.content.holders for member in row.members}
    [read] = crypto.verify_events(directory, bytes(16), [signed])
    assert (read.wrong, read.former_member) == (None, True)


def test_a_case_that_a_leaver_re_sealed_on_the_last_day_stays_open(tmp_path: Path) -> None:
    """Signed under the directory before, that day or by a clock that was ahead, it counts; dated later it does not."""
    office = make_office(tmp_path, today=TODAY)
    before = office.directory()
    let_go(office)
    directory = office.directory()

    def counts(days: int, sequence: int) -> bool:
        return directory.was_valid(A, (TODAY + timedelta(days=days)).isoformat(), sequence) is not None

    assert [counts(days, before.sequence) for days in (0, 1, 2)] == [True, True, False]
    assert [counts(days, directory.sequence) for days in (0, 1)] == [False, False]


def test_a_leaver_is_told_once_and_never_comes_back(tmp_path: Path) -> None:
    """The next signings and a hand-over to new keepers keep the member as one of the past, with the same last day."""
    office = make_office(tmp_path, today=TODAY)
    left = [member for member in office.enrolled() if member.id != A]
    drafted = draft_directory(office.folder, left, TODAY)
    assert ("-", "members", A) in {(change.sign, change.section, change.id) for change in drafted.changes}
    let_go(office)
    later = TODAY + timedelta(days=20)
    drafted = draft_directory(office.folder, members_of(office.folder.directory() or ""), later)
    assert A not in {change.id for change in drafted.changes}
    document = root_document(
        office.office, 2, office.folder.config(), {one.id: (one.key, one.nonce) for one in office.keepers}
    )
    rotate_office(office.folder, document, office.keepers, office.keepers, later)
    former = office.folder.verified(later).member(A)
    assert former is not None
    assert former.until == (TODAY - timedelta(days=1)).isoformat()
    assert office.folder.verified(later).valid_member(B) is not None


@pytest.mark.parametrize("successor", [None, "auditor-a"])
def test_the_offices_file_loses_the_name_and_keeps_its_comments(tmp_path: Path, successor: str | None) -> None:
    """The member is out of every row, a successor in the place; a second time changes nothing."""
    office = make_office(tmp_path, today=TODAY)
    file = office.folder.config_file
    file.write_text(file.read_text("utf-8").replace("[[holders]]", f"{COMMENT}[[holders]]", 1), "utf-8")
    assert vacate(office.folder, A, successor).changed
    members = office.folder.config().holders[0].members
    assert A not in members
    assert (successor in members) is (successor is not None)
    assert COMMENT in file.read_text("utf-8")
    assert not vacate(office.folder, A, successor).changed


def test_a_successor_who_stands_there_already_is_named_once(tmp_path: Path) -> None:
    """Where the colleague is in some of the rows, each row names the colleague once and the leaver never."""
    office = make_office(tmp_path, today=TODAY)
    vacate(office.folder, A, B)
    rows = office.folder.config().holders
    assert all(A not in row.members and len(set(row.members)) == len(row.members) for row in rows)


def test_a_successor_who_is_named_later_comes_in_the_place_too(tmp_path: Path) -> None:
    """A successor named after the signing stands where the leaver stood, once; comments and newcomers stay."""
    office = make_office(tmp_path, today=TODAY)
    file = office.folder.config_file
    file.write_text(file.read_text("utf-8").replace("[[holders]]", f"{COMMENT}[[holders]]", 1), "utf-8")
    vacate(office.folder, B)
    vacate(office.folder, B)
    let_go(office)
    file.write_text(file.read_text("utf-8").replace('["investigator-c"]', '["investigator-c", "late"]'), "utf-8")
    assert vacate(office.folder, B, "cleo").changed
    rows = [row.members for row in office.folder.config().holders]
    assert rows == [[A, "registrar-a", "approver-a", "cleo"], ["investigator-c", "late", "cleo"]]
    assert COMMENT in file.read_text("utf-8")
    assert not vacate(office.folder, B, "dora").changed
    for member in ("outside-a", "custodian-c"):
        vacate(office.folder, member)
        vacate(office.folder, member, "cleo")
    config = office.folder.config()
    assert config.entities[0].outside == ["cleo"]
    assert config.custodians is not None
    assert config.custodians.members == ["custodian-a", "custodian-b", "cleo"]


def test_what_an_office_lacks_to_go_on_is_told_from_its_file(tmp_path: Path) -> None:
    """A row with one holder; entities without an outside holder of their own or above, however they refer in a ring."""
    config = make_office(tmp_path, today=TODAY).folder.config()
    assert (thin_rows(config), without_outside(config)) == ([], [])
    single = without(without(config, "investigator-b", None), "outside-a", None)
    assert thin_rows(single) == ["ireland/company-whistleblowing/*"]
    assert without_outside(single) == ["group", "ireland"]
    ring = [one.model_copy(update={"superior": "ireland"}) for one in single.entities]
    assert without_outside(single.model_copy(update={"entities": ring})) == ["group", "ireland"]


def test_nobody_leaves_a_place_that_would_be_empty(tmp_path: Path) -> None:
    """The only holder of a row and a custodian whom the quorum needs stay until a successor is named."""
    office = make_office(tmp_path, today=TODAY)
    config, file = office.folder.config(), office.folder.config_file
    before = file.read_text("utf-8")
    assert config.custodians is not None
    for custodian in config.custodians.members[: len(config.custodians.members) - config.custodians.m]:
        vacate(office.folder, custodian)
    with pytest.raises(LastOne):
        vacate(office.folder, config.custodians.members[-1])
    file.write_text(before, "utf-8")
    for member in config.holders[0].members[:-1]:
        vacate(office.folder, member)
    with pytest.raises(LastOne, match="group"):
        vacate(office.folder, config.holders[0].members[-1])


def test_texts_of_the_office_that_name_the_leaver_are_told(tmp_path: Path) -> None:
    """Bindings of a policy that name the member are for a person to change."""
    office = make_office(tmp_path, today=TODAY)
    office.folder.own_texts.mkdir()
    (office.folder.own_texts / "p.bindings.toml").write_text(f'[holders]\nhandler = ["{A}"]\n', "utf-8")
    assert vacate(office.folder, A).still_named == ["p.bindings.toml"]


def test_who_is_signed_in_again_after_a_lapse_is_no_member_of_the_past(tmp_path: Path) -> None:
    """A member whose time ran out while nothing was signed is renewed by the next signing, as before."""
    office = make_office(tmp_path, today=TODAY)
    late = TODAY + timedelta(days=400)
    again = replace(office, today=late)
    sign_directory(office.folder, members_of(office.folder.directory() or ""), office.keepers, late)
    assert again.directory().valid_member(A) is not None
