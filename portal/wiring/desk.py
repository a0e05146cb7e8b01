"""The staff face, wired."""

from __future__ import annotations

import os

from argon2 import PasswordHasher
from flask import Flask

from portal.accounts.service import Accounts, SlowHash
from portal.clock import Clock, system_clock
from portal.db_roles.privileges import StoreRole
from portal.desk.app import desk_app
from portal.desk.desk import Desk
from portal.edge.load_limiter import LoadLimiter
from portal.office import OfficeFolder
from portal.office.current_directory import CurrentDirectory
from portal.settings import Settings, StoreName
from portal.stores.engines import open_store
from portal.wiring.shared import build_mailroom, publish_log, shown_office, watch_stores


def build_accounts(settings: Settings, hasher: PasswordHasher | None = None) -> Accounts:
    """The accounts of staff; `hasher` sets the cost of the sign-in hash (argon2-cffi's own by default)."""
    slow_hash = SlowHash.make(hasher or PasswordHasher(), os.urandom)
    return Accounts(open_store(settings, StoreName.ACCOUNTS), os.urandom, slow_hash)


def build_desk(
    settings: Settings,
    clock: Clock = system_clock,
    hasher: PasswordHasher | None = None,
    limiter: LoadLimiter | None = None,
    processes: int = 1,
) -> Flask:
    """The staff face as a WSGI app, one of so many processes; the stores must be up to date (`upgrade_stores`).

    Without a gate sign-in never asks for work: what `yanlu serve` builds has one.
    """
    desk = Desk(
        cases=open_store(settings, StoreName.CASES),
        accounts=build_accounts(settings, hasher),
        mailroom=build_mailroom(settings),
        identity=open_store(settings, StoreName.IDENTITY),
        directory=CurrentDirectory(OfficeFolder(settings.office)),
        site=settings.site / "desk",
        clock=clock,
        behind_tls=settings.behind_tls,
        demo=settings.demo,
        limiter=limiter,
        processes=processes,
        shown=shown_office(settings),
    )
    return watch_stores(publish_log(desk_app(desk), settings), settings, StoreRole.DESK)
