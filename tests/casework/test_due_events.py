"""The worker's clocks on both stores: each reminder once, in order, however many tick and anyone who is killed."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, update

from casework.deadlines.calendar_files import read_calendar
from casework.deadlines.calendars import Office
from casework.errors import RulesAway
from casework.event_store.arrivals import Arrival, open_case, record_arrival
from casework.event_store.claims import case_events
from casework.event_store.due_events import RaisedEvents, is_due, is_recomputed, raise_due_events, recompute_some
from casework.event_store.history import history, stored_entries, verified_entries
from casework.event_store.projection import rebuild_case
from casework.event_store.step_check import RulesOf, Ruling
from casework.event_store.store import CASES, DUES, EVENTS, RECKONINGS, CaseId
from casework.policy.policy import Policy
from crypto import verify_events
from crypto.case.events import Event, read_event
from portal.office.published import held_by
from portal.settings import StoreName
from portal.stores.engines import Store, open_store
from portal.stores.schemas import upgrade_store
from tests.casework.policies import bound, text_alone
from tests.casework.test_appending import DIRECTORY, OPENING
from tests.casework.test_steps_under_policy import WORKS
from tests.crypto.sample import MEMBERS
from tests.support.offices.edge import settings_for
from tests.support.samples.calendar_files import CHINA_2027
from tests.support.stores.backends import Stores

RECEIVED = date(2026, 9, 21)
SLA = held_by(text_alone(bound("employee-complaint-resolution-sla")), sorted(MEMBERS))
REMINDER = datetime(2026, 10, 15, 16, tzinfo=UTC)
OVERDUE = datetime(2026, 10, 19, 16, tzinfo=UTC)
ESCALATION = datetime(2026, 10, 20, 16, tzinfo=UTC)
KINDS = ["reminded", "overdue", "escalated-by-clock"]


class Killed(BaseException):
    """The process is gone."""


def rules_at(now: datetime, policy: Policy = SLA, office: Office = WORKS) -> RulesOf:
    """The rules of whatever case, at a moment."""
    return lambda _policy, _version, _entity: Ruling(policy, office, now, {policy.version: policy}.get)


@pytest.fixture
def store(stores: Stores, tmp_path: Path) -> Iterator[Store]:
    """The cases store without a case."""
    found = open_store(settings_for(stores, tmp_path), StoreName.CASES)
    upgrade_store(found)
    yield found
    found.engine.dispose()


def open_cases(store: Store, number: int, day: date = RECEIVED) -> list[CaseId]:
    """Opens some cases on a day."""
    made = [CaseId(bytes([number]) * 16) for number in range(number)]
    for case in made:
        opening = replace(OPENING, case=case, policy=SLA.id, policy_version=SLA.version, day=day, item_hash=case * 2)
        with store.write() as tx:
            open_case(tx, opening)
            assert rebuild_case(tx, case, rules_at(datetime(day.year, day.month, day.day, 4, tzinfo=UTC)))
    return made


def tick_all(store: Store, now: datetime, rules: Callable[[datetime], RulesOf] = rules_at) -> list[RaisedEvents]:
    """A worker's rounds until nothing is due."""
    done: list[RaisedEvents] = []
    while True:
        with store.write() as tx:
            ticked = raise_due_events(tx, now, rules(now))
        if ticked is None:
            return done
        done.append(ticked)


def stream(store: Store, case: CaseId) -> list[tuple[str, str]]:
    """Kind and day of each event after the first."""
    with store.read() as tx:
        events = [read_event(one.payload) for one in case_events(tx, case)]
    return [(one.kind, one.day) for one in events[1:]]


def wake_at(store: Store, case: CaseId) -> int | None:
    """When a case wants the worker."""
    with store.read() as tx:
        return tx.scalar(select(CASES.c.wake_at).where(CASES.c.case_id == case))


def test_each_event_is_raised_at_its_moment_and_once(store: Store) -> None:
    """A second before its moment nothing is due; at it the event is written, unsigned, and the chain holds."""
    (case,) = open_cases(store, 1)
    for moment, kind in zip((REMINDER, OVERDUE, ESCALATION), KINDS, strict=True):
        with store.read() as tx:
            assert not is_due(tx, int(moment.timestamp()) - 1)
        assert tick_all(store, moment - timedelta(seconds=1)) == []
        assert [one.raised for one in tick_all(store, moment)] == [1]
        assert tick_all(store, moment) == []
        assert stream(store, case)[-1] == (kind, (moment + timedelta(hours=8)).date().isoformat())
    assert wake_at(store, case) is None
    # Woken for nothing, the worker raises nothing: what the record holds is owed no more.
    with store.write() as tx:
        tx.execute(update(CASES).values(wake_at=1))
    assert [one.raised for one in tick_all(store, ESCALATION)] == [0]
    with store.read() as tx:
        rows = [{"payload": one.payload, "sig": one.signature} for one in case_events(tx, case)]
    folded = history(SLA.id, SLA.version, verified_entries(verify_events(DIRECTORY, case, rows)))
    assert (folded.stage, len(folded.events), len(folded.uncounted)) == ("received", 4, 3)


def test_a_week_of_downtime_is_caught_up_in_order(store: Store) -> None:
    """Each moment that was missed in two cases is told in its order, on the day of the return."""
    cases = [*open_cases(store, 1), CaseId(bytes([7]) * 16)]
    later = replace(OPENING, case=cases[1], policy=SLA.id, policy_version=SLA.version, day=date(2026, 9, 22))
    with store.write() as tx:
        open_case(tx, later)
        rebuild_case(tx, cases[1], rules_at(datetime(2026, 9, 22, 4, tzinfo=UTC)))
    back = ESCALATION + timedelta(days=7, hours=5)
    order = [(cases.index(one.case), one.raised) for one in tick_all(store, back)]
    assert order == [(0, 1), (1, 1), (0, 1), (0, 1), (1, 1), (1, 1)]
    for case in cases:
        assert stream(store, case) == [(kind, "2026-10-28") for kind in KINDS]


def test_sixteen_workers_at_once_raise_each_reminder_once(store: Store) -> None:
    """Sixteen threads tick at the same moment, each until nothing is due: every case has its reminder, and one."""
    cases = open_cases(store, 12)
    with ThreadPoolExecutor(16) as pool:
        found = list(pool.map(lambda _worker: tick_all(store, REMINDER), range(16)))
    # A row that another worker holds is passed over: anyone who comes last takes it.
    found.append(tick_all(store, REMINDER))
    assert sum(one.raised for worker in found for one in worker) == 12
    assert all(stream(store, case) == [("reminded", "2026-10-16")] for case in cases)


def test_a_worker_killed_at_any_statement_leaves_the_event_whole_or_not_there(store: Store) -> None:
    """Whatever statement of a tick is its last, the next worker raises the reminder once."""
    cases = open_cases(store, 3)
    for at in range(1, 12):
        with pytest.raises(Killed):
            killed_tick(store, at)
        assert all(stream(store, case) == [] for case in cases)
    tick_all(store, REMINDER)
    assert all(stream(store, case) == [("reminded", "2026-10-16")] for case in cases)


def killed_tick(store: Store, at: int) -> None:
    """A tick whose process dies at its `at`th statement, or before it commits."""
    with store.write() as tx:
        _kill(tx, at)
        raise_due_events(tx, REMINDER, rules_at(REMINDER))
        raise Killed


def _kill(tx: Any, at: int) -> None:
    left, plain = [at], tx.execute

    def execute(*arguments: Any, **more: Any) -> Any:
        left[0] -= 1
        if left[0] <= 0:
            raise Killed
        return plain(*arguments, **more)

    tx.execute = execute


def test_order_with_messages_tells_no_hour(store: Store) -> None:
    """Whatever hour a message came at, the reminder of its day stands before it: the worker writes at its turn."""
    (case,) = open_cases(store, 1)
    tick_all(store, REMINDER)
    with store.write() as tx:
        record_arrival(tx, Arrival(case, bytes([9]) * 32, 2, date(2026, 10, 16)))
    for hour in range(1, 24):
        assert tick_all(store, REMINDER + timedelta(hours=hour)) == []
    assert stream(store, case) == [("reminded", "2026-10-16"), ("message-received", "2026-10-16")]
    with store.read() as tx:
        told = read_event(case_events(tx, case)[1].payload).data
    assert told == {"clock": "answer", "due": int(OVERDUE.timestamp())}


def test_a_case_that_cannot_be_reckoned_holds_up_no_other(store: Store) -> None:
    """A stream that was altered, or rules that are gone: it is told, looked at again in a day, and the others go on."""
    cases = open_cases(store, 2)
    with store.write() as tx:
        tx.execute(update(EVENTS).where(EVENTS.c.case_id == cases[0]).values(payload="{}"))
    found = tick_all(store, REMINDER)
    assert [(one.case, one.fault, one.raised) for one in found] == [(cases[0], "NotAHistory", 0), (cases[1], None, 1)]
    assert wake_at(store, cases[0]) == int(REMINDER.timestamp()) + 86_400

    def gone(_policy: str, _version: str, _entity: str) -> Ruling | None:
        raise RulesAway

    assert [one.fault for one in tick_all(store, OVERDUE, lambda _now: gone)] == ["RulesAway", "RulesAway"]


def test_new_calendars_reckon_every_case_anew_once(store: Store) -> None:
    """A date that waits for a calendar moves when it is there; a kill between two cases changes nothing."""
    cases = open_cases(store, 3, date(2026, 12, 14))
    before = {case: wake_at(store, case) for case in cases}
    assert _provisional(store) == {True}
    known = WORKS.calendar.years[2026]
    closed = replace(WORKS.calendar, closures={date(2026, 12, 15): known.holidays[date(2026, 10, 1)]})
    now, office = datetime(2026, 12, 16, tzinfo=UTC), replace(WORKS, calendar=closed)
    with pytest.raises(Killed):
        killed_reckoning(store, rules_at(now, office=office))
    assert {case: wake_at(store, case) for case in cases} == before
    while True:
        with store.write() as tx:
            if not recompute_some(tx, b"2" * 32, rules_at(now, office=office)):
                break
    moved = {case: wake_at(store, case) for case in cases}
    assert all((moved[case] or 0) > (before[case] or 0) for case in cases)
    with store.read() as tx:
        assert is_recomputed(tx, b"2" * 32)
        assert not is_recomputed(tx, b"3" * 32)
        assert tx.execute(select(RECKONINGS)).one().after is None


def test_a_year_that_is_published_makes_its_days_firm(store: Store) -> None:
    """Fifteen working days from where the official days end: a guess first, then counted by the year's holidays."""
    open_cases(store, 2, date(2026, 12, 28))
    # By weekends alone; the new year's day is a Friday.
    assert _days(store) == {("2027-01-18", True)}
    year = read_calendar(CHINA_2027.encode(), "2027.toml").year
    assert year is not None
    office = replace(WORKS, calendar=WORKS.calendar.with_years({year.year: year}))
    rules = rules_at(datetime(2026, 12, 29, tzinfo=UTC), office=office)
    with store.write() as tx:
        assert recompute_some(tx, b"2" * 32, rules)
        assert not recompute_some(tx, b"2" * 32, rules)
    assert _days(store) == {("2027-01-19", False)}


def _days(store: Store) -> set[tuple[str, bool]]:
    with store.read() as tx:
        return {(str(row.day), row.provisional) for row in tx.execute(select(DUES.c.day, DUES.c.provisional))}


def killed_reckoning(store: Store, rules: RulesOf) -> None:
    """A reckoning whose process dies before it commits."""
    with store.write() as tx:
        assert recompute_some(tx, b"2" * 32, rules)
        raise Killed


def _provisional(store: Store) -> set[bool]:
    with store.read() as tx:
        return set(tx.scalars(select(DUES.c.provisional)))


def test_what_is_rebuilt_is_what_the_worker_left(store: Store) -> None:
    """After reminders and escalation a rebuild from the stream gives the same wake and marks."""
    (case,) = open_cases(store, 1)
    tick_all(store, OVERDUE)
    with store.read() as tx:
        before = tx.execute(select(CASES)).one()
        assert len(stored_entries(case_events(tx, case))) == 3
    with store.write() as tx:
        tx.execute(update(CASES).values(wake_at=1))
        assert rebuild_case(tx, case, rules_at(OVERDUE))
    with store.read() as tx:
        assert tx.execute(select(CASES)).one() == before


def test_a_case_that_somebody_altered_holds_up_no_other(store: Store) -> None:
    """An act forged into one case, which no fold can read, is told as a fault; the other case has its reminder."""
    spoiled, other = open_cases(store, 2)
    forged = Event(spoiled, 1, "recused", RECEIVED.isoformat(), "li-wei", {}).payload()
    row = {"case_id": spoiled, "n": 1, "kind": "recused", "actor": "li-wei", "payload": forged, "signature": bytes(64)}
    with store.write() as tx:
        tx.execute(EVENTS.insert().values(row | {"event_hash": bytes(32), "item_hash": None}))
    ticked = tick_all(store, REMINDER)
    assert [(one.case, one.raised, one.fault) for one in ticked] == [(spoiled, 0, "NotAHistory"), (other, 1, None)]
    with store.write() as tx:
        assert recompute_some(tx, bytes([3]) * 32, rules_at(REMINDER)) == 1
        assert is_recomputed(tx, bytes([3]) * 32)
