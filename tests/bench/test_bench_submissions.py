"""Reports coming in: how many a second, how long each waits, what it costs, with one client and with many."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.measuring.bench_table import Figures, Part, Row, Words, number
from tests.support.measuring.cpu_and_memory import peak_megabytes
from tests.support.measuring.intake_load import LOOK, POLL, Intake, costs, opened
from tests.support.stores.backends import Stores

# Visits for each number of clients; no more in all than an office takes in a day without asking for work, which is
# counted a quarter too high at most.
TEXTS = {1: 100, 4: 200, 16: 640, 64: 512}
AIMED = 16


@pytest.fixture
def intake(stores: Stores, tmp_path: Path) -> Iterator[Intake]:
    """Intake on each pair of stores."""
    with opened(stores, tmp_path) as serving:
        yield serving


@pytest.mark.timeout(600)
def test_reports_come_in(intake: Intake, figures: Figures) -> None:
    """Rate, waiting time and price of a whole text report with 1, 4, 16 and 64 clients; not one fails."""
    failed = 0
    for clients, visits in TEXTS.items():
        loaded, server, database = intake.spent([intake.submit()], clients, visits)
        failed += loaded.failed
        p95, beside = loaded.percentile(95), costs(loaded, database)
        named = intake.name(f"{clients} clients" if clients > 1 else "1 client", f"{clients} 个客户端")
        if clients != AIMED:
            figure = f"{number(loaded.rate)} /s, p95 {number(p95)} ms, CPU {server:.2f} ms"
            figures.add(Row(Part.SUBMISSIONS, named, figure, beside=beside))
            continue
        figures.at_least(Part.SUBMISSIONS, named, loaded.rate, 300, "/s", beside)
        figures.at_most(Part.SUBMISSIONS, Words(f"{named.en}, p95", f"{named.zh}，p95"), p95, 150, "ms")
        cpu = Words(f"{named.en}, intake's CPU each", f"{named.zh}，每份的接收端 CPU")
        figures.at_most(Part.SUBMISSIONS, cpu, server, 3, "ms")
    total = f"{failed} / {sum(TEXTS.values()):,}"
    figures.add(Row(Part.SUBMISSIONS, intake.name("failed", "失败"), total, "0", failed == 0))
    memory = intake.name("an intake process, most memory", "接收进程内存峰值")
    figures.at_most(Part.SUBMISSIONS, memory, peak_megabytes(intake.serving.pid), 120, "MB")
    assert failed == 0


@pytest.mark.timeout(300)
def test_visits_and_polls(intake: Intake, figures: Figures) -> None:
    """A reporter's whole way (directory, report, mailbox) with 16 clients, and polls alone with 4."""
    loaded, server, database = intake.spent([LOOK, intake.submit(), POLL], 16, 1280)
    named = intake.name("directory, report and poll, 16 clients", "取目录、提交、查信箱，16 个客户端")
    figure = f"{number(loaded.rate)} /s, p95 {number(loaded.percentile(95))} ms, CPU {server:.2f} ms"
    figures.add(Row(Part.SUBMISSIONS, named, figure, beside=costs(loaded, database)))
    polls, server, database = intake.spent([POLL], 4, 2000)
    named = intake.name("poll, 4 clients", "查信箱，4 个客户端")
    figure = f"{number(polls.rate)} /s, p50 {number(polls.percentile(50))} ms, CPU {server:.2f} ms"
    figures.add(Row(Part.MAILBOX, named, figure, beside=costs(polls, database)))
    p95 = Words(f"{named.en}, p95", f"{named.zh}，p95")
    figures.at_most(Part.MAILBOX, p95, polls.percentile(95), 15, "ms")
    assert loaded.failed == polls.failed == 0
