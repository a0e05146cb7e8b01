"""A witness outside the office: holds each checkpoint against the one it signed before, and signs it (C2SP)."""

from __future__ import annotations

import fcntl
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from crypto.errors import CryptoError, LogRefused
from crypto.framing import Rng, b64encode, verify_key
from crypto.log.checkpoint import Checkpoint, read_checkpoint
from crypto.log.tlog import root_hash
from crypto.office.witnesses import Witness, add_cosignatures, cosign, cosigners
from crypto.shape import Fields
from crypto.text import read_json, write_json
from portal.ledger.ledger import Ledger
from portal.ledger.verifying import Fault, LogFaulty, Verified
from portal.office.errors import LogKeyRefused
from portal.office.files import write_secret

# A witness that has not signed for two days is away.
LOOKED_AT: Final = 8
_LIMIT: Final = 4096


@dataclass(frozen=True)
class WitnessKey:
    """The secret of a witness; `seen`, beside it, holds the checkpoint that was signed last."""

    file: Path
    name: str
    seed: bytes = field(repr=False)

    @property
    def witness(self) -> Witness:
        """What others know of it."""
        return Witness(self.name, verify_key(self.seed))

    @property
    def seen(self) -> Path:
        """Where the last checkpoint is remembered."""
        return self.file.with_name(f"{self.file.name}.seen")


def draw_witness(file: Path, name: str, rng: Rng) -> WitnessKey:
    """Makes a key and writes it (0600)."""
    key = WitnessKey(file, name, rng(32))
    document: dict[str, object] = {"v": 1, "witness": name, "seed": b64encode(key.seed)}
    write_secret(file, write_json(document) + b"\n")
    return key


def read_witness_key(file: Path) -> WitnessKey:
    """Reads the key's file; raises LogKeyRefused."""
    try:
        fields = Fields(read_json(file.read_bytes().rstrip(b"\n"), _LIMIT), "v", "witness", "seed")
        fields.version()
        return WitnessKey(file, fields.text("witness", 64), fields.bytes("seed", 32))
    except (OSError, CryptoError) as error:
        raise LogKeyRefused(f"{file} is not the key file of a witness") from error


def cosign_newest(found: Verified, key: WitnessKey, seconds: int) -> bytes:
    """The newest checkpoint of a log that was verified, with this witness's line; the same again adds no second one.

    Raises `LogFaulty` where the log does not go on from the checkpoint that this key signed before. What is signed
    is remembered first: whatever happens meanwhile, no key signs two trees of one size.
    """
    newest, note = found.checkpoints[-1], found.notes[-1]
    with key.file.open("rb") as turn:
        # Two that sign with one key at once would each know the checkpoint before alone.
        fcntl.flock(turn, fcntl.LOCK_EX)
        if key.seen.exists():
            _check_goes_on(found, _seen(found, key), newest)
        write_secret(key.seen, note)
    if key.name in cosigners(note, {key.name: key.witness.key}):
        return note
    return cosign(note, key.name, key.seed, seconds)


def _seen(found: Verified, key: WitnessKey) -> Checkpoint:
    try:
        return read_checkpoint(found.log, key.seen.read_bytes())
    except CryptoError as error:
        raise LogFaulty(Fault.CHECKPOINT, key.seen) from error


def _check_goes_on(found: Verified, seen: Checkpoint, newest: Checkpoint) -> None:
    if newest.size < seen.size or newest.hour < seen.hour:
        raise LogFaulty(Fault.SHORTER, seen.size)
    # All entries are at hand: the older root is reckoned anew, which says more than a proof that it leads here.
    if root_hash(found.hashes, seen.size) != seen.root or (newest.size == seen.size and newest.hour != seen.hour):
        raise LogFaulty(Fault.SPLIT, seen.size)


def take_cosignatures(ledger: Ledger, checkpoint: Checkpoint, note: bytes, witnesses: Sequence[Witness]) -> bool:
    """Serves from now on what these witnesses have put under a checkpoint of ours; False where it is served already.

    Raises `LogFaulty` for a checkpoint that this log does not have, or has otherwise.
    """
    if ledger.checkpoint(checkpoint.size) is None:
        raise LogFaulty(Fault.SHORTER, checkpoint.size)
    keys = {witness.name: witness.key for witness in witnesses}
    try:
        return ledger.cosign(checkpoint.size, lambda mine: add_cosignatures(mine, note, keys))
    except LogRefused as error:
        raise LogFaulty(Fault.SPLIT, checkpoint.size) from error


def require_witnessed(found: Verified, witnesses: Sequence[Witness]) -> dict[str, int]:
    """Of each witness the newest of the last checkpoints that it cosigned, by its size; raises `LogFaulty`."""
    told: dict[str, int] = {}
    for one, note in list(zip(found.checkpoints, found.notes, strict=True))[-LOOKED_AT:]:
        for name in cosigners(note, {witness.name: witness.key for witness in witnesses}):
            told[name] = one.size
    for witness in witnesses:
        if witness.name not in told:
            raise LogFaulty(Fault.UNWITNESSED, witness.name)
    return told
