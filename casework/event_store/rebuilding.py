"""Everything beside the streams made again from them: many cases at a time, in few statements."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, Final

from sqlalchemy import Column, Connection, Row, func, select

from casework.errors import CaseworkError
from casework.event_store.claims import StoredEvent
from casework.event_store.history import history, stored_entries
from casework.event_store.projection import Projection, projected, write_projections
from casework.event_store.step_check import RulesOf, Ruling
from casework.event_store.store import CASES, EVENTS, CaseId

FAULTS: Final = (CaseworkError, ValueError, LookupError, ArithmeticError)
"""What a record that somebody altered can raise: it concerns that one case, and the worker goes on with the next."""
AT_ONCE: Final = 100
"""Cases of one transaction: nobody who writes into one of them waits longer than for these."""


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """Some cases in the order of their ids: how many were looked at, how many made again, the last; None at the end."""

    seen: int
    rebuilt: int
    last: bytes | None


def number_of_cases(connection: Connection) -> int:
    """How many cases there are."""
    return connection.scalar(select(func.count()).select_from(CASES)) or 0


def rebuild_some(connection: Connection, after: bytes, rules: RulesOf) -> Rebuilt:
    """Projects the next cases behind `after` again from their streams; runs in the caller's transaction.

    One without rules, or whose stream does not hold together, is passed over: the clients of its members
    show what is wrong with it.
    """
    columns: list[Column[Any]] = [CASES.c.case_id, CASES.c.entity, CASES.c.policy, CASES.c.policy_version]
    query = select(*columns).where(CASES.c.case_id > after).order_by(CASES.c.case_id).limit(AT_ONCE)
    rows = connection.execute(query.with_for_update()).all()
    if not rows:
        return Rebuilt(0, 0, None)
    last = bytes(rows[-1].case_id)
    streams, known = _streams(connection, after, last), cache(rules)
    found: dict[CaseId, Projection] = {}
    for row in rows:
        made = _made(row, streams, known)
        if made is not None:
            found[CaseId(bytes(row.case_id))] = made
    write_projections(connection, found)
    return Rebuilt(len(rows), len(found), last if len(rows) == AT_ONCE else None)


def _streams(connection: Connection, after: bytes, last: bytes) -> dict[bytes, list[StoredEvent]]:
    """The whole streams of the cases behind `after`, up to `last`."""
    columns = (EVENTS.c.case_id, EVENTS.c.payload, EVENTS.c.signature)
    within = (EVENTS.c.case_id > after) & (EVENTS.c.case_id <= last)
    events = connection.execute(select(*columns).where(within).order_by(EVENTS.c.case_id, EVENTS.c.n)).all()
    found: dict[bytes, list[StoredEvent]] = {}
    for case, payload, signature in events:
        found.setdefault(bytes(case), []).append(StoredEvent(payload, signature))
    return found


def _made(row: Row[Any], streams: Mapping[bytes, Sequence[StoredEvent]], rules: RulesOf) -> Projection | None:
    try:
        entries = stored_entries(streams.get(bytes(row.case_id), ()))
        folded = history(row.policy, row.policy_version, entries)
        ruling: Ruling | None = rules(row.policy, folded.version, row.entity)
        if ruling is None or folded.policy != row.policy:
            return None
        return projected(ruling, entries, folded)
    except FAULTS:
        return None
