"""Records for the vectors in which the worker wrote what it should, and some in which it did not."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from random import Random  # noqa: TID251  # lots that fall the same way every time

from casework.event_store.history import StreamEntry, history
from casework.event_store.worker_events import differences
from casework.obligations.case_schedule import case_schedule
from casework.policy.reader import shipped_policies
from casework.policy_check.path_search import reachable_cases
from casework.rules.acts import TRAITS, Party
from crypto.case.events import Event
from tests.casework.policies import bound
from tests.casework.vector_rows import OFFICES, Row, point

CASE = bytes(16)
LATER = timedelta(days=100)
FAULTS = (None, None, "drop", "early", "strange", "twice")


def worker_rows() -> list[Row]:
    """Three records of each policy: signed acts of one day, what the worker owes after them, and a fault in some."""
    return [_row(name, number) for name in shipped_policies() for number in range(3)]


def _row(name: str, number: int) -> Row:
    lots = Random(f"worker {name} {number}")
    policy, place = bound(name), lots.choice(tuple(OFFICES))
    office, day = OFFICES[place], date(2026, 1, 5) + timedelta(days=lots.randrange(300))
    entries = _signed(name, day, lots)
    now = datetime.combine(day + LATER, time(12), office.zone)
    owed = case_schedule(policy, history(policy.id, policy.version, entries), office, now).events
    for one in owed:
        if one.at <= now.timestamp():
            written = datetime.fromtimestamp(one.at, office.zone).date()
            entries.append(_worker(len(entries), one.kind.value, written, one.clock, one.due))
    entries = _spoilt(entries, lots)
    found = differences(policy.id, policy.version, entries, lambda _id, _version: policy, office, now)
    return {
        "policy": policy.id,
        "version": policy.version,
        "office": place,
        "now": point(now),
        "events": [_event_row(one) for one in entries],
        "differs": [[one.how, one.kind, one.clock, one.n] for one in found],
    }


def _event_row(entry: StreamEntry) -> Row:
    event = entry.event
    return {"kind": event.kind, "day": event.day, "actor": event.actor, "data": event.data, "signed": entry.signed}


def _signed(name: str, day: date, lots: Random) -> list[StreamEntry]:
    """The first acts of a case that was led as far as its policy goes."""
    policy = bound(name)
    path = list(reachable_cases(policy, day).values())[-1].events
    entries = [
        StreamEntry(
            _event(0, "received", day, "worker", {"policy": policy.id, "version": policy.version}), signed=False
        )
    ]
    for event in path[1 : 1 + lots.randrange(len(path))]:
        if TRAITS[event.act].party is Party.MEMBER:
            told: dict[str, object] = {code.value: value for code, value in event.codes.items()}
            told |= {"role": event.role} if event.role else {}
            told |= {"to": event.to} if event.to else {}
            entries.append(StreamEntry(_event(len(entries), event.act.value, day, "li", told), signed=True))
    return entries


def _worker(n: int, kind: str, day: date, clock: str, due: int) -> StreamEntry:
    return StreamEntry(_event(n, kind, day, "worker", {"clock": clock, "due": due}), signed=False)


def _event(n: int, kind: str, day: date, actor: str, told: dict[str, object]) -> Event:
    return Event(CASE, n, kind, day.isoformat(), actor, told)


def _spoilt(entries: list[StreamEntry], lots: Random) -> list[StreamEntry]:
    """The record with one fault of the worker's, where it wrote anything."""
    written = [one for one in entries if "due" in one.event.data]
    fault = lots.choice(FAULTS)
    if not written or fault is None:
        return entries
    last, end = written[-1].event, int(str(written[-1].event.data["due"]))
    before = date.fromisoformat(last.day) - timedelta(days=1)
    clock = str(last.data["clock"])
    match fault:
        case "drop":
            return entries[:-1]
        case "early":
            return [*entries[:-1], _worker(last.n, last.kind, before, clock, end)]
        case "strange":
            return [*entries[:-1], _worker(last.n, last.kind, date.fromisoformat(last.day), clock, end + 60)]
        case _:
            return [*entries, _worker(last.n + 1, last.kind, date.fromisoformat(last.day), clock, end)]
