"""The ledger's store: what is published, read one file at a time, and grown by one checkpoint in one transaction."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, Final

from sqlalchemy import Connection, TextClause, delete, insert, select, text, update

from crypto.framing import Rng
from crypto.transparency_log.checkpoint import Checkpoint, LogKey, LogName, OfficeState, sign_checkpoint
from crypto.transparency_log.tlog import TILE_HEIGHT, TILE_WIDTH, LoadTile, grow, leaf_hash, root_hash, write_entries
from portal.stores.engines import Store
from portal.transparency_log.tables import BUNDLES, CHECKPOINTS, ENTRIES, TILES

# How many entries a checkpoint adds: the least of these that holds what happened. So coarse, that it tells little.
SMALLEST_BATCH: Final = 64
BATCH_STEP: Final = 4
# Facts of one checkpoint; whatever is more waits for the next.
MOST_FACTS: Final = SMALLEST_BATCH * BATCH_STEP**4
BUNDLE_STEP: Final = 34
_AT_ONCE: Final = 500
_ON_SERVER: Final = {
    "tile": text("SELECT * FROM log_tile(:level, :number)"),
    "checkpoint": text("SELECT * FROM log_checkpoint(:size)"),
    "sizes": text("SELECT * FROM log_sizes()"),
    "newest": text("SELECT * FROM log_newest()"),
    "index": text("SELECT * FROM log_index(:entry)"),
}


def batch_size(count: int) -> int:
    """To how many entries a checkpoint with so many facts is filled up."""
    size = SMALLEST_BATCH
    while size < count:
        size *= BATCH_STEP
    return size


@dataclass(frozen=True)
class DueCheckpoint:
    """A checkpoint that is to be written: its full hour, and what it says that the office has published.

    `between` two fixed hours there is one for something new alone.
    """

    hour: datetime
    office: OfficeState
    between: bool = False


@dataclass(frozen=True)
class Appended:
    """A new checkpoint: its number of leaves and root, and how many of the batch were facts."""

    size: int
    root: bytes
    facts: int


@dataclass(frozen=True)
class Ledger:
    """The published log. Both faces read it, the worker alone writes."""

    store: Store

    def tile(self, level: int, number: int) -> bytes | None:
        """A tile of hashes, or with `BUNDLES` a bundle of entries, as wide as it is by now."""
        query = select(TILES.c.content).where(TILES.c.level == level, TILES.c.number == number)
        found = self._one(query, "tile", {"level": level, "number": number})
        return None if found is None else bytes(found)

    def hashes(self, level: int, number: int) -> bytes:
        """The same for proofs: nothing where there is no tile."""
        return self.tile(level, number) or b""

    def checkpoint(self, size: int) -> bytes | None:
        """The signed checkpoint of that many leaves."""
        query = select(CHECKPOINTS.c.note).where(CHECKPOINTS.c.size == size)
        found = self._one(query, "checkpoint", {"size": size})
        return None if found is None else bytes(found)

    def newest(self) -> bytes | None:
        """The newest signed checkpoint."""
        query = select(CHECKPOINTS.c.note).order_by(CHECKPOINTS.c.size.desc()).limit(1)
        found = self._one(query, "newest", {})
        return None if found is None else bytes(found)

    def sizes(self) -> list[int]:
        """Of every checkpoint its number of leaves, in order."""
        with self.store.read() as connection:
            query: Any = select(CHECKPOINTS.c.size).order_by(CHECKPOINTS.c.size)
            return list(connection.scalars(query if self.store.embedded else _ON_SERVER["sizes"]))

    def index_of(self, entry: bytes) -> int | None:
        """Where an entry stands."""
        return self._one(select(ENTRIES.c.n).where(ENTRIES.c.entry == entry), "index", {"entry": entry})

    def _one(self, query: Any, name: str, given: Mapping[str, object]) -> Any:
        with self.store.read() as connection:
            asked: Any | TextClause = query if self.store.embedded else _ON_SERVER[name]
            return connection.execute(asked, {} if self.store.embedded else dict(given)).scalar()

    def cosign(self, size: int, change: Callable[[bytes], bytes]) -> bool:
        """Puts cosignatures under the checkpoint of that size; False where there is none, or nothing changed."""
        with self.store.write() as tx:
            held = select(CHECKPOINTS.c.note).where(CHECKPOINTS.c.size == size)
            # Two that bring cosignatures at once wait for each other; on SQLite every write does.
            row = tx.execute(held if self.store.embedded else held.with_for_update()).one_or_none()
            note = b"" if row is None else bytes(row.note)
            changed = change(note) if note else note
            if changed == note:
                return False
            tx.execute(update(CHECKPOINTS).where(CHECKPOINTS.c.size == size).values(note=changed))
        return True

    def last_hour(self) -> int:
        """The hour of the newest checkpoint, seconds since 1970; 0 before the first. For the worker."""
        with self.store.read() as connection:
            return _newest(connection)[1]

    def adopt(self, copied: Copied) -> int:
        """Adds what a copy of this very log has beyond it, in one transaction; gives the number of checkpoints added.

        To be called only once the copy was verified and held against all that stands here; of a log that has gone on
        since then nothing is taken.
        """
        with self.store.write() as tx:
            _lock(tx, self.store)
            size, _ = _newest(tx)
            held = tx.scalar(select(CHECKPOINTS.c.note).where(CHECKPOINTS.c.size == size))
            if held is not None and _text(bytes(held)) not in {_text(note) for _, _, note in copied.checkpoints}:
                return 0
            rows = [{"entry": entry, "n": at} for at, entry in enumerate(copied.entries) if at >= size]
            for at in range(0, len(rows), _AT_ONCE):
                tx.execute(insert(ENTRIES), rows[at : at + _AT_ONCE])
            _write(tx, {key: content for key, content in copied.tiles.items() if _reaches(key, size)})
            added = [one for one in copied.checkpoints if one[0] > size]
            for added_size, hour, note in added:
                tx.execute(insert(CHECKPOINTS).values(size=added_size, hour=hour, note=note))
        return len(added)

    def append(
        self, signer: tuple[LogName, LogKey], due: DueCheckpoint, facts: Collection[bytes], rng: Rng
    ) -> Appended | None:
        """Adds the checkpoint of an hour in one transaction; None when somebody has added it, or a later one.

        Facts that stand in the log are left out, dummies fill the batch up, and it is ordered by hash.
        """
        log, key = signer
        seconds = int(due.hour.timestamp())
        with self.store.write() as tx:
            _lock(tx, self.store)
            size, last = _newest(tx)
            if last >= seconds or (due.between and _names(tx, size, due.office)):
                return None
            fresh = _unknown(tx, set(facts))
            batch = [*fresh, *(rng(32) for _ in range(batch_size(len(fresh)) - len(fresh)))]
            batch.sort(key=leaf_hash)
            load = _extend(tx, size, batch)
            count = size + len(batch)
            grown = Checkpoint(count, root_hash(load, count), due.hour.astimezone(UTC), due.office)
            row = {"size": grown.size, "hour": seconds, "note": sign_checkpoint(log, key, grown)}
            tx.execute(insert(CHECKPOINTS).values(row))
        return Appended(grown.size, grown.root, len(fresh))


@dataclass(frozen=True)
class Copied:
    """A log that was verified somewhere else: its entries, its tiles, and its checkpoints (size, hour, note)."""

    entries: Sequence[bytes] = field(repr=False)
    tiles: Mapping[tuple[int, int], bytes] = field(repr=False)
    checkpoints: Sequence[tuple[int, int, bytes]] = field(repr=False)


def _lock(tx: Connection, store: Store) -> None:
    """One writer at a time, whatever it does: on SQLite every write is that."""
    if not store.embedded:
        tx.exec_driver_sql("SELECT pg_advisory_xact_lock(7910)")


def _newest(connection: Connection) -> tuple[int, int]:
    query = select(CHECKPOINTS.c.size, CHECKPOINTS.c.hour).order_by(CHECKPOINTS.c.size.desc()).limit(1)
    row = connection.execute(query).one_or_none()
    return (0, 0) if row is None else (row.size, row.hour)


def _names(tx: Connection, size: int, office: OfficeState) -> bool:
    """Whether the newest checkpoint says this already: another worker may have been first by a moment."""
    note = tx.scalar(select(CHECKPOINTS.c.note).where(CHECKPOINTS.c.size == size))
    return note is not None and _text(bytes(note)).endswith(f"\n{office.line}".encode())


def _text(note: bytes) -> bytes:
    """What is signed of a checkpoint, no matter who signed it."""
    return note.partition(b"\n\n")[0]


def _unknown(tx: Connection, facts: Collection[bytes]) -> list[bytes]:
    ordered = sorted(facts)
    known: set[bytes] = set()
    for at in range(0, len(ordered), _AT_ONCE):
        query = select(ENTRIES.c.entry).where(ENTRIES.c.entry.in_(ordered[at : at + _AT_ONCE]))
        known.update(bytes(entry) for entry in tx.scalars(query))
    return [fact for fact in ordered if fact not in known]


def _extend(tx: Connection, size: int, batch: Sequence[bytes]) -> LoadTile:
    """Writes the batch behind `size` entries; gives the tiles as they are then."""
    rows = [{"entry": entry, "n": size + at} for at, entry in enumerate(batch)]
    tx.execute(insert(ENTRIES), rows)
    load = _loader(tx)
    changed = grow(load, size, [leaf_hash(entry) for entry in batch])
    _write(tx, changed | _bundles(load, size, batch))
    return lambda level, number: changed.get((level, number)) or load(level, number)


def _reaches(key: tuple[int, int], size: int) -> bool:
    """Whether a tile goes beyond what a tree of `size` leaves has of it."""
    level, number = key
    return (number + 1) * TILE_WIDTH > size >> TILE_HEIGHT * max(level, 0)


def _bundles(load: LoadTile, size: int, batch: Sequence[bytes]) -> dict[tuple[int, int], bytes]:
    changed: dict[tuple[int, int], bytes] = {}
    for number in range(size // TILE_WIDTH, -(-(size + len(batch)) // TILE_WIDTH)):
        first = number * TILE_WIDTH
        earlier = load(BUNDLES, number)[: (size - first) * BUNDLE_STEP] if first < size else b""
        changed[BUNDLES, number] = earlier + write_entries(batch[max(0, first - size) : first + TILE_WIDTH - size])
    return changed


def _loader(tx: Connection) -> LoadTile:
    def load(level: int, number: int) -> bytes:
        query = select(TILES.c.content).where(TILES.c.level == level, TILES.c.number == number)
        return bytes(tx.execute(query).scalar_one())

    return load


def _write(tx: Connection, changed: Mapping[tuple[int, int], bytes]) -> None:
    for level, number in changed:
        tx.execute(delete(TILES).where(TILES.c.level == level, TILES.c.number == number))
    rows = [{"level": level, "number": number, "content": content} for (level, number), content in changed.items()]
    tx.execute(insert(TILES), rows)
