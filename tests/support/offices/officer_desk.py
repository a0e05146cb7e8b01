"""The officer's desk as it is served: a watch with alerts behind real pages, and the officer's key file."""

from __future__ import annotations

import json
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from pathlib import Path
from threading import Thread
from typing import Protocol

import polars as pl
from flask import Flask
from sqlalchemy import insert
from werkzeug.serving import WSGIRequestHandler, make_server

from crypto.codes import write_code
from crypto.keys.staff import wrap_staff_seed
from portal.watch.app import officer_app
from portal.watch.context import WatchContext
from retaliation_watch.hr_formats.dates import day_of
from retaliation_watch.hr_ingest.manifest import FeedFile
from retaliation_watch.simulation.companies import Order, make_company
from retaliation_watch.store import ENTRIES
from retaliation_watch.weekly_run.weekly_run import RunContext, run_weekly
from tests.support.offices.watch import ENTITY, OFFICER, Watch
from tests.support.servers.cheap_key_derivation import light_site, lightly
from tests.support.servers.ports import LOOPBACK

PASSPHRASE = "correct horse battery staple"
DEVICE_SECRET = bytes(range(16))


@dataclass(frozen=True)
class OfficersDesk:
    """Where the desk is, and what the officer has and knows."""

    address: str
    key_file: Path
    passphrase: str = field(default=PASSPHRASE, repr=False)
    device_secret: str = field(default=write_code(DEVICE_SECRET), repr=False)


class HasOfficer(Protocol):
    """An office with an officer whose seed a test knows."""

    @property
    def office(self) -> bytes:
        """Its id."""
        ...

    @property
    def code(self) -> str:
        """Its code."""
        ...

    @property
    def seeds(self) -> Mapping[str, bytes]:
        """Seeds by member."""
        ...


def key_file(office: HasOfficer) -> dict[str, object]:
    """The file as the officer's desk saves it."""
    wrapped = wrap_staff_seed(office.seeds[OFFICER], PASSPHRASE, DEVICE_SECRET, office.office, OFFICER, os.urandom)
    return {
        "v": 1, "desk": "https://desk.example", "office_key": office.code, "member": OFFICER, "wrapped_key": wrapped,
        "seen": None,
    }  # fmt: skip


def feed_company(watch: Watch, seed: int, people: int, watched: int) -> date:
    """HR's whole history of a made-up company, with everybody of its list entered; gives the last day of it."""
    made = make_company(Order("works", seed, people, watched))
    for kind, table in ((FeedFile.ROSTER, made.roster), (FeedFile.EVENTS, made.events)):
        watch.push(kind, *table.write_csv().splitlines())
    listed = made.watchlist().select("employee_id", pl.col("protected_from").cast(pl.String))
    rows = [
        {
            "entry_id": os.urandom(16), "person": watch.context.key.pseudonym(ENTITY, str(employee)),
            "handle_mark": os.urandom(32), "link": os.urandom(7356), "until": date(2099, 1, 1),
            "start": date.fromisoformat(str(start)).replace(day=1),
        }
        for employee, start in listed.iter_rows()
    ]  # fmt: skip
    with watch.store.write() as tx:
        tx.execute(insert(ENTRIES), rows)
    return day_of(made.last_run)


def look_at(watch: Watch, day: date) -> int:
    """The weekly run of a day; gives how many alerts it made."""
    with watch.store.write() as tx:
        return run_weekly(tx, ENTITY, day, RunContext(os.urandom, watch.context.key.randomization_key)).alerts


class Silent(WSGIRequestHandler):
    """Says nothing of a request."""

    def log(self, type: str, message: str, *args: object) -> None:  # werkzeug's own name
        """As it says."""


@contextmanager
def serving(app: Flask) -> Generator[str]:
    """Serves an application in threads of this process; gives its origin."""
    server = make_server(LOOPBACK, 0, app, threaded=True, request_handler=Silent)
    thread = Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{LOOPBACK}:{server.server_port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


@contextmanager
def officers_desk(watch: Watch, folder: Path) -> Generator[OfficersDesk]:
    """Serves the pages of this tree, light, over the watch."""
    with desk_over(watch.context, watch.office, folder) as desk:
        yield desk


@contextmanager
def desk_over(context: WatchContext, office: HasOfficer, folder: Path) -> Generator[OfficersDesk]:
    """The pages over a room, light, for the officer of an office."""
    file, pages = folder / "key.json", light_site(folder, "watch") / "watch"
    with lightly():
        file.write_text(json.dumps(key_file(office)), encoding="utf-8")
    with serving(officer_app(context, pages, demo=False, behind_tls=False)) as address:
        yield OfficersDesk(address, file)
