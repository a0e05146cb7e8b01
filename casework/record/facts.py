"""What has to stand in the log: written with the fact itself, in one transaction, until a checkpoint takes it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, bindparam, delete, insert, select

from casework.record.store import OUTBOX_LOG, CaseId
from crypto.filing import Fact


@dataclass(frozen=True, slots=True)
class WaitingFact:
    """A fact of a case: what kind it is, and 32 bytes that tell it from every other."""

    case: bytes = field(repr=False)
    fact: str
    content: bytes = field(repr=False)


def note_fact(connection: Connection, case: CaseId, fact: Fact, content: bytes) -> None:
    """Runs in the transaction of what it notes."""
    connection.execute(insert(OUTBOX_LOG).values(content=content, case_id=case, fact=fact.value))


def waiting_facts(connection: Connection, limit: int) -> list[WaitingFact]:
    """Facts that no checkpoint has taken, at most so many."""
    rows = connection.execute(select(OUTBOX_LOG).order_by(OUTBOX_LOG.c.content).limit(limit))
    return [WaitingFact(bytes(row.case_id), row.fact, bytes(row.content)) for row in rows]


def drop_facts(connection: Connection, facts: Sequence[WaitingFact]) -> None:
    """Forgets facts that stand in the log; those that are gone already are no error."""
    if facts:
        mine = delete(OUTBOX_LOG).where(OUTBOX_LOG.c.content == bindparam("wanted"))
        connection.execute(mine, [{"wanted": one.content} for one in facts])
