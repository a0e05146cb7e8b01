"""The watch's two faces, wired: its own store, the office's signed directory, the host's key, and nothing else."""

from __future__ import annotations

import math
import os
import time

from flask import Flask

from crypto.errors import CryptoError
from portal.clock import Clock, system_clock
from portal.edge.headers import strict_headers
from portal.edge.health import health_of
from portal.edge.load_limiter import Allowance, LoadLimiter
from portal.edge.proof_of_work import ProofOfWorkMiddleware
from portal.office import OfficeFolder
from portal.office.current_directory import CurrentDirectory
from portal.settings import SettingRefused, Settings, StoreName
from portal.stores.answering import asks_store
from portal.stores.engines import open_store
from portal.watch.app import officer_app, watch_app
from portal.watch.context import WatchContext
from portal.watch.hr_upload_views import hr_upload_views
from retaliation_watch.host_key import HostKey
from retaliation_watch.weekly_run.event_cache import CacheDir

NEVER = Allowance(burst=math.inf)
"""No number of calls asks for work."""


def read_host_key(settings: Settings) -> HostKey:
    """The host's key; raises `SettingRefused` when its file is missing or holds none."""
    try:
        return HostKey.read(settings.watch_key.read_text("ascii"))
    except (OSError, UnicodeDecodeError, CryptoError) as error:
        raise SettingRefused(
            f"{settings.watch_key} holds no key of a watch's host: `yanlu watch key` makes one"
        ) from error


def watch_cache(settings: Settings) -> CacheDir:
    """Where the weekly run stores the columns that it read, beside the host's key and in no backup."""
    return CacheDir(settings.data / "watch-weekly-run")


def build_watch_context(settings: Settings, clock: Clock = system_clock) -> WatchContext:
    """What commands on the watch's host work on."""
    directory = CurrentDirectory(OfficeFolder(settings.office))
    return WatchContext(open_store(settings, StoreName.WATCH), read_host_key(settings), directory, clock, os.urandom)


def build_officer_face(settings: Settings, clock: Clock = system_clock) -> Flask:
    """The officer's face as a WSGI app, its pages among it."""
    context, site = build_watch_context(settings, clock), settings.site / "watch"
    app = officer_app(context, site, demo=settings.demo, behind_tls=settings.behind_tls)
    return _watched(app, settings, clock)


def build_hr_upload_face(settings: Settings, clock: Clock = system_clock) -> Flask:
    """HR's upload as a WSGI app; its role on PostgreSQL reads no entry, no packet and no alert."""
    app = watch_app(hr_upload_views(build_watch_context(settings, clock)), behind_tls=settings.behind_tls)
    return _watched(app, settings, clock)


def _watched(app: Flask, settings: Settings, clock: Clock) -> Flask:
    """Lets a face's `/healthz` tell whether the one store of this host answers, and gives each call a place.

    It asks nobody for work: a signature is what a call has to show. But it stands behind the body, so that lines
    which drip, and bodies of callers unknown, are bounded before.
    """
    health_of(app).checks.append(asks_store(settings, StoreName.WATCH))
    headers = strict_headers(behind_tls=settings.behind_tls)
    app.wsgi_app = ProofOfWorkMiddleware(app, LoadLimiter(NEVER, time.monotonic), (), clock, headers)
    return app
