"""The worker: whatever is killed, and however many there are, each report opens one case."""

from __future__ import annotations

from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection, func, select, update

import crypto
from casework.errors import StartRefused
from casework.event_store.arrivals import Opening, open_case
from casework.event_store.store import CASES, EVENTS
from crypto.case.payloads import Message
from portal.errors import OfficeNotReady
from portal.mailroom.outbox import lease_received
from portal.mailroom.tables import OUTBOX_RECEIVED
from portal.settings import StoreName
from portal.wiring.worker import build_worker
from portal.worker.jobs import LEASE_SECONDS, Worker
from tests.crypto.sample import Drawn
from tests.support.offices.edge import Edge, open_edge, report
from tests.support.stores.backends import Stores


@pytest.fixture
def edge(stores: Stores, tmp_path: Path) -> Iterator[Edge]:
    """Intake and worker of a sample office on each pair of stores."""
    opened = open_edge(stores, tmp_path)
    yield opened
    opened.close()


def rows(worker: Worker) -> tuple[int, int]:
    """The number of cases and of events."""
    with worker.cases.read() as connection:
        counts = [connection.scalar(select(func.count()).select_from(table)) or 0 for table in (CASES, EVENTS)]
    return counts[0], counts[1]


def test_many_workers_open_each_case_once(edge: Edge) -> None:
    """Four workers at once over twelve reports and their messages leave twelve cases with two events each."""
    for number in range(12):
        case = report(edge, f"reporter-{number}")
        assert edge.submit(case).status_code == 201
        post, _ = crypto.seal_message(case.keys, case.standing, Message("补充", []), Drawn("m"))
        assert edge.send("/api/posts", post).status_code == 202
    workers = [build_worker(edge.settings, edge.hands) for _ in range(4)]
    for _ in range(3):
        with ThreadPoolExecutor(4) as pool:
            list(pool.map(lambda worker: worker.open_received(), workers))
        edge.hands.now += timedelta(seconds=LEASE_SECONDS + 1)
    assert rows(workers[0]) == (12, 24)
    with edge.mailroom.store.read() as connection:
        assert connection.scalar(select(func.count()).select_from(OUTBOX_RECEIVED)) == 0
    for worker in workers:
        worker.close()


def test_what_a_killed_worker_had_leased_is_done_later(edge: Edge) -> None:
    """A lease of a worker that died hides its report for a minute, and then another worker opens the case."""
    edge.submit(report(edge, "ann"))
    assert lease_received(edge.mailroom, int(edge.hands.now.timestamp()), LEASE_SECONDS)
    assert edge.worker.open_received() == 0
    edge.hands.now += timedelta(seconds=LEASE_SECONDS + 1)
    assert edge.worker.open_received() == 1
    assert rows(edge.worker) == (1, 1)


def test_a_case_that_was_opened_before_the_kill_is_not_opened_again(edge: Edge) -> None:
    """If the worker dies between opening the case and settling the outbox, the next one changes nothing."""
    edge.submit(report(edge, "ann"))
    ((_, received),) = lease_received(edge.mailroom, int(edge.hands.now.timestamp()), LEASE_SECONDS)
    from portal.mailroom.removal import KnownCase
    from portal.worker.jobs import _opening

    with edge.eyes(StoreName.CASES).write() as tx:
        assert open_case(tx, _opening(received, KnownCase(bytes(32), bytes(32))))
    edge.hands.now += timedelta(seconds=LEASE_SECONDS + 1)
    assert edge.worker.open_received() == 1
    assert rows(edge.worker) == (1, 1)


def test_a_message_waits_for_its_case(edge: Edge) -> None:
    """A message whose report another worker still holds stays in the outbox until the case is open."""
    case = report(edge, "ann")
    edge.submit(case)
    post, _ = crypto.seal_message(case.keys, case.standing, Message("补充", []), Drawn("m"))
    edge.send("/api/posts", post)
    now = int(edge.hands.now.timestamp())
    with edge.mailroom.store.write() as tx:
        tx.execute(update(OUTBOX_RECEIVED).where(OUTBOX_RECEIVED.c.kind == "received").values(leased_until=now + 90))
    assert edge.worker.open_received() == 0
    edge.hands.now += timedelta(seconds=91)
    assert edge.worker.open_received() == 2
    assert rows(edge.worker) == (1, 2)


def test_one_report_in_trouble_holds_up_no_other(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A report whose opening fails as nobody foresaw waits; those beside it are opened, and it is as soon as it can."""
    cases = [report(edge, name) for name in ("ann", "ben", "cem")]
    for case in cases:
        edge.submit(case)
    poisoned = cases[1].sealed.memo.case

    def opening(tx: Connection, wanted: Opening) -> bool:
        if wanted.case == poisoned:
            raise ValueError
        return open_case(tx, wanted)

    with monkeypatch.context() as broken:
        broken.setattr("portal.worker.jobs.open_case", opening)
        assert edge.worker.open_received() == 2
    edge.hands.now += timedelta(seconds=LEASE_SECONDS + 1)
    assert edge.worker.open_received() == 1
    assert rows(edge.worker) == (3, 3)


def test_a_report_whose_due_times_cannot_be_reckoned_is_opened(edge: Edge, monkeypatch: pytest.MonkeyPatch) -> None:
    """A case is there for its holders even where its clocks are in trouble."""

    def astray(*_: object) -> bool:
        raise StartRefused

    edge.submit(report(edge, "ann"))
    monkeypatch.setattr("portal.worker.jobs.rebuild_case", astray)
    assert edge.worker.open_received() == 1
    assert rows(edge.worker) == (1, 1)


def test_one_outbox_in_trouble_does_not_stop_the_others(edge: Edge, capfd: pytest.CaptureFixture[str]) -> None:
    """While the cases store is gone, a round still places dummies, and says which step failed without more."""
    edge.submit(report(edge, "ann"))
    with edge.eyes(StoreName.CASES).write() as tx:
        tx.exec_driver_sql("ALTER TABLE cases RENAME TO cases_gone")
    edge.worker.work_once()
    edge.hands.now += timedelta(hours=11)
    assert edge.worker.work_once() > 0
    said = "".join(capfd.readouterr())
    assert "step failed" in said
    assert "works" not in said
    with edge.eyes(StoreName.CASES).write() as tx:
        tx.exec_driver_sql("ALTER TABLE cases_gone RENAME TO cases")
    edge.hands.now += timedelta(seconds=LEASE_SECONDS + 1)
    assert edge.worker.open_received() == 1


def test_an_office_without_a_directory_takes_nothing(edge: Edge) -> None:
    """Before the keepers have signed a directory intake says so in words, and the worker waits."""
    case = report(edge, "ann")
    (edge.settings.office / "directory.note").unlink()
    answer = edge.submit(case)
    assert (answer.status_code, answer.json["type"]) == (503, "urn:yanlu:error:office-not-ready")
    with pytest.raises(OfficeNotReady):
        edge.worker.fill_slots()
    edge.worker.work_once()
