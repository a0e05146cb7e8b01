"""The shelf of rules and calendars: each file is read once, another that was signed at once, and nothing else."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from casework.deadlines.calendar_document import calendars_document
from casework.deadlines.calendars import Office
from casework.deadlines.public_holidays import shipped_calendar
from crypto import b64encode
from crypto.framing import sha256
from portal.errors import OfficeNotReady
from portal.office import OfficeFolder, sign_directory
from portal.office.current_directory import CurrentDirectory
from portal.office.rules_repository import RulesRepository
from tests.crypto.sample import TODAY, Drawn
from tests.crypto.sample import Office as Signed
from tests.portal.office.test_leaving import A, let_go
from tests.support.offices.edge import write_office
from tests.support.offices.sample_office import OfficeForTests, make_office

WORKS = Office(shipped_calendar("cn"), ZoneInfo("Asia/Shanghai"))
LATE = time(10, 30)
DAY = date.fromisoformat(TODAY)


class Counted(OfficeFolder):
    """An office folder that counts how often its calendars are read."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self.reads = 0

    def calendars(self, name: str) -> bytes | None:
        """As ever."""
        self.reads += 1
        return super().calendars(name)

    def unsigned_calendars(self) -> bytes | None:
        """As ever."""
        self.reads += 1
        return super().unsigned_calendars()


def shelf_of(path: Path) -> tuple[RulesRepository, Counted]:
    """A shelf over the folder of an office."""
    folder = Counted(path)
    return RulesRepository(CurrentDirectory(folder)), folder


def named_file(office: OfficeForTests) -> Path:
    """The calendars that the directory names."""
    named = office.directory().content.calendars
    assert named is not None
    return office.path / f"published/calendars/{b64encode(named)}.json"


def test_calendars_are_read_once_until_others_are_signed(tmp_path: Path) -> None:
    """However many cases are reckoned, the file is read once; others that were signed are seen by the next case."""
    office = make_office(tmp_path)
    shelf, folder = shelf_of(office.path)
    first = named_file(office).read_bytes()
    for _ in range(5):
        found = shelf.office("group", office.today)
        assert found is not None
        assert found.opens == time(9)
        assert shelf.calendars(office.today) == sha256(first)
        assert shelf.office("elsewhere", office.today) is None
    assert folder.reads == 1
    config = folder.config_file
    config.write_text(config.read_text("utf-8").replace('opens = "09:00"', 'opens = "10:30"'), "utf-8")
    sign_directory(office.folder, office.enrolled(), office.keepers, office.today)
    moved = shelf.office("group", office.today)
    assert moved is not None
    assert (moved.opens, folder.reads) == (LATE, 2)


def test_no_limit_is_counted_by_calendars_that_the_directory_does_not_name(tmp_path: Path) -> None:
    """Altered or lost, the calendars of a signed directory give no days at all; the keepers' own are used again."""
    office = make_office(tmp_path)
    file, unsigned = named_file(office), office.path / "published/calendars.json"
    genuine = file.read_bytes()
    for content in (genuine.replace(b"2026-10-01", b"2026-10-02"), genuine[:-1], None):
        assert content != genuine
        file.unlink()
        if content is not None:
            file.write_bytes(content)
            unsigned.write_bytes(content)
        shelf, _ = shelf_of(office.path)
        with pytest.raises(OfficeNotReady):
            shelf.office("group", office.today)
        with pytest.raises(OfficeNotReady):
            shelf.calendars(office.today)
        file.write_bytes(genuine)
    found = shelf_of(office.path)[0].office("group", office.today)
    assert found is not None
    assert not found.calendar.day(date(2026, 10, 1)).worked


def test_a_directory_of_before_goes_with_the_calendars_beside_it(tmp_path: Path) -> None:
    """It names none: the server counts by the file beside it, read once; one that does not read stops everything."""
    write_office(tmp_path, Signed(Drawn("shelf")))
    shelf, folder = shelf_of(tmp_path)
    file = tmp_path / "published/calendars.json"
    for _ in range(3):
        assert shelf.office("works", DAY) is not None
    assert folder.reads == 1
    file.write_bytes(calendars_document({"works": replace(WORKS, opens=LATE)}, 2025, "zh"))
    moved = shelf.office("works", DAY)
    assert moved is not None
    assert (moved.opens, folder.reads) == (LATE, 2)
    file.write_bytes(b"{}")
    with pytest.raises(OfficeNotReady):
        shelf.calendars(DAY)
    file.unlink()
    assert shelf.office("works", DAY) is None


@pytest.mark.parametrize("change", ["gone", "altered"])
def test_nobody_judges_by_other_rules_once_a_signed_page_is_lost(tmp_path: Path, change: str) -> None:
    """A policy whose page is taken away or altered is not run as if it had no rules, until the page is back."""
    write_office(tmp_path / "office", Signed(Drawn("page")))
    shelf, folder = shelf_of(tmp_path / "office")
    directory = folder.verified(DAY)
    (policy,) = directory.content.policies
    page = tmp_path / f"office/published/policies/{b64encode(policy.hash)}.json"
    before = page.read_bytes()
    assert shelf.policy(policy.id, policy.version, DAY) is not None
    shelf, _ = shelf_of(tmp_path / "office")
    if change == "gone":
        page.unlink()
    else:
        page.chmod(0o644)
        page.write_bytes(before + b" ")
    with pytest.raises(OfficeNotReady):
        shelf.policy(policy.id, policy.version, DAY)
    assert shelf.policy("another", "1", DAY) is None
    page.write_bytes(before)
    assert shelf.policy(policy.id, policy.version, DAY) is not None


@pytest.mark.parametrize("versions", [["0", "0"], ["1"]])
def test_nobody_judges_by_a_signed_page_that_names_a_version_twice(
    tmp_path: Path, versions: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Desks refuse such a page; a server that took one of the two rules would let pass what no desk counts."""
    earlier = [{"version": one, "rules": b64encode(bytes([n]) * 32)} for n, one in enumerate(versions)]
    page = {"version": "1", "rules": b64encode(bytes(32)), "earlier": earlier}
    monkeypatch.setattr("tests.support.offices.edge.PAGE", json.dumps(page).encode())
    write_office(tmp_path / "office", Signed(Drawn("page")))
    shelf, folder = shelf_of(tmp_path / "office")
    (policy,) = folder.verified(DAY).content.policies
    for version in ("0", "1"):
        with pytest.raises(OfficeNotReady):
            shelf.named(policy.id, version, DAY)


def test_a_ruling_knows_who_is_in_the_office(tmp_path: Path) -> None:
    """By the directory of today, not by whom the policy named when it was published."""
    office = make_office(tmp_path)
    shelf, _ = shelf_of(office.path)
    named = office.directory().content.policies[0]
    ruling = shelf.rules_of(datetime.combine(office.today, time(4), UTC))(named.id, named.version, "group")
    assert ruling is not None
    assert [ruling.is_member(one) for one in (A, "somebody-else")] == [True, False]
    let_go(office, office.today)
    assert not ruling.is_member(A)
