"""`yanlu log witness…` before a server that forks, steps back or shows a second state: a sentence, and no signature."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime
from functools import partial
from pathlib import Path

import pytest

import crypto
from crypto.framing import b64encode, verify_key
from crypto.office.signed_notes import read_note
from crypto.office.witnesses import Witness, write_witness
from portal.cli.transparency_log.log_places import FAULTS
from portal.cli.transparency_log.witness_words import AT_SET_UP, AT_WITNESSING
from portal.cli.words import Catalogue
from portal.office import read_config, sample_config_text
from portal.office.errors import ConfigRefused
from portal.settings import read_settings
from portal.transparency_log.verifying import Fault
from portal.transparency_log.witness_file import FILE, WitnessFolder
from tests.support.commands.yanlu_in_process import Ran, inside
from tests.support.transparency_log.log_attacks import ATTACKS
from tests.support.transparency_log.log_view_server import serving
from tests.support.transparency_log.log_views import ShownLog

NAME = "union.example/log"
QUIET = {Fault.CLOCK}
"""What may well be this machine's own clock: docs/witness.md says when to telephone."""


class Machine:
    """A witness's machine, and the server that it looks at."""

    def __init__(self, folder: Path, run: Callable[..., Ran], monkeypatch: pytest.MonkeyPatch) -> None:
        self.place, self.run, self.monkeypatch = WitnessFolder(folder / "witness"), run, monkeypatch
        self.shown = ShownLog()
        self.shown.grow()
        self.shown.found["first"] = self.shown.found["checkpoint"]
        self.address = ""

    def read(self, path: str) -> bytes | None:
        """What the server shows at the moment."""
        return self.shown.read(path)

    def set_up(self, address: str) -> None:
        """A key, and the office of the printed code."""
        self.address = address
        assert self.run("log", "witness-key", self.place.path, "--name", NAME).code == 0
        told = ("--office", address, "--office-key", self.shown.office.code)
        assert self.run("log", "witness-setup", self.place.path, *told).code == 0

    def looks(self, now: datetime) -> Ran:
        """One round at that moment."""
        self.monkeypatch.setattr("portal.cli.transparency_log.witness_commands.system_clock", lambda: now)
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
    said = AT_WITNESSING.get(fault, FAULTS[fault])
    assert said.partition("{place}")[2][:20] in ran.err
    assert "Nothing was signed" in ran.err
    assert fault in QUIET or "telephone a keeper" in ran.err
    assert (machine.place.cosigned(), (machine.place.path / FILE).read_bytes()) == before
    machine.shown = shown
    # Who asks later is told the same, until a look at which all holds.
    asked = machine.run("log", "witness-status", machine.place.path)
    assert (asked.code, said.partition("{place}")[2][:20] in asked.err) == (3, True)
    machine.shown = shown
    now = shown.grow()
    assert machine.looks(now).code == 0
    assert machine.run("log", "witness-status", machine.place.path).code == 0


def test_another_key_under_the_name_of_a_witness_is_told(machine: Machine) -> None:
    """At set-up, at each look and in the status: with the own line, to be read out on the telephone."""
    shown, (own, other) = machine.shown, (machine.place.read().witness, Witness(NAME, verify_key(bytes(32))))
    for number, (named, told, code) in enumerate(((own, False, 0), (other, True, 1)), start=8):
        lines = [{"name": named.name, "key": b64encode(named.key)}]
        del shown.office.roots[1:]
        shown.office.roots.append(shown.successor(witnesses={"k": 1, "fresh": 336, "list": lines}))
        shown.publish(sequence=number)
        now = shown.grow()
        given = ("--office", machine.address, "--office-key", shown.office.code)
        ran = [machine.run("log", "witness-setup", machine.place.path, *given)]
        # The keepers of this test sign root 2 twice: for a second one the witness has to forget the first.
        known = machine.place.read()
        machine.place.remember(replace(known, signed=None, root=None))
        ran += [machine.looks(now), machine.run("log", "witness-status", machine.place.path)]
        assert [(one.code, write_witness(own) in one.err) for one in ran[:2]] == [(0, told)] * 2
        assert ran[2].code == code
        assert ("counts for nothing" in ran[2].out) is told


def test_an_office_that_does_not_name_the_witness_yet_is_no_fault(machine: Machine) -> None:
    """It is said beside the line for the keepers; so is that nothing was signed, before the first look."""
    early = machine.run("log", "witness-status", machine.place.path)
    assert (early.code, "signed nothing yet" in early.err) == (1, True)
    assert machine.looks(machine.shown.grow()).code == 0
    ran = machine.run("log", "witness-status", machine.place.path)
    assert (ran.code, "does not name union.example/log" in ran.out) == (0, True)


def test_an_address_without_its_beginning_is_told_where_it_was_typed(machine: Machine) -> None:
    """Not that a file is missing: what was typed is neither an address nor a folder."""
    bare = machine.address.removeprefix("http://")
    given = ("--office", bare, "--office-key", machine.shown.office.code)
    ran = machine.run("log", "witness-setup", machine.place.path, *given)
    assert (ran.code, bare in ran.err, "https://" in ran.err) == (2, True, True)
    at_desk = ("--office", f"{machine.address}/nowhere", "--office-key", machine.shown.office.code)
    other = machine.run("log", "witness-setup", machine.place.path, *at_desk)
    assert (other.code, "Nothing was set up" in other.err) == (3, True)
    assert machine.place.read().pinned is not None


def test_a_witness_line_that_is_mistyped_is_shown_as_it_was_typed(machine: Machine) -> None:
    """With the number of the line in office.toml, where there may be several."""
    good, wrong = write_witness(machine.place.read().witness), write_witness(machine.place.read().witness)[:-1]
    with pytest.raises(ConfigRefused, match=r"number 2 is mistyped: union\.example"):
        read_config(sample_config_text().replace("v = 1", f'v = 1\nwitnesses = ["{good}", "{wrong}"]', 1))
    given = ("--url", machine.address, "--office-key", machine.shown.office.code)
    ran = machine.run("log", "verify", *given, "--witness", wrong)
    assert (ran.code, wrong in ran.err) == (2, True)


def test_every_sentence_is_there_in_chinese() -> None:
    """No refusal is told in English to somebody who reads Chinese."""
    words = Catalogue("zh")
    assert [
        fault
        for told in (FAULTS, AT_WITNESSING, AT_SET_UP)
        for fault, sentence in told.items()
        if words(sentence, place="7") == sentence.format(place="7")
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
