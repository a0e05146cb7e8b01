"""An office whose clock a test moves: the demo's people and keys in a copy of their own, served with a shifted time."""

from __future__ import annotations

import shutil
import sqlite3
import threading
from collections.abc import Callable, Generator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Final

from flask import Flask
from sqlalchemy import delete

from portal.accounts.tables import SIGNIN_FAILURES
from portal.clock import Clock, system_clock
from portal.edge.load_limiter import LoadLimiter
from portal.office import OfficeFolder, members_of, read_keeper, sign_directory
from portal.office.draft import note_document
from portal.settings import Settings, demo_settings
from portal.wiring.desk import build_desk
from portal.wiring.intake import build_intake
from portal.wiring.worker import build_worker
from tests.support.servers.cheap_key_derivation import PAGES
from tests.support.servers.face_process import live

SHIFT: Final = "shift"
LATE_MORNING: Final = 11
WIDER: Final = """
[[policies]]
id = "{policy}"
entities = ["{entity}"]

[[holders]]
entity = "{entity}"
policy = "{policy}"
category = "*"
members = {members}
"""


def moved_clock(folder: Path) -> Clock:
    """The system's time, and so many seconds more as a file says at that moment."""
    file = folder / SHIFT
    return lambda: system_clock() + timedelta(seconds=int(file.read_text("utf-8")))


def _set_shift(folder: Path, seconds: int) -> None:
    """In one step: the worker reads the file at any moment."""
    fresh = folder / f"{SHIFT}.new"
    fresh.write_text(str(seconds), "utf-8")
    fresh.replace(folder / SHIFT)


def _own_pages(settings: Settings) -> Settings:
    """A copy of a light house is light: its pages lie with what they made."""
    pages = settings.data / PAGES
    return settings.model_copy(update={"site": pages}) if pages.exists() else settings


def build_moved_desk(settings: Settings, _clock: Clock, limiter: LoadLimiter | None = None) -> Flask:
    """The desk by the moved clock."""
    return build_desk(_own_pages(settings), moved_clock(settings.data), limiter=limiter)


def build_moved_intake(settings: Settings, _clock: Clock, limiter: LoadLimiter | None = None) -> Flask:
    """Intake by the moved clock."""
    return build_intake(_own_pages(settings), moved_clock(settings.data), limiter=limiter)


@dataclass
class MovedOffice:
    """A served office at a time of its own."""

    settings: Settings
    intake: str = ""
    desk: str = ""
    # What has to know the time too, such as a browser.
    watching: list[Callable[[datetime], None]] = field(default_factory=list[Callable[[datetime], None]])

    @property
    def now(self) -> datetime:
        """The office's moment."""
        return moved_clock(self.settings.data)()

    def move_to(self, day: date) -> None:
        """Late in the morning of a day in China, never back."""
        wanted = datetime(day.year, day.month, day.day, LATE_MORNING - 8, tzinfo=UTC)
        ahead = int((wanted - system_clock()).total_seconds())
        _set_shift(self.settings.data, ahead)
        _sign_in_time(OfficeFolder(self.settings.office), day)
        for tell in self.watching:
            tell(self.now)


def _copy(source: Path, target: Path) -> None:
    """The stores as they stand at one moment each, the office, the blobs."""
    for name in ("office", "blobs"):
        shutil.copytree(source / name, target / name)
    if (source / PAGES).exists():
        shutil.copytree(source / PAGES, target / PAGES)
    for file in source.glob("*.sqlite"):
        there, here = sqlite3.connect(file), sqlite3.connect(target / file.name)
        there.backup(here)
        there.close()
        here.close()
    # Wrong tries of other tests: they bear the real time, which the moved clock may be hours behind.
    with closing(sqlite3.connect(target / "accounts.sqlite")) as accounts, accounts:
        accounts.execute(str(delete(SIGNIN_FAILURES)))


Policies = dict[str, tuple[str, list[str]]]
"""Policies by id, each with its entity and who holds what comes in under it."""


def widen(settings: Settings, policies: Policies, today: date) -> None:
    """More policies, signed by the office's own keepers."""
    folder = OfficeFolder(settings.office)
    text = folder.config_file.read_text("utf-8")
    for policy, (entity, members) in policies.items():
        text += WIDER.format(policy=policy, entity=entity, members=members)
    folder.config_file.write_text(text, "utf-8")
    _sign(folder, today)


def _sign(folder: OfficeFolder, today: date) -> None:
    office = folder.root().office
    keepers = [read_keeper(file, office) for file in sorted((folder.path / "keepers").glob("*.key"))]
    sign_directory(folder, members_of(folder.directory() or ""), keepers, today)


def _sign_in_time(folder: OfficeFolder, day: date) -> None:
    """What the keepers do each quarter, where the day lies behind the end of the directory."""
    if str(note_document(folder.directory() or "")["expires"]) <= day.isoformat():
        _sign(folder, day)


@contextmanager
def _working(settings: Settings) -> Generator[None]:
    """A worker by the moved clock."""
    worker, stop = build_worker(settings, moved_clock(settings.data)), threading.Event()
    thread = threading.Thread(target=worker.run, args=(stop, 0.2), daemon=True)
    thread.start()
    try:
        yield
    finally:
        stop.set()
        thread.join(20)
        worker.close()


@contextmanager
def moved_office(source: Path, folder: Path, policies: Policies, day: date) -> Generator[MovedOffice]:
    """A copy of the demo in `source`, with more policies, at a day not before today."""
    _copy(source, folder)
    settings = demo_settings(folder)
    office = MovedOffice(settings)
    office.move_to(day)
    widen(settings, policies, office.now.date())
    with ExitStack() as stack:
        module = "tests.support.offices.shifted_clock"
        office.intake = stack.enter_context(live(settings, face=f"{module}:build_moved_intake")).address
        desk = stack.enter_context(live(settings, face=f"{module}:build_moved_desk")).address
        office.desk = desk.replace("127.0.0.1", "localhost")
        stack.enter_context(_working(settings))
        yield office


def working_days_after(day: date, count: int, is_worked: Callable[[date], bool]) -> date:
    """The day so many days of work later."""
    while count:
        day += timedelta(days=1)
        count -= is_worked(day)
    return day
