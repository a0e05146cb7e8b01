"""Archives and restores, wired."""

from __future__ import annotations

import os

from portal.backup.backup import Backup
from portal.backup.restore import Restore
from portal.clock import Clock, system_clock
from portal.mailroom.blobs import open_blobs
from portal.office import OfficeFolder
from portal.settings import Settings, StoreName
from portal.stores.engines import Store, open_store
from portal.wiring.deletion import build_deletion


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
