"""The shipped units, settings and PostgreSQL lines fit each other and the code."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest

from portal.cli.host.backup_commands import backup
from portal.cli.host.doctor_command import doctor
from portal.cli.host.notices_command import notices
from portal.cli.transparency_log.witness_commands import cosigned
from portal.cli.watch.office_command import office
from portal.db_roles.privileges import StoreRole, owner_of, stores_of
from portal.settings import StoreName, read_settings
from portal.wiring.watch import watch_cache

DEPLOY = Path(__file__).resolve().parents[2] / "deploy"
UNITS = sorted((DEPLOY / "systemd").glob("yanlu-*.service"))
# systemd's own measure of what is left open: 0 is nothing, 10 everything.
MOST_EXPOSED = 15
PARTS = {"yanlu-watch-weekly-run": "yanlu-watch", "yanlu-alarm": "yanlu-worker", "yanlu-cosigned": "yanlu-worker",
         "yanlu-watch-office": "yanlu-owner"}  # fmt: skip
"""Units that run as part of another process, with its user and settings."""


def variables(file: Path) -> dict[str, str]:
    """The settings in a file as systemd reads them."""
    lines = [line for line in file.read_text().splitlines() if line and not line.startswith("#")]
    return dict(line.split("=", 1) for line in lines)


@pytest.mark.parametrize("role", [*StoreRole, None])
def test_settings_name_the_stores_of_their_process_and_no_other(role: StoreRole | None) -> None:
    """Each file is read by the product, and connects to each store of its role as that role; the owner's to all."""
    given = variables(DEPLOY / f"settings/{role or 'owner'}.env")
    settings = read_settings(given)
    stores = tuple(StoreName) if role is None else stores_of(role)
    assert {name for name in given if "URL_" in name} == {f"YANLU_URL_{name.upper()}" for name in stores}
    for name in stores:
        login = owner_of(name) if role is None else role.login
        assert settings.url(name) == f"postgresql+psycopg://{login}@/yanlu_{name}?host=/run/postgresql"


def test_every_role_comes_in_by_its_own_user_and_through_the_socket_alone() -> None:
    """`pg_ident.conf` maps each system user to its role, and `pg_hba.conf` names each role twice: peer, and reject."""
    mapped = [line.split() for line in (DEPLOY / "postgresql/pg_ident.conf").read_text().splitlines() if line[0] != "#"]
    expected = {("yanlu", f"yanlu-{role}", role.login) for role in StoreRole}
    expected |= {("yanlu", "yanlu-owner", owner_of(name)) for name in StoreName}
    assert {tuple(line) for line in mapped} == expected
    rules = (DEPLOY / "postgresql/pg_hba.conf").read_text()
    for _, _, login in expected:
        lines = [line for line in rules.splitlines() if re.search(rf"\b{login}\b", line)]
        assert [(line.split()[0], line.split()[-1]) for line in lines] == [("local", "map=yanlu"), ("host", "reject")]


@pytest.fixture
def units(tmp_path: Path) -> list[Path]:
    """The units with a program that is there."""
    for file in filter(Path.is_file, (DEPLOY / "systemd").iterdir()):
        text = file.read_text().replace("/opt/yanlu/.venv/bin/yanlu", shutil.which("true") or "")
        (tmp_path / file.name).write_text(text)
    return [tmp_path / unit.name for unit in UNITS]


def test_systemd_understands_the_units(units: list[Path]) -> None:
    """systemd finds nothing to say about any of them, and each is closed as far as its measure goes."""
    tool = shutil.which("systemd-analyze")
    if tool is None:
        pytest.skip("no systemd here")
    others = [file for file in units[0].parent.iterdir() if file.suffix in (".socket", ".timer")]
    said = subprocess.run([tool, "verify", *units, *others], capture_output=True, text=True, check=False)
    assert (said.returncode, said.stderr) == (0, "")
    for unit in units:
        open_ = [tool, "security", "--offline=yes", f"--threshold={MOST_EXPOSED}", "--no-pager", unit]
        judged = subprocess.run(open_, capture_output=True, text=True, check=False)
        assert judged.returncode == 0, judged.stdout


def test_each_unit_keeps_memory_off_the_disk_and_hears_nobody_but_its_socket() -> None:
    """No swap, no core file, no privilege, no network, and nothing writable but what is named."""
    demanded = {
        "MemorySwapMax=0", "LimitCORE=0", "NoNewPrivileges=yes", "ProtectSystem=strict", "PrivateTmp=yes",
        "UMask=0077", "CapabilityBoundingSet=", "RestrictAddressFamilies=AF_UNIX", "IPAddressDeny=any",
    }  # fmt: skip
    assert [unit.stem for unit in UNITS] == [
        "yanlu-alarm", "yanlu-backup", "yanlu-cosigned", "yanlu-desk", "yanlu-doctor@", "yanlu-hr-upload",
        "yanlu-intake", "yanlu-watch-office", "yanlu-watch-weekly-run", "yanlu-watch", "yanlu-worker",
    ]  # fmt: skip
    for unit in UNITS:
        lines = set(unit.read_text().splitlines())
        assert demanded <= lines, unit
        user = PARTS.get(unit.stem, unit.stem.replace("doctor@", "%i"))
        assert f"User={user}" in lines
        assert f"EnvironmentFile=/etc/yanlu/{user.removeprefix('yanlu-')}.env" in lines


@pytest.mark.parametrize("ending", ["", ".zh-CN"])
def test_the_pages_agree_with_whose_settings_a_command_runs(ending: str) -> None:
    """Every `staff` and `office` of the set-up is the owner's, as the page for administrators says, and no other's."""
    setup = (DEPLOY / f"README{ending}.md").read_text("utf-8")
    assert set(re.findall(r"yanlu_as (\S+) (?:staff|office|restore)\b", setup)) == {"owner"}
    running = (DEPLOY.parent / f"docs/operations{ending}.md").read_text("utf-8")
    [line] = [line for line in running.splitlines() if line.startswith("`yanlu staff`")]
    owners = line.partition("owner")[0]
    assert [name for name in ("staff", "office", "restore") if f"`yanlu {name}`" not in owners] == []
    assert not re.search("desk|工作台", line.partition("YANLU")[0].partition(";")[0])


def test_what_fails_tells_whoever_looks_after_the_machine() -> None:
    """The doctor and the backup start the alarm, which sends by the worker's roads, at most once in six hours."""
    for name in ("yanlu-doctor@", "yanlu-backup"):
        assert "OnFailure=yanlu-alarm.service" in (DEPLOY / f"systemd/{name}.service").read_text().splitlines()
    unit = (DEPLOY / "systemd/yanlu-alarm.service").read_text().splitlines()
    wanted = {"Type=oneshot", "ExecStart=/opt/yanlu/.venv/bin/yanlu notices alarm", "StartLimitBurst=1"}
    assert wanted | {"StartLimitIntervalSec=6h"} <= set(unit)
    assert "alarm" in notices.commands


def test_the_nightly_backup_leaves_two_weeks() -> None:
    """The unit's own command is one that the product reads, and it removes what is older."""
    unit = (DEPLOY / "systemd/yanlu-backup.service").read_text().splitlines()
    [command] = [line.removeprefix("ExecStart=").split() for line in unit if line.startswith("ExecStart=")]
    given = backup.make_context("backup", command[2:]).params
    assert (command[1], given["keep"], given["wanted"]) == ("backup", 14, ("all",))


def test_the_doctor_looks_every_hour_at_each_process_with_its_own_settings() -> None:
    """One unit for every role, which fails when something is wrong, and writes for a monitor where it may write."""
    timer = (DEPLOY / "systemd/yanlu-doctor@.timer").read_text().splitlines()
    assert {"OnCalendar=hourly", "Persistent=yes", "WantedBy=timers.target"} <= set(timer)
    unit = (DEPLOY / "systemd/yanlu-doctor@.service").read_text().splitlines()
    [command] = [line.removeprefix("ExecStart=") for line in unit if line.startswith("ExecStart=")]
    for role in StoreRole:
        words = command.replace("%i", role).split()
        assert words[:4] == ["/opt/yanlu/.venv/bin/yanlu", "doctor", "--as", role.value]
        assert (DEPLOY / f"settings/{role}.env").is_file()
        given = doctor.make_context("doctor", words[2:]).params
        assert given == {"role_text": role.value, "textfile": Path(words[5])}
    assert "--textfile /run/yanlu-doctor-%i/" in command
    assert {"Type=oneshot", "RuntimeDirectory=yanlu-doctor-%i", "RuntimeDirectoryPreserve=yes"} <= set(unit)


def test_the_watch_runs_every_week_at_every_entity_that_agreed() -> None:
    """The timer makes up for weeks when the host was off, and the command names no entity."""
    timer = (DEPLOY / "systemd/yanlu-watch-weekly-run.timer").read_text().splitlines()
    assert {"OnCalendar=Mon *-*-* 04:10:00", "Persistent=yes", "WantedBy=timers.target"} <= set(timer)
    unit = (DEPLOY / "systemd/yanlu-watch-weekly-run.service").read_text().splitlines()
    assert {"Type=oneshot", "ExecStart=/opt/yanlu/.venv/bin/yanlu watch weekly-run"} <= set(unit)
    given = read_settings(variables(DEPLOY / "settings/watch.env"))
    assert f"ReadWritePaths={watch_cache(given).folder}" in unit
    assert f"d {watch_cache(given).folder} 0700 yanlu-watch yanlu -" in (DEPLOY / "systemd/tmpfiles.conf").read_text()


WITH_ATTACHMENTS = {"yanlu-intake", "yanlu-desk", "yanlu-worker", "yanlu-backup"}
"""The processes that work on attachments; HR upload, the watch and its weekly run have nothing to do with them."""


def test_only_who_works_on_attachments_may_see_them() -> None:
    """Neither the watch nor HR's door is in the folder's group, and their units cannot see the folder at all."""
    lines = (DEPLOY / "systemd/sysusers.conf").read_text().splitlines()
    members = {line.split()[1] for line in lines if line.startswith("m ") and line.endswith(" yanlu-blobs")}
    # The owner of the stores restores them; no process runs as the owner.
    assert members == WITH_ATTACHMENTS | {"yanlu-owner"}
    folders = (DEPLOY / "systemd/tmpfiles.conf").read_text().splitlines()
    assert [line for line in folders if line.startswith("d /var/lib/yanlu/blobs ")] == [
        "d /var/lib/yanlu/blobs 2770 root yanlu-blobs -"
    ]
    # The doctor is each process in turn, with the groups of that process's user.
    for unit in (one for one in UNITS if one.stem != "yanlu-doctor@"):
        said = set(unit.read_text().splitlines())
        sees = "SupplementaryGroups=yanlu-blobs" in said
        hidden = "InaccessiblePaths=-/var/lib/yanlu/blobs" in said
        assert (sees, hidden) == (unit.stem in WITH_ATTACHMENTS, unit.stem not in WITH_ATTACHMENTS), unit


def test_the_workers_network_is_given_by_a_drop_in_and_only_to_named_addresses() -> None:
    """As shipped the worker reaches nobody; the drop-in opens what mail and robots need, to this machine."""
    lines = (DEPLOY / "systemd/yanlu-worker.service.d/notices.conf").read_text().splitlines()
    given = [line for line in lines if line and not line.startswith("#")]
    assert given == ["[Service]", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "IPAddressAllow=localhost"]
    unit = (DEPLOY / "systemd/yanlu-worker.service").read_text().splitlines()
    assert "IPAddressDeny=any" in unit
    for page in ("README.md", "README.zh-CN.md"):
        text = (DEPLOY / page).read_text("utf-8")
        assert "yanlu-worker.service.d/notices.conf" in text
        assert "yanlu_as worker notices check --send" in text


def test_what_witnesses_signed_is_taken_every_hour_and_by_a_network_only_where_somebody_gave_it() -> None:
    """The unit names the places that its file of settings does; as shipped it reaches nobody."""
    timer = (DEPLOY / "systemd/yanlu-cosigned.timer").read_text().splitlines()
    assert {"OnCalendar=*:25", "Persistent=yes", "WantedBy=timers.target"} <= set(timer)
    unit = (DEPLOY / "systemd/yanlu-cosigned.service").read_text().splitlines()
    assert {"EnvironmentFile=-/etc/yanlu/witnesses.env", "Type=oneshot"} <= set(unit)
    [command] = [line.removeprefix("ExecStart=").split() for line in unit if line.startswith("ExecStart=")]
    assert command[1:] == ["log", "cosigned", "$WITNESSES"]
    assert cosigned.make_context("cosigned", ["https://union.example", "/srv/log"]).params["places"] == (
        "https://union.example", "/srv/log",
    )  # fmt: skip
    given = (DEPLOY / "systemd/yanlu-cosigned.service.d/network.conf").read_text().splitlines()
    assert [line for line in given if not line.startswith("#")] == [
        "[Service]", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "IPAddressAllow=any",
    ]  # fmt: skip


def test_the_watch_s_host_takes_the_office_every_hour_from_the_desk_that_somebody_named() -> None:
    """It writes the office folder alone; as shipped it reaches nobody."""
    timer = (DEPLOY / "systemd/yanlu-watch-office.timer").read_text().splitlines()
    assert {"OnCalendar=*:40", "Persistent=yes", "WantedBy=timers.target"} <= set(timer)
    unit = (DEPLOY / "systemd/yanlu-watch-office.service").read_text().splitlines()
    assert {"EnvironmentFile=-/etc/yanlu/watch-office.env", "Type=oneshot"} <= set(unit)
    assert [line for line in unit if line.startswith("ReadWritePaths=")] == ["ReadWritePaths=/var/lib/yanlu/office"]
    [command] = [line.removeprefix("ExecStart=").split() for line in unit if line.startswith("ExecStart=")]
    assert command[1:] == ["watch", "office", "$DESK"]
    assert office.make_context("office", ["https://desk.example"]).params["address"] == "https://desk.example"
    given = (DEPLOY / "systemd/yanlu-watch-office.service.d/network.conf").read_text().splitlines()
    assert given[1:] == ["[Service]", "RestrictAddressFamilies=AF_UNIX AF_INET AF_INET6", "IPAddressAllow=any"]
