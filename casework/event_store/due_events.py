"""The worker's clocks: whatever is owed to a case is written once, however many tick and whenever one is killed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import Connection, Row, select, update
from sqlalchemy.dialects import postgresql, sqlite

from casework.engine.case import Case
from casework.event_store.arrivals import append_worker_event
from casework.event_store.claims import case_events
from casework.event_store.history import StreamEntry, history, stored_entries
from casework.event_store.projection import project, raised_names
from casework.event_store.rebuilding import FAULTS, rebuild_some
from casework.event_store.step_check import RulesOf, Ruling
from casework.event_store.store import CASES, RECKONINGS, CaseId
from casework.obligations.case_schedule import ScheduledEvent, case_schedule, retention_end

RETRY_AFTER: Final = 86_400
"""Seconds after which a case that could not be reckoned is looked at again: it holds up no other."""
CALENDARS: Final = "calendars"


@dataclass(frozen=True, slots=True)
class RaisedEvents:
    """One case that was due: how many events were raised; `over` when, at `head`, it need not be kept any longer.

    `fault` names what was wrong with it, where it could not be reckoned.
    """

    case: CaseId
    raised: int = 0
    over: bool = False
    fault: str | None = None
    head: bytes | None = None


def is_due(connection: Connection, now: int) -> bool:
    """Whether any case wants the worker: asked first, so that who has nothing to do writes nothing."""
    return connection.execute(select(CASES.c.case_id).where(CASES.c.wake_at <= now).limit(1)).first() is not None


def raise_due_events(connection: Connection, now: datetime, rules: RulesOf) -> RaisedEvents | None:
    """Takes the case that is due for longest and that nobody else has, and raises what is owed to it.

    Of what was missed the earliest moment is raised alone, so that many cases catch up in order. Runs in
    the caller's transaction, under the lock of the case; None when there is none. The same moment again,
    here or elsewhere, raises nothing: what the stream holds already is owed no more.
    """
    seconds = int(now.timestamp())
    query = select(CASES).where(CASES.c.wake_at <= seconds).order_by(CASES.c.wake_at, CASES.c.case_id).limit(1)
    row = connection.execute(query.with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return None
    case = CaseId(bytes(row.case_id))
    try:
        ruling = rules(row.policy, row.policy_version, row.entity)
        raised = None if ruling is None else _raise_in(connection, row, ruling, seconds)
    except FAULTS as error:
        _postpone(connection, case, seconds + RETRY_AFTER)
        return RaisedEvents(case, fault=type(error).__qualname__)
    if raised is None:
        _postpone(connection, case, None)
        return RaisedEvents(case)
    return raised


def _raise_in(connection: Connection, row: Row[Any], ruling: Ruling, now: int) -> RaisedEvents:
    case = CaseId(bytes(row.case_id))
    entries = stored_entries(case_events(connection, case))
    folded = history(row.policy, row.policy_version, entries)
    due = _due_now(ruling, folded, entries, now)
    raised = _append_events(connection, row, ruling, due)
    entries += raised
    project(connection, case, ruling, entries, history(row.policy, row.policy_version, entries))
    stored_until = retention_end(ruling.policy, folded, ruling.office, ruling.now)
    over = not due and stored_until is not None and stored_until <= now
    again = connection.scalar(select(CASES.c.wake_at).where(CASES.c.case_id == case))
    if not due and again is not None and again <= now:
        # To be deleted, or nothing is left to do about it now: anyone who fails with it does not try at once.
        _postpone(connection, case, now + RETRY_AFTER)
    return RaisedEvents(case, len(raised), over, head=bytes(row.head_hash) if over else None)


def _due_now(ruling: Ruling, case: Case, entries: Sequence[StreamEntry], now: int) -> list[ScheduledEvent]:
    """What is owed and was not raised, of the earliest moment of it."""
    known = raised_names(entries)
    ahead = case_schedule(ruling.policy, case, ruling.office, ruling.now)
    waiting = [one for one in ahead.events if one.at <= now and one.name not in known]
    return [one for one in waiting if one.at == waiting[0].at]


def _append_events(
    connection: Connection, row: Row[Any], ruling: Ruling, due: Sequence[ScheduledEvent]
) -> list[StreamEntry]:
    case, head = CaseId(bytes(row.case_id)), (row.head_n, bytes(row.head_hash))
    raised: list[StreamEntry] = []
    for one in due:
        # The day on which it was written is the office's own, never an hour.
        day = ruling.office.day_of(ruling.now)
        event, head = append_worker_event(connection, case, head, one.kind.value, day, event_data(one))
        raised.append(StreamEntry(event, signed=False))
    return raised


def event_data(due: ScheduledEvent) -> dict[str, object]:
    """What a worker's event tells: the clock, its end in seconds since 1970, whose matter it is, if it may move."""
    found: dict[str, object] = {"clock": due.clock, "due": due.due}
    if due.to is not None:
        found["to"] = due.to
    return found | ({"provisional": True} if due.provisional else {})


def _postpone(connection: Connection, case: CaseId, until: int | None) -> None:
    connection.execute(update(CASES).where(CASES.c.case_id == case).values(wake_at=until))


def is_recomputed(connection: Connection, digest: bytes) -> bool:
    """Whether every case was reckoned by these calendars."""
    row = connection.execute(select(RECKONINGS).where(RECKONINGS.c.name == CALENDARS)).one_or_none()
    return row is not None and bytes(row.digest) == digest and row.after is None


def recompute_some(connection: Connection, digest: bytes, rules: RulesOf) -> int:
    """Reckons some more cases again after the calendars changed; 0 when all are done or somebody else is at it.

    Runs in the caller's transaction: who is killed has done none of them, and the next goes on there.
    """
    make = sqlite.insert if connection.dialect.name == "sqlite" else postgresql.insert
    first: dict[str, object] = {"name": CALENDARS, "digest": bytes(32), "after": b""}
    connection.execute(make(RECKONINGS).values(first).on_conflict_do_nothing())
    mine = RECKONINGS.c.name == CALENDARS
    row = connection.execute(select(RECKONINGS).where(mine).with_for_update(skip_locked=True)).one_or_none()
    if row is None:
        return 0
    fresh = bytes(row.digest) != digest
    if not fresh and row.after is None:
        return 0
    after = b"" if fresh else bytes(row.after)
    some = rebuild_some(connection, after, rules)
    connection.execute(update(RECKONINGS).where(mine).values(digest=digest, after=some.last))
    return max(some.rebuilt, 1)
