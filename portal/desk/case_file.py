"""Cases with everything that their holder's browser opens: packet, items, events, keyring entry."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final

from casework.errors import CaseUnknown
from casework.event_store.claims import StoredEvent, case_events, events_of_cases
from casework.event_store.former_epochs import FormerCase, items_before
from casework.event_store.outbox import Undeliverable, undeliverable
from casework.event_store.projection import dues_of_cases
from casework.event_store.proposals import RegrantProposal, proposals_of_cases
from casework.event_store.signature_requests import proposal_for
from casework.event_store.store import CaseId
from casework.obligations.case_schedule import DueRow
from casework.rules.flow import FIRST_STAGE
from crypto.case.events import read_event
from crypto.case.payloads import Direction
from crypto.errors import CryptoError
from crypto.framing import b64encode
from portal.accounts.keyring import find_entries
from portal.desk.access import OwnCase
from portal.desk.desk import Desk
from portal.desk.queue import case_document
from portal.errors import OfficeNotReady
from portal.logs import log
from portal.mailroom.casework_outbox_delivery import deliver_pending_of, unwrap_content
from portal.mailroom.grants import StoredGrant, former_grant
from portal.mailroom.service import StoredItem, current_grants, erasure_keys_of_cases, items_of_case, items_of_cases

ROWS_AT_ONCE: Final = 1024
"""Events and items of the cases that one answer holds together; a case that has more is answered alone."""


@dataclass(frozen=True)
class _Stored:
    """What the stores hold of some cases, by case: each read in one statement for all of them."""

    keys: Mapping[bytes, bytes] = field(repr=False)
    grants: Mapping[bytes, StoredGrant] = field(repr=False)
    items: Mapping[bytes, Sequence[StoredItem]] = field(repr=False)
    events: Mapping[CaseId, Sequence[StoredEvent]] = field(repr=False)
    undelivered: Sequence[Undeliverable]
    proposals: Mapping[CaseId, Sequence[RegrantProposal]] = field(repr=False)
    dues: Mapping[CaseId, Sequence[DueRow]]
    keyring: Mapping[CaseId, str] = field(repr=False)


def case_file(desk: Desk, own: OwnCase) -> dict[str, object]:
    """The case's row, current grant packet with its history, items of every direction and the whole event stream.

    `reporter_hint` holds the clear act codes beside items; a hint, never an act. Raises `CaseUnknown` where the case
    was deleted or one of its rows is damaged, and `OfficeNotReady` where the policy's page is lost.
    """
    file = _file_or_none(desk, own, _read(desk, [own]))
    if file is None:
        raise CaseUnknown
    return file


def case_files(desk: Desk, owns: Sequence[OwnCase | None]) -> list[dict[str, object] | None]:
    """The files of some cases, in their order: as `case_file`, and None where that refuses or no case is given.

    None too where the policy's page is lost: asked for alone, that case says so.

    There may be fewer than were asked for, from the first on and at least one: no more than `ROWS_AT_ONCE` together.
    """
    asked = _together(owns)
    stored = _read(desk, [own for own in asked if own is not None])
    return [None if own is None else _file_among_others(desk, own, stored) for own in asked]


def _together(owns: Sequence[OwnCase | None]) -> Sequence[OwnCase | None]:
    rows = 0
    for n, own in enumerate(owns):
        # Each item of the office came with an event.
        rows += 0 if own is None else own.row.head_n + 1 + own.row.to_office
        if n > 0 and rows > ROWS_AT_ONCE:
            return owns[:n]
    return owns


def _read(desk: Desk, owns: Sequence[OwnCase]) -> _Stored:
    cases = [own.case for own in owns]
    # A step that is durable here must not look lost because the mailroom was away for a moment.
    deliver_pending_of(desk.cases, desk.mailroom, desk.clock(), cases)
    keys = erasure_keys_of_cases(desk.mailroom, cases)
    grants, items = current_grants(desk.mailroom, keys), items_of_cases(desk.mailroom, keys)
    with desk.cases.read() as connection:
        return _Stored(
            keys=keys,
            grants=grants,
            items=items,
            events=events_of_cases(connection, cases),
            undelivered=undeliverable(connection, cases),
            proposals=proposals_of_cases(connection, {own.case: own.row.epoch for own in owns}, desk.today()),
            dues=dues_of_cases(connection, cases),
            keyring=find_entries(desk.accounts, owns[0].member, cases) if owns else {},
        )


def _file_among_others(desk: Desk, own: OwnCase, stored: _Stored) -> dict[str, object] | None:
    try:
        return _file_or_none(desk, own, stored)
    except OfficeNotReady:
        # The other cases may be of another policy.
        return None


def _file_or_none(desk: Desk, own: OwnCase, stored: _Stored) -> dict[str, object] | None:
    try:
        return _file(desk, own, stored)
    except (CryptoError, ValueError):
        # A damaged row must not hide the other cases.
        log.error("row damaged")
        return None


def _file(desk: Desk, own: OwnCase, stored: _Stored) -> dict[str, object] | None:
    case = own.case
    key, grant = stored.keys.get(case), stored.grants.get(case)
    if key is None or grant is None:
        return None
    items, events = stored.items.get(case, ()), stored.events.get(case, ())
    waiting = _that_can_be_signed(desk, stored.proposals.get(case, ()))
    entries = [read_event(event.payload) for event in events] if waiting else []
    proposal = proposal_for(waiting, entries, own.member, invited=own.invited)
    return case_document(own.row) | {
        "rules": desk.rules.named(own.row.policy, own.row.policy_version, desk.today()),
        "dues": [_due(one) for one in stored.dues.get(case, ())],
        "packet": b64encode(grant.packet),
        "history": None if grant.history is None else b64encode(grant.history),
        "items": [item.document for item in items],
        "events": [_event(event) for event in events],
        "proposal": None if proposal is None else _proposal(proposal, key),
        # Events whose item could not be delivered and never will be: nobody need wait for it.
        "undeliverable": [one.n for one in stored.undelivered if one.case == case],
        "keyring": json.loads(stored.keyring[case]) if case in stored.keyring else None,
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
        "undeliverable": [],
    }


def _that_can_be_signed(desk: Desk, waiting: Sequence[RegrantProposal]) -> list[RegrantProposal]:
    """A proposer is among the new readers: what somebody proposed who left would only stand before what others do."""
    if not waiting:
        return []
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
