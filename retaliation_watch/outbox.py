"""What of the watch has to stand in the published log: hashes, until the worker has written a checkpoint over them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, delete, func, select
from sqlalchemy.dialects import postgresql, sqlite

from crypto.transparency_log.filing import Fact
from retaliation_watch.store import OUTBOX_LOG

OF_THE_WATCH: Final = (Fact.WATCH_UNSEAL, Fact.WATCH_EVIDENCE)
CONTENT: Final = 32


@dataclass(frozen=True, slots=True)
class WatchFact:
    """What kind of fact, and the 32 bytes that its entry stands for."""

    fact: Fact
    content: bytes = field(repr=False)


def note_fact(tx: Connection, fact: Fact, content: bytes) -> None:
    """The same fact noted again changes nothing, and neither does one that stands in the log already."""
    make = sqlite.insert if tx.dialect.name == "sqlite" else postgresql.insert
    tx.execute(make(OUTBOX_LOG).on_conflict_do_nothing(), [{"content": content, "fact": fact.value}])


def pending_facts(connection: Connection, limit: int) -> list[WatchFact]:
    """Facts that no checkpoint has taken, at most so many.

    The store lies on a host of its own: whatever else somebody wrote there is not the watch's to have entered, and
    neither gets into the log nor holds it up.
    """
    mine = OUTBOX_LOG.c.fact.in_([fact.value for fact in OF_THE_WATCH]) & (func.length(OUTBOX_LOG.c.content) == CONTENT)
    rows = connection.execute(select(OUTBOX_LOG).where(mine).order_by(OUTBOX_LOG.c.content).limit(limit))
    return [WatchFact(Fact(row.fact), bytes(row.content)) for row in rows]


def delete_facts(tx: Connection, written: Collection[WatchFact]) -> None:
    """Forgets what stands in the log now."""
    tx.execute(delete(OUTBOX_LOG).where(OUTBOX_LOG.c.content.in_([one.content for one in written])))
