"""Advisory locks: two processes that would do the same work take turns; the second waits for the first one's commit."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from crypto.framing import frame, sha256


def advisory_lock(tx: Connection, *what: str) -> None:
    """Holds the lock of these words until the transaction ends; on SQLite there is one writer anyway."""
    if tx.dialect.name == "postgresql":
        number = int.from_bytes(sha256(frame("yanlu/v1/watch-turn", *what))[:8], signed=True)
        tx.execute(select(func.pg_advisory_xact_lock(number)))
