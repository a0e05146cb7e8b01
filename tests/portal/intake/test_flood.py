"""A flood of junk and of wrong receipts, over sixteen connections and without work, beside an honest reporter."""

from __future__ import annotations

import asyncio
import math
import threading
import time
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from sqlalchemy import func, select

import crypto
from portal.cli.server import Server
from portal.edge.load_limiter import Allowance
from portal.mailroom.tables import BLOB_PARTS, MAILBOXES
from portal.wiring.shared import ALLOWANCE
from tests.crypto.sample import Drawn
from tests.support.attacks.connection_flood import flood, template_of
from tests.support.offices.edge import Edge, report, sealed_parts
from tests.support.offices.honest_report import has_arrived, whole_report
from tests.support.servers.face_process import live_intake

SMALL = Allowance(burst=40, refill=0.01, step=40)
FLOOD = 200
# What a call counts for is drawn: so many more come in where it was little, but once in a billion floods.
ASTRAY = 6
TEXT = ("receipts", "submissions")


def most(free: float) -> float:
    """How many calls an allowance of so many lets in at most."""
    return free + ASTRAY * math.sqrt(free) + 2


def flooded(address: str, kind: str, count: int, template: str) -> Counter[str]:
    """What a flood was answered; in a thread of its own, since a browser's tests leave a loop running in this one."""
    with ThreadPoolExecutor(1) as pool:
        return pool.submit(lambda: asyncio.run(flood(address, kind, count, template))).result()


def test_reports_go_through_a_flood_that_gets_nowhere(edge: Edge) -> None:
    """The flood gets its allowance and no more; each honest report is confirmed, and its receipt opens it."""
    template = template_of(report(edge, "junk").sealed.submission)
    told: Counter[str] = Counter()
    reporters: list[crypto.ReporterKeys] = []

    def pour(kind: str, address: str) -> None:
        told.update(flooded(address, kind, FLOOD, template))

    with live_intake(edge.settings, allowance=SMALL) as address:
        for kind in TEXT:
            run = threading.Thread(target=pour, args=(kind, address))
            run.start()
            reporters.append(whole_report(edge, address))
            run.join()
    taken = sum(count for code, count in told.items() if code != "429")
    assert sum(told.values()) == FLOOD * len(TEXT)
    assert 0 < taken <= most(SMALL.burst)
    assert all(has_arrived(edge, keys) for keys in reporters)
    with edge.mailroom.store.read() as connection:
        boxes = connection.scalar(select(func.count()).select_from(MAILBOXES)) or 0
    assert boxes <= len(reporters) + most(SMALL.burst)


def test_a_flood_of_attachments_gets_the_shipped_allowance_and_no_more(edge: Edge, tmp_path: Path) -> None:
    """With the limits that ship, and beside a file and a report that go through by work: nothing is answered 5xx."""
    count = int(ALLOWANCE.burst) + FLOOD
    attachment, parts = sealed_parts(b"ledger" * 30000, [edge.office.recovery.recipient], Drawn("ledger"))
    file = tmp_path / "sealed"
    file.write_bytes(b"".join(parts))
    told: Counter[str] = Counter()
    began = time.monotonic()
    with live_intake(edge.settings, allowance=ALLOWANCE) as address:
        told.update(flooded(address, "parts", count, ""))
        # The free calls are used up: what comes now shows work, and each is taken.
        server = Server(address, "en", seconds=edge.hands.now.timestamp)
        server.upload_all([(attachment, file)], lambda _done: None)
        server.close()
        keys = whole_report(edge, address)
    allowed = most(ALLOWANCE.burst + ALLOWANCE.refill * (time.monotonic() - began))
    assert set(told) == {"204", "429"}
    assert told["204"] <= allowed
    assert has_arrived(edge, keys)
    with edge.mailroom.store.read() as connection:
        kept = connection.scalar(select(func.count()).select_from(BLOB_PARTS)) or 0
    assert kept == told["204"] + len(parts)
