"""Epochs that are over: whose they were, where they ended, and whether the one behind has been opened by enough."""

from __future__ import annotations

import json
from dataclasses import dataclass
from typing import Final

from sqlalchemy import Connection, and_, func, select

from casework.event_store.claims import CaseRow, claimed_case, read_rows
from casework.event_store.event_kinds import GRANTING, EventKind
from casework.event_store.store import CASES, CLAIMS, EVENTS, RECUSALS, CaseId, MemberId
from crypto.case.regrants import proof_in
from crypto.errors import CryptoError

OPENED_BY: Final = 2
"""So many members beside its maker have to have opened a re-grant before the packet of before may go."""


@dataclass(frozen=True, slots=True)
class FormerCase:
    """A case as it was in an epoch that is over: `end` is the number of the event that ended it."""

    row: CaseRow
    epoch: int
    end: int
    head: bytes


def former_case(connection: Connection, member: MemberId, case: CaseId) -> FormerCase | None:
    """The case as this member had it last; None where it is theirs today, never was, or they stepped back from it."""
    stepped_back = select(RECUSALS.c.member).where(RECUSALS.c.case_id == CASES.c.case_id, RECUSALS.c.member == member)
    over = and_(CLAIMS.c.case_id == CASES.c.case_id, CLAIMS.c.epoch < CASES.c.epoch)
    mine = (CASES.c.case_id == case) & (CLAIMS.c.member == member) & ~stepped_back.exists()
    # The same statements for a case that is not there and for one of others.
    epoch: int | None = connection.scalar(select(func.max(CLAIMS.c.epoch)).join(CASES, over).where(mine))
    rows = read_rows(connection, select(*CASES.c).join(CLAIMS, over).where(mine, CLAIMS.c.epoch == epoch))
    today, ends = claimed_case(connection, member, case), ends_of_epochs(connection, case)
    if epoch is None or today is not None or not rows or epoch >= len(ends):
        return None
    end = ends[epoch]
    before = select(EVENTS.c.event_hash).where(EVENTS.c.case_id == case, EVENTS.c.n == end - 1)
    return FormerCase(rows[0], epoch, end, bytes(connection.execute(before).scalar_one()))


def ends_of_epochs(connection: Connection, case: CaseId) -> list[int]:
    """The number of the event that ended each epoch, from 0 on: every re-grant ends one."""
    query = select(EVENTS.c.n).where(EVENTS.c.case_id == case, EVENTS.c.kind.in_(sorted(GRANTING)))
    return list(connection.scalars(query.order_by(EVENTS.c.n)))


def items_before(connection: Connection, case: CaseId, end: int) -> set[bytes]:
    """The hashes of all items that events before this one name."""
    named = (EVENTS.c.case_id == case) & (EVENTS.c.n < end) & EVENTS.c.item_hash.is_not(None)
    return {bytes(one) for one in connection.scalars(select(EVENTS.c.item_hash).where(named))}


def is_opened_by_others(connection: Connection, case: CaseId, epoch: int) -> bool:
    """Whether two members beside its maker have signed, after this epoch ended, that they opened the case."""
    ends = ends_of_epochs(connection, case)
    if epoch >= len(ends):
        return False
    end = ends[epoch]
    of_case = EVENTS.c.case_id == case
    regrant = connection.execute(select(EVENTS.c.actor, EVENTS.c.payload).where(of_case, EVENTS.c.n == end)).one()
    claimed = of_case & (EVENTS.c.n > end) & (EVENTS.c.kind == EventKind.CLAIMED) & EVENTS.c.signature.is_not(None)
    who = set(connection.scalars(select(EVENTS.c.actor).where(claimed).distinct()))
    return len(who - {_maker(regrant.actor, regrant.payload)}) >= OPENED_BY


def _maker(actor: str, payload: str) -> str:
    """Who made a re-grant: the first to sign it."""
    try:
        return proof_in(json.loads(payload)["data"]).signatures[0].member
    except (CryptoError, ValueError, LookupError):
        return actor


def forget_claims(connection: Connection, case: CaseId, epoch: int) -> int:
    """Removes claims of epochs before this one; gives their number."""
    return connection.execute(CLAIMS.delete().where(CLAIMS.c.case_id == case, CLAIMS.c.epoch < epoch)).rowcount
