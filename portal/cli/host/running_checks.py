"""Checks of what runs by itself: the worker's rounds, the log, disks, backups, and whether the office could go on."""

from __future__ import annotations

import os
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from sqlalchemy.exc import SQLAlchemyError

from casework.event_store.log_head import log_head
from crypto.errors import CryptoError, LogRefused
from crypto.office.directory import VerifiedDirectory, verify_roots
from crypto.office.holders import outside_ids
from crypto.transparency_log.checkpoint import LogName, read_checkpoint
from crypto.transparency_log.office_document import confirmed_at, read_office
from portal.backup.last_backup import last_backup_days
from portal.cli.host.finding import HealthFinding
from portal.cli.keepers.office_words import CUSTODIANS_WAIT, ROWS_WAIT
from portal.db_roles.privileges import StoreRole
from portal.office import OfficeError, OfficeFolder
from portal.office.availability_check import ENOUGH_HOLDERS, waiting_custodians, waiting_rows
from portal.office.config import OfficeConfig
from portal.settings import Settings, StoreName
from portal.stores.engines import is_there, open_store
from portal.transparency_log.ledger import Ledger
from portal.transparency_log.log_writer import HOURS, holds_head, last_slot
from portal.transparency_log.shown_office import ShownOffice
from portal.wiring.worker import sign_folder
from portal.worker.heartbeat import read_heartbeat

SILENT: Final = timedelta(minutes=30)
"""A round takes seconds, the rewriting of large stores minutes."""
LATE: Final = timedelta(hours=1)
UNCONFIRMED: Final = timedelta(hours=72)
"""From then on pages say how old the last word of a witness is."""
OLDEST_BACKUP_DAYS: Final = 2
LEAST_SHARE: Final = 10
"""Per cent of a disk that should be free, where that is less than `ENOUGH_BYTES`."""
ENOUGH_BYTES: Final = 20 * 1024**3


def worker_check(settings: Settings, role: StoreRole | None, now: datetime) -> list[HealthFinding]:
    """When the worker's last round ended; known on its own machine, and to its own user alone."""
    if role not in (None, StoreRole.WORKER):
        return []
    try:
        sign = read_heartbeat(sign_folder(settings))
    except OSError:
        return [HealthFinding("Worker", "?", "Its sign of life cannot be read: run this as the worker's user.")]
    if sign is None:
        return [HealthFinding("Worker", "?", "No worker has ended a round here yet: start `yanlu worker`.")]
    about, age = sign.at.strftime("%Y-%m-%d %H:%M UTC"), now - sign.at
    gauges = {"worker_round_age_seconds": max(0, int(age.total_seconds()))}
    if age > SILENT:
        fix = (
            "The worker's last round ended long ago: reports are taken and do not reach the desk. Start `yanlu worker`."
        )
        return [HealthFinding("Worker", about, fix, gauges=gauges)]
    if sign.failing:
        fix, values = (
            "These steps fail: {steps}. The journal names the error of each.",
            {"steps": ", ".join(sign.failing)},
        )
        return [HealthFinding("Worker", about, fix, values, gauges)]
    return [HealthFinding("Worker", about, gauges=gauges)]


def log_check(settings: Settings, role: StoreRole | None, now: datetime) -> list[HealthFinding]:
    """Whether the published log goes on, and is not older than what was published before."""
    office = OfficeFolder(settings.office)
    if role not in (None, StoreRole.INTAKE, StoreRole.DESK, StoreRole.WORKER) or office.log_note() is None:
        return []
    if not all(is_there(settings, name) for name in _log_stores(role)):
        return [HealthFinding("Log", "?", "The log cannot be read: check its store and the office folder.")]
    store = open_store(settings, StoreName.LEDGER)
    try:
        name, ledger = office.log_name(), Ledger(store)
        if role in (None, StoreRole.WORKER) and _is_held(settings, ledger, name):
            fix = "The log is held: it is older than what was published. See `yanlu log mend` in docs/operations.md."
            return [HealthFinding("Log", "", fix)]
        note = ledger.newest()
        newest = None if note is None else read_checkpoint(name, note).hour
        witnessed = _witnessed(office, ledger, now)
    except (SQLAlchemyError, OSError, CryptoError, OfficeError):
        return [HealthFinding("Log", "?", "The log cannot be read: check its store and the office folder.")]
    finally:
        store.engine.dispose()
    return [_log_age(newest, now), *witnessed]


def _log_stores(role: StoreRole | None) -> tuple[StoreName, ...]:
    """The worker alone compares the log with what the cases know of it."""
    return (StoreName.LEDGER, *((StoreName.CASES,) if role in (None, StoreRole.WORKER) else ()))


def _is_held(settings: Settings, ledger: Ledger, name: LogName) -> bool:
    store = open_store(settings, StoreName.CASES)
    try:
        with store.read() as connection:
            head = log_head(connection)
    finally:
        store.engine.dispose()
    return head.held or not holds_head(ledger, name, head)


def _log_age(newest: datetime | None, now: datetime) -> HealthFinding:
    if newest is None:
        fix = "The log has no checkpoint yet: a worker with YANLU_LOG_KEY writes the first within {hours} hours."
        return HealthFinding("Log", "?", fix, {"hours": 24 // len(HOURS)})
    gauges = {"log_age_seconds": max(0, int((now - newest).total_seconds()))}
    behind = newest < last_slot(now - LATE)
    fix = "The log is behind: is a worker running, and may it read YANLU_LOG_KEY?" if behind else None
    return HealthFinding("Log", newest.strftime("%Y-%m-%d %H:%M UTC"), fix, gauges=gauges)


def _witnessed(office: OfficeFolder, ledger: Ledger, now: datetime) -> list[HealthFinding]:
    """How old the last word of the office's witnesses is; nothing where its last root names none."""
    if office.root().witnesses.k == 0:
        return []
    document = read_office(ShownOffice(office, ledger).content())
    try:
        at, _ = confirmed_at(document.checkpoint, verify_roots(office.code(), document.roots))
    except LogRefused:
        fix = "No witness has confirmed this office yet: until one does, pages and commands refuse it."
        return [HealthFinding("Witnesses", "?", fix)]
    seen = datetime.fromtimestamp(at, UTC)
    fix = "The witnesses are silent: tell those who run them. Pages say so, and will take no report before long."
    about, gauges = (
        seen.strftime("%Y-%m-%d %H:%M UTC"),
        {"witness_age_seconds": max(0, int((now - seen).total_seconds()))},
    )
    return [HealthFinding("Witnesses", about, fix if now - seen > UNCONFIRMED else None, gauges=gauges)]


def disk_check(settings: Settings) -> list[HealthFinding]:
    """Room on each disk that a file of ours lies on."""
    files = [Path(settings.url(name).removeprefix("sqlite:///")).parent for name in StoreName
             if settings.url(name).startswith("sqlite:///")]  # fmt: skip
    blobs = [settings.blobs] if isinstance(settings.blobs, Path) else []
    found: dict[int, Path] = {}
    for folder in (settings.data, *blobs, *files):
        if folder.exists():
            found.setdefault(folder.stat().st_dev, folder)
    return [_disk(folder) for folder in found.values()]


def _disk(folder: Path) -> HealthFinding:
    disk = os.statvfs(folder)
    free, whole = disk.f_bavail * disk.f_frsize, disk.f_blocks * disk.f_frsize
    fix = None if free >= min(whole * LEAST_SHARE // 100, ENOUGH_BYTES) else (
        "The disk is nearly full: make room before reports are refused."
    )  # fmt: skip
    # Whole percents alone: kept by a monitor hour by hour, bytes would tell when an attachment came, and of what size.
    share = 100 * free // max(whole, 1)
    return HealthFinding("Disk", f"{folder} {share} %", fix, gauges={"disk_free_percent": share})


def backup_check(settings: Settings, role: StoreRole | None, today: date) -> list[HealthFinding]:
    """How old the newest archives are that were made with these settings."""
    if role not in (None, StoreRole.BACKUP):
        return []
    days = last_backup_days(settings.data)
    if not days:
        fix = "No backup was made with these settings yet." if role is StoreRole.BACKUP else None
        return [HealthFinding("Backups", "?", fix)]
    oldest = min(days.values())
    late = sorted(name.value for name, day in days.items() if (today - day).days > OLDEST_BACKUP_DAYS)
    fix = "The newest archive of these stores is older than two days: {stores}. Look at yanlu-backup.service."
    gauges = {"backup_age_days": max(0, (today - oldest).days)}
    return [HealthFinding("Backups", oldest.isoformat(), fix if late else None, {"stores": ", ".join(late)}, gauges)]


def going_on_check(directory: VerifiedDirectory, config: OfficeConfig | None = None) -> list[HealthFinding]:
    """Rows that one person alone holds, people who are named and not there, shares that nobody could use.

    `config` is `office.toml`, where this process may read it: it names people whom no directory has yet.
    """
    found = [] if config is None else _waiting(config, directory)
    rows = {} if config is None else waiting_rows(config, _living(directory))
    single = [row for row in single_rows(directory) if row not in rows]
    fix = "Fewer than two people open new reports here; name another one in office.toml: {rows}"
    if single or not rows:
        found.append(
            HealthFinding("Key holders", str(len(single)), fix if single else None, {"rows": ", ".join(single)})
        )
    lost = without_outside(directory)
    fix = "Nobody could use the recovery shares: name an outside holder (`outside` in office.toml) for {entities}."
    return [*found, HealthFinding("Recovery", ", ".join(lost), fix if lost else None, {"entities": ", ".join(lost)})]


def _living(directory: VerifiedDirectory) -> set[str]:
    return {one.id for one in directory.content.members if directory.valid_member(one.id) is not None}


def _waiting(config: OfficeConfig, directory: VerifiedDirectory) -> list[HealthFinding]:
    """Whom `office.toml` names in vain so far."""
    found, known = list[HealthFinding](), _living(directory)
    if rows := waiting_rows(config, known):
        members = ", ".join(sorted({member for row in rows.values() for member in row}))
        found.append(
            HealthFinding("Key holders", str(len(rows)), ROWS_WAIT, {"rows": ", ".join(rows), "members": members})
        )
    if custodians := waiting_custodians(config, known):
        found.append(
            HealthFinding("Custodians", str(len(custodians)), CUSTODIANS_WAIT, {"members": ", ".join(custodians)})
        )
    return found


def single_rows(directory: VerifiedDirectory) -> list[str]:
    """Rows of holders (`entity/policy/category`) with fewer than two members who are valid on the directory's day."""
    return [
        f"{row.entity}/{row.policy}/{row.category}"
        for row in directory.content.holders
        if sum(directory.valid_member(member) is not None for member in row.members) < ENOUGH_HOLDERS
    ]


def without_outside(directory: VerifiedDirectory) -> list[str]:
    """Entities without an outside holder of their own or of a superior: they alone sign a recovery."""
    return [one.id for one in directory.content.entities if not outside_ids(directory, one.id)]


def now_utc() -> datetime:
    """The present moment; another one only in tests."""
    return datetime.now(UTC)
