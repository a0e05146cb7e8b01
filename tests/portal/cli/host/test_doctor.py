"""What `yanlu doctor` says of a running site: worker, log, disks, backups, whether the office could go on."""

from __future__ import annotations

import os
import shutil
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from casework.event_store.log_head import hold_log
from portal.backup.last_backup import last_backup_days, note_backup_days
from portal.cli.errors import Exit
from portal.cli.host import doctor_command, running_checks
from portal.cli.host.finding import EXPORTED
from portal.db_roles.privileges import StoreRole
from portal.office import init_office, read_config, sample_config_text
from portal.office.draft import members_of
from portal.office.signing import sign_directory
from portal.settings import Settings, StoreName, read_settings
from portal.stores.engines import open_store
from portal.transparency_log.ledger import Ledger
from portal.wiring.worker import build_worker, sign_folder
from portal.worker.heartbeat import FILE, SLOT_SECONDS, Heartbeat, read_heartbeat
from tests.support.commands.yanlu_in_process import inside
from tests.support.offices.edge import as_role, settings_for, upgrade_as_owners
from tests.support.offices.sample_office import OfficeForTests, make_office
from tests.support.stores.backends import Stores, ready_embedded_stores
from tests.support.transparency_log.log_witness import Outside

NOW = datetime(2026, 11, 28, 12, 7, tzinfo=UTC)


@dataclass
class LiveOffice:
    """A site with a sample office, and a clock for its worker and its doctor."""

    settings: Settings
    office: OfficeForTests
    run: Callable[..., Any]
    patch: pytest.MonkeyPatch
    # Takes away what a worker in this process has said.
    quiet: Callable[[], object]
    now: datetime = NOW

    def at(self, now: datetime) -> None:
        """Sets the clock."""
        self.now = now
        self.patch.setattr(doctor_command, "now_utc", lambda: now)
        self.patch.setattr(doctor_command, "today", now.date)

    def told(self, role: StoreRole | None, check: str) -> list[tuple[str, bool, str]]:
        """What the doctor of a process says under one heading: about, whether it is well, what to do."""
        settings = self.settings if role is None else as_role(self.settings, role)
        ran = self.run(settings, "doctor", *(() if role is None else ("--as", role.value)), "--json")
        rows = [row for row in ran.document["checks"] if row["check"] == check]
        assert ran.code == (Exit.DONE if all(row["ok"] for row in ran.document["checks"]) else Exit.FAILED)
        return [(row["about"], row["ok"], row["fix"] or "") for row in rows]

    def work(self) -> None:
        """One round of a worker with its role."""
        worker = build_worker(as_role(self.settings, StoreRole.WORKER), lambda: self.now)
        worker.work_once()
        worker.close()
        self.quiet()

    def sign(self, old: str, new: str) -> None:
        """Changes `office.toml` and has the keepers sign."""
        file = self.office.folder.config_file
        text = file.read_text("utf-8")
        assert old in text
        file.write_text(text.replace(old, new), "utf-8")
        members = members_of(self.office.folder.directory() or "")
        sign_directory(self.office.folder, members, self.office.keepers, self.now.date())


@pytest.fixture
def house(
    stores: Stores, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> LiveOffice:
    """A site on each pair of stores."""
    return opened(stores, tmp_path, capsys, monkeypatch)


@pytest.fixture
def embedded(
    prepared: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> LiveOffice:
    """For what is the same on both: the office's documents, files of this machine."""
    return opened(ready_embedded_stores(tmp_path, prepared), tmp_path, capsys, monkeypatch)


def opened(
    stores: Stores, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, *witnesses: str
) -> LiveOffice:
    """A site with a sample office, on the day of the tests."""
    settings = settings_for(stores, folder)
    upgrade_as_owners(settings)
    made = LiveOffice(
        settings,
        make_office(folder, today=NOW.date(), witnesses=witnesses),
        partial(inside, capsys, monkeypatch),
        monkeypatch,
        capsys.readouterr,
    )
    made.at(NOW)
    return made


def test_a_worker_that_stands_still_is_named(embedded: LiveOffice) -> None:
    """None yet, a round just ended, half an hour ago; only the worker's own doctor says so."""
    [(_, well, fix)] = embedded.told(StoreRole.WORKER, "Worker")
    assert (well, "No worker has ended a round here yet" in fix) == (False, True)
    embedded.work()
    assert embedded.told(StoreRole.WORKER, "Worker") == [("2026-11-28 12:00 UTC", True, "")]
    embedded.at(NOW + timedelta(minutes=22))
    assert embedded.told(StoreRole.WORKER, "Worker")[0][1]
    embedded.at(NOW + timedelta(minutes=24))
    [(about, well, fix)] = embedded.told(StoreRole.WORKER, "Worker")
    assert (about, well, "ended long ago" in fix) == ("2026-11-28 12:00 UTC", False, True)
    assert embedded.told(StoreRole.INTAKE, "Worker") == []


def test_a_store_that_is_gone_is_missing_and_not_a_first_start(embedded: LiveOffice) -> None:
    """Of an office at work a file that is gone or empty, and the attachments, are to be brought back, not made."""
    for name in (StoreName.MAILROOM, StoreName.CASES):
        file = Path(embedded.settings.url(name).removeprefix("sqlite:///"))
        file.unlink()
        for _ in range(2):
            said = {about: fix for about, _, fix in embedded.told(None, "Store")}
            assert "It is missing" in said[name]
            assert "yanlu restore" in said[name]
            # What an opening would have left: the next start must not take it for the store.
            file.touch()
    assert isinstance(embedded.settings.blobs, Path)
    shutil.rmtree(embedded.settings.blobs, ignore_errors=True)
    [(_, well, fix)] = embedded.told(StoreRole.WORKER, "Attachments")
    assert (well, "It is missing" in fix, embedded.settings.blobs.exists()) == (False, True, False)


@pytest.mark.parametrize("role", [None, *StoreRole])
@pytest.mark.parametrize("founded", [False, True])
def test_the_doctor_makes_nothing(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    role: StoreRole | None,
    *,
    founded: bool,
) -> None:
    """On a fresh folder no file and no folder comes, so that the next start and the next doctor see the same."""
    settings = read_settings({"YANLU_DATA": str(tmp_path / "data")})
    if founded:
        init_office(settings.office, read_config(sample_config_text()), NOW.date())
    told = () if role is None else ("--as", role.value)
    before = sorted(tmp_path.rglob("*"))
    for _ in range(2):
        ran = inside(capsys, monkeypatch, settings, "doctor", *told, "--json")
        stores = {row["fix"] for row in ran.document["checks"] if row["check"] == "Store"}
        assert stores == {"It does not exist yet: `yanlu serve` or `yanlu worker` makes it."}
        assert sorted(tmp_path.rglob("*")) == before
    note_backup_days(settings.data, [StoreName.CASES], NOW.date())
    ran = inside(capsys, monkeypatch, settings, "doctor", "--json")
    lost = [row["about"] for row in ran.document["checks"] if row["check"] == "Store" and "missing" in row["fix"]]
    assert lost == [StoreName.CASES]


def test_steps_that_fail_are_named(embedded: LiveOffice) -> None:
    """A round that ends while one of its steps raises leaves its name; the next good one takes it away."""

    class Broken:
        def work(self) -> int:
            raise OSError

    worker = build_worker(embedded.settings, lambda: embedded.now)
    replace(worker, notices=Broken()).work_once()  # type: ignore[arg-type]
    embedded.quiet()
    [(_, well, fix)] = embedded.told(None, "Worker")
    assert (well, "These steps fail: notices." in fix) == (False, True)
    embedded.at(NOW + timedelta(seconds=SLOT_SECONDS))
    worker.work_once()
    worker.close()
    assert embedded.told(None, "Worker")[0][1]


def test_the_sign_tells_ten_minutes_and_nothing_finer(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Content and age of the file are those of the ten minutes; within them it is left once; damage is no sign."""
    hands = [NOW]
    sign = Heartbeat(tmp_path / "worker", lambda: hands[0])
    sign.write([])
    file, slot = tmp_path / "worker" / FILE, datetime(2026, 11, 28, 12, 0, tzinfo=UTC)
    assert file.stat().st_mtime == slot.timestamp()
    hands[0] = NOW + timedelta(minutes=2)
    sign.write(["log"])
    assert read_heartbeat(tmp_path / "worker") is not None
    assert b"log" not in file.read_bytes()
    hands[0] = NOW + timedelta(minutes=10)
    sign.write(["log"])
    found = read_heartbeat(tmp_path / "worker")
    assert found is not None
    assert (found.at, found.failing) == (slot + timedelta(minutes=10), ("log",))
    for damaged in (b"", b"[]", b'{"v":1,"at":"x","failing":[]}', b'{"v":1,"at":99999999999999,"failing":[]}'):
        file.write_bytes(damaged)
        assert read_heartbeat(tmp_path / "worker") is None
    nowhere = Heartbeat(file, lambda: hands[0])
    for _ in range(3):
        nowhere.write([])
        hands[0] += timedelta(minutes=10)
    assert capsys.readouterr().out.count("sign not left") == 1


def test_a_log_that_is_held_or_behind_is_named(house: LiveOffice) -> None:
    """No checkpoint, one of today, seven hours without one, and one that a restore holds."""
    faces = (StoreRole.INTAKE, StoreRole.DESK)
    assert [house.told(role, "Log")[0][1] for role in (*faces, StoreRole.WORKER)] == [False] * 3
    house.work()
    for role in (*faces, StoreRole.WORKER):
        assert house.told(role, "Log") == [("2026-11-28 12:00 UTC", True, "")]
    house.at(NOW + timedelta(hours=6, minutes=30))
    assert house.told(StoreRole.DESK, "Log")[0][1]
    house.at(NOW + timedelta(hours=7))
    assert "The log is behind" in house.told(StoreRole.DESK, "Log")[0][2]
    cases = open_store(house.settings, StoreName.CASES)
    with cases.write() as tx:
        hold_log(tx)
    cases.engine.dispose()
    [(_, well, fix)] = house.told(StoreRole.WORKER, "Log")
    assert (well, "The log is held" in fix) == (False, True)


def test_witnesses_who_are_silent_are_named(
    stores: Stores, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """None has confirmed the office yet, one did, and three days later; an office without any is told nothing."""
    union = Outside("union.example")
    house = opened(stores, tmp_path, capsys, monkeypatch, union.line)
    house.work()
    faces = (StoreRole.INTAKE, StoreRole.DESK, StoreRole.WORKER)
    for role in faces:
        [(_, well, fix)] = house.told(role, "Witnesses")
        assert (well, "No witness has confirmed this office yet" in fix) == (False, True)
    store = open_store(as_role(house.settings, StoreRole.WORKER), StoreName.LEDGER)
    ledger = Ledger(store)
    assert ledger.cosign(ledger.sizes()[-1], lambda note: union.sees(note, int(NOW.timestamp())))
    store.engine.dispose()
    for role in faces:
        assert house.told(role, "Witnesses") == [("2026-11-28 12:07 UTC", True, "")]
    house.at(NOW + timedelta(hours=73))
    [(_, well, fix)] = house.told(StoreRole.DESK, "Witnesses")
    assert (well, "The witnesses are silent" in fix) == (False, True)


def test_no_witness_is_missed_where_there_is_none(embedded: LiveOffice) -> None:
    """Nothing is said of witnesses to an office that names none."""
    embedded.work()
    assert embedded.told(StoreRole.WORKER, "Witnesses") == []


def test_a_row_with_one_holder_and_an_office_that_could_not_recover_are_named(embedded: LiveOffice) -> None:
    """As signed: two in each row, an outside holder above both entities; then without."""
    assert [embedded.told(None, check)[0][1] for check in ("Key holders", "Recovery")] == [True, True]
    embedded.sign('members = ["investigator-b", "investigator-c"]', 'members = ["investigator-b"]')
    [(_, well, fix)] = embedded.told(StoreRole.DESK, "Key holders")
    assert (well, "ireland/company-whistleblowing/*" in fix, "group/" in fix) == (False, True, False)
    embedded.sign('outside = ["outside-a"]\n', "")
    [(about, well, fix)] = embedded.told(StoreRole.DESK, "Recovery")
    assert (about, well, "outside holder" in fix) == ("group, ireland", False, True)
    assert embedded.told(StoreRole.INTAKE, "Recovery") == []


def test_people_who_are_named_and_not_enrolled_are_no_second_person(embedded: LiveOffice) -> None:
    """Two are named of whom one is there, a custodian is not: each is to be invited, nobody else to be named."""
    assert embedded.told(None, "Custodians") == []
    embedded.sign('members = ["investigator-b", "investigator-c"]', 'members = ["investigator-b", "late"]')
    [(_, well, fix)] = embedded.told(StoreRole.DESK, "Key holders")
    assert (well, "ireland/company-whistleblowing/*. Not enrolled yet" in fix, "late. Invite" in fix) == (
        False,
        True,
        True,
    )
    embedded.sign('"custodian-b", "custodian-c"]', '"custodian-b", "custodian-z"]')
    [(_, well, fix)] = embedded.told(StoreRole.DESK, "Custodians")
    assert (well, "No name can be sealed" in fix, "custodian-z" in fix) == (False, True, True)
    assert embedded.told(StoreRole.INTAKE, "Custodians") == []
    checked = embedded.run(embedded.settings, "office", "check")
    assert ("late. Invite" in checked.out, "No name can be sealed" in checked.out) == (True, True)


def test_the_end_of_the_directory_is_named_from_three_weeks_before(embedded: LiveOffice) -> None:
    """Well 22 days before, not from 21 on; then what still works is said, and before the first that it is expected."""
    end = date.fromisoformat(embedded.office.directory().content.expires)
    for days, fits in ((22, True), (21, False), (1, False)):
        embedded.at(datetime(end.year, end.month, end.day, 12, tzinfo=UTC) - timedelta(days=days))
        [(about, well, fix)] = embedded.told(StoreRole.DESK, "Office directory")
        assert (about, well, f"in {days} {'day' if days == 1 else 'days'}," in fix) == (end.isoformat(), fits, not fits)
    for days, word in ((0, (end + timedelta(days=30)).isoformat()), (29, "new reports"), (30, "no mailbox")):
        embedded.at(datetime(end.year, end.month, end.day, 12, tzinfo=UTC) + timedelta(days=days))
        [(about, well, fix)] = embedded.told(StoreRole.DESK, "Office directory")
        assert (about, well, word in fix) == (end.isoformat(), False, True)
    embedded.office.path.rename(embedded.office.path.with_name("elsewhere"))
    assert "this is expected" in embedded.told(StoreRole.DESK, "Office")[0][2]


def test_backups_that_stopped_are_named(embedded: LiveOffice) -> None:
    """None yet, of today, of three days ago; one store that is left out is the one that is named."""
    assert [well for _, well, _ in embedded.told(StoreRole.BACKUP, "Backups")] == [False]
    note_backup_days(embedded.settings.data, [StoreName.CASES, StoreName.MAILROOM], NOW.date())
    assert embedded.told(StoreRole.BACKUP, "Backups") == [("2026-11-28", True, "")]
    embedded.at(NOW + timedelta(days=3))
    note_backup_days(embedded.settings.data, [StoreName.CASES], embedded.now.date())
    [(about, well, fix)] = embedded.told(StoreRole.BACKUP, "Backups")
    assert (about, well, "days: mailroom." in fix) == ("2026-11-28", False, True)
    assert embedded.told(StoreRole.DESK, "Backups") == []
    (embedded.settings.data / "made.json").write_bytes(b"{")
    assert last_backup_days(embedded.settings.data) == {}


@pytest.mark.parametrize(
    ("free", "whole", "well"), [(5, 100, False), (15, 100, True), (25, 1000, True), (19, 1000, False)]
)
def test_a_disk_that_fills_is_named(embedded: LiveOffice, free: int, whole: int, well: bool) -> None:
    """A tenth has to be free, or 20 GiB where a tenth is more."""
    gib = 1024**3
    disk = os.statvfs_result((1, gib, whole, free, free, 0, 0, 0, 0, 255))
    embedded.patch.setattr(running_checks.os, "statvfs", lambda _: disk)
    rows = embedded.told(None, "Disk")
    assert {row[1] for row in rows} == {well}
    # Whole percents: bytes, kept hour by hour, would tell when an attachment came.
    assert {row[0].rpartition(" ")[0].rpartition(" ")[2] for row in rows} == {str(100 * free // whole)}


def test_the_file_for_a_monitor_names_no_case_and_no_person(embedded: LiveOffice, tmp_path: Path) -> None:
    """Only checks of its list and numbers of days, seconds and bytes; who may read the folder may read the file."""
    embedded.work()
    file = tmp_path / "prom" / "yanlu.prom"
    embedded.run(as_role(embedded.settings, StoreRole.DESK), "doctor", "--as", "desk", "--textfile", file, "--json")
    lines = [line for line in file.read_text("ascii").splitlines() if not line.startswith("#")]
    checks = {line.partition('check="')[2].partition('"')[0] for line in lines if "check=" in line}
    assert checks <= {name.lower().replace(" ", "_").replace("-", "_") for name in EXPORTED}
    assert 'yanlu_check_ok{role="desk",check="store"} 1' in lines
    left = date.fromisoformat(embedded.office.directory().content.expires) - NOW.date()
    assert f'yanlu_directory_days_left{{role="desk"}} {left.days}' in lines
    assert not [line for line in lines if "holders" in line and "key_holders" not in line]
    assert file.stat().st_mode & 0o777 == 0o644


def test_the_watchs_host_is_asked_for_no_attachments(embedded: LiveOffice) -> None:
    """It has none, and its users may write none: each other process is asked."""
    assert embedded.told(StoreRole.HR_UPLOAD, "Attachments") == []
    assert embedded.told(StoreRole.BACKUP, "Attachments") == [("blobs", True, "")]


def test_the_sign_lies_where_the_unit_lets_the_worker_write(embedded: LiveOffice) -> None:
    """The folder that the shipped unit opens to the worker is the one in which it leaves its sign."""
    root = Path(__file__).resolve().parents[4]
    unit = (root / "deploy/systemd/yanlu-worker.service").read_text()
    data = (root / "deploy/settings/worker.env").read_text().partition("YANLU_DATA=")[2].partition("\n")[0]
    folder = data + str(sign_folder(embedded.settings)).removeprefix(str(embedded.settings.data))
    assert folder in unit.partition("ReadWritePaths=")[2].partition("\n")[0].replace("-/", "/").split()
    assert f"d {folder} " in (root / "deploy/systemd/tmpfiles.conf").read_text()
