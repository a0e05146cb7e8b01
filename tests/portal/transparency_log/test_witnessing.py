"""A witness signs no second view, no step back, no second successor, whatever is shown and whenever it dies."""

from __future__ import annotations

import os
from collections.abc import Callable
from concurrent.futures import Future, ThreadPoolExecutor, wait
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from stat import S_ISDIR

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import crypto
from crypto.errors import CryptoError
from crypto.framing import b64encode, sha256
from crypto.office.signed_notes import read_note
from crypto.office.witnesses import cosign, cosigners
from crypto.text import write_json
from crypto.transparency_log.checkpoint import Checkpoint, read_checkpoint
from crypto.transparency_log.filing import Fact, log_entry, office_log_key
from portal.office.files import write_secret
from portal.transparency_log.verifying import Fault, LogFaulty
from portal.transparency_log.witness_file import (
    FILE,
    Pinned,
    WitnessFolder,
    WitnessState,
    read_witness_state,
    write_witness_state,
)
from portal.transparency_log.witnessing import create_witness, pinned_of, set_up, sign_successor, witness_newest
from tests.crypto.sample import Drawn, Office
from tests.support.transparency_log.log_attacks import ATTACKS, forked
from tests.support.transparency_log.log_views import START, ShownLog

UNION = "union.example/log"
LATER = timedelta(minutes=20)


@pytest.fixture
def shown() -> ShownLog:
    """An honest log with one checkpoint."""
    log = ShownLog()
    log.grow()
    return log


def witness_of(log: ShownLog, path: Path) -> WitnessFolder:
    """A witness that was set up from the printed code."""
    folder = WitnessFolder(path / "witness")
    create_witness(folder, UNION, Drawn("union"))
    set_up(folder, log.office.code, "https://office.example", log)
    return folder


def signed(folder: WitnessFolder) -> tuple[int, int]:
    """The size and the second of the checkpoint that lies there for the office."""
    known, note = folder.read(), folder.cosigned() or b""
    return read_checkpoint(pinned_of(folder, known).log, note).size, cosigners(note, {UNION: known.witness.key})[UNION]


def refused(folder: WitnessFolder, log: ShownLog, now: datetime) -> Fault:
    """Why a round was refused; nothing was signed and nothing remembered."""
    before = (folder.path / FILE).read_bytes(), folder.cosigned()
    with pytest.raises(LogFaulty) as fault:
        witness_newest(folder, log, now)
    assert ((folder.path / FILE).read_bytes(), folder.cosigned()) == before
    return fault.value.fault


def test_a_witness_follows_a_log_that_grows_and_signs_the_newest_again(shown: ShownLog, tmp_path: Path) -> None:
    """Each round gives one line of its own second; another directory and the keepers after are followed."""
    folder = witness_of(shown, tmp_path)
    for hours in (0, 1, 2):
        now = shown.hour + timedelta(hours=hours)
        assert witness_newest(folder, shown, now).size == 64
        assert signed(folder) == (64, int(now.timestamp()))
    assert (folder.cosigned() or b"").count(UNION.encode()) == 1
    shown.publish(sequence=8)
    assert witness_newest(folder, shown, shown.grow(1)).office.sequence == 8
    shown.office.roots.append(shown.successor())
    shown.publish(sequence=9)
    assert witness_newest(folder, shown, shown.grow(2)).office.root == 2
    for _ in range(6):
        shown.grow()
    assert witness_newest(folder, shown, shown.hour + LATER).size == 64 * 9
    assert (folder.path / FILE).stat().st_mode & 0o077 == 0


def test_a_root_is_looked_for_once(shown: ShownLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A signed root that left the entries that are searched stops no later directory; another one has to be there."""
    monkeypatch.setattr("portal.transparency_log.witnessing._BUNDLES", 1)
    folder, late = witness_of(shown, tmp_path), witness_of(shown, tmp_path / "late")
    witness_newest(folder, shown, shown.hour)
    for sequence in range(8, 14):
        shown.publish(sequence=sequence)
        assert witness_newest(folder, shown, shown.grow()).office.sequence == sequence
    assert refused(late, shown, shown.hour) is Fault.NOT_ENTERED
    shown.office.roots.append(shown.successor())
    shown.publish(sequence=14)
    alone = log_entry(office_log_key(shown.office.office), Fact.DIRECTORY, shown.published.directory_hash)
    assert refused(folder, shown, shown.grow(enter=False, also=[alone])) is Fault.NOT_ENTERED


@pytest.mark.parametrize(("attack", "fault"), ATTACKS.items(), ids=[one.__name__ for one in ATTACKS])
def test_whatever_else_is_shown_is_refused_and_nothing_signed(
    tmp_path: Path, attack: Callable[[ShownLog], datetime], fault: Fault
) -> None:
    """Refused as often as it is shown; the honest log is signed as before."""
    honest = ShownLog()
    honest.grow()
    first = honest.found["checkpoint"]
    honest.office.roots.append(honest.successor())
    honest.publish(sequence=8)
    honest.grow()
    honest.found["first"] = first
    folder = witness_of(honest, tmp_path)
    witness_newest(folder, honest, honest.hour)
    shown = honest.fork()
    now = attack(shown)
    for _ in range(2):
        assert refused(folder, shown, now) is fault
    assert witness_newest(folder, honest, honest.hour + LATER).size == 128
    honest.publish(sequence=9)
    assert witness_newest(folder, honest, honest.grow()).office.sequence == 9


def test_what_was_refused_is_kept_as_proof(shown: ShownLog, tmp_path: Path) -> None:
    """Two checkpoints of one size, both signed with the log's key, lie beside each other."""
    folder = witness_of(shown, tmp_path)
    witness_newest(folder, shown, shown.hour)
    other = shown.fork()
    assert refused(folder, other, forked(other)) is Fault.SPLIT
    kept = read_checkpoint(shown.name, (folder.path / "refused-split").read_bytes())
    assert (kept.size, kept == folder.read().seen) == (64, False)


def test_a_witness_is_set_up_from_the_printed_code_alone(shown: ShownLog, tmp_path: Path) -> None:
    """Its key may be there before the office is; another office behind the address is refused, then and later."""
    folder = WitnessFolder(tmp_path / "witness")
    create_witness(folder, UNION, Drawn("union"))
    with pytest.raises(LogFaulty) as early:
        witness_newest(folder, shown, shown.hour)
    assert early.value.fault is Fault.NOT_SET_UP
    with pytest.raises(LogFaulty) as wrong:
        set_up(folder, "0000-0000-0000-0000-0000", "", shown)
    assert (wrong.value.fault, folder.read().pinned) == (Fault.NOT_NAMED, None)
    digest = b64encode(sha256(read_note(shown.office.roots[0]).text))
    set_up(folder, f"{shown.office.code}&h={digest}", "https://old.example", shown)
    assert witness_newest(folder, shown, shown.hour).size == 64
    set_up(folder, f"{shown.office.code}&h={digest}", "https://new.example", shown)
    assert folder.read().seen is not None
    other = ShownLog(Office(Drawn("elsewhere")))
    other.grow()
    for again in (
        lambda: set_up(folder, other.office.code, "", other),
        lambda: create_witness(folder, UNION, Drawn("x")),
    ):
        with pytest.raises(LogFaulty) as second:
            again()
        assert second.value.fault is Fault.SET_UP
    assert witness_newest(folder, shown, shown.hour + LATER).size == 64


class Killed(BaseException):
    """The process ends here."""


@pytest.mark.parametrize("moment", range(8))
def test_killed_at_any_moment_it_never_signs_two(
    shown: ShownLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, moment: int
) -> None:
    """Dying at any write to the disk, a witness signs one of two views afterwards, and goes on signing it alone."""
    folder, left = witness_of(shown, tmp_path), [moment]
    other = shown.fork()
    forked(other)

    def dying(call: Callable[..., object]) -> Callable[..., object]:
        def step(*given: object, **named: object) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise Killed
            return call(*given, **named)

        return step

    with monkeypatch.context() as patch:
        patch.setattr("portal.office.files.os.fsync", dying(os.fsync))
        patch.setattr(Path, "replace", dying(Path.replace))
        patch.setattr("portal.transparency_log.witnessing.cosign", dying(cosign))
        with suppress(Killed):
            witness_newest(folder, shown, shown.hour)
    given_away = {folder.cosigned()}
    for log in (other, shown):
        with suppress(LogFaulty):
            witness_newest(folder, log, shown.hour)
        given_away.add(folder.cosigned())
    texts = {read_note(note, range(5, 8193)).text for note in given_away if note is not None}
    assert len(texts) == 1


def test_two_at_once_sign_no_second_view(shown: ShownLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Anyone who signs with the same key meanwhile waits, and then finds what was signed."""
    folder, late = witness_of(shown, tmp_path), list[Future[Checkpoint]]()
    other, pool, remember = shown.fork(), ThreadPoolExecutor(), write_secret
    forked(other)

    def meanwhile(path: Path, content: bytes) -> None:
        if not late:
            late.append(pool.submit(witness_newest, folder, other, shown.hour))
            wait(late, timeout=0.3)
        remember(path, content)

    monkeypatch.setattr("portal.transparency_log.witness_file.write_secret", meanwhile)
    witness_newest(folder, shown, shown.hour)
    assert isinstance(late[0].exception(), LogFaulty)
    pool.shutdown()


def test_what_is_remembered_outlives_a_power_cut(
    shown: ShownLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Content and name are forced to the disk before the checkpoint is signed."""
    folder, forced = witness_of(shown, tmp_path), list[str]()

    def forcing(opened: int) -> None:
        forced.append("folder" if S_ISDIR(os.fstat(opened).st_mode) else "file")

    def signing(*given: object) -> bytes:
        forced.append("signed")
        return cosign(*given)  # type: ignore[arg-type]

    monkeypatch.setattr("portal.office.files.os.fsync", forcing)
    monkeypatch.setattr("portal.transparency_log.witnessing.cosign", signing)
    witness_newest(folder, shown, shown.hour)
    assert forced[:3] == ["file", "folder", "signed"]


def test_a_witness_without_its_memory_signs_nothing(shown: ShownLog, tmp_path: Path) -> None:
    """A file that is gone, empty, cut or of somebody else's making is refused before anything is asked for."""
    folder = witness_of(shown, tmp_path)
    witness_newest(folder, shown, shown.hour)
    file = folder.path / FILE
    whole = file.read_bytes()
    for content in (b"", b"{}", whole[:-2], whole + b"\n", whole.replace(b'"v":1', b'"v":2'), whole + whole):
        file.write_bytes(content)
        with pytest.raises(LogFaulty) as fault:
            witness_newest(folder, shown, shown.hour)
        assert fault.value.fault is Fault.MEMORY
    file.unlink()
    with pytest.raises(LogFaulty):
        witness_newest(folder, shown, shown.hour)
    assert not file.exists()


MEMORY = ShownLog()
MEMORY.grow()


@settings(max_examples=300)
@given(st.data())
def test_whatever_reads_as_a_memory_was_written_as_one(data: st.DataObject) -> None:
    """Bytes changed anywhere, put in or left out: refused, or read as just what they say."""
    address, signed = "https://office.example", MEMORY.found["checkpoint"]
    pinned = Pinned(MEMORY.office.code, address, MEMORY.name)
    root = MEMORY.office.roots[0]
    known = WitnessState(UNION, bytes(32), pinned, signed, root, {2: bytes(32), 5: bytes(32)})
    whole = write_witness_state(known)
    assert read_witness_state(whole) == known
    at = data.draw(st.integers(0, len(whole)))
    content = whole[:at] + data.draw(st.binary(max_size=3)) + whole[at + data.draw(st.integers(0, 3)) :]
    with suppress(CryptoError):
        assert write_witness_state(read_witness_state(content)) == content


def named_by_root(folder: WitnessFolder, shown: ShownLog) -> ShownLog:
    """The same office, in which root 2 names the witness, followed so far."""
    line = {"name": UNION, "key": b64encode(folder.read().witness.key)}
    shown.office.roots.append(shown.successor(witnesses={"k": 1, "fresh": 336, "list": [line]}))
    shown.publish(sequence=8)
    witness_newest(folder, shown, shown.grow())
    return shown


def test_a_witness_signs_one_successor_of_a_root(shown: ShownLog, tmp_path: Path) -> None:
    """The keepers' root 3 is signed as often as it is brought; retired keepers' other one never, nor a log with it."""
    folder = witness_of(shown, tmp_path)
    with pytest.raises(LogFaulty) as early:
        sign_successor(folder, shown.successor(), shown.hour)
    assert early.value.fault is Fault.NO_CHECKPOINT
    named_by_root(folder, shown)
    right, wrong, note = shown.successor(), shown.successor(language="en"), b""
    for _ in range(2):
        note, root = sign_successor(folder, right, shown.hour)
        assert root.number == 3
        with pytest.raises(LogFaulty) as second:
            sign_successor(folder, wrong, shown.hour)
        assert second.value.fault is Fault.SECOND_SUCCESSOR
    assert set(cosigners(note, {UNION: folder.read().witness.key})) == {UNION}
    assert crypto.verify_roots(shown.office.code, [*shown.office.roots, note]).number == 3
    other = shown.fork()
    other.office.roots.append(crypto.sign_note(read_note(wrong).text, other.office.keepers))
    other.publish(sequence=9)
    assert refused(folder, other, other.grow()) is Fault.SECOND_SUCCESSOR
    shown.office.roots.append(note)
    shown.publish(sequence=9)
    assert witness_newest(folder, shown, shown.grow()).office.root == 3
    with pytest.raises(LogFaulty):
        sign_successor(folder, wrong, shown.hour)


def test_a_successor_that_is_none_is_not_signed(shown: ShownLog, tmp_path: Path) -> None:
    """Not a root after the next, of one keeper alone, of another office, nor one for which it is no witness."""
    folder = witness_of(shown, tmp_path)
    witness_newest(folder, shown, shown.hour)
    unnamed = shown.successor()
    with pytest.raises(LogFaulty) as fault:
        sign_successor(folder, unnamed, shown.hour)
    assert fault.value.fault is Fault.NO_SUCCESSOR
    named_by_root(folder, shown)
    office = shown.office
    elsewhere = Office(Drawn("elsewhere"))
    for note in (
        crypto.sign_note(crypto.root_text(office.root_document(4)), office.keepers),
        crypto.sign_note(crypto.root_text(office.root_document(3)), office.keepers[:1]),
        crypto.sign_note(crypto.root_text(elsewhere.root_document(3)), elsewhere.keepers),
        office.roots[-1],
        shown.directory,
        b"",
    ):
        with pytest.raises(LogFaulty) as fault:
            sign_successor(folder, note, shown.hour)
        assert fault.value.fault is Fault.NO_SUCCESSOR
    assert folder.read().successors == {}


def test_a_successor_is_remembered_before_it_is_signed(
    shown: ShownLog, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Killed in between, it signs that root later, and no other."""
    folder = witness_of(shown, tmp_path)
    named_by_root(folder, shown)

    def killed(*_: object) -> bytes:
        raise Killed

    with monkeypatch.context() as patch:
        patch.setattr("portal.transparency_log.witnessing.cosign", killed)
        with pytest.raises(Killed):
            sign_successor(folder, shown.successor(), shown.hour)
    with pytest.raises(LogFaulty):
        sign_successor(folder, shown.successor(language="en"), shown.hour)
    sign_successor(folder, shown.successor(), shown.hour)


@pytest.mark.parametrize("chain", [b"", b"{}", b"[]", b'{"roots":[]}', b'{"roots":[7]}', b'{"roots":["x"]}'])
def test_foreign_text_in_place_of_roots_is_refused(shown: ShownLog, tmp_path: Path, chain: bytes) -> None:
    """Whatever a server says in their place, the witness refuses and does not fall over."""
    folder = witness_of(shown, tmp_path)
    shown.found["roots.json"] = chain
    assert refused(folder, shown, START) in {Fault.NOT_HANDED_OVER, Fault.NOT_SERVED}
    shown.found["roots.json"] = write_json({"roots": ["x"] * 65})
    assert refused(folder, shown, START) is Fault.NOT_HANDED_OVER
