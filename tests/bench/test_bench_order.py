"""How long reporters wait at the turn of the day: ten thousand reports are rewritten by their keys."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import date
from pathlib import Path

import pytest
from sqlalchemy import Table, insert, update

from portal.mailroom.tables import DAILY_TASKS, GRANTS, ITEMS, MAILBOXES, MEMOS, METADATA
from portal.stores.engines import Store
from portal.stores.rewriting import rewrite, size_of
from tests.support.measuring.bench_table import Figures, Part, Row, Words
from tests.support.offices.edge import Edge, open_edge
from tests.support.offices.many_reports import crowd, send_report
from tests.support.privacy.order_leaks import rows_of
from tests.support.stores.backends import Stores

REPORTS = 10_000
AT_ONCE = 500
TRIES = 10


@pytest.fixture
def edge(stores: Stores, tmp_path: Path) -> Iterator[Edge]:
    """Intake and worker of a sample office, on each pair of stores."""
    opened = open_edge(stores, tmp_path)
    yield opened
    opened.close()


def one_report(edge: Edge) -> dict[Table, dict[str, object]]:
    """The rows that one report leaves."""
    send_report(edge, next(crowd(edge)))
    rows = {row.table: row.cells for row in rows_of(edge.mailroom.store)}
    return {table: rows[f"mailroom.{table.name}"] for table in (MAILBOXES, ITEMS, MEMOS, GRANTS)}


def another(cells: dict[str, object]) -> dict[str, object]:
    """A row of the same sizes under ids of its own."""
    return {name: os.urandom(len(cell)) if isinstance(cell, bytes) else cell for name, cell in cells.items()}


def fill(store: Store, rows: dict[Table, dict[str, object]]) -> None:
    """As many reports as the figure is for."""
    for _ in range(REPORTS // AT_ONCE):
        with store.write() as tx:
            for table, cells in rows.items():
                day = {"day": date(2026, 11, 24)} if "day" in cells else {}
                tx.execute(insert(table), [another(cells) | day for _ in range(AT_ONCE)])


def longest_wait(store: Store, stop: threading.Event) -> float:
    """Writes a little every hundredth of a second until told to stop; gives the longest wait."""
    longest = 0.0
    while not stop.is_set():
        began = time.perf_counter()
        with store.write() as tx:
            tx.execute(update(DAILY_TASKS).where(DAILY_TASKS.c.kind == "nobody").values(kind="nobody"))
            tx.execute(update(GRANTS).where(GRANTS.c.grant_id == bytes(16)).values(epoch=0))
        longest = max(longest, time.perf_counter() - began)
        stop.wait(0.01)
    return longest


def rewritten(edge: Edge) -> None:
    """As the worker does: anyone who is in the way once is rarely so the next time."""
    assert any(rewrite(edge.worker.mailroom.store, METADATA) for _ in range(TRIES))


@pytest.mark.timeout(900)
def test_ten_thousand_reports_are_rewritten(edge: Edge, figures: Figures) -> None:
    """The table says how long it takes, and how long a report has to wait meanwhile."""
    store = edge.mailroom.store
    fill(store, one_report(edge))
    stop = threading.Event()
    with ThreadPoolExecutor(1) as pool:
        waited = pool.submit(longest_wait, Store(store.name, store.engine), stop)
        began, used = time.perf_counter(), time.process_time()
        try:
            rewritten(edge)
        finally:
            stop.set()
        took, used = time.perf_counter() - began, time.process_time() - used
    kind = "SQLite" if store.embedded else "PostgreSQL"
    size = f"{REPORTS:,} × {size_of(store) / REPORTS / 1000:.0f} kB"
    what = Words(f"{kind}: all rewritten in random order, {size}", f"{kind}：全部按随机顺序重写，{size}")
    figures.add(Row(Part.ORDER, what, f"{took:.1f} s, CPU {used:.1f} s"))
    wait = Words(f"{kind}: longest wait of a report meanwhile", f"{kind}：其间举报的最长等待")
    figures.add(Row(Part.ORDER, wait, f"{waited.result():.1f} s"))
