"""Proposed re-grants: half signed, they wait under the case's erasure key for the second signature.

Each holder may have one waiting, and declining another's keeps nobody else from signing it: whom a change would remove
could else stand in its way for good.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from sqlalchemy import Connection, Row, delete, insert, select

from casework.errors import EventRefused, ProposalOpen
from casework.event_store.regrants import PROPOSAL_DAYS, NewGrant
from casework.event_store.store import CASES, PROPOSALS, RECUSALS, CaseId, MemberId
from crypto.framing import b64encode
from crypto.text import write_json

Wrap = Callable[[bytes], bytes]


@dataclass(frozen=True, slots=True)
class NewRegrantProposal:
    """A half-signed re-grant, and the outside holder who is asked, if one is."""

    made: NewGrant
    invited: MemberId | None


@dataclass(frozen=True, slots=True)
class RegrantProposal:
    """A proposal as it waits; packet, proof (JSON) and history document lie under the case's erasure key."""

    case: CaseId
    actor: MemberId
    invited: MemberId | None
    grant_hash: bytes
    access_hash: bytes
    epoch: int
    day: date
    packet: bytes = field(repr=False)
    proof: bytes = field(repr=False)
    history: bytes = field(repr=False)


def open_proposals(connection: Connection, case: CaseId, epoch: int, today: date) -> list[RegrantProposal]:
    """The proposals that wait for the epoch after `epoch` and whose time is not over, the oldest first."""
    return proposals_of_cases(connection, {case: epoch}, today).get(case, [])


def proposals_of_cases(
    connection: Connection, epochs: Mapping[CaseId, int], today: date
) -> dict[CaseId, list[RegrantProposal]]:
    """The same of some cases, each at its epoch; a case in which nothing waits is not among them."""
    query = select(PROPOSALS).where(PROPOSALS.c.case_id.in_(epochs)).order_by(PROPOSALS.c.day, PROPOSALS.c.actor)
    found: dict[CaseId, list[RegrantProposal]] = {}
    for row in connection.execute(query):
        case = CaseId(bytes(row.case_id))
        if row.epoch == epochs[case] + 1 and not _is_over(row.day, today):
            found.setdefault(case, []).append(_read(row))
    return found


def _read(row: Row[Any]) -> RegrantProposal:
    return RegrantProposal(
        case=CaseId(bytes(row.case_id)),
        actor=MemberId(row.actor),
        invited=None if row.invited is None else MemberId(row.invited),
        grant_hash=bytes(row.grant_hash),
        access_hash=bytes(row.access_hash),
        epoch=row.epoch,
        day=row.day,
        packet=bytes(row.packet),
        proof=bytes(row.proof),
        history=bytes(row.history),
    )


def _is_over(day: date, today: date) -> bool:
    return day < today - timedelta(days=PROPOSAL_DAYS)


def invited_cases(connection: Connection, member: MemberId, today: date) -> list[CaseId]:
    """The cases in which this member, an outside holder, is asked for the second signature; none stepped back from."""
    gone = select(RECUSALS.c.member).where(RECUSALS.c.case_id == PROPOSALS.c.case_id, RECUSALS.c.member == member)
    query = (
        select(PROPOSALS.c.case_id, PROPOSALS.c.day)
        .join(CASES, CASES.c.case_id == PROPOSALS.c.case_id)
        .where(PROPOSALS.c.invited == member, PROPOSALS.c.epoch == CASES.c.epoch + 1, ~gone.exists())
        .order_by(PROPOSALS.c.case_id)
    )
    rows = connection.execute(query)
    return list(dict.fromkeys(CaseId(bytes(row.case_id)) for row in rows if not _is_over(row.day, today)))


def store_proposal(
    connection: Connection, row: Row[Any], proposal: NewRegrantProposal, actor: MemberId, today: date, wrap: Wrap
) -> None:
    """Keeps a proposal in the place of the member's own whose time is over; raises `ProposalOpen` where one waits."""
    case = CaseId(bytes(row.case_id))
    if any(one.actor == actor for one in open_proposals(connection, case, row.epoch, today)):
        raise ProposalOpen
    withdraw_proposal(connection, case, actor)
    connection.execute(
        insert(PROPOSALS).values(
            case_id=case,
            actor=actor,
            invited=proposal.invited,
            grant_hash=proposal.made.hash,
            access_hash=proposal.made.access_hash,
            epoch=proposal.made.epoch,
            day=today,
            packet=wrap(proposal.made.packet),
            proof=wrap(write_json(proposal.made.proof.document())),
            history=wrap(proposal.made.history),
        )
    )


def delete_proposals(connection: Connection, case: CaseId) -> None:
    """Whatever was proposed is no longer: it was signed, or overtaken."""
    connection.execute(delete(PROPOSALS).where(PROPOSALS.c.case_id == case))


def withdraw_proposal(connection: Connection, case: CaseId, actor: MemberId) -> None:
    """What this member proposed is no longer; what others did stays."""
    connection.execute(delete(PROPOSALS).where(PROPOSALS.c.case_id == case, PROPOSALS.c.actor == actor))


def remove_old_proposals(connection: Connection, today: date) -> int:
    """Removes proposals whose time is over; gives their number."""
    last = today - timedelta(days=PROPOSAL_DAYS)
    return connection.execute(delete(PROPOSALS).where(PROPOSALS.c.day < last)).rowcount


def check_answer(waiting: Sequence[RegrantProposal], named: object) -> RegrantProposal:
    """The proposal that a step answers, by the hash that its event names; raises EventRefused."""
    for proposal in waiting:
        if named == b64encode(proposal.grant_hash):
            return proposal
    raise EventRefused("another-proposal" if waiting else "no-proposal")
