"""Intake as it is served in life, for measuring: its stores, the calls of its reporters, and what they cost it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from portal.db_roles.privileges import StoreRole
from portal.edge.load_limiter import Allowance
from tests.support.measuring.bench_table import Words
from tests.support.measuring.cpu_and_memory import cpu_seconds
from tests.support.measuring.load_generator import CASE, MAILBOX, TOKEN, Ask, Loaded, filled, load, visitor
from tests.support.offices.edge import as_role, open_edge, report
from tests.support.samples.padded_json import as_sent
from tests.support.servers.face_process import Live, live
from tests.support.stores.backends import Stores

# The gate counts as in life, but never asks for work.
OPEN = Allowance(1e9, 1e9, 1e9)
# SQLite has one writer at a time: a second process would only wait for the first.
PROCESSES = {"sqlite-folder": 1, "postgres-s3": 2}
NAMES = {"sqlite-folder": "SQLite", "postgres-s3": "PostgreSQL"}
LOOK = Ask("GET", "/office/office.json")
POLL = Ask("POST", "/api/poll", json.dumps({"v": 1, "token": TOKEN, "from": 0}))


@dataclass(frozen=True)
class Intake:
    """A served intake on its stores."""

    serving: Live
    stores: Stores
    sealed: dict[str, object]

    def submit(self, blobs: list[dict[str, object]] | None = None) -> Ask:
        """A report under ids of its own; its sealed bodies are one reporter's."""
        ids = visitor()
        listed = json.loads(filled(json.dumps(blobs or []).encode(), ids))
        item = self.sealed["item"] | {"case": ids[CASE]}  # type: ignore[operator]
        body = self.sealed | {"mailbox": ids[MAILBOX], "case": ids[CASE], "item": item, "blobs": listed}
        # Of one length, whatever is in it: the places are opened once it has that length.
        sent = as_sent("/api/submissions", body).decode()
        for place, stand_in in ids.items():
            sent = sent.replace(stand_in, place)
        return Ask("POST", "/api/submissions", sent, 201)

    def cpu(self) -> tuple[float, float]:
        """CPU seconds of intake and of the database so far."""
        server = self.stores.server
        return cpu_seconds(self.serving.pid), cpu_seconds(server.pid) if server else 0.0

    def name(self, en: str, zh: str) -> Words:
        """What was measured, with the store's name."""
        return Words(f"{NAMES[self.stores.kind]}: {en}", f"{NAMES[self.stores.kind]}：{zh}")

    def spent(self, asks: list[Ask], clients: int, visits: int) -> tuple[Loaded, float, float]:
        """Loads it; gives what the clients found, and CPU milliseconds of intake and database for each visit."""
        before = self.cpu()
        loaded = load(self.serving.address, asks, clients, visits)
        server, database = (
            1000 * (now - then) / len(loaded.took) for now, then in zip(self.cpu(), before, strict=True)
        )
        return loaded, server, database


@contextmanager
def opened(stores: Stores, folder: Path) -> Iterator[Intake]:
    """Serves a sample office on empty stores, warm."""
    edge = open_edge(stores, folder)
    sealed = report(edge, "bench").sealed.submission
    with live(as_role(edge.settings, StoreRole.INTAKE), PROCESSES[stores.kind], allowance=OPEN, alone=True) as serving:
        intake = Intake(serving, stores, sealed)
        load(serving.address, [LOOK, intake.submit(), POLL], 16, 64)
        yield intake
    edge.close()


def costs(loaded: Loaded, database: float) -> Words:
    """What else each visit cost on the same processors."""
    own = 1000 * loaded.own_cpu / len(loaded.took)
    en, zh = f"client's CPU {own:.2f} ms", f"客户端 CPU {own:.2f} ms"
    return (
        Words(f"{en}, database's {database:.2f} ms", f"{zh}，数据库 {database:.2f} ms") if database else Words(en, zh)
    )
