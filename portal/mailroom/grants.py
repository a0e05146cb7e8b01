"""The grant packets of cases: each case's own copy, under its erasure key."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any, Final, NamedTuple

from sqlalchemy import Row, delete, func, select, update

from crypto.case.grant import read_packet
from crypto.sealing.erasure import unwrap_erasable, wrap_erasable
from portal.mailroom.context import Mailroom, insert_new
from portal.mailroom.erasure import unwrapped
from portal.mailroom.errors import NoSuchMailbox
from portal.mailroom.mailboxes import require_mailbox_of_case
from portal.mailroom.tables import GRANTS
from portal.mailroom.threads import erasure_key_of_case

FORMER_DAYS: Final = 30
"""So long a packet stays behind the re-grant that follows it, no matter who has opened that one meanwhile."""


class StoredGrant(NamedTuple):
    """A grant as the case keeps it: its epoch, packet, and history document; None in epoch 0, which has none before."""

    epoch: int
    packet: bytes
    history: bytes | None


def current_grant(mailroom: Mailroom, case: bytes, key: bytes | None = None) -> StoredGrant:
    """A case's newest grant; raises `NoSuchMailbox` or `CaseErased`. `key` is as in `items_of_case`."""
    key = key or erasure_key_of_case(mailroom, case)
    query = select(GRANTS).where(GRANTS.c.case_id == case).order_by(GRANTS.c.epoch.desc()).limit(1)
    with mailroom.store.read() as connection:
        row = connection.execute(query).one_or_none()
    if row is None:
        raise NoSuchMailbox
    history = None if row.history is None else unwrap_erasable(key, bytes(row.history))
    return StoredGrant(row.epoch, unwrap_erasable(key, bytes(row.sealed)), history)


def current_grants(mailroom: Mailroom, keys: Mapping[bytes, bytes]) -> dict[bytes, StoredGrant]:
    """The newest grants of some cases; one that has none, or whose packet is damaged, is not among them.

    `keys` are those of `erasure_keys_of_cases`.
    """
    later = GRANTS.alias("later")
    newest = select(func.max(later.c.epoch)).where(later.c.case_id == GRANTS.c.case_id).scalar_subquery()
    query = select(GRANTS).where(GRANTS.c.case_id.in_(keys), GRANTS.c.epoch == newest)
    with mailroom.store.read() as connection:
        rows = connection.execute(query).all()
    found = {bytes(row.case_id): _unwrapped_grant(keys[bytes(row.case_id)], row) for row in rows}
    return {case: grant for case, grant in found.items() if grant is not None}


def _unwrapped_grant(key: bytes, row: Row[Any]) -> StoredGrant | None:
    packet = unwrapped(key, bytes(row.sealed))
    history = None if row.history is None else unwrapped(key, bytes(row.history))
    return None if packet is None else StoredGrant(row.epoch, packet, history)


def grant_in_force(mailroom: Mailroom, case: bytes) -> tuple[bytes, bytes] | None:
    """Random id and packet of a case's newest grant; None where there is none, or it was deleted or damaged."""
    query = select(GRANTS).where(GRANTS.c.case_id == case).order_by(GRANTS.c.epoch.desc()).limit(1)
    with mailroom.store.read() as connection:
        row = connection.execute(query).one_or_none()
    key = None if row is None else mailroom.erasure.find_one(bytes(row.erasure_id))
    packet = None if row is None or key is None else unwrapped(key, bytes(row.sealed))
    return None if row is None or packet is None else (bytes(row.grant_id), packet)


def former_grant(mailroom: Mailroom, case: bytes, epoch: int) -> StoredGrant | None:
    """The grant of this epoch of a case; None where it is gone, or was deleted or damaged."""
    query = select(GRANTS).where(GRANTS.c.case_id == case, GRANTS.c.epoch == epoch)
    with mailroom.store.read() as connection:
        row = connection.execute(query).one_or_none()
    key = None if row is None else mailroom.erasure.find_one(bytes(row.erasure_id))
    return None if row is None or key is None else _unwrapped_grant(key, row)


def former_epochs(mailroom: Mailroom, case: bytes) -> list[int]:
    """The epochs before the one in force whose packets are kept, the newest first."""
    query = select(GRANTS.c.epoch).where(GRANTS.c.case_id == case).order_by(GRANTS.c.epoch.desc())
    with mailroom.store.read() as connection:
        return list(connection.scalars(query))[1:]


def superseded_grants(mailroom: Mailroom, today: date) -> list[tuple[bytes, int]]:
    """Case and epoch of each packet behind which another one has been for `FORMER_DAYS`."""
    later = GRANTS.alias("later")
    followed = select(later.c.grant_id).where(
        later.c.case_id == GRANTS.c.case_id,
        later.c.epoch > GRANTS.c.epoch,
        later.c.day <= today - timedelta(days=FORMER_DAYS),
    )
    query = select(GRANTS.c.case_id, GRANTS.c.epoch).where(followed.exists())
    with mailroom.store.read() as connection:
        rows = connection.execute(query.order_by(GRANTS.c.case_id, GRANTS.c.epoch)).all()
    return [(bytes(row.case_id), row.epoch) for row in rows]


def delete_grant(mailroom: Mailroom, case: bytes, epoch: int) -> int:
    """Removes the packet of an epoch that is not in force any more; gives the number of rows."""
    with mailroom.store.write() as tx:
        newest = select(func.max(GRANTS.c.epoch)).where(GRANTS.c.case_id == case).scalar_subquery()
        gone = delete(GRANTS).where(GRANTS.c.case_id == case, GRANTS.c.epoch == epoch, GRANTS.c.epoch < newest)
        return tx.execute(gone).rowcount


def replace_grant(mailroom: Mailroom, case: bytes, grant: StoredGrant, today: date) -> bool:
    """Keeps the re-grant of an epoch for the case, in force from now on; for the batch it waits for a slot.

    Those of before stay until `delete_grant`: nobody knows here whether this one opens for anybody. Idempotent: False
    when this epoch or a later one is stored. Raises `NoSuchMailbox`, and crypto's refusals of what is no packet.
    """
    read_packet(grant.packet)
    with mailroom.store.read() as connection:
        box = require_mailbox_of_case(connection, case)
    key = mailroom.erasure.get(box.erasure_id)
    row: dict[str, object] = {
        "grant_id": mailroom.rng(16),
        "case_id": case,
        "entity": box.entity,
        "day": today,
        "epoch": grant.epoch,
        "erasure_id": box.erasure_id,
        "sealed": wrap_erasable(key, grant.packet, mailroom.rng),
        "history": None if grant.history is None else wrap_erasable(key, grant.history, mailroom.rng),
        "waits": True,
    }
    with mailroom.store.write() as tx:
        # Anyone who deletes the case meanwhile must not leave this row behind.
        require_mailbox_of_case(tx, case)
        newest = tx.scalar(select(func.max(GRANTS.c.epoch)).where(GRANTS.c.case_id == case))
        if newest is not None and newest >= grant.epoch:
            return False
        fresh = insert_new(tx, GRANTS, row)
        # No slot is wasted on what is not in force any more.
        tx.execute(update(GRANTS).where(GRANTS.c.case_id == case, GRANTS.c.epoch < grant.epoch).values(waits=False))
    return fresh
