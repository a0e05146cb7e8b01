"""`yanlu doctor`: what is wrong with this installation, each with what to do about it."""

from __future__ import annotations

import secrets
import shutil
import subprocess
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import click
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy.exc import SQLAlchemyError

from crypto.errors import CryptoError
from portal.cli.errors import Exit
from portal.cli.terminal import Terminal, pass_terminal, today
from portal.mailroom.blobs import open_blobs
from portal.office import OfficeError, OfficeFolder
from portal.settings import Settings, StoreName, settings_from_environment
from portal.stores import HISTORIES, ROOT, open_store

SOON_DAYS = 7
FACES = ("intake", "desk")
CJK_FONT = ":lang=zh"


@dataclass(frozen=True)
class Finding:
    """One check: msgids of what was looked at and of what to do; `fix` None when all is well."""

    check: str
    about: str
    fix: str | None = None


def _stores(settings: Settings) -> list[Finding]:
    return [_store(settings, name) for name in StoreName]


def _store(settings: Settings, name: StoreName) -> Finding:
    url = settings.url(name)
    if url.startswith("sqlite:///") and not _file_of(url).exists():
        return Finding("Store", name, "It does not exist yet: `yanlu serve` or `yanlu worker` makes it.")
    store = open_store(settings, name)
    try:
        with store.engine.connect() as connection:
            current = MigrationContext.configure(connection).get_current_revision()
    except (SQLAlchemyError, OSError):
        return Finding("Store", name, "It cannot be reached: check its YANLU_URL_ setting and that the server runs.")
    finally:
        store.engine.dispose()
    head = ScriptDirectory(str(ROOT / HISTORIES[name])).get_current_head()
    if current != head:
        return Finding(
            "Store", name, "Its schema is not the newest: restart `yanlu serve`, which brings it up to date."
        )
    return Finding("Store", name)


def _file_of(url: str) -> Path:
    return Path(url.removeprefix("sqlite:///"))


def _office(settings: Settings) -> list[Finding]:
    folder = OfficeFolder(settings.office)
    try:
        expires = date.fromisoformat(folder.verified(today()).content.expires)
    except OfficeError:
        return [
            Finding(
                "Office", str(settings.office), "No signed directory: run `yanlu office init` and `yanlu office sign`."
            )
        ]
    except CryptoError:
        return [Finding("Office", str(settings.office), "The directory is not valid today: run `yanlu office sign`.")]
    left = (expires - today()).days
    fix = "The directory ends within a week: run `yanlu office sign`." if left <= SOON_DAYS else None
    keys = sorted(file.name for file in (folder.path / "keepers").glob("*.key"))
    shares = sorted(file.name for file in (folder.path / "recovery").glob("*.txt"))
    found = [Finding("Office directory", expires.isoformat(), fix)]
    if (keys or shares) and not settings.demo:
        found.append(
            Finding(
                "Keys on this machine",
                ", ".join(keys + shares),
                "Carry keepers' keys away, print and shred recovery shares.",
            )
        )
    return found


def _blobs(settings: Settings) -> list[Finding]:
    try:
        blobs = open_blobs(settings)
        name = secrets.token_hex(16)
        blobs.keep(name, [b"?"])
        blobs.remove(name)
    except Exception:  # noqa: BLE001  # whatever a store raises, the answer is the same
        return [
            Finding("Attachments", "blobs", "The folder or bucket cannot be written: check YANLU_BLOBS and free space.")
        ]
    return [Finding("Attachments", "blobs")]


def _pages(settings: Settings) -> list[Finding]:
    return [
        Finding(
            "Pages", face, None if (settings.site / face / "release.json").is_file() else "Not built: run `make build`."
        )
        for face in FACES
    ]


def _fonts(_settings: Settings) -> list[Finding]:
    tool = shutil.which("fc-list")
    found = bool(tool) and bool(subprocess.run([str(tool), CJK_FONT], capture_output=True, check=False).stdout.strip())
    fix = None if found else "No Chinese font for letters and posters: apt-get install fontconfig fonts-noto-cjk."
    return [Finding("Fonts", "zh", fix)]


CHECKS: tuple[Callable[[Settings], list[Finding]], ...] = (_stores, _office, _blobs, _pages, _fonts)


@click.command()
@pass_terminal
@click.pass_context
def doctor(context: click.Context, terminal: Terminal) -> None:
    """Check settings, stores, office, attachments, pages and fonts; exit code 1 when something is wrong."""
    settings = settings_from_environment()
    findings = [finding for check in CHECKS for finding in check(settings)]
    rows: list[dict[str, object]] = [
        {
            "check": found.check,
            "about": found.about,
            "ok": found.fix is None,
            "fix": terminal.words(found.fix) if found.fix else None,
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
