"""What the log had when it was last written: kept apart from the log, so that a log set back is known by it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Final

from sqlalchemy import Connection, delete, insert, select
from sqlalchemy.dialects import postgresql, sqlite

from casework.event_store.store import LOG_HEADS

_LAST: Final = "last"
_HELD: Final = "held"
_SALT: Final = "salt"
SALT_SIZE: Final = 32


@dataclass(frozen=True)
class LogHead:
    """The newest checkpoint that was written, and whether a store that knows of it was restored since."""

    size: int = 0
    root: bytes = field(default=b"", repr=False)
    held: bool = False


def log_head(connection: Connection) -> LogHead:
    """What is remembered."""
    rows = {row.name: row for row in connection.execute(select(LOG_HEADS))}
    last = rows.get(_LAST)
    if last is None:
        return LogHead(held=_HELD in rows)
    return LogHead(last.size, bytes(last.root), _HELD in rows)


def store_log_head(tx: Connection, size: int, root: bytes) -> None:
    """Remembers a checkpoint that was written; an older one changes nothing."""
    if size > log_head(tx).size:
        _put(tx, _LAST, size, root)


def hold_log(tx: Connection) -> None:
    """From now on nothing is written into the log until somebody has said that it is the newest that was published."""
    _put(tx, _HELD, 0, b"")


def release_log(tx: Connection) -> None:
    """The log goes on."""
    tx.execute(delete(LOG_HEADS).where(LOG_HEADS.c.name == _HELD))


def _put(tx: Connection, name: str, size: int, root: bytes) -> None:
    tx.execute(delete(LOG_HEADS).where(LOG_HEADS.c.name == name))
    tx.execute(insert(LOG_HEADS).values(name=name, size=size, root=root))


def log_salt(connection: Connection) -> bytes | None:
    """What the log's states are salted with (32 bytes), so that nobody without this store recognizes them."""
    found = connection.scalar(select(LOG_HEADS.c.root).where(LOG_HEADS.c.name == _SALT))
    return None if found is None else bytes(found)


def store_log_salt(tx: Connection, rng: Callable[[int], bytes]) -> bytes:
    """The salt, drawn when there is none yet; of two workers at once both get the same."""
    made = sqlite.insert(LOG_HEADS) if tx.dialect.name == "sqlite" else postgresql.insert(LOG_HEADS)
    tx.execute(made.on_conflict_do_nothing(), [{"name": _SALT, "size": 0, "root": rng(SALT_SIZE)}])
    return log_salt(tx) or b""
