"""`yanlu doctor`: what is wrong with this installation, each with what to do about it."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import click
from sqlalchemy.exc import SQLAlchemyError

from casework.event_store.case_holders import living_members, number_unopened, too_few
from casework.event_store.outbox import count_undeliverable
from casework.obligations.recurring import DutyStatus
from crypto.errors import CryptoError
from portal.cli.errors import NO_CHINESE_FONT, Exit
from portal.cli.former_names import FORMER_ROLES, RenamedChoice
from portal.cli.host.finding import HealthFinding, as_textfile
from portal.cli.host.running_checks import backup_check, disk_check, going_on_check, log_check, now_utc, worker_check
from portal.cli.host.store_checks import absent, store_check
from portal.cli.lines_at_desk import Unread, lines_at_desk
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.cli.words import one_or_more
from portal.db_roles.privilege_diff import compare_privileges
from portal.db_roles.privileges import StoreRole, stores_of
from portal.identity.requests import overdue_reviews
from portal.mailroom.blobs import open_blobs
from portal.notices.config import read_notices
from portal.notices.on_call import waiting_on_call
from portal.office import OfficeError, OfficeFolder
from portal.office.directory_expiry import DirectoryExpiry, ExpiryLevel, directory_expiry
from portal.office.drills import drills_of
from portal.office.errors import SheetRefused
from portal.office.files import write_published
from portal.office.recurring_duties import office_duties
from portal.settings import SettingRefused, Settings, StoreName, settings_from_environment
from portal.stores.engines import open_store
from portal.stores.rewriting import settings_that_keep

FACES = ("intake", "desk")
# So many rights are named; anyone who has more of them has them all.
SHOWN = 5
ONE_DAY_LEFT = (
    "The directory ends in {days} day, and new reports are refused from then on: keepers run `yanlu office sign`."
)
DAYS_LEFT = (
    "The directory ends in {days} days, and new reports are refused from then on: keepers run `yanlu office sign`."
)
CJK_FONT = ":lang=zh"
FILE = click.Path(path_type=Path, dir_okay=False)


def _stores(settings: Settings, role: StoreRole | None) -> list[HealthFinding]:
    names = StoreName if role is None else stores_of(role)
    return [store_check(settings, name) for name in names]


def _office(settings: Settings) -> list[HealthFinding]:
    folder = OfficeFolder(settings.office)
    try:
        end = directory_expiry(folder, today())
    except OfficeError:
        end = None
    except CryptoError:
        return [HealthFinding("Office", str(settings.office), "The directory is not valid: run `yanlu office sign`.")]
    if end is None:
        return [
            HealthFinding(
                "Office",
                str(settings.office),
                "No signed directory. Before `yanlu office init` and the first `yanlu office sign` this is expected.",
            )
        ]
    keys = sorted(file.name for file in (folder.path / "keepers").glob("*.key"))
    shares = sorted(file.name for file in (folder.path / "recovery").glob("*.txt"))
    found = [_days_left(end)]
    found += [] if settings.demo or end.days <= 0 else [_drill(folder), *_duties(settings, folder)]
    if (keys or shares) and not settings.demo:
        found.append(
            HealthFinding(
                "Keys on this machine",
                ", ".join(keys + shares),
                "Carry keepers' keys away, print and shred recovery shares.",
            )
        )
    return found


def _days_left(end: DirectoryExpiry) -> HealthFinding:
    """What the directory's end means today; a monitor gets the days, none or fewer once it has ended."""
    fix = {
        ExpiryLevel.FAR: None,
        ExpiryLevel.LAPSED: "The directory has ended: new reports are refused, and mailboxes from {after} on as well. "
        "Keepers run `yanlu office sign`.",
        ExpiryLevel.OVER: "The directory has ended, and no mailbox can be read any more: "
        "keepers run `yanlu office sign`.",
    }.get(
        end.level,
        one_or_more(end.days, ONE_DAY_LEFT, DAYS_LEFT),
    )
    values = {"days": end.days, "after": (end.last + timedelta(days=1)).isoformat()}
    return HealthFinding("Office directory", end.ends.isoformat(), fix, values, {"directory_days_left": end.days})


def _drill(folder: OfficeFolder) -> HealthFinding:
    """Whether each recovery share was proven within a quarter."""
    try:
        overdue = drills_of(folder, today()).overdue(today())
    except SheetRefused:
        return HealthFinding(
            "Recovery shares", "?", "No list of recovery shares for this key: run `yanlu recovery renew`."
        )
    fix = "These shares were not proven for a quarter: run `yanlu recovery drill`." if overdue else None
    return HealthFinding("Recovery shares", ", ".join(overdue), fix)


def _duties(settings: Settings, folder: OfficeFolder) -> list[HealthFinding]:
    """Whether what the policies ask of the office again and again was done in time.

    A process that may not read what members signed at the desk can't tell.
    """
    signed = lines_at_desk(settings)
    if signed is Unread.NO_RIGHT:
        return []
    if signed is Unread.STORE_DOWN:
        return [HealthFinding("Recurring duties", "?", "The store of the cases cannot be read: see its own line.")]
    try:
        lines = () if isinstance(signed, Unread) else signed
        found = office_duties(folder, folder.verified(today()), today(), lines)
    except (OfficeError, CryptoError):
        return [HealthFinding("Recurring duties", "?", "The list cannot be read: `yanlu office duties` says why.")]
    late = [f"{one.policy.id}/{one.duty.id}" for one in found if one.state(today()).status is DutyStatus.OVERDUE]
    fix = "Not done in time: `yanlu office duties` says whose they are." if late else None
    return [HealthFinding("Recurring duties", ", ".join(late), fix)]


def _holders(settings: Settings, role: StoreRole | None) -> list[HealthFinding]:
    """Whether every case that goes on has two living holders, as far as claims tell; names no case."""
    if role not in (None, StoreRole.DESK):
        # Who holds what is no business of the other processes: on PostgreSQL they have no right to see it.
        return []
    try:
        directory = OfficeFolder(settings.office).verified(today())
    except (OfficeError, CryptoError):
        return []
    if store_check(settings, StoreName.CASES).fix is not None:
        return []
    store = open_store(settings, StoreName.CASES)
    try:
        with store.read() as connection:
            number = too_few(connection, living_members(directory), today())
    except (SQLAlchemyError, OSError):
        return []
    finally:
        store.engine.dispose()
    fix = "Cases with fewer than two living holders: a holder runs `yanlu desk hand-over` or adds a colleague."
    return [HealthFinding("Holders", str(number), fix if number else None)]


def _cases(settings: Settings, role: StoreRole | None) -> list[HealthFinding]:
    """Whether anything that members wrote could not be delivered, and whether anything opens for nobody."""
    if role not in (None, StoreRole.DESK, StoreRole.WORKER) or store_check(settings, StoreName.CASES).fix is not None:
        return []
    store = open_store(settings, StoreName.CASES)
    try:
        with store.read() as connection:
            undelivered, unopened = count_undeliverable(connection), number_unopened(connection, today())
    except (SQLAlchemyError, OSError):
        return []
    finally:
        store.engine.dispose()
    undelivered_fix = (
        "What members wrote could not be delivered and was set aside: `yanlu case undelivered` lists the cases."
    )
    nobodys = "Cases that nobody opened in thirty days: `yanlu case unopened` lists them, and two keepers delete junk."
    return [
        HealthFinding("Deliveries", str(undelivered), undelivered_fix if undelivered else None),
        HealthFinding("Unopened cases", str(unopened), nobodys if unopened else None),
    ]


def _reviews(settings: Settings, role: StoreRole | None) -> list[HealthFinding]:
    """Whether every opening in danger to life was reviewed in time; names no request."""
    if role not in (None, StoreRole.DESK) or store_check(settings, StoreName.IDENTITY).fix is not None:
        return []
    store = open_store(settings, StoreName.IDENTITY)
    try:
        number = overdue_reviews(store, today())
    except (SQLAlchemyError, OSError):
        return []
    finally:
        store.engine.dispose()
    fix = "Reviews of openings in danger to life are overdue: oversight or a custodian writes them at the desk."
    return [HealthFinding("Reviews", str(number), fix if number else None)]


def _on_call(settings: Settings, role: StoreRole | None) -> list[HealthFinding]:
    """Whether the staff whom the directory promises to reporters are on call, and are reached."""
    if role not in (None, StoreRole.WORKER):
        return []
    try:
        promised = any(one.on_call for one in OfficeFolder(settings.office).verified(today()).content.entities)
    except (OfficeError, CryptoError):
        return []
    try:
        named = len(read_notices(settings.notices).on_call) if settings.notices else 0
    except SettingRefused:
        return [HealthFinding("On call", "notices", "The file of notices is at fault: run `yanlu notices check`.")]
    if not promised and not named:
        return []
    return [HealthFinding("On call", str(named), _on_call_fault(settings, promised=promised, named=named))]


def _on_call_fault(settings: Settings, *, promised: bool, named: int) -> str | None:
    if not named:
        return (
            "Reporters are told that staff are on call, and nobody is: name them under on_call in the file of notices."
        )
    if not promised:
        return "Nobody is told of urgent reports: set on_call for an entity in office.toml and run `yanlu office sign`."
    if store_check(settings, StoreName.MAILROOM).fix is not None:
        return None
    store = open_store(settings, StoreName.MAILROOM)
    try:
        waiting = waiting_on_call(store)
    except (SQLAlchemyError, OSError):
        return None
    finally:
        store.engine.dispose()
    return "An urgent notice was not taken and is tried again: run `yanlu notices check --send`." if waiting else None


def _blobs(settings: Settings) -> list[HealthFinding]:
    try:
        if isinstance(settings.blobs, Path) and not settings.blobs.exists():
            return [HealthFinding("Attachments", "blobs", absent(settings))]
        blobs = open_blobs(settings)
        name = secrets.token_hex(16)
        blobs.store(name, [b"?"])
        blobs.remove(name)
    except Exception:  # noqa: BLE001  # whatever a store raises, the answer is the same
        return [
            HealthFinding(
                "Attachments", "blobs", "The folder or bucket cannot be written: check YANLU_BLOBS and free space."
            )
        ]
    return [HealthFinding("Attachments", "blobs")]


def _pages(settings: Settings) -> list[HealthFinding]:
    return [HealthFinding("Pages", face, _page_fault(settings.site / face / "release.json")) for face in FACES]


def _page_fault(release: Path) -> str | None:
    try:
        return None if release.is_file() else "Not built: run `make build`."
    except PermissionError:
        return "This user may not read the pages: build them again, or let every user read their folder."


def _fonts(_settings: Settings) -> list[HealthFinding]:
    tool = shutil.which("fc-list")
    found = bool(tool) and bool(subprocess.run([str(tool), CJK_FONT], capture_output=True, check=False).stdout.strip())
    fix = None if found else NO_CHINESE_FONT
    return [HealthFinding("Fonts", "zh", fix)]


def _rights(settings: Settings, role: StoreRole | None) -> list[HealthFinding]:
    """Whether this process runs with more rights than its role, or with less."""
    scaled = [name for name in StoreName if not settings.url(name).startswith("sqlite")]
    if not scaled:
        return [HealthFinding("Rights", "SQLite")]
    if role is None:
        return [HealthFinding("Rights", "PostgreSQL", "Say with --as which process runs with these settings.")]
    return [_rights_in(settings, name, role) for name in scaled if name in stores_of(role)]


def _rights_in(settings: Settings, name: StoreName, role: StoreRole) -> HealthFinding:
    store = open_store(settings, name)
    try:
        with store.read() as connection:
            compared = compare_privileges(connection, name, role)
    except (SQLAlchemyError, OSError):
        return HealthFinding(
            "Rights", name, "It cannot be reached: check its YANLU_URL_ setting and that the server runs."
        )
    finally:
        store.engine.dispose()
    if compared.excess:
        about = f"{name}: {', '.join(compared.excess[:SHOWN])}"
        return HealthFinding(
            "Rights", about, "More rights than this process needs: connect as its own role (`yanlu roles`)."
        )
    if compared.lacking:
        about = f"{name}: {', '.join(compared.lacking[:SHOWN])}"
        return HealthFinding("Rights", about, "Rights are missing: run `yanlu roles apply` as the stores' owners.")
    return HealthFinding("Rights", name)


def _past(settings: Settings, role: StoreRole | None) -> list[HealthFinding]:
    """Whether PostgreSQL would keep what was deleted, and the order in which it came, beyond the worker's reach."""
    names = StoreName if role is None else stores_of(role)
    scaled = [name for name in names if not settings.url(name).startswith("sqlite")]
    retaining = sorted({setting for name in scaled for setting in _retaining(settings, name)})
    fix = "PostgreSQL keeps what was deleted: set these off, as deploy/postgresql/postgresql.conf does."
    return [HealthFinding("Write-ahead log", ", ".join(retaining), fix if retaining else None)] if scaled else []


def _retaining(settings: Settings, name: StoreName) -> list[str]:
    store = open_store(settings, name)
    try:
        return settings_that_keep(store)
    except (SQLAlchemyError, OSError):
        return []
    finally:
        store.engine.dispose()


CHECKS: tuple[Callable[[Settings], list[HealthFinding]], ...] = (_office, _blobs, _pages, _fonts)


@click.command()
@click.option(
    "--as",
    "role_text",
    type=RenamedChoice([role.value for role in StoreRole], FORMER_ROLES),
    help="The process whose settings these are.",
)
@click.option("--textfile", type=FILE, help="Write a file for Prometheus' node exporter too: no case, no person.")
@pass_terminal
@click.pass_context
def doctor(context: click.Context, terminal: Terminal, role_text: str | None, textfile: Path | None) -> None:
    """Check settings, stores, office, worker, log, disks, backups and rights; exit code 1 when something is wrong."""
    settings = settings_from_environment()
    role = None if role_text is None else StoreRole(role_text)
    findings = [*_stores(settings, role), *(finding for check in _checks(role) for finding in check(settings))]
    findings += [*_holders(settings, role), *_cases(settings, role)]
    findings += [*_reviews(settings, role), *_on_call(settings, role)]
    findings += [*_rights(settings, role), *_past(settings, role)]
    findings += _running(settings, role)
    if textfile is not None:
        write_published(textfile, as_textfile(findings, role_text or "all").encode())
    rows: list[dict[str, object]] = [
        {
            "check": found.check,
            "about": found.about,
            "ok": found.fix is None,
            "fix": terminal.words(found.fix, **found.values) if found.fix else None,
        }
        for found in findings
    ]
    lines = [
        " ".join(("ok" if row["ok"] else "!!", terminal.words(found.check), found.about, str(row["fix"] or "")))
        for found, row in zip(findings, rows, strict=True)
    ]
    terminal.result({"ok": all(row["ok"] for row in rows), "checks": rows}, *lines)
    if not all(row["ok"] for row in rows):
        context.exit(int(Exit.FAILED))


def _checks(role: StoreRole | None) -> tuple[Callable[[Settings], list[HealthFinding]], ...]:
    """A host without a mailroom, the watch's, has no attachments either."""
    has_none = role is not None and StoreName.MAILROOM not in stores_of(role)
    return tuple(check for check in CHECKS if not (has_none and check is _blobs))


def _running(settings: Settings, role: StoreRole | None) -> list[HealthFinding]:
    """What runs by itself, as far as this process's role may know."""
    now = now_utc()
    found = [*worker_check(settings, role, now), *log_check(settings, role, now), *disk_check(settings)]
    found += backup_check(settings, role, now.date())
    if role not in (None, StoreRole.DESK):
        # What the office itself lacks is said once on a machine, not by each process.
        return found
    folder = OfficeFolder(settings.office)
    try:
        directory = folder.verified(today())
    except (OfficeError, CryptoError):
        return found
    try:
        config = folder.config()
    except (OfficeError, OSError):
        config = None
    return [*found, *going_on_check(directory, config)]
