"""The mailroom's outboxes: what casework must learn, and packets on their way to other stores."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum

from sqlalchemy import Connection, Row, delete, select, update

from crypto.custody.packets import mark_of, packet_hash
from crypto.reporter.submission import Submission
from portal.mailroom.context import Mailroom, Rows
from portal.mailroom.tables import OUTBOX_IDENTITY, OUTBOX_PROTECTION, OUTBOX_RECEIVED


class ReceivedKind(StrEnum):
    """The two things that arrive from reporters."""

    REPORT = "received"
    MESSAGE = "message-received"


@dataclass(frozen=True)
class Received:
    """One arrival, as casework learns of it."""

    kind: ReceivedKind
    case: bytes = field(repr=False)
    entity: str
    policy: str
    policy_version: str
    day: date
    access_hash: bytes = field(repr=False)
    urgent: bool
    item_hash: bytes = field(repr=False)
    # The item's number in direction to-office.
    seq: int

    @staticmethod
    def of_submission(submission: Submission, today: date) -> Received:
        """What a new report says in clear."""
        return Received(
            ReceivedKind.REPORT,
            submission.case,
            submission.entity,
            submission.policy,
            submission.policy_version,
            today,
            submission.access_hash,
            submission.urgent,
            submission.item.hash,
            1,
        )


def packet_rows(mailroom: Mailroom, identity: bytes, protection: bytes) -> Rows:
    """Both packets for their outboxes, under random keys."""
    return {
        OUTBOX_IDENTITY: identity_row(mailroom, identity),
        OUTBOX_PROTECTION: protection_row(mailroom, protection),
    }


def identity_row(mailroom: Mailroom, packet: bytes) -> dict[str, object]:
    """An identity packet for its outbox, to be found by its hash or its mark."""
    return {
        "key": mailroom.rng(16),
        "packet": packet,
        "content_hash": packet_hash(packet),
        "withdrawal_mark": mark_of(packet),
    }


def protection_row(mailroom: Mailroom, packet: bytes) -> dict[str, object]:
    """A protection packet for its outbox."""
    return {"key": mailroom.rng(16), "packet": packet}


def waiting_identity(mailroom: Mailroom, named: bytes) -> list[bytes]:
    """The identity packet with this hash, if it still waits for its batch: nobody else may learn that one waits."""
    wanted = select(OUTBOX_IDENTITY.c.packet).where(OUTBOX_IDENTITY.c.content_hash == named).limit(1)
    with mailroom.store.read() as connection:
        return [bytes(one) for one in connection.scalars(wanted)]


def waiting_withdrawal(mailroom: Mailroom, mark: bytes) -> list[bytes]:
    """This mark, if a packet that waits for its batch carries it."""
    wanted = select(OUTBOX_IDENTITY.c.withdrawal_mark).where(OUTBOX_IDENTITY.c.withdrawal_mark == mark).limit(1)
    with mailroom.store.read() as connection:
        return [bytes(one) for one in connection.scalars(wanted)]


def received_row(mailroom: Mailroom, received: Received) -> Rows:
    """One arrival for the outbox, under a random key."""
    row: dict[str, object] = {
        "key": mailroom.rng(16),
        "kind": received.kind.value,
        "case_id": received.case,
        "entity": received.entity,
        "policy": received.policy,
        "policy_version": received.policy_version,
        "day": received.day,
        "access_hash": received.access_hash,
        "urgent": received.urgent,
        "item_hash": received.item_hash,
        "seq": received.seq,
        "leased_until": 0,
    }
    return {OUTBOX_RECEIVED: row}


def _no_hook(_tx: Connection, _received: list[Received]) -> None:
    """Notes nothing of what is taken up."""


def lease_received(
    mailroom: Mailroom,
    now: int,
    seconds: int,
    limit: int = 32,
    *,
    first: Callable[[Connection, list[Received]], None] = _no_hook,
) -> list[tuple[bytes, Received]]:
    """Takes up to `limit` arrivals that no other worker has, for so many seconds; reports first.

    `first` is given those that nobody took before, in the same transaction, so that what it notes is there with
    the lease or not at all. One whose lease ran out long ago counts as new again.
    """
    free = (
        select(OUTBOX_RECEIVED)
        .where(OUTBOX_RECEIVED.c.leased_until <= now)
        # "received" sorts after "message-received": a case opens before its messages are told.
        .order_by(OUTBOX_RECEIVED.c.kind.desc())
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    with mailroom.store.write() as tx:
        rows = tx.execute(free).all()
        keys = [bytes(row.key) for row in rows]
        until = update(OUTBOX_RECEIVED).where(OUTBOX_RECEIVED.c.key.in_(keys)).values(leased_until=now + seconds)
        if keys:
            tx.execute(until)
            first(tx, [_received(row) for row in rows if row.leased_until == 0])
    return [(bytes(row.key), _received(row)) for row in rows]


def has_received(mailroom: Mailroom, now: int) -> bool:
    """Whether any arrival can be leased: asked first, so that an idle worker writes nothing."""
    query = select(OUTBOX_RECEIVED.c.key).where(OUTBOX_RECEIVED.c.leased_until <= now).limit(1)
    with mailroom.store.read() as connection:
        return connection.scalar(query) is not None


def acknowledge_received(mailroom: Mailroom, keys: list[bytes]) -> None:
    """Removes arrivals that casework has made durable."""
    with mailroom.store.write() as tx:
        tx.execute(delete(OUTBOX_RECEIVED).where(OUTBOX_RECEIVED.c.key.in_(keys)))


def _received(row: Row[tuple[object, ...]]) -> Received:
    return Received(
        ReceivedKind(row.kind),
        bytes(row.case_id),
        row.entity,
        row.policy,
        row.policy_version,
        row.day,
        bytes(row.access_hash),
        row.urgent,
        bytes(row.item_hash),
        row.seq,
    )
