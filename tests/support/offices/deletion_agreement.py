"""Two members who agree on the record of a case that it is deleted by hand, each under a signature."""

from __future__ import annotations

import os
from datetime import date

from sqlalchemy import func, insert, select, update

import crypto
from casework.event_store.store import CASES, EVENTS
from crypto.case.events import ZERO_HASH, event_hash
from portal.settings import StoreName
from tests.support.offices.edge import Edge

ROLE = "company"


def write_event(  # one argument for each thing that an event says
    edge: Edge, case: bytes, kind: str, member: str, *, signed: bool = True, day: date | None = None, **data: str
) -> None:
    """Writes an event at the head of the stream, as the desk would, with or without its member's signature."""
    store, head = edge.eyes(StoreName.CASES), ZERO_HASH
    with store.write() as tx:
        rows = tx.execute(
            select(EVENTS.c.payload, EVENTS.c.signature).where(EVENTS.c.case_id == case).order_by(EVENTS.c.n)
        ).all()
        for row in rows:
            head = event_hash(head, row.payload, row.signature)
        named = {"role": ROLE, "item": crypto.b64encode(os.urandom(32))} | data
        event = crypto.Event(case, len(rows), kind, (day or edge.hands.now.date()).isoformat(), member, named)
        made = crypto.sign_event(edge.office.staff(member), event, head)
        signature = made.sig if signed else None
        digest = event_hash(head, made.payload, signature)
        row = {"case_id": case, "n": event.n, "kind": kind, "actor": member, "event_hash": digest}
        tx.execute(insert(EVENTS).values(row | {"payload": made.payload, "signature": signature}))
        tx.execute(update(CASES).where(CASES.c.case_id == case).values(head_n=event.n, head_hash=digest))


def last_number(edge: Edge, case: bytes, kind: str) -> int:
    """The number of the newest event of a kind."""
    with edge.eyes(StoreName.CASES).read() as tx:
        found = tx.scalar(select(func.max(EVENTS.c.n)).where(EVENTS.c.case_id == case, EVENTS.c.kind == kind))
    return int(found or 0)


def agree_to_deletion(edge: Edge, case: bytes, asker: str = "li-wei", other: str = "sun-fang") -> None:
    """One asks, another agrees."""
    write_event(edge, case, "deletion-asked", asker)
    write_event(edge, case, "deletion-approved", other)
