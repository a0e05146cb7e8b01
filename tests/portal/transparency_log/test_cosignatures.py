"""What witnesses have put under a checkpoint is taken within bounds, the newest of each, and can be asked for."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from crypto.errors import LogRefused
from crypto.framing import verify_key
from crypto.office.witnesses import COSIGNATURE_LIMIT, Witness, add_cosignatures, cosign, cosigners
from crypto.transparency_log.checkpoint import read_checkpoint
from portal.transparency_log.cosignatures import require_witnessed, store_cosignatures
from portal.transparency_log.verifying import Fault, LogFaulty, VerifiedLog, verify_files
from tests.crypto.sample import Drawn
from tests.portal.transparency_log.test_log_writer import ledger_of, log_writer_of
from tests.portal.transparency_log.test_verifying import CODE, NOW, log_of
from tests.support.offices.edge import Edge

UNION = "union.example/log"
SECONDS = 1795500000


def verified(batches: list[int]) -> VerifiedLog:
    """A log that holds."""
    return verify_files(log_of(batches), CODE, NOW)


def test_a_witness_that_stays_away_is_missed() -> None:
    """Anyone who asks learns which of the last eight checkpoints the witness signed last, or that it signed none."""
    seed, found = Drawn("union")(32), verified([64] * 9)
    witness = Witness(UNION, verify_key(seed))
    for place, told in ((0, None), (1, 128), (8, 576)):
        notes = list(found.notes)
        notes[place] = cosign(notes[place], UNION, seed, SECONDS)
        if told is None:
            with pytest.raises(LogFaulty) as refused:
                require_witnessed(replace(found, notes=notes), [witness])
            assert refused.value.fault is Fault.UNWITNESSED
        else:
            assert require_witnessed(replace(found, notes=notes), [witness]) == {UNION: told}


def test_cosignatures_are_gathered_within_bounds() -> None:
    """Lines of known witnesses are added once, never to another checkpoint, and no more than a proof has room for."""
    found = verified([64, 64])
    other, note = found.notes
    seeds = {f"witness-{at}": Drawn(f"witness/{at}")(32) for at in range(COSIGNATURE_LIMIT + 2)}
    keys = {name: verify_key(seed) for name, seed in seeds.items()}
    whole, unknown = note, cosign(note, "somebody", bytes(32), SECONDS)
    for name, seed in seeds.items():
        alone = cosign(note, name, seed, SECONDS)
        whole = add_cosignatures(add_cosignatures(whole, alone, keys), alone, keys)
    assert len(cosigners(whole, keys)) == COSIGNATURE_LIMIT
    assert read_checkpoint(found.log, whole) == found.checkpoints[1]
    assert add_cosignatures(note, unknown, keys) == note
    with pytest.raises(LogRefused):
        add_cosignatures(other, whole, keys)


def test_of_one_witness_the_newest_line_is_kept() -> None:
    """A later second takes the place of an earlier one, no matter who brings which first, and other lines stay."""
    note, seeds = verified([64]).notes[0], {name: Drawn(name)(32) for name in ("union", "auditor")}
    keys = {name: verify_key(seed) for name, seed in seeds.items()}
    both = cosign(cosign(note, "auditor", seeds["auditor"], SECONDS), "union", seeds["union"], SECONDS)
    early, late = (cosign(note, "union", seeds["union"], SECONDS + at) for at in (-60, 60))
    assert add_cosignatures(both, early, keys) == both
    newer = add_cosignatures(both, late, keys)
    assert cosigners(newer, keys) == {"auditor": SECONDS, "union": SECONDS + 60}
    assert len(newer) == len(both)


def test_a_line_of_a_second_that_has_not_come_is_not_served(edge: Edge) -> None:
    """A witness whose clock is a day ahead does not shut out its own later lines."""
    edge.worker.write_log()
    ledger, name, seed = log_writer_of(edge).ledger, log_writer_of(edge).office.log_name(), Drawn("union")(32)
    witness, note = Witness(UNION, verify_key(seed)), ledger_of(edge).newest() or b""
    now, checkpoint = edge.hands.now, read_checkpoint(name, note)
    ahead, right = (cosign(note, UNION, seed, int((now + timedelta(hours=at)).timestamp())) for at in (24, 0))
    with pytest.raises(LogFaulty) as refused:
        store_cosignatures(ledger, checkpoint, ahead, [witness], now)
    assert refused.value.fault is Fault.AHEAD
    assert [store_cosignatures(ledger, checkpoint, right, [witness], now) for _ in range(2)] == [True, False]
    assert set(cosigners(ledger_of(edge).newest() or b"", {UNION: witness.key})) == {UNION}
