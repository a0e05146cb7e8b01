"""What the mailroom received: a report opens a case under its policy, once; later messages go on its record."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sqlalchemy import Connection, insert, select, update

from casework.errors import CaseDiffers, CaseUnknown
from casework.event_store.log_outbox import note_fact
from casework.event_store.store import CASES, EVENTS, CaseId
from crypto.case.events import WORKER, Event, worker_event
from crypto.framing import ZERO_HASH, b64decode, b64encode
from crypto.transparency_log.filing import Fact

FIRST_STAGE = "received"


@dataclass(frozen=True, slots=True)
class Opening:
    """What a submission tells in clear. `access_hash` is SHA-256 of the access token of epoch 0."""

    case: CaseId
    entity: str
    policy: str
    policy_version: str
    day: date
    access_hash: bytes
    urgent: bool
    item_hash: bytes
    # The hash under which the deletion list would name this case.
    mark: bytes | None = None
    # What the log's entry of the submission stands for (SPEC §12).
    filed: bytes | None = None


@dataclass(frozen=True, slots=True)
class Arrival:
    """A message of the reporter that lies in the mailroom; `seq` counts in direction to-office."""

    case: CaseId
    item_hash: bytes
    seq: int
    day: date


def open_case(connection: Connection, opening: Opening) -> bool:
    """Opens the case and writes its first event, `received`; False when it was open already.

    Runs in the caller's transaction. Raises `CaseDiffers` when the id was opened by another report.
    """
    found = connection.execute(select(CASES.c.opened_by).where(CASES.c.case_id == opening.case)).scalar()
    if found is not None:
        if bytes(found) != opening.item_hash:
            raise CaseDiffers
        return False
    # The stream says itself under which rules it began: anyone who has it needs nothing beside it.
    data = {"item": b64encode(opening.item_hash), "policy": opening.policy, "version": opening.policy_version}
    signed = worker_event(Event(opening.case, 0, "received", opening.day.isoformat(), WORKER, data))
    digest = signed.hash(ZERO_HASH)
    connection.execute(insert(CASES).values(_first_row(opening, digest)))
    connection.execute(
        insert(EVENTS).values(
            case_id=opening.case,
            n=0,
            kind="received",
            actor=WORKER,
            payload=signed.payload,
            signature=None,
            event_hash=digest,
            item_hash=opening.item_hash,
        )
    )
    note_fact(connection, opening.case, Fact.EVENT, digest)
    if opening.filed is not None:
        note_fact(connection, opening.case, Fact.SUBMISSION, opening.filed)
    return True


def _first_row(opening: Opening, head: bytes) -> dict[str, object]:
    return {
        "case_id": opening.case,
        "entity": opening.entity,
        "policy": opening.policy,
        "policy_version": opening.policy_version,
        "day": opening.day,
        "stage": FIRST_STAGE,
        "epoch": 0,
        "access_hash": opening.access_hash,
        "urgent": opening.urgent,
        "opened_by": opening.item_hash,
        "head_n": 0,
        "head_hash": head,
        "to_office": 1,
        "to_reporter": 0,
        "office_only": 0,
        "mark": opening.mark,
    }


def record_arrival(connection: Connection, arrival: Arrival) -> bool:
    """Writes the worker event `message-received`; False when this item is on the stream already.

    Runs in the caller's transaction. Raises `CaseUnknown` before the case is open: try again later.
    """
    row = connection.execute(
        select(CASES.c.head_n, CASES.c.head_hash, CASES.c.to_office)
        .where(CASES.c.case_id == arrival.case)
        .with_for_update()
    ).one_or_none()
    if row is None:
        raise CaseUnknown
    known = select(EVENTS.c.n).where(EVENTS.c.case_id == arrival.case, EVENTS.c.item_hash == arrival.item_hash)
    if connection.execute(known).first() is not None:
        return False
    data = {"item": b64encode(arrival.item_hash)}
    append_worker_event(connection, arrival.case, (row.head_n, row.head_hash), "message-received", arrival.day, data)
    connection.execute(
        update(CASES).where(CASES.c.case_id == arrival.case).values(to_office=max(row.to_office, arrival.seq))
    )
    return True


Head = tuple[int, bytes]
"""The number of the last event of a stream, and its hash."""


def append_worker_event(
    connection: Connection, case: CaseId, head: Head, kind: str, day: date, data: Mapping[str, object]
) -> tuple[Event, Head]:
    """Writes an event of the worker behind `head`, unsigned and never an act; the case is locked by the caller.

    Gives the event and the head after it. An `item` among what it tells is named by no other event of the case.
    """
    event = Event(case, head[0] + 1, kind, day.isoformat(), WORKER, data)
    signed = worker_event(event)
    digest = signed.hash(bytes(head[1]))
    item = data.get("item")
    connection.execute(
        insert(EVENTS).values(
            case_id=case,
            n=event.n,
            kind=kind,
            actor=WORKER,
            payload=signed.payload,
            signature=None,
            event_hash=digest,
            item_hash=b64decode(item, 32) if isinstance(item, str) else None,
        )
    )
    note_fact(connection, case, Fact.EVENT, digest)
    connection.execute(update(CASES).where(CASES.c.case_id == case).values(head_n=event.n, head_hash=digest))
    return event, (event.n, digest)
