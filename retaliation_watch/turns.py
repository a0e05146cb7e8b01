"""What two workers must not do at once: anyone who comes second waits for the first one's commit."""

from __future__ import annotations

from sqlalchemy import Connection, func, select

from crypto.framing import frame, sha256


def one_at_a_time(tx: Connection, *what: str) -> None:
    """Waits for the turn in these words until this transaction ends; on SQLite every write waits anyway."""
    if tx.dialect.name == "postgresql":
        number = int.from_bytes(sha256(frame("yanlu/v1/watch-turn", *what))[:8], signed=True)
        tx.execute(select(func.pg_advisory_xact_lock(number)))
