"""Anyone who reads a case finds every step that was confirmed, no matter which process delivers what it brought."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from datetime import timedelta

import pytest

from casework.event_store import outbox
from casework.event_store.store import CaseId
from portal.desk import steps
from portal.mailroom import casework_outbox_delivery
from portal.mailroom.casework_outbox_delivery import deliver_pending
from portal.settings import StoreName
from tests.support.offices.desk import Colleague, DeskRoom
from tests.support.offices.edge import random_report


def answered(room: DeskRoom, monkeypatch: pytest.MonkeyPatch, other: Callable[[int, CaseId], object]) -> list[object]:
    """A case in which `other` takes up what a step brought before the request that wrote it could; its items."""
    case = room.file(random_report(room.edge))
    colleague: Colleague = room.sign_in("li-wei")
    assert colleague.take_in() == [True]

    def late(*_: object) -> int:
        other(room.desk.now(), CaseId(case))
        return 0

    with monkeypatch.context() as patched:
        patched.setattr(steps, "deliver_pending", late)
        item, event = colleague.reply(colleague.case(case).json, "我们收到了。")
        assert colleague.step(case, event, item=item).status_code == 201
    return [one["dir"] for one in colleague.case(case).json["items"]]


def lease(room: DeskRoom, now: int, case: CaseId) -> list[outbox.OutboxItem]:
    """What the worker does before it delivers."""
    with room.edge.eyes(StoreName.CASES).write() as connection:
        return outbox.lease_items(connection, now, 1, case)


def test_what_another_process_is_delivering_is_waited_for(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """The worker takes the load up, and delivers it a moment after the case was asked for."""
    monkeypatch.setattr(casework_outbox_delivery, "WAITS", 600)
    delivered: list[int] = []

    def deliver_late(now: int, case: CaseId) -> None:
        assert len(lease(room, now, case)) == 1
        after_lease = room.desk.clock() + timedelta(seconds=outbox.LEASE_SECONDS)

        def finish() -> None:
            time.sleep(0.2)
            delivered.append(deliver_pending(room.desk.cases, room.desk.mailroom, after_lease, case))

        threading.Thread(target=finish).start()

    assert "to-reporter" in answered(room, monkeypatch, deliver_late)
    assert delivered == [1]


def test_what_a_killed_process_left_is_delivered_by_the_reader(room: DeskRoom, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its lease lasts for a minute; nobody is told for so long that the record is damaged."""
    monkeypatch.setattr(casework_outbox_delivery, "WAITS", 2)
    assert "to-reporter" in answered(room, monkeypatch, lambda now, case: lease(room, now, case))
    with room.edge.eyes(StoreName.CASES).read() as connection:
        assert not outbox.is_waiting(connection, room.desk.now() + 2 * outbox.LEASE_SECONDS)
