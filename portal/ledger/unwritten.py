"""Whether every event of a case stands in the log: for whoever has the stores."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import select

from casework.record.store import EVENTS, OUTBOX_LOG
from crypto.filing import Fact, log_entry
from portal.ledger.facts import case_keys
from portal.mailroom.room import Mailroom
from portal.stores import Store

_AT_ONCE = 2000


def unwritten_events(room: Mailroom, cases: Store, known: Collection[bytes]) -> int:
    """How many events of cases neither stand in the log nor wait for it: somebody altered them, or the outbox."""
    missing, last = 0, (b"", -1)
    while rows := _some(cases, last):
        keys = case_keys(room, (case for case, _, _, _ in rows))
        for case, _, event, waits in rows:
            unknown = case in keys and log_entry(keys[case], Fact.EVENT, event) not in known
            missing += unknown and not waits
        last = rows[-1][:2]
    return missing


def _some(cases: Store, last: tuple[bytes, int]) -> list[tuple[bytes, int, bytes, bool]]:
    waits = select(OUTBOX_LOG.c.content).where(OUTBOX_LOG.c.content == EVENTS.c.event_hash).exists()
    after = (EVENTS.c.case_id > last[0]) | ((EVENTS.c.case_id == last[0]) & (EVENTS.c.n > last[1]))
    query = select(EVENTS.c.case_id, EVENTS.c.n, EVENTS.c.event_hash, waits).where(after)
    with cases.read() as connection:
        rows = connection.execute(query.order_by(EVENTS.c.case_id, EVENTS.c.n).limit(_AT_ONCE)).all()
    return [(bytes(case), n, bytes(event), bool(waiting)) for case, n, event, waiting in rows]
