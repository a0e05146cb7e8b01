"""One case with everything that its holder's browser opens: packet, items, events, keyring entry."""

from __future__ import annotations

import json
from collections.abc import Sequence

from casework.errors import CaseUnknown
from casework.event_store.claims import StoredEvent, case_events
from casework.event_store.former_epochs import FormerCase, items_before
from casework.event_store.outbox import undeliverable
from casework.event_store.projection import dues_of_case
from casework.event_store.proposals import RegrantProposal, open_proposals
from casework.event_store.signature_requests import proposal_for
from casework.obligations.case_schedule import DueRow
from casework.rules.flow import FIRST_STAGE
from crypto.case.events import read_event
from crypto.case.payloads import Direction
from crypto.framing import b64encode
from portal.accounts.keyring import find_entry
from portal.desk.access import OwnCase
from portal.desk.desk import Desk
from portal.desk.queue import case_document
from portal.mailroom.casework_outbox_delivery import deliver_pending, unwrap_content
from portal.mailroom.grants import former_grant
from portal.mailroom.service import current_grant, erasure_key_of_case, items_of_case


def case_file(desk: Desk, own: OwnCase) -> dict[str, object]:
    """The case's row, current grant packet with its history, items of every direction and the whole event stream.

    `reporter_hint` holds the clear act codes beside items; a hint, never an act. Raises
    `NoSuchMailbox` or `CaseErased`, which look like a case that is not there.
    """
    # A step that is durable here must not look lost because the mailroom was away for a moment.
    deliver_pending(desk.cases, desk.mailroom, desk.clock(), own.case)
    key = erasure_key_of_case(desk.mailroom, own.case)
    items = items_of_case(desk.mailroom, own.case, key)
    grant = current_grant(desk.mailroom, own.case, key)
    with desk.cases.read() as connection:
        events = case_events(connection, own.case)
        undelivered = undeliverable(connection, own.case)
        waiting = _that_can_be_signed(desk, open_proposals(connection, own.case, own.row.epoch, desk.today()))
        dues = dues_of_case(connection, own.case)
    entries = [read_event(event.payload) for event in events] if waiting else []
    proposal = proposal_for(waiting, entries, own.member, invited=own.invited)
    return case_document(own.row) | {
        "rules": desk.rules.named(own.row.policy, own.row.policy_version, desk.today()),
        "dues": [_due(one) for one in dues],
        "packet": b64encode(grant.packet),
        "history": None if grant.history is None else b64encode(grant.history),
        "items": [item.document for item in items],
        "events": [_event(event) for event in events],
        "proposal": None if proposal is None else _proposal(proposal, key),
        # Events whose item could not be delivered and never will be: nobody need wait for it.
        "aside": [one.n for one in undelivered],
        "keyring": find_entry(desk.accounts, own.member, own.case),
        "reporter_hint": [
            {"dir": item.direction.value, "seq": item.seq, "act": item.hint} for item in items if item.hint
        ],
    }


def former_file(desk: Desk, former: FormerCase) -> dict[str, object]:
    """The case as it stood when an epoch ended: its packet, and the record of before with the items that it names.

    In the shape of a case file, with nothing in it of what came afterwards. Raises `CaseUnknown` once the packet is
    gone, and `NoSuchMailbox` or `CaseErased`.
    """
    row = former.row
    grant = former_grant(desk.mailroom, row.case, former.epoch)
    if grant is None:
        raise CaseUnknown
    with desk.cases.read() as connection:
        events = case_events(connection, row.case)[: former.end]
        named = items_before(connection, row.case, former.end)
    items = [item for item in items_of_case(desk.mailroom, row.case) if item.item_hash in named]
    last = {way: sum(item.direction is way for item in items) for way in (Direction.TO_OFFICE, Direction.TO_REPORTER)}
    return {
        "case": b64encode(row.case),
        "entity": row.entity,
        "policy": row.policy,
        "version": row.policy_version,
        "day": row.day.isoformat(),
        "stage": FIRST_STAGE,
        "epoch": former.epoch,
        "urgent": row.urgent,
        "head": {"n": former.end - 1, "hash": b64encode(former.head)},
        "last": {"to_office": last[Direction.TO_OFFICE], "to_reporter": last[Direction.TO_REPORTER]},
        "packet": b64encode(grant.packet),
        "history": None if grant.history is None else b64encode(grant.history),
        "items": [item.document for item in items],
        "events": [_event(event) for event in events],
        "keyring": None,
        "proposal": None,
        "aside": [],
    }


def _that_can_be_signed(desk: Desk, waiting: Sequence[RegrantProposal]) -> list[RegrantProposal]:
    """A proposer is among the new readers: what somebody proposed who left would only stand before what others do."""
    directory = desk.directory.on(desk.today())
    return [one for one in waiting if directory.valid_member(one.actor) is not None]


def _event(event: StoredEvent) -> dict[str, object]:
    return {"payload": event.payload, "sig": None if event.signature is None else b64encode(event.signature)}


def _due(due: DueRow) -> dict[str, object]:
    """A clock as the server reckons it; the client reckons it too, and shows where they differ."""
    return {
        "clock": due.clock,
        "kind": due.kind.value,
        "who": due.who,
        "day": due.day,
        "due_at": due.due_at,
        "provisional": due.provisional,
        "reminded": due.reminded,
        "escalated": due.escalated,
    }


def _proposal(proposal: RegrantProposal, key: bytes) -> dict[str, object]:
    """A half-signed re-grant and who signed it; who may sign it and whether it is right, the client sees."""
    return {
        "by": proposal.actor,
        "invited": proposal.invited,
        "day": proposal.day.isoformat(),
        "epoch": proposal.epoch,
        "packet": b64encode(unwrap_content(key, proposal.packet)),
        "history": b64encode(unwrap_content(key, proposal.history)),
        "access": b64encode(proposal.access_hash),
        "proof": json.loads(unwrap_content(key, proposal.proof)),
    }
