"""What both faces and the worker stand on: the mailroom, the office, the gate."""

from __future__ import annotations

import os
import time
from dataclasses import dataclass
from pathlib import Path

from flask import Flask

from portal.clock import Clock, system_clock
from portal.db_roles.privileges import StoreRole, stores_of
from portal.edge.directory_lookup import DirectoryLookup
from portal.edge.health import health_of
from portal.edge.load_limiter import Allowance, LoadLimiter, Throttle, random_weights
from portal.edge.office_views import Shown
from portal.edge.serving import HELD
from portal.mailroom.blobs import blob_probe, open_blobs
from portal.mailroom.context import Mailroom
from portal.mailroom.erasure import ErasureKeys
from portal.mailroom.storage_quota import StorageQuota
from portal.office import OfficeFolder
from portal.office.current_directory import CurrentDirectory
from portal.settings import Settings, StoreName
from portal.stores.answering import asks_store
from portal.stores.engines import open_store
from portal.transparency_log.ledger import Ledger
from portal.transparency_log.shown_office import ShownOffice
from portal.transparency_log.views import log_views

GIB = 1024**3
ALLOWANCE = Allowance()
SIGN_INS = Allowance(burst=60, refill=1, step=10)


@dataclass(frozen=True)
class Wired:
    """What both faces and the worker share."""

    mailroom: Mailroom
    directory_lookup: DirectoryLookup
    clock: Clock


def build_mailroom(settings: Settings) -> Mailroom:
    """The mailroom on its own two stores and its blobs."""
    erasure = ErasureKeys(open_store(settings, StoreName.ERASURE), os.urandom)
    store, blobs = open_store(settings, StoreName.MAILROOM), open_blobs(settings)
    disk = settings.blobs if isinstance(settings.blobs, Path) else None
    recent, text = settings.recent_gib * GIB, settings.text_gib * GIB
    quota = StorageQuota(store, settings.unclaimed_gib * GIB, disk, recent=recent, text=text)
    return Mailroom(store, erasure, blobs, os.urandom, quota=quota)


def wire(settings: Settings, clock: Clock = system_clock) -> Wired:
    """Opens mailroom and office."""
    return Wired(build_mailroom(settings), DirectoryLookup(CurrentDirectory(OfficeFolder(settings.office))), clock)


def build_ledger(settings: Settings) -> Ledger:
    """The published log."""
    return Ledger(open_store(settings, StoreName.LEDGER))


def shown_office(settings: Settings) -> Shown:
    """The office document as this face serves it."""
    return ShownOffice(OfficeFolder(settings.office), build_ledger(settings)).content


def publish_log(app: Flask, settings: Settings) -> Flask:
    """Lets a face serve the log's files."""
    ledger = build_ledger(settings)
    app.extensions["yanlu_ledger"] = ledger
    app.register_blueprint(log_views(ledger, OfficeFolder(settings.office)))
    return app


def watch_stores(app: Flask, settings: Settings, role: StoreRole) -> Flask:
    """Lets a face's `/healthz` tell whether the stores of its role answer, attachments too where it has any."""
    names = stores_of(role)
    checks = health_of(app).checks
    checks += [asks_store(settings, name) for name in names]
    checks += [blob_probe(settings)] if StoreName.MAILROOM in names else []
    return app


def build_load_limiter(processes: int, allowance: Allowance = ALLOWANCE) -> LoadLimiter:
    """The gate of one process of several that serve the same face."""
    return LoadLimiter(allowance.shared(processes), time.monotonic, Throttle(HELD), random_weights(os.urandom))
