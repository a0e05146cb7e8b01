"""Events of members who were no readers of the case when they signed (SPEC §9)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from crypto.case.claims import grants_of
from crypto.case.events import CLAIMED, WORKER, Event, ReadEvent, WrongEvent
from crypto.case.grant import Grant
from crypto.case.payloads import EpochNotice
from crypto.case.regrants import DECIDING, PreviousEpoch, RegrantStatement, fault_of, first_day, proof_in
from crypto.case.thread import Thread, ThreadEntry
from crypto.errors import WrongShape
from crypto.framing import b64encode
from crypto.office.directory import VerifiedDirectory
from crypto.shape import bytes_of

OPEN_TO_OTHERS = DECIDING | {CLAIMED, "regrant-proposed", "regrant-declined", "regrant-told", "act-read"}
"""What is held against something else than its signer: the grant, the signatures under a move, the reporter's item."""


@dataclass(frozen=True)
class _Epochs:
    directory: VerifiedDirectory
    grant: Grant
    grants: Mapping[int, bytes]
    holders: Mapping[int, Sequence[str]]
    days: Mapping[int, str]


def mark_non_readers(
    directory: VerifiedDirectory, grant: Grant, thread: Thread, events: Sequence[ReadEvent]
) -> list[ReadEvent]:
    """The same events; one that was verified and that no reader signed is `non-reader`.

    A reader is a holder of the epoch in force at that place of the record. Somebody excluded never is one; where the
    holders of an epoch are not known nobody else is marked in it.
    """
    epochs = _Epochs(directory, grant, grants_of(grant, thread), _holders_of(grant, thread), _days_of(grant, thread))
    excluded = grant.body.excluded
    found: list[ReadEvent] = []
    epoch: int | None = 0
    last = 0
    for one in events:
        event = one.event if one.wrong is None else None
        known = None if epoch is None else epochs.holders.get(epoch)
        if event is not None and _is_judged(event) and (
            event.actor in excluded or (known is not None and event.actor not in known)
        ):  # fmt: skip
            found.append(replace(one, wrong=WrongEvent.NON_READER))
            continue
        found.append(one)
        if event is not None and event.kind in DECIDING:
            epoch = _after(event, epoch, last, epochs)
            last = last if epoch is None else epoch
    return found


def _is_judged(event: Event) -> bool:
    return event.actor != WORKER and event.kind not in OPEN_TO_OTHERS


def _after(event: Event, epoch: int | None, last: int, epochs: _Epochs) -> int | None:
    """The epoch in force after a change of readers; None where it may be one whose grant is not known.

    `last` is the last one that was known: what names it, or one before, leads nowhere.
    """
    named = event.data.get("grant")
    reached = next((one for one, digest in epochs.grants.items() if b64encode(digest) == named), None)
    if reached is not None:
        return reached if reached > last else epoch
    # Of the next epoch the grant is known, and it is another: nothing was moved by this event.
    if epoch is None or epoch + 1 in epochs.grants:
        return epoch
    return None if epoch not in epochs.grants or _is_signed_move(event, epoch, epochs) else epoch


def _is_signed_move(event: Event, epoch: int, epochs: _Epochs) -> bool:
    """Whether those who may signed the move to the grant that the event names: anybody can write one that names one."""
    grant = epochs.grant
    try:
        named, proof = bytes_of(32)(event.data.get("grant")), proof_in(event.data)
    except WrongShape:
        return False
    move = RegrantStatement(epochs.directory.office, grant.case, epoch + 1, epochs.grants[epoch], named)
    begun = first_day(epoch, epochs.days[epoch]) if epoch in epochs.days else None
    former = PreviousEpoch(epochs.holders.get(epoch), grant.body.excluded, grant.body.entity, begun)
    # Who holds the new grant is not known: of its holders those are looked at who signed.
    return fault_of(epochs.directory, move, sorted(proof.signers), proof, former) is None


def _days_of(grant: Grant, thread: Thread) -> dict[int, str]:
    """The days that are known, by epoch: a move is not dated before the epoch that it leaves."""
    found = {one.epoch: one.day for one in map(_notice_in, thread.verified) if one is not None}
    return {**found, grant.epoch: grant.body.day}


def _notice_in(entry: ThreadEntry) -> EpochNotice | None:
    content = None if entry.inner is None else entry.inner.content
    return content if isinstance(content, EpochNotice) else None


def _holders_of(grant: Grant, thread: Thread) -> dict[int, Sequence[str]]:
    """The holders that are known, by epoch: from the grant and from each change of keys that verified."""
    notices = (one for one in map(_notice_in, thread.verified) if one is not None)
    found: dict[int, Sequence[str]] = {one.epoch: one.holders for one in notices}
    body = grant.body
    if body.previous is not None:
        found[body.epoch - 1] = body.previous_holders
    return {**found, body.epoch: body.holders}
