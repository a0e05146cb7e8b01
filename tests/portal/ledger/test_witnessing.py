"""A witness signs no two trees of one size, and what it has put under a checkpoint can be asked for."""

from __future__ import annotations

import os
from concurrent.futures import Future, ThreadPoolExecutor, wait
from dataclasses import replace
from pathlib import Path
from stat import S_ISDIR

import pytest

from crypto.errors import LogRefused
from crypto.framing import verify_key
from crypto.log.checkpoint import read_checkpoint
from crypto.office.witnesses import COSIGNATURE_LIMIT, Witness, add_cosignatures, cosign, cosigners
from portal.ledger.verifying import Fault, LogFaulty, Verified, verify_files
from portal.ledger.witnessing import cosign_newest, draw_witness, read_witness_key, require_witnessed
from portal.office.errors import LogKeyRefused
from portal.office.files import write_secret
from tests.crypto.sample import Drawn
from tests.portal.ledger.test_verifying import CODE, NOW, Files, log_of

UNION = "union.example/log"
SECONDS = 1795500000


def verified(files: Files) -> Verified:
    """A log that holds."""
    return verify_files(files, CODE, NOW)


def test_a_witness_follows_a_log_that_only_grows(tmp_path: Path) -> None:
    """Each checkpoint gets one line, also when it is asked for again, and readers who know the key find it."""
    key = draw_witness(tmp_path / "union.key", UNION, Drawn("union"))
    for batches in ([64], [64, 256], [64, 256], [64, 256, 64]):
        note = cosign_newest(verified(log_of(batches)), read_witness_key(key.file), SECONDS)
        assert cosigners(note, {UNION: key.witness.key}) == {UNION: SECONDS}
        assert note.count(UNION.encode()) == 1
    assert (tmp_path / "union.key").stat().st_mode & 0o077 == 0


@pytest.mark.parametrize(
    ("batches", "name", "fault"),
    [
        ([64, 256], "another", Fault.SPLIT),
        ([64, 64, 256], "log", Fault.SPLIT),
        ([64, 256, 64], "another", Fault.SPLIT),
        ([64], "log", Fault.SHORTER),
    ],
    ids=["another tree of one size", "another past", "another and longer", "shorter"],
)
def test_a_witness_signs_no_second_view(tmp_path: Path, batches: list[int], name: str, fault: Fault) -> None:
    """What does not go on from the checkpoint that was signed last is refused, and goes on being refused."""
    key = draw_witness(tmp_path / "union.key", UNION, Drawn("union"))
    cosign_newest(verified(log_of([64, 256])), key, SECONDS)
    for _ in range(2):
        with pytest.raises(LogFaulty) as refused:
            cosign_newest(verified(log_of(batches, name)), key, SECONDS)
        assert refused.value.fault is fault
    cosign_newest(verified(log_of([64, 256, 64])), key, SECONDS)


def test_what_is_signed_is_remembered_first(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Killed between remembering and signing, a witness signs the same checkpoint later, and no other."""
    key = draw_witness(tmp_path / "union.key", UNION, Drawn("union"))

    def killed(*_: object) -> bytes:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr("portal.ledger.witnessing.cosign", killed)
        with pytest.raises(KeyboardInterrupt):
            cosign_newest(verified(log_of([64])), key, SECONDS)
    with pytest.raises(LogFaulty):
        cosign_newest(verified(log_of([64], "another")), key, SECONDS)
    cosign_newest(verified(log_of([64])), key, SECONDS)
    key.seen.write_bytes(b"no checkpoint")
    with pytest.raises(LogFaulty):
        cosign_newest(verified(log_of([64])), key, SECONDS)
    key.file.write_bytes(b"{}")
    with pytest.raises(LogKeyRefused):
        read_witness_key(key.file)


def test_two_at_once_sign_no_second_view(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever signs with the same key meanwhile waits, and then finds what was signed."""
    key, late = draw_witness(tmp_path / "union.key", UNION, Drawn("union")), list[Future[bytes]]()
    pool, remember = ThreadPoolExecutor(), write_secret

    def meanwhile(path: Path, content: bytes) -> None:
        if not late:
            late.append(pool.submit(cosign_newest, verified(log_of([64], "another")), key, SECONDS))
            wait(late, timeout=0.3)
        remember(path, content)

    monkeypatch.setattr("portal.ledger.witnessing.write_secret", meanwhile)
    cosign_newest(verified(log_of([64])), key, SECONDS)
    assert isinstance(late[0].exception(), LogFaulty)
    pool.shutdown()


def test_what_is_remembered_outlives_a_power_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Not the content alone is forced to the disk, the name in its folder is too, after it was given."""
    key, forced = draw_witness(tmp_path / "union.key", UNION, Drawn("union")), list[tuple[bool, bool]]()

    def forcing(opened: int) -> None:
        forced.append((S_ISDIR(os.fstat(opened).st_mode), key.seen.exists()))

    monkeypatch.setattr("portal.office.files.os.fsync", forcing)
    cosign_newest(verified(log_of([64])), key, SECONDS)
    assert forced == [(False, False), (True, True)]


def test_a_witness_that_stays_away_is_missed() -> None:
    """Whoever asks learns which of the last eight checkpoints the witness signed last, or that it signed none."""
    seed, found = Drawn("union")(32), verified(log_of([64] * 9))
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
    found = verified(log_of([64, 64]))
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
