"""A flood of junk and of wrong receipts, over sixteen connections and without work, beside an honest reporter."""

from __future__ import annotations

import asyncio
import threading
from collections import Counter

from sqlalchemy import func, select

import crypto
from portal.edge.gate import Allowance
from portal.mailroom.tables import MAILBOXES
from tests.support.edge import Edge, report
from tests.support.flood import KINDS, flood, template_of
from tests.support.honest import has_arrived, whole_report
from tests.support.live import live_intake

SMALL = Allowance(burst=40, refill=0.01, step=40)
FLOOD = 200


def test_reports_go_through_a_flood_that_gets_nowhere(edge: Edge) -> None:
    """The flood gets its allowance and no more; each honest report is confirmed, and its receipt opens it."""
    template = template_of(report(edge, "junk").sealed.submission)
    told: Counter[str] = Counter()
    reporters: list[crypto.ReporterKeys] = []

    def pour(kind: str, address: str) -> None:
        told.update(asyncio.run(flood(address, kind, FLOOD, template)))

    with live_intake(edge.settings, allowance=SMALL) as address:
        for kind in KINDS:
            run = threading.Thread(target=pour, args=(kind, address))
            run.start()
            reporters.append(whole_report(edge, address))
            run.join()
    taken = sum(count for code, count in told.items() if code != "429")
    assert sum(told.values()) == FLOOD * len(KINDS)
    assert 0 < taken <= SMALL.burst + 2
    assert all(has_arrived(edge, keys) for keys in reporters)
    with edge.room.store.read() as connection:
        boxes = connection.scalar(select(func.count()).select_from(MAILBOXES)) or 0
    assert boxes <= len(reporters) + SMALL.burst + 2
