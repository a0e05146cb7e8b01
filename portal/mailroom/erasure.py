"""Erasure keys: one small key per case in a store of its own; destroying it is deletion."""

from __future__ import annotations

import threading
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from datetime import date

from sqlalchemy import Column, Date, LargeBinary, MetaData, Table, bindparam, delete, insert, select, text

from crypto.errors import PayloadDamaged
from crypto.framing import Rng, frame, sha256
from crypto.sealing.erasure import unwrap_erasable
from portal.logs import log
from portal.mailroom.errors import CaseErased
from portal.stores.engines import Store

METADATA = MetaData()
POOL_SIZE = 32
# Entities of several time zones have up to three days at once.
DAYS_AT_ONCE = 3

ERASURE_KEYS = Table(
    "erasure_keys",
    METADATA,
    Column("erasure_id", LargeBinary(16), primary_key=True),
    Column("key", LargeBinary(32), nullable=False),
    Column("day", Date, nullable=False),
    sqlite_with_rowid=False,
)
# On PostgreSQL by functions: the roles of both faces read no key whose id they don't know.
_KEEP, _FIND = text("SELECT store_keys(:ids, :keys, :day)"), text("SELECT * FROM find_keys(:ids)")
_ONE_KEY = select(ERASURE_KEYS.c.key).where(ERASURE_KEYS.c.erasure_id == bindparam("wanted"))


def deletion_mark(erasure_id: bytes) -> bytes:
    """The hash under which the deletion list names an erasure id."""
    return sha256(frame("yanlu/v1/deleted", erasure_id))


def deletion_mark_of_key(key: bytes) -> bytes:
    """The same for an upload's own key, whose id is forgotten once a case has the upload."""
    return sha256(frame("yanlu/v1/deleted-key", key))


@dataclass(frozen=True)
class ErasureKey:
    """A 32-byte key and the 16-byte id under which it can be destroyed."""

    erasure_id: bytes
    key: bytes = field(repr=False)


def unwrapped(key: bytes, sealed: bytes) -> bytes | None:
    """Content unwrapped with an erasure key; None for a damaged row, which must not hide the others."""
    try:
        return unwrap_erasable(key, sealed)
    except PayloadDamaged:
        log.error("row damaged")
        return None


@dataclass
class ErasureKeys:
    """A pool of keys that are durable before use; each refill is one transaction."""

    store: Store
    rng: Rng
    _pool: dict[date, list[ErasureKey]] = field(default_factory=dict[date, list[ErasureKey]], repr=False)
    _turn: threading.Lock = field(default_factory=threading.Lock, repr=False)

    def draw(self, today: date) -> ErasureKey:
        """A fresh key that survives a power cut from now on."""
        with self._turn:
            spare = self._pool.pop(today, None) or self._refill(today)
            # Drawn at random: the position of a key in its refill must not reveal when it was used.
            drawn = spare.pop(int.from_bytes(self.rng(8), "big") % len(spare))
            days = sorted({*self._pool, today})[-DAYS_AT_ONCE:]
            self._pool = {day: spares for day, spares in (self._pool | {today: spare}).items() if day in days}
            return drawn

    def give_back(self, spare: ErasureKey, drawn: date) -> None:
        """Returns an unused key to the pool; one of an earlier day is left unused."""
        with self._turn:
            if drawn in self._pool:
                self._pool[drawn].append(spare)

    def _refill(self, today: date) -> list[ErasureKey]:
        fresh = [ErasureKey(self.rng(16), self.rng(32)) for _ in range(POOL_SIZE)]
        ids, keys = [one.erasure_id for one in fresh], [one.key for one in fresh]
        rows = [{"erasure_id": one.erasure_id, "key": one.key, "day": today} for one in fresh]
        with self.store.write() as connection:
            if self.store.embedded:
                connection.execute(insert(ERASURE_KEYS), rows)
            else:
                connection.execute(_KEEP, {"ids": ids, "keys": keys, "day": today})
        return fresh

    def find(self, erasure_ids: Iterable[bytes]) -> dict[bytes, bytes]:
        """Those of the keys that exist, by id."""
        wanted = list(erasure_ids)
        query = select(ERASURE_KEYS.c.erasure_id, ERASURE_KEYS.c.key)
        with self.store.read() as connection:
            if self.store.embedded:
                rows = connection.execute(query.where(ERASURE_KEYS.c.erasure_id.in_(wanted))).all()
            else:
                rows = connection.execute(_FIND, {"ids": wanted}).all()
        return {bytes(row.erasure_id): bytes(row.key) for row in rows}

    def find_one(self, erasure_id: bytes) -> bytes | None:
        """One key, or None when it was destroyed or never was."""
        if not self.store.embedded:
            return self.find([erasure_id]).get(erasure_id)
        with self.store.read() as connection:
            key = connection.scalar(_ONE_KEY, {"wanted": erasure_id})
        return None if key is None else bytes(key)

    def get(self, erasure_id: bytes) -> bytes:
        """One key; raises `CaseErased` when it was destroyed."""
        key = self.find_one(erasure_id)
        if key is None:
            raise CaseErased
        return key

    def destroy(self, erasure_ids: Iterable[bytes]) -> None:
        """Destroys keys for good; what was wrapped under them is noise from then on."""
        with self.store.write() as connection:
            connection.execute(delete(ERASURE_KEYS).where(ERASURE_KEYS.c.erasure_id.in_(list(erasure_ids))))

    def destroy_marked(self, marks: Collection[bytes]) -> int:
        """Destroys every key that the deletion list names; gives the number of those that were still there."""
        if not marks:
            return 0
        with self.store.read() as connection:
            rows = connection.execute(select(ERASURE_KEYS.c.erasure_id, ERASURE_KEYS.c.key)).all()
        found = [
            bytes(row.erasure_id)
            for row in rows
            if deletion_mark(bytes(row.erasure_id)) in marks or deletion_mark_of_key(bytes(row.key)) in marks
        ]
        if found:
            self.destroy(found)
        return len(found)
