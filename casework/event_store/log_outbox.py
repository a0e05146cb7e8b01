"""What has to stand in the log: written with the fact itself, in one transaction, until a checkpoint takes it."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, delete, insert, select

from casework.event_store.store import EVENTS, OUTBOX_LOG, CaseId
from crypto.transparency_log.filing import Fact

_AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class PendingFact:
    """A fact of a case: what kind it is, and 32 bytes that tell it from every other."""

    case: bytes = field(repr=False)
    fact: str
    content: bytes = field(repr=False)


def note_fact(connection: Connection, case: CaseId, fact: Fact, content: bytes) -> None:
    """Runs in the transaction of what it notes."""
    connection.execute(insert(OUTBOX_LOG).values(content=content, case_id=case, fact=fact.value))


def pending_facts(connection: Connection, limit: int) -> list[PendingFact]:
    """Facts that no checkpoint has taken, at most so many."""
    rows = connection.execute(select(OUTBOX_LOG).order_by(OUTBOX_LOG.c.content).limit(limit))
    return [PendingFact(bytes(row.case_id), row.fact, bytes(row.content)) for row in rows]


def events_digest(connection: Connection, included: Collection[bytes]) -> bytes:
    """SHA-256 over every event that stands in the log: those that wait for none, and those of `included` (hashes).

    An event that comes meanwhile waits, and so is left out.
    """
    digest = hashlib.sha256()
    for case, n, event, waits in _events(connection):
        if not waits or event in included:
            digest.update(case + n.to_bytes(8, "big") + event)
    return digest.digest()


def _events(connection: Connection) -> Iterator[tuple[bytes, int, bytes, bool]]:
    waits = select(OUTBOX_LOG.c.content).where(OUTBOX_LOG.c.content == EVENTS.c.event_hash).exists()
    query = select(EVENTS.c.case_id, EVENTS.c.n, EVENTS.c.event_hash, waits)
    ordered = query.order_by(EVENTS.c.case_id, EVENTS.c.n).limit(_AT_ONCE)
    last = (b"", -1)
    while True:
        after = (EVENTS.c.case_id > last[0]) | ((EVENTS.c.case_id == last[0]) & (EVENTS.c.n > last[1]))
        rows = connection.execute(ordered.where(after)).all()
        yield from ((bytes(case), n, bytes(event), bool(waiting)) for case, n, event, waiting in rows)
        if len(rows) < _AT_ONCE:
            return
        last = (bytes(rows[-1][0]), rows[-1][1])


def delete_facts(connection: Connection, facts: Sequence[PendingFact]) -> None:
    """Forgets facts that stand in the log; those that are gone already are no error."""
    if facts:
        mine = delete(OUTBOX_LOG).where(OUTBOX_LOG.c.content == bindparam("wanted"))
        connection.execute(mine, [{"wanted": one.content} for one in facts])
