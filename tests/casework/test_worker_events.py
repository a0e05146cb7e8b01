"""A client reckons the worker's events itself: what follows from the record is right, all else is told."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import crypto
from casework.event_store.history import StreamEntry, history
from casework.event_store.worker_events import DifferenceKind, differences
from casework.obligations.case_schedule import WorkerKind, case_schedule, start_of_day
from casework.policy.policy import Policy
from casework.rules.acts import Act
from tests.casework.policies import bound, text_alone
from tests.casework.test_appending import CASE
from tests.casework.test_steps_under_policy import WORKS

SLA = text_alone(bound("employee-complaint-resolution-sla"))
RECEIVED = date(2026, 9, 21)
END = start_of_day(date(2026, 10, 20), WORKS)
LATER = datetime(2026, 10, 30, tzinfo=UTC)


def entry(n: int, kind: str, day: date, actor: str = "worker", **data: object) -> StreamEntry:
    """One event of the stream."""
    return StreamEntry(crypto.Event(CASE, n, kind, day.isoformat(), actor, data), actor != "worker")


RIGHT = (
    entry(0, "received", RECEIVED, policy=SLA.id, version=SLA.version),
    entry(1, "reminded", date(2026, 10, 16), clock="answer", due=END),
    entry(2, "overdue", date(2026, 10, 20), clock="answer", due=END),
    entry(3, "escalated-by-clock", date(2026, 10, 21), clock="answer", due=END, to="superior"),
)


def found(entries: Sequence[StreamEntry], now: datetime = LATER) -> list[tuple[DifferenceKind, WorkerKind, int | None]]:
    """The differences in a stream."""

    def rules(_policy: str, version: str) -> Policy | None:
        return SLA if version == SLA.version else None

    told = differences(SLA.id, SLA.version, entries, rules, WORKS, now)
    return [(one.how, one.kind, one.n) for one in told]


def test_what_the_worker_should_write_is_no_difference() -> None:
    """Each event on its day or later, and none while its moment has not come: nothing is told."""
    assert found(RIGHT) == []
    assert found(RIGHT[:1], datetime(2026, 10, 17, tzinfo=UTC)) == []
    late = (RIGHT[0], *(replace(one, event=replace(one.event, day="2026-10-28")) for one in RIGHT[1:]))
    assert found(late) == []


def test_an_event_too_early_about_another_end_or_twice_is_told() -> None:
    """A reminder before its day, one about an end that no clock has, and one that stands there again."""
    early = (RIGHT[0], replace(RIGHT[1], event=replace(RIGHT[1].event, day="2026-10-15")))
    assert found(early, datetime(2026, 10, 16, tzinfo=UTC)) == [(DifferenceKind.UNFOUNDED, WorkerKind.REMINDED, 1)]
    strange = (*RIGHT, entry(4, "overdue", date(2026, 10, 22), clock="answer", due=END + 86_400))
    assert found(strange) == [(DifferenceKind.UNFOUNDED, WorkerKind.OVERDUE, 4)]
    twice = (*RIGHT, entry(4, "overdue", date(2026, 10, 22), clock="answer", due=END))
    assert found(twice) == [(DifferenceKind.TWICE, WorkerKind.OVERDUE, 4)]


def test_an_overdue_that_a_signed_act_forbids_is_told_and_so_is_silence() -> None:
    """After an answer in time no lateness is believed; a worker that says nothing for days owes all of it."""
    answered = entry(1, Act.NOTIFIED.value, date(2026, 10, 14), "li-wei", role="hr")
    lied = entry(2, "overdue", date(2026, 10, 20), clock="answer", due=END)
    assert found((RIGHT[0], answered, lied)) == [(DifferenceKind.UNFOUNDED, WorkerKind.OVERDUE, 2)]
    assert [how for how, _, _ in found(RIGHT[:1])] == [DifferenceKind.MISSING] * 3
    assert found(RIGHT[:3], LATER - timedelta(days=8)) == []


def test_the_worker_and_the_client_reckon_alike() -> None:
    """Whatever the outlook owes, written on its day, has no difference."""
    case = history(SLA.id, SLA.version, RIGHT[:1])
    owed = case_schedule(SLA, case, WORKS, LATER).events
    written = [RIGHT[0]]
    for n, one in enumerate(owed, 1):
        day = datetime.fromtimestamp(one.at, WORKS.zone).date()
        written.append(entry(n, one.kind.value, day, clock=one.clock, due=one.due))
    assert len(written) == 4
    assert found(written) == []
