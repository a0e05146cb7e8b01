"""Who had opened a case and reads it no longer: two who change the readers can't do so in silence.

The server knows who claimed a case and who signed a change; of the readers, which stand sealed, it learns nothing here.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import Connection, String, and_, exists, func, literal_column, select

from casework.event_store.claims import StoredEvent
from casework.event_store.event_kinds import GRANTING
from casework.event_store.store import CASES, EVENTS, CaseId, MemberId
from crypto.case.daily_limits import signers_of
from crypto.case.events import read_event
from crypto.errors import CryptoError
from crypto.framing import ZERO_HASH

OPENED: Final = literal_column("'claimed'", String)
"""Written into the statement, as in the index that answers it."""
MOST: Final = 200
"""So many are told at once, of the newest cases first."""
EXAMINED: Final = 1000
"""Among so many they are looked for: who signed a change stands there too, until they have opened the case again."""


@dataclass(frozen=True, slots=True)
class Placed:
    """An event with its number and the hash of the one before: anyone who knows the members can verify it alone."""

    n: int
    prev: bytes
    event: StoredEvent


@dataclass(frozen=True, slots=True)
class Removal:
    """What a member signed on opening a case, and every change of its readers since."""

    case: CaseId
    entity: str
    day: date
    member: MemberId
    claim: Placed
    changes: Sequence[Placed]


@dataclass(frozen=True, slots=True)
class Removals:
    """Those of the newest cases, and whether there are more, of older ones."""

    shown: Sequence[Removal]
    more: bool


def removals(connection: Connection, member: MemberId | None) -> Removals:
    """The cases that this member, or anybody (None), opened and has not opened since their readers changed.

    By what they signed: a claim alone takes nobody off the list. Anyone who makes a key can give somebody's desk a
    packet that it claims, and then refuses.
    """
    opened = (EVENTS.c.kind == OPENED) & (CASES.c.epoch > 0) & ~CASES.c.leaving
    mine = opened if member is None else opened & (EVENTS.c.actor == member)
    last = func.max(EVENTS.c.n).label("last")
    query = select(CASES.c.case_id, CASES.c.entity, CASES.c.day, EVENTS.c.actor, last).join(
        EVENTS, EVENTS.c.case_id == CASES.c.case_id
    )
    ends = query.where(mine).group_by(CASES.c.case_id, CASES.c.entity, CASES.c.day, EVENTS.c.actor).subquery()
    later = EVENTS.alias("later")
    behind = and_(later.c.case_id == ends.c.case_id, later.c.n > ends.c.last, later.c.kind.in_(sorted(GRANTING)))
    changed = select(ends).where(exists().where(behind))
    rows = connection.execute(
        changed.order_by(ends.c.day.desc(), ends.c.case_id, ends.c.actor).limit(EXAMINED + 1)
    ).all()
    found: list[Removal] = []
    for row in rows[:EXAMINED]:
        if len(found) > MOST:
            break
        case = CaseId(bytes(row.case_id))
        claim, *changes = _since(connection, case, row.last)
        # Anyone who signed the last change is among its readers.
        if row.actor not in _signers(changes[-1]):
            found.append(Removal(case, row.entity, row.day, MemberId(row.actor), claim, changes))
    return Removals(found[:MOST], more=len(found) > MOST or len(rows) > EXAMINED)


def _signers(change: Placed) -> set[str]:
    """Who signed a change; nobody where it can't be read: one garbled record must not hide all others."""
    try:
        return signers_of(read_event(change.event.payload))
    except CryptoError:
        return set()


def _since(connection: Connection, case: CaseId, first: int) -> list[Placed]:
    """The event of that number, and every change of readers behind it."""
    before = EVENTS.alias("before")
    follows = and_(before.c.case_id == EVENTS.c.case_id, before.c.n == EVENTS.c.n - 1)
    wanted = (EVENTS.c.n == first) | ((EVENTS.c.n > first) & EVENTS.c.kind.in_(sorted(GRANTING)))
    query = select(EVENTS.c.n, EVENTS.c.payload, EVENTS.c.signature, before.c.event_hash).outerjoin(before, follows)
    rows = connection.execute(query.where(EVENTS.c.case_id == case, wanted).order_by(EVENTS.c.n))
    signed = ((row, None if row.signature is None else bytes(row.signature)) for row in rows)
    return [
        Placed(row.n, bytes(row.event_hash or ZERO_HASH), StoredEvent(row.payload, signature))
        for row, signature in signed
    ]
