"""`yanlu log witness…` before a server that forks, steps back or shows a second state: a sentence, and no signature."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

import crypto
from crypto.framing import b64encode
from crypto.office.notes import read_note
from portal.cli.record.log_places import FAULTS
from portal.cli.words import Catalogue
from portal.ledger.verifying import Fault
from portal.ledger.witness_file import FILE, WitnessFolder
from portal.settings import read_settings
from tests.support.inside import Ran, inside
from tests.support.shown_attacks import ATTACKS
from tests.support.shown_log import ShownLog
from tests.support.shown_server import serving

NAME = "union.example/log"


class Machine:
    """A witness's machine, and the server that it looks at."""

    def __init__(self, folder: Path, run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
        self.place, self.run, self.monkeypatch = WitnessFolder(folder / "witness"), run, monkeypatch
        self.shown = ShownLog()
        self.shown.grow()
        self.shown.found["first"] = self.shown.found["checkpoint"]

    def read(self, path: str) -> bytes | None:
        """What the server shows at the moment."""
        return self.shown.read(path)

    def set_up(self, address: str) -> None:
        """A key, and the office of the printed code."""
        assert self.run("log", "witness-key", self.place.path, "--name", NAME).code == 0
        told = ("--office", address, "--office-key", self.shown.office.code)
        assert self.run("log", "witness-setup", self.place.path, *told).code == 0

    def looks(self, now: datetime) -> Ran:
        """One round at that moment."""
        self.monkeypatch.setattr("portal.cli.record.witness_commands.system_clock", lambda: now)
        return self.run("log", "witness", self.place.path)


@pytest.fixture
def machine(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Iterator[Machine]:
    """One that was set up."""
    settings = read_settings({"YANLU_DATA": str(tmp_path / "data")})
    made = Machine(tmp_path, partial(inside, capsys, monkeypatch, settings), monkeypatch)
    with serving(made) as address:
        made.set_up(address)
        yield made


@pytest.mark.parametrize(("attack", "fault"), ATTACKS.items(), ids=[one.__name__ for one in ATTACKS])
def test_what_a_server_turns_to_is_refused_in_a_sentence_and_nothing_is_signed(
    machine: Machine, attack: Callable[[ShownLog], datetime], fault: Fault
) -> None:
    """Each attack over HTTP: exit code 3, the sentence that belongs to it, and the honest log goes on."""
    shown = machine.shown
    shown.office.roots.append(shown.successor())
    shown.publish(sequence=8)
    assert machine.looks(shown.grow()).code == 0
    before = machine.place.cosigned(), (machine.place.path / FILE).read_bytes()
    machine.shown = shown.fork()
    ran = machine.looks(attack(machine.shown))
    assert (ran.code, ran.err.startswith("Error: ")) == (3, True)
    assert FAULTS[fault].partition("{place}")[2][:20] in ran.err
    assert (machine.place.cosigned(), (machine.place.path / FILE).read_bytes()) == before
    machine.shown = shown
    assert machine.looks(shown.grow()).code == 0


def test_every_sentence_is_there_in_chinese() -> None:
    """No refusal is told in English to somebody who reads Chinese."""
    words = Catalogue("zh")
    assert [
        fault for fault, sentence in FAULTS.items() if words(sentence, place="7") == sentence.format(place="7")
    ] == []


def test_a_root_that_keepers_bring_is_signed_once(machine: Machine, tmp_path: Path) -> None:
    """Each keeper's note by itself is not enough, all together are; another root of that number is told off."""
    shown, out = machine.shown, tmp_path / "signed.note"
    line = {"name": NAME, "key": b64encode(machine.place.read().witness.key)}
    shown.office.roots.append(shown.successor(witnesses={"k": 1, "fresh": 336, "list": [line]}))
    shown.publish(sequence=8)
    assert machine.looks(shown.grow()).code == 0
    text, other = (read_note(shown.successor(**change)).text for change in ({}, {"language": "en"}))
    notes = {"board": text, "union": text, "wrong-board": other, "wrong-union": other}
    for keeper, (name, content) in zip(shown.office.keepers[:2] * 2, notes.items(), strict=True):
        (tmp_path / name).write_bytes(crypto.sign_note(content, [keeper]))
    sign = partial(machine.run, "log", "witness-root", machine.place.path, "--out", out)
    assert sign(tmp_path / "board").code == 3
    assert sign(tmp_path / "board", tmp_path / "wrong-union").code == 2
    assert sign(tmp_path / "board", tmp_path / "union", "--json").document["root"] == 3
    assert crypto.verify_roots(shown.office.code, [*shown.office.roots, out.read_bytes()]).number == 3
    assert sign(tmp_path / "board", tmp_path / "union").code == 6
    out.unlink()
    refused = sign(tmp_path / "wrong-board", tmp_path / "wrong-union")
    assert (refused.code, "another root 3" in refused.err, out.exists()) == (3, True, False)
