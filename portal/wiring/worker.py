"""The worker over all outboxes, wired."""

from __future__ import annotations

import os
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from portal.backup.destinations import open_destination
from portal.backup.names import destroy_old_copies
from portal.clock import Clock, system_clock
from portal.deletion.deletion_list import DeletionList
from portal.deletion.janitor import Janitor
from portal.notices.config import read_notices
from portal.notices.on_call import OnCall
from portal.notices.sending import Notices
from portal.settings import Settings, StoreName
from portal.stores.engines import Store, open_store
from portal.transparency_log.log_writer import LogWriter
from portal.wiring.deletion import deletion_on
from portal.wiring.shared import Wired, build_ledger, wire
from portal.worker.heartbeat import Heartbeat
from portal.worker.jobs import Worker


def _destroy_copies(settings: Settings) -> Callable[[date], int]:
    copies = settings.erasure_copies
    return lambda today: 0 if copies is None else destroy_old_copies(open_destination(settings, copies), today)


@dataclass(frozen=True)
class FactStores:
    """The stores beside the mailroom's from which the log is written."""

    cases: Store
    identity: Store
    watch: Store
    deleted: DeletionList


def build_log_writer(settings: Settings, wired: Wired, facts: FactStores) -> LogWriter:
    """What writes the log's checkpoints."""
    return LogWriter(
        ledger=build_ledger(settings),
        mailroom=wired.mailroom,
        cases=facts.cases,
        identity=facts.identity,
        watch=facts.watch,
        deleted=facts.deleted,
        office=wired.directory_lookup.office,
        key_file=settings.log_key,
        clock=wired.clock,
        rng=os.urandom,
    )


def sign_folder(settings: Settings) -> Path:
    """Where the worker leaves its sign of life, and `yanlu doctor` looks for it."""
    return settings.data / "worker"


def build_worker(settings: Settings, clock: Clock = system_clock) -> Worker:
    """The worker over all outboxes."""
    wired = wire(settings, clock)
    cases, identity = open_store(settings, StoreName.CASES), open_store(settings, StoreName.IDENTITY)
    watch = open_store(settings, StoreName.WATCH)
    deletion = deletion_on(settings, wired.mailroom, cases, clock)
    notices = None if settings.notices is None else read_notices(settings.notices)
    return Worker(
        mailroom=wired.mailroom,
        directory_lookup=wired.directory_lookup,
        clock=clock,
        cases=cases,
        identity=identity,
        watch=watch,
        janitor=Janitor(deletion, _destroy_copies(settings)),
        log_writer=build_log_writer(settings, wired, FactStores(cases, identity, watch, deletion.deleted)),
        heartbeat=Heartbeat(sign_folder(settings), clock),
        demo=settings.demo,
        notices=None if notices is None else Notices(notices, wired.mailroom.store, clock),
        on_call=OnCall(notices, wired.mailroom.store, clock, os.urandom)
        if notices is not None and notices.on_call
        else None,
    )
