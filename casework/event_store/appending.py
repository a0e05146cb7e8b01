"""The signed stream of a case: a step is an event with the item or grant that it accompanies."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from sqlalchemy import Connection, Row, insert, select, update

from casework.engine.case import Case
from casework.errors import CaseUnknown, EpochPassed, EventRefused, HeadMoved, ItemOutOfOrder
from casework.event_store.claims import case_events
from casework.event_store.declining import is_declined_shape
from casework.event_store.event_kinds import (
    ENDS_PROPOSALS,
    GRANTING,
    EventKind,
    item_directions,
    may_name,
)
from casework.event_store.history import ACT_READ, StreamEntry, history, stored_entries, with_last
from casework.event_store.log_outbox import note_fact
from casework.event_store.projection import project
from casework.event_store.proposals import (
    NewRegrantProposal,
    RegrantProposal,
    check_answer,
    delete_proposals,
    open_proposals,
    store_proposal,
    withdraw_proposal,
)
from casework.event_store.regrants import (
    DAY_SKEW,
    DeliveredPacket,
    NewGrant,
    check_claimed,
    check_invited,
    check_regrant,
)
from casework.event_store.second_person import check_second_person
from casework.event_store.step_check import RulesOf, Ruling, check_step
from casework.event_store.store import CASES, EVENTS, OUTBOX_ITEMS, CaseId, MemberId
from crypto.case.daily_limits import proposed_too_often, too_often, wrote_too_often
from crypto.case.events import Event, SignedEvent, check_event, read_event, read_signed_event
from crypto.case.items import Item
from crypto.case.payloads import Direction
from crypto.errors import CryptoError
from crypto.errors import EventRefused as StreamRefused
from crypto.framing import b64decode
from crypto.office.directory import VerifiedDirectory
from crypto.text import write_json
from crypto.transparency_log.filing import Fact

SEQUENCES: Final = {Direction.TO_REPORTER: "to_reporter", Direction.OFFICE_ONLY: "office_only"}


@dataclass(frozen=True, slots=True)
class Step:
    """What a member does: `event` is `{"payload","sig"}` as received, `blobs` JSON of the uploads taken.

    `wrap` lays item and packet under the case's erasure key: while they wait to be delivered they
    must be as erasable as they are in the mailroom. `delivered` is what a re-grant follows and a claim names.
    """

    event: object
    item: Item | None
    blobs: bytes
    grant: NewGrant | None
    wrap: Callable[[bytes], bytes]
    proposal: NewRegrantProposal | None = None
    delivered: DeliveredPacket | None = None


@dataclass(frozen=True, slots=True)
class AppendResult:
    """A step that stands in the stream; `fresh` is False when it stood there before."""

    event_hash: bytes
    fresh: bool


def no_rules(_policy: str, _version: str, _entity: str) -> Ruling | None:
    """No rules are known of any policy."""
    return None


@dataclass(frozen=True, slots=True)
class Actor:
    """Who writes, on which day, and the directory that says so."""

    member: MemberId
    today: date
    directory: VerifiedDirectory
    # Only asked for the second signature: may answer that, and nothing else.
    invited: bool = False
    # Under which rules the case runs; without them only what every policy knows is written.
    rules: RulesOf = no_rules


def append_step(connection: Connection, case: CaseId, step: Step, actor: Actor) -> AppendResult:
    """Appends the event by compare-and-swap on the head, with its outbox row; one transaction.

    A grant ends whatever was proposed, and so does the office key; claims of before count no longer, and stay as long
    as their packet does. The very same step again changes nothing. Raises `CaseUnknown`, `HeadMoved`, `ProposalOpen`,
    and as `_check_step` does.
    """
    # 1. The case, locked until the transaction ends.
    row = connection.execute(select(CASES).where(CASES.c.case_id == case).with_for_update()).one_or_none()
    if row is None or row.leaving:
        raise CaseUnknown
    # 2. The event reads, and is the next one of this stream, or the very one that stands there.
    signed, event = _read(step.event)
    before = _existing_event(connection, case, event.n, signed) if event.n <= row.head_n else None
    if before is not None:
        return AppendResult(before, fresh=False)
    if event.n != row.head_n + 1:
        raise HeadMoved
    # 3. It is signed by this member, who is in the directory today, over this head.
    _check_actor(case, event, step.event, bytes(row.head_hash), actor)
    # 4. It fits its place, and the policy allows it here and now.
    answered = _answered_proposal(connection, row, event, actor)
    ruled = _check_step(connection, row, event, step, actor, answered)
    # 5. Event, head, projection, claims and outbox go in together.
    past = None if step.grant is None else _history_of(step.grant, step.wrap, answered)
    digest = signed.hash(bytes(row.head_hash))
    _append(connection, row, signed, event, digest, step)
    if ruled is not None:
        project(connection, case, *ruled)
    if event.kind in ENDS_PROPOSALS:
        delete_proposals(connection, case)
    if answered is not None and answered.actor == actor.member:
        withdraw_proposal(connection, case, actor.member)
    if step.proposal is not None:
        store_proposal(connection, row, step.proposal, actor.member, actor.today, step.wrap)
    if step.item is not None or step.grant is not None:
        connection.execute(
            insert(OUTBOX_ITEMS).values(_outbox_row(case, event.n, digest, step, actor.today) | {"history": past})
        )
    return AppendResult(digest, fresh=True)


def _check_step(
    connection: Connection, row: Row[Any], event: Event, step: Step, actor: Actor, answered: RegrantProposal | None
) -> tuple[Ruling, list[StreamEntry], Case] | None:
    """What it brings fits its kind, its names, this epoch and the next place; then the policy has the word.

    Raises `EventRefused`, `EpochPassed`, `ItemOutOfOrder`, and `StepUnfit` with what the policy refuses.
    """
    ruling = actor.rules(row.policy, row.policy_version, row.entity)
    _check_load(event, step, ruled=ruling is not None)
    entries = stored_entries(case_events(connection, CaseId(bytes(row.case_id))))
    events = [one.event for one in entries]
    if wrote_too_often(events, event.day, event.actor):
        raise EventRefused("too-many")
    _check_place(row, step, _epoch_of(row, event, step), is_key=event.kind == EventKind.OFFICE_KEY)
    if event.kind == EventKind.CLAIMED:
        check_claimed(row.epoch, event, step.delivered)
        _check_not_repeated(events, event)
    if event.kind in (EventKind.STEP_DECLINED, EventKind.DELETION_APPROVED):
        check_second_person(ruling and ruling.policy, history(row.policy, row.policy_version, entries), entries, event)
    _check_pace(events, event, step)
    _check_signers(connection, row, step, actor)
    if answered is not None:
        _check_answer(events, event, step, actor, answered)
    return None if ruling is None else _check_rules(row, entries, event, ruling)


def _check_not_repeated(events: Sequence[Event], event: Event) -> None:
    """A desk claims once under each key, and one declines a proposal once: more would only make the record long."""
    if any((one.kind, one.actor, one.data) == (event.kind, event.actor, event.data) for one in events):
        raise EventRefused("twice")


def _check_rules(
    row: Row[Any], entries: Sequence[StreamEntry], event: Event, ruling: Ruling
) -> tuple[Ruling, list[StreamEntry], Case]:
    """The stream with the event, and the case that it gives; raises what the policy refuses."""
    case = history(row.policy, row.policy_version, entries)
    check_step(ruling, entries, case, event)
    longer = [*entries, StreamEntry(event, signed=True)]
    return ruling, longer, with_last(case, longer)


def _read(value: object) -> tuple[SignedEvent, Event]:
    try:
        signed = read_signed_event(value)
        return signed, read_event(signed.payload)
    except CryptoError as error:
        raise EventRefused("not-an-event") from error


def _existing_event(connection: Connection, case: CaseId, n: int, signed: SignedEvent) -> bytes | None:
    """The hash of the event at `n` if it is this very one."""
    there = connection.execute(
        select(EVENTS.c.payload, EVENTS.c.signature, EVENTS.c.event_hash).where(
            EVENTS.c.case_id == case, EVENTS.c.n == n
        )
    ).one()
    same = (there.payload, there.signature) == (signed.payload, signed.sig)
    return bytes(there.event_hash) if same else None


def _check_actor(case: CaseId, event: Event, value: object, head: bytes, actor: Actor) -> None:
    if event.actor != actor.member:
        raise EventRefused("another-name")
    if actor.invited and event.kind not in (EventKind.COUNTERSIGNED, EventKind.DECLINED):
        raise EventRefused("invited")
    if actor.directory.valid_member(actor.member) is None:
        raise EventRefused("not-in-directory")
    try:
        check_event(actor.directory, case, event.n, head, value)
    except StreamRefused as error:
        raise EventRefused("signature") from error
    if abs(date.fromisoformat(event.day) - actor.today) > timedelta(days=DAY_SKEW):
        raise EventRefused("day")


def _check_load(event: Event, step: Step, *, ruled: bool) -> None:
    """The kind brings what it must, and names the hash of all that it brings."""
    directions = item_directions(event.kind, ruled=ruled)
    if directions is None:
        raise EventRefused("kind")
    if (event.kind in GRANTING) != (step.grant is not None):
        raise EventRefused("grant")
    if (event.kind == EventKind.PROPOSED) != (step.proposal is not None):
        raise EventRefused("proposal")
    if (step.item.place.direction if step.item else None) not in directions:
        raise EventRefused("item")
    if event.kind in (ACT_READ, EventKind.CLAIMED):
        # It names an item of the reporter's, which is there already.
        return
    if event.kind == EventKind.STEP_DECLINED:
        if not is_declined_shape(event):
            raise EventRefused("names")
    else:
        _check_names(event, step, ruled=ruled)
    if step.proposal is not None and _named(event, "proposal") != step.proposal.made.hash:
        raise EventRefused("names")
    brought = {"item": step.item.hash if step.item else None, "grant": step.grant.hash if step.grant else None}
    if {name: _named(event, name) for name in brought} != brought:
        raise EventRefused("names")


def _check_names(event: Event, step: Step, *, ruled: bool) -> None:
    """What stands beside an event: words, and under a re-grant who signed it, exactly as it came."""
    proof = {} if step.grant is None else step.grant.proof.document()
    names = {name: value for name, value in event.data.items() if name not in proof}
    plain = all(isinstance(value, str) for value in names.values())
    if not plain or not may_name(event.kind, names, ruled=ruled):
        raise EventRefused("names")
    if {name: event.data.get(name) for name in proof} != proof:
        raise EventRefused("names")


def _named(event: Event, name: str) -> bytes | None:
    value = event.data.get(name)
    if value is None:
        return None
    try:
        return b64decode(value, 32) if isinstance(value, str) else b""
    except CryptoError:
        return b""


def _epoch_of(row: Row[Any], event: Event, step: Step) -> int:
    """Under which key an item has to stand: who could not read of a re-grant knows one of before alone."""
    if event.kind != EventKind.REGRANT_NOTICE or step.item is None:
        return row.epoch
    return min(step.item.place.epoch, row.epoch - 1)


def _check_place(row: Row[Any], step: Step, epoch: int, *, is_key: bool) -> None:
    if step.grant is not None and step.grant.epoch != row.epoch + 1:
        raise EpochPassed
    if step.item is None:
        return
    place = step.item.place
    if place.case != bytes(row.case_id) or place.is_office_key != is_key:
        raise EventRefused("item")
    if place.epoch != epoch:
        raise EpochPassed
    last = row.to_reporter if place.direction is Direction.TO_REPORTER else row.office_only
    if place.seq != last + 1:
        raise ItemOutOfOrder


def _check_pace(events: Sequence[Event], event: Event, step: Step) -> None:
    """A day has only so many proposals of one member, and re-grants of a case and of one signer."""
    made = step.grant if step.proposal is None else step.proposal.made
    if step.proposal is not None and proposed_too_often(events, event.day, event.actor):
        raise EventRefused("too-often")
    if made is not None and too_often(events, event.day, {event.actor, *made.proof.signers}):
        raise EventRefused("too-often")


def _check_signers(connection: Connection, row: Row[Any], step: Step, actor: Actor) -> None:
    """A re-grant has the signatures that the directory asks for, over the packet that is there; a proposal has one."""
    if step.proposal is not None:
        _check_proposal(connection, row, step.proposal, actor)
        _check_regrant(connection, row, step.proposal.made, step, actor, needed=1)
    if step.grant is not None:
        needed = actor.directory.content.regrant_threshold
        _check_regrant(connection, row, step.grant, step, actor, needed=needed)


def _answered_proposal(connection: Connection, row: Row[Any], event: Event, actor: Actor) -> RegrantProposal | None:
    """The proposal that a second signature or a decline names; None for every other event. Raises `EventRefused`."""
    if event.kind not in (EventKind.COUNTERSIGNED, EventKind.DECLINED):
        return None
    waiting = open_proposals(connection, CaseId(bytes(row.case_id)), row.epoch, actor.today)
    return check_answer(waiting, event.data.get("proposal"))


def _check_answer(events: Sequence[Event], event: Event, step: Step, actor: Actor, proposal: RegrantProposal) -> None:
    """One declines once, and signs what another proposed, as it was proposed."""
    if actor.invited and proposal.invited != actor.member:
        raise EventRefused("invited")
    if step.grant is None:
        _check_not_repeated(events, event)
        return
    if proposal.actor == actor.member:
        raise EventRefused("own-proposal")
    same = (step.grant.hash, step.grant.access_hash) == (proposal.grant_hash, proposal.access_hash)
    if not same:
        raise EventRefused("another-proposal")
    if not {proposal.actor, actor.member} <= step.grant.proof.signers:
        raise EventRefused("signature")


def _check_regrant(
    connection: Connection, row: Row[Any], grant: NewGrant, step: Step, actor: Actor, *, needed: int
) -> None:
    if step.delivered is None:
        raise EpochPassed
    check_regrant(connection, row, grant, step.delivered, actor.directory, needed)


def _check_proposal(connection: Connection, row: Row[Any], proposal: NewRegrantProposal, actor: Actor) -> None:
    if proposal.made.epoch != row.epoch + 1:
        raise EpochPassed
    if proposal.made.proof.signers != {actor.member}:
        raise EventRefused("signature")
    if proposal.invited is not None:
        check_invited(connection, row, proposal.invited, actor.directory)


def _append(
    connection: Connection, row: Row[Any], signed: SignedEvent, event: Event, digest: bytes, step: Step
) -> None:
    connection.execute(
        insert(EVENTS).values(
            case_id=row.case_id,
            n=event.n,
            kind=event.kind,
            actor=event.actor,
            payload=signed.payload,
            signature=signed.sig,
            event_hash=digest,
            item_hash=step.item.hash if step.item else None,
        )
    )
    note_fact(connection, CaseId(bytes(row.case_id)), Fact.EVENT, digest)
    moved: dict[str, object] = {"head_n": event.n, "head_hash": digest}
    if step.item is not None:
        moved[SEQUENCES[step.item.place.direction]] = step.item.place.seq
    if step.grant is not None:
        moved |= {"epoch": step.grant.epoch, "access_hash": step.grant.access_hash}
    swapped = connection.execute(
        update(CASES).where(CASES.c.case_id == row.case_id, CASES.c.head_hash == row.head_hash).values(moved)
    )
    if swapped.rowcount != 1:
        raise HeadMoved


def _history_of(grant: NewGrant, wrap: Callable[[bytes], bytes], proposal: RegrantProposal | None) -> bytes:
    """The history document beside a new packet, under the case's erasure key.

    Beside one that was proposed it is the proposer's: the packet names its hash, which the server can't read, so a
    second signer could put noise in its place and take from everybody what came before.
    """
    return wrap(grant.history) if proposal is None else proposal.history


def _outbox_row(case: CaseId, n: int, digest: bytes, step: Step, today: date) -> dict[str, object]:
    return {
        "event_hash": digest,
        "case_id": case,
        "n": n,
        "item": step.wrap(write_json(step.item.document())) if step.item else None,
        "blobs": step.blobs,
        "packet": step.wrap(step.grant.packet) if step.grant else None,
        "epoch": step.grant.epoch if step.grant else None,
        "day": today,
        "leased_until": 0,
    }
