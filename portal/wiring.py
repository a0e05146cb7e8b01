"""The composition root: settings become stores, services and apps here and nowhere else."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from argon2 import PasswordHasher
from flask import Flask

from portal.accounts.book import Accounts, SlowHash
from portal.backup.backup import Backup
from portal.backup.names import destroy_old_copies
from portal.backup.places import open_place
from portal.backup.restore import Restore
from portal.clock import Clock, system_clock
from portal.current_directory import CurrentDirectory
from portal.deletion.book import DeletionList
from portal.deletion.deleting import Deletion
from portal.deletion.janitor import Janitor
from portal.desk.app import desk_app
from portal.desk.desk import Desk
from portal.front import Front
from portal.gate import Allowance, Gate, WaitingRoom
from portal.intake.api import Intake
from portal.intake.app import intake_app
from portal.jobs import Worker
from portal.mailroom.blobs import open_blobs
from portal.mailroom.erasure import ErasureKeys
from portal.mailroom.room import Mailroom
from portal.mailroom.space import UploadSpace
from portal.notices.config import read_notices
from portal.notices.sending import Notices
from portal.office import OfficeFolder
from portal.serving import HELD
from portal.settings import Settings, StoreName
from portal.stores import Store, open_store, upgrade_stores

ALLOWANCE = Allowance()
SIGN_INS = Allowance(burst=60, refill=1, step=10)


@dataclass(frozen=True)
class Wired:
    """What both faces and the worker share."""

    room: Mailroom
    front: Front
    clock: Clock


def build_mailroom(settings: Settings) -> Mailroom:
    """The mailroom on its own two stores and its blobs."""
    erasure = ErasureKeys(open_store(settings, StoreName.ERASURE), os.urandom)
    store, blobs = open_store(settings, StoreName.MAILROOM), open_blobs(settings)
    disk = settings.blobs if isinstance(settings.blobs, Path) else None
    space = UploadSpace(store, settings.unclaimed_gib * 1024**3, disk)
    return Mailroom(store, erasure, blobs, os.urandom, space=space)


def wire(settings: Settings, clock: Clock = system_clock) -> Wired:
    """Opens mailroom and office."""
    return Wired(build_mailroom(settings), Front(CurrentDirectory(OfficeFolder(settings.office))), clock)


def open_gate(processes: int, allowance: Allowance = ALLOWANCE) -> Gate:
    """The gate of one process of several that serve the same face."""
    return Gate(allowance.shared(processes), time.monotonic, WaitingRoom(HELD))


def build_intake(settings: Settings, clock: Clock = system_clock, gate: Gate | None = None) -> Flask:
    """The public face as a WSGI app; the stores must be up to date (`upgrade_stores`).

    Without a gate it never asks for work: what `yanlu serve` builds has one.
    """
    wired = wire(settings, clock)
    intake = Intake(wired.room, clock)
    site = settings.site / "intake"
    return intake_app(intake, wired.front, site, demo=settings.demo, behind_tls=settings.behind_tls, gate=gate)


def build_accounts(settings: Settings, hasher: PasswordHasher | None = None) -> Accounts:
    """The accounts of staff; `hasher` sets the cost of the sign-in hash (argon2-cffi's own by default)."""
    slow_hash = SlowHash.make(hasher or PasswordHasher(), os.urandom)
    return Accounts(open_store(settings, StoreName.ACCOUNTS), os.urandom, slow_hash)


def build_desk(
    settings: Settings,
    clock: Clock = system_clock,
    hasher: PasswordHasher | None = None,
    gate: Gate | None = None,
) -> Flask:
    """The staff face as a WSGI app; the stores must be up to date (`upgrade_stores`).

    Without a gate sign-in never asks for work: what `yanlu serve` builds has one.
    """
    desk = Desk(
        cases=open_store(settings, StoreName.CASES),
        accounts=build_accounts(settings, hasher),
        mailroom=build_mailroom(settings),
        directory=CurrentDirectory(OfficeFolder(settings.office)),
        site=settings.site / "desk",
        clock=clock,
        behind_tls=settings.behind_tls,
        demo=settings.demo,
        gate=gate,
    )
    return desk_app(desk)


def build_deletion(settings: Settings, clock: Clock = system_clock) -> Deletion:
    """What deletes cases, on the stores that know them and the deletion list."""
    return _deletion(settings, build_mailroom(settings), open_store(settings, StoreName.CASES), clock)


def _deletion(settings: Settings, room: Mailroom, cases: Store, clock: Clock) -> Deletion:
    deleted = DeletionList(open_store(settings, StoreName.DELETIONS))
    return Deletion(room, cases, open_store(settings, StoreName.ACCOUNTS), deleted, clock)


def _office_code(settings: Settings) -> str:
    office = OfficeFolder(settings.office)
    return office.code() if office.exists() else ""


def _all_stores(settings: Settings) -> dict[StoreName, Store]:
    return {name: open_store(settings, name) for name in StoreName}


def build_backup(settings: Settings, clock: Clock = system_clock) -> Backup:
    """What makes archives; the stores must be up to date (`upgrade_stores`)."""
    code = _office_code(settings)
    return Backup(_all_stores(settings), open_blobs(settings), code, settings.data, clock, os.urandom)


def build_restore(settings: Settings, clock: Clock = system_clock) -> Restore:
    """What fills empty stores from archives."""
    deletion = build_deletion(settings, clock)
    return Restore(_all_stores(settings), open_blobs(settings), _office_code(settings), deletion)


def keep_deleted(settings: Settings) -> None:
    """Before anything serves: keys that a restored erasure store brought back are destroyed again."""
    deletion = build_deletion(settings)
    deletion.room.erasure.destroy_marked(deletion.deleted.marks())
    deletion.close()


def _destroy_copies(settings: Settings) -> Callable[[date], int]:
    copies = settings.erasure_copies
    return lambda today: 0 if copies is None else destroy_old_copies(open_place(settings, copies), today)


def build_worker(settings: Settings, clock: Clock = system_clock) -> Worker:
    """The worker over all outboxes."""
    wired = wire(settings, clock)
    cases = open_store(settings, StoreName.CASES)
    return Worker(
        room=wired.room,
        front=wired.front,
        clock=clock,
        cases=cases,
        identity=open_store(settings, StoreName.IDENTITY),
        watch=open_store(settings, StoreName.WATCH),
        janitor=Janitor(_deletion(settings, wired.room, cases, clock), _destroy_copies(settings)),
        notices=None if settings.notices is None else Notices(read_notices(settings.notices), wired.room.store, clock),
    )


__all__ = [
    "SIGN_INS",
    "Wired",
    "build_accounts",
    "build_backup",
    "build_deletion",
    "build_desk",
    "build_intake",
    "build_mailroom",
    "build_restore",
    "build_worker",
    "keep_deleted",
    "open_gate",
    "upgrade_stores",
    "wire",
]
