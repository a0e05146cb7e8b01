"""At the turn of the day nothing may still tell who came first: attachments move, then stores are rewritten."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from typing import Final

from sqlalchemy import ColumnElement, MetaData, delete, insert, select, update

from portal.logs import log
from portal.mailroom.room import Mailroom, insert_new
from portal.mailroom.tables import BLOB_PARTS, BLOBS, MAILBOXES, OUTBOX_RECEIVED, SHUFFLES
from portal.stores.engines import Store
from portal.stores.rewriting import forget_logs, rewrite, size_of

# Greenwich, for whatever has no entity yet; its hours count too.
NOWHERE: Final = ""
PARTS_AT_ONCE: Final = 8
# Stores up to this size are rewritten every hour, larger ones at the turn of a day.
QUICK_BYTES: Final = 32 * 1024 * 1024
LEASE_SECONDS: Final = 900
PAUSE_SECONDS: Final = 60

Turns = dict[str, tuple[date, int]]
"""Each entity's day with hour 0, and day and hour at Greenwich."""


@dataclass(frozen=True)
class Shelves:
    """The stores that hold what reporters cause, each with its tables; the mailroom's is the first."""

    room: Mailroom
    stores: Sequence[tuple[Store, MetaData]]


def shuffle_due(shelves: Shelves, days: Mapping[str, date], now: datetime) -> int:
    """Does what the turn of an hour or of an entity's day asks for, bit by bit; gives the number of steps.

    May be killed at any moment: whatever was not finished is done again.
    """
    room = shelves.room
    turns = _turns(days, now)
    noted = _noted(room)
    turned = {entity for entity, turn in turns.items() if noted.get(entity) != turn}
    if not turned:
        return 0
    whole = any(noted.get(entity, (None,))[0] != turns[entity][0] for entity in turned)
    moved = _move_parts(room, days, now) if whole else 0
    if moved:
        return moved
    if not _lease(room, int(now.timestamp())):
        return 0
    return _rewrite(shelves, turns, int(now.timestamp()), whole=whole)


def _turns(days: Mapping[str, date], now: datetime) -> Turns:
    here = now.astimezone(UTC)
    return {entity: (day, 0) for entity, day in days.items()} | {NOWHERE: (here.date(), here.hour)}


def _noted(room: Mailroom) -> Turns:
    with room.store.read() as connection:
        return {row.entity: (row.day, row.hour) for row in connection.execute(select(SHUFFLES))}


@dataclass(frozen=True)
class _Part:
    """A part whose place still tells when it came."""

    blob: bytes = field(repr=False)
    k: int
    place: str = field(repr=False)


def _move_parts(room: Mailroom, days: Mapping[str, date], now: datetime) -> int:
    """Moves a few parts of days that are over, drawn by lot: a file's age and number then say only that."""
    today = now.astimezone(UTC).date()
    waiting = _parts_of_past_days(room, lambda entity: days.get(entity or NOWHERE, today))
    drawn = sorted(waiting, key=lambda _part: room.rng(16))[:PARTS_AT_ONCE]
    for part in drawn:
        _move(room, part)
    return len(drawn)


def _parts_of_past_days(room: Mailroom, today: Callable[[str | None], date]) -> list[_Part]:
    query = (
        select(BLOB_PARTS.c.blob_id, BLOB_PARTS.c.k, BLOB_PARTS.c.place, BLOBS.c.day, MAILBOXES.c.entity)
        .join(BLOBS, BLOBS.c.blob_id == BLOB_PARTS.c.blob_id)
        .outerjoin(MAILBOXES, MAILBOXES.c.case_id == BLOBS.c.case_id)
        .where(~BLOB_PARTS.c.moved)
    )
    with room.store.read() as connection:
        rows = connection.execute(query).all()
    return [_Part(bytes(row.blob_id), row.k, row.place) for row in rows if row.day < today(row.entity)]


def _move(room: Mailroom, part: _Part) -> None:
    """The part under a new random name; anyone who asked for the old one looks again."""
    place = room.rng(16).hex()
    mine = (BLOB_PARTS.c.blob_id == part.blob) & (BLOB_PARTS.c.k == part.k) & (BLOB_PARTS.c.place == part.place)
    try:
        room.blobs.keep(place, room.blobs.read(part.place))
    except FileNotFoundError:
        _pass_over(room, mine)
        return
    with room.store.write() as tx:
        tx.execute(select(BLOBS.c.blob_id).where(BLOBS.c.blob_id == part.blob).with_for_update())
        moved = tx.execute(update(BLOB_PARTS).where(mine).values(place=place, moved=True)).rowcount == 1
    room.blobs.remove(part.place if moved else place)


def _pass_over(room: Mailroom, mine: ColumnElement[bool]) -> None:
    """A part whose object is not there: removed meanwhile with its row, or lost, and then it must not stop the rest."""
    with room.store.write() as tx:
        lost = tx.execute(update(BLOB_PARTS).where(mine).values(moved=True)).rowcount
    if lost:
        log.error("object missing", count=lost)


def _lease(room: Mailroom, now: int) -> bool:
    """Whether this worker is the one to rewrite; another one's death is waited out."""
    row: dict[str, object] = {"entity": NOWHERE, "day": date.min, "hour": 0, "leased_until": 0}
    free = (SHUFFLES.c.entity == NOWHERE) & (SHUFFLES.c.leased_until <= now)
    with room.store.write() as tx:
        insert_new(tx, SHUFFLES, row)
        return tx.execute(update(SHUFFLES).where(free).values(leased_until=now + LEASE_SECONDS)).rowcount == 1


def _rewrite(shelves: Shelves, turns: Turns, now: int, *, whole: bool) -> int:
    room = shelves.room
    # When somebody took a row that waits since then is no longer anybody's business.
    _forget_leases(room, now)
    chosen = [(store, tables) for store, tables in shelves.stores if whole or size_of(store) <= QUICK_BYTES]
    done = [rewrite(store, tables) for store, tables in chosen]
    finished = all(done)
    if finished and not forget_logs([store for store, _ in chosen]):
        log.warning("the database keeps its log", kind="order")
    if finished:
        _note(room, turns)
    else:
        _try_again(room, now + PAUSE_SECONDS)
    return len(chosen) if finished else 0


def _forget_leases(room: Mailroom, now: int) -> None:
    over = (OUTBOX_RECEIVED.c.leased_until > 0) & (OUTBOX_RECEIVED.c.leased_until <= now)
    with room.store.write() as tx:
        tx.execute(update(OUTBOX_RECEIVED).where(over).values(leased_until=0))


def _note(room: Mailroom, turns: Turns) -> None:
    rows = [{"entity": entity, "day": day, "hour": hour, "leased_until": 0} for entity, (day, hour) in turns.items()]
    with room.store.write() as tx:
        tx.execute(delete(SHUFFLES))
        tx.execute(insert(SHUFFLES), rows)


def _try_again(room: Mailroom, until: int) -> None:
    """Somebody was in the way, a backup say: it takes its time, and every attempt holds up others."""
    with room.store.write() as tx:
        tx.execute(update(SHUFFLES).where(SHUFFLES.c.entity == NOWHERE).values(leased_until=until))
