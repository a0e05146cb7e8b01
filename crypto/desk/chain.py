"""From the grant that a member has pinned to one several epochs on: each change of keys between them (SPEC §5)."""

from collections.abc import Collection
from dataclasses import dataclass

from crypto.case.grant import Grant
from crypto.case.payloads import EpochNotice
from crypto.case.regrants import PreviousEpoch, RegrantStatement, fault_of, first_day
from crypto.case.thread import Thread
from crypto.errors import WrongSuccessor
from crypto.office.directory import VerifiedDirectory


@dataclass(frozen=True)
class _Reached:
    """A grant that follows the pinned one: its hash, its holders in order, the earliest day of the next."""

    grant: bytes
    holders: tuple[str, ...]
    day: str


def check_chain(directory: VerifiedDirectory, before: Grant, made: Grant, thread: Thread) -> None:
    """Whether the signed moves that a case holds lead from the pinned grant `before` to `made`.

    `thread` is the case as read with `made`. Nothing is asked of a step of one epoch, which open_grant and check_proof
    check, nor of the last move's signatures, which check_proof counts. Nothing may be pinned or written before this has
    passed. Raises WrongSuccessor.
    """
    body = made.body
    if body.epoch <= before.epoch + 1:
        return
    notices = [
        entry.inner.content
        for entry in thread.entries
        if entry.inner is not None and isinstance(entry.inner.content, EpochNotice)
    ]
    reached = {_Reached(before.hash, _in_order(before.body.holders), first_day(before.epoch, before.body.day))}
    for epoch in range(before.epoch + 1, body.epoch):
        # Whatever its mark in the thread: one that was sent again may stand behind items of the next epoch.
        reached = {
            _Reached(notice.grant, _in_order(notice.holders), notice.day)
            for notice in notices
            if notice.epoch == epoch and any(_follows(directory, before, one, notice) for one in reached)
        }
    last = body.previous, _in_order(body.previous_holders)
    if not any((one.grant, one.holders) == last and one.day <= body.day for one in reached):
        raise WrongSuccessor("no signed move of each epoch leads from the pinned grant to this one")
    if body.entity != before.body.entity:
        raise WrongSuccessor("another entity than the pinned grant's")


def _in_order(holders: Collection[str]) -> tuple[str, ...]:
    return tuple(sorted(holders))


def _follows(directory: VerifiedDirectory, pinned: Grant, reached: _Reached, notice: EpochNotice) -> bool:
    """What check_regrant asks, with the holders before as they were signed, never as a maker names them."""
    if notice.previous != reached.grant:
        return False
    body = pinned.body
    move = RegrantStatement(body.office, body.case, notice.epoch, notice.previous, notice.grant)
    former = PreviousEpoch(reached.holders, body.excluded, body.entity, reached.day)
    return fault_of(directory, move, notice.holders, notice.proof, former) is None
