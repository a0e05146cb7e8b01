"""What witnesses put under the office's checkpoints: taken from their copies, and asked for by readers."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from crypto.errors import LogRefused
from crypto.office.witnesses import Witness, add_cosignatures, cosigners
from crypto.transparency_log.checkpoint import Checkpoint
from portal.transparency_log.ledger import Ledger
from portal.transparency_log.verifying import Fault, LogFaulty, VerifiedLog

# A witness that has not signed for two days is away.
MOST_CHECKPOINTS: Final = 8
_CLOCK_SKEW: Final = timedelta(hours=1)


def store_cosignatures(
    ledger: Ledger, checkpoint: Checkpoint, note: bytes, witnesses: Sequence[Witness], now: datetime
) -> bool:
    """Serves from now on what these witnesses have put under a checkpoint of ours; False where it is served already.

    Raises `LogFaulty` for a checkpoint that this log does not have, or has otherwise, and for a line of a second that
    has not come: a later one of the same witness would never take its place.
    """
    if ledger.checkpoint(checkpoint.size) is None:
        raise LogFaulty(Fault.SHORTER, checkpoint.size)
    keys = {witness.name: witness.key for witness in witnesses}
    if any(seconds > (now + _CLOCK_SKEW).timestamp() for seconds in cosigners(note, keys).values()):
        raise LogFaulty(Fault.AHEAD, checkpoint.size)
    try:
        return ledger.cosign(checkpoint.size, lambda mine: add_cosignatures(mine, note, keys))
    except LogRefused as error:
        raise LogFaulty(Fault.SPLIT, checkpoint.size) from error


def require_witnessed(found: VerifiedLog, witnesses: Sequence[Witness]) -> dict[str, int]:
    """Of each witness the newest of the last checkpoints that it cosigned, by its size; raises `LogFaulty`."""
    newest: dict[str, int] = {}
    for one, note in list(zip(found.checkpoints, found.notes, strict=True))[-MOST_CHECKPOINTS:]:
        for name in cosigners(note, {witness.name: witness.key for witness in witnesses}):
            newest[name] = one.size
    for witness in witnesses:
        if witness.name not in newest:
            raise LogFaulty(Fault.UNWITNESSED, witness.name)
    return newest
