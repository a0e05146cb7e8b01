"""Founding by files: keepers on machines of their own, and a founder who would like to choose the text of root 1."""

from __future__ import annotations

import json
import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from crypto.framing import b64encode, verify_key
from crypto.office.directory import office_code, root_text
from crypto.office.signed_notes import read_note, sign_note
from crypto.office.witnesses import Witness, write_witness
from crypto.transparency_log.checkpoint import draw_log_key
from portal.cli.errors import Exit
from portal.cli.terminal import today
from portal.office import OfficeFolder, read_config, read_keeper, sample_config_text
from portal.office.ceremony import read_plan
from portal.office.drills import prove_share
from portal.office.log_key import read_log_key, write_log_key
from portal.office.recovery_sheet import words_in
from portal.office.sample_check import TOPICS
from portal.settings import read_settings
from tests.support.commands.confirm_options import CONFIRMED
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran

SEATS = ("board", "union", "audit")


@dataclass(frozen=True)
class Room:
    """The table on which files go round; each keeper's files stay in a folder of the keeper's own."""

    path: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch

    def run(self, *words: object) -> Ran:
        """`yanlu office …` on some machine, with no office in its settings."""
        settings = read_settings({"YANLU_DATA": str(self.path / "data")})
        return inside(self.capsys, self.monkeypatch, settings, "office", *words, "--json")

    def file(self, name: str) -> Path:
        """A file on the table."""
        return self.path / name

    def commit(self, seat: str) -> Ran:
        """A keeper draws a key and commits."""
        return self.run("commit", self.file("plan"), seat, "--out", self.file(f"{seat}.key"))

    def gather(self, out: str = "commits") -> Ran:
        """The founder puts the commitments together."""
        files = [self.file(f"{seat}.key.commit") for seat in SEATS]
        return self.run("commits", self.file("plan"), *files, "--out", self.file(out))

    def show(self, seat: str, commits: str = "commits") -> Ran:
        """A keeper shows the nonce."""
        given = (self.file("plan"), self.file(commits), "--keeper", self.file(f"{seat}.key"))
        return self.run("show-nonce", *given, "--out", self.file(f"{seat}.nonce"))

    def sign(self, seat: str, root: str = "root", *, seeing: bool = True) -> Ran:
        """A keeper signs root 1, having looked at what led to it."""
        seen: list[object] = ["--plan", self.file("plan"), "--commits", self.file("commits")]
        seen += [word for one in SEATS for word in ("--nonce", self.file(f"{one}.nonce"))]
        given = (self.file(root), "--keeper", self.file(f"{seat}.key"), "--yes", *(seen if seeing else ()))
        return self.run("keeper-sign", *given, "--out", self.file(f"{seat}.note"))


@pytest.fixture
def room(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Room:
    """A ceremony up to root 1: every keeper has committed, and shown the nonce."""
    made = Room(tmp_path, capsys, monkeypatch)
    made.file("office.toml").write_text(sample_config_text(), "utf-8")
    steps = [made.run("plan", "--config", made.file("office.toml"), "--out", made.file("plan"), *CONFIRMED)]
    steps += [made.commit(seat) for seat in SEATS]
    steps.append(made.gather())
    steps += [made.show(seat) for seat in SEATS]
    nonces = [made.file(f"{seat}.nonce") for seat in SEATS]
    steps.append(made.run("root", made.file("plan"), made.file("commits"), *nonces, "--out", made.file("root")))
    assert [step.code for step in steps] == [Exit.DONE] * len(steps)
    return made


def _changed(room: Room, name: str, change: dict[str, Any]) -> None:
    file = room.file(name)
    file.write_text(json.dumps(json.loads(file.read_text("utf-8")) | change, separators=(",", ":")), "utf-8")


def test_keepers_found_an_office_that_nobody_could_choose(room: Room) -> None:
    """Each signs after the look and hears the code; the office stands, and no keeper's key lies in its folder."""
    for seat in SEATS:
        signed = room.sign(seat)
        assert signed.code == Exit.DONE
    notes = [word for seat in SEATS for word in ("--root", room.file(f"{seat}.note"))]
    keys = [word for seat in SEATS[:2] for word in ("--keeper", room.file(f"{seat}.key"))]
    config = read_config(sample_config_text())
    folder = OfficeFolder(room.path / "office")
    ran = room.run("init", folder.path, "--config", room.file("office.toml"), *notes, *keys, *CONFIRMED)
    assert ran.code == Exit.DONE, ran.err
    assert ran.document["keepers"] == []
    assert folder.code() == office_code(read_note_of(room, "board"))
    assert folder.root().office == read_plan(room.file("plan").read_bytes()).office
    assert [one.id for one in folder.root().keepers] == [seat.id for seat in config.keepers]
    assert not (folder.path / "keepers").exists()


def read_note_of(room: Room, seat: str) -> bytes:
    """The note that this keeper signed."""
    return room.file(f"{seat}.note").read_bytes()


def test_no_keeper_signs_a_root_1_that_the_founder_chose(room: Room) -> None:
    """Another office id, another key beside an honest one, a root without the keeper's number: each is refused."""
    honest = room.file("root").read_bytes()
    head, document = honest.split(b"\n")[:3], json.loads(honest.split(b"\n")[3])
    union = read_keeper(room.file("union.key"), read_plan(room.file("plan").read_bytes()).office)
    assert head[0] == b"yanlu/v1/root"
    evil = [dict(one) for one in document["keepers"]]
    evil[0]["nonce"] = b64encode(bytes(32))
    without = [dict(one) for one in document["keepers"]]
    next(one for one in without if one["id"] == union.id)["nonce"] = b64encode(bytes(32))
    for name, keepers in (("another's number", evil), ("not my number", without)):
        room.file("chosen").write_bytes(root_text(document | {"keepers": keepers}))
        assert room.sign("union", "chosen").code != Exit.DONE, name
        assert not room.file("union.note").exists()
    # The founder's text and nothing else to look at: not signed either.
    assert room.sign("union", seeing=False).code == Exit.USAGE
    assert room.sign("union").code == Exit.DONE


def test_a_list_that_was_changed_gets_no_number(room: Room) -> None:
    """One's own commitment gone or another's forged; and a second list after the first: the nonce stays where it is."""
    honest = json.loads(room.file("commits").read_text("utf-8"))
    board, *others = honest["commits"]
    forged = board | {"commit": b64encode(bytes(32))}
    for lie in ([forged, *others], others, [board, board, *others[1:]], list(reversed(honest["commits"]))):
        room.file("lie").write_text(json.dumps(honest | {"commits": lie}, separators=(",", ":")), "utf-8")
        # As on a machine that has shown nothing yet: the list alone gives the lie away.
        for trace in ("board.nonce", "board.key.founding"):
            room.file(trace).unlink(missing_ok=True)
        assert room.show("board", "lie").code != Exit.DONE
        assert not room.file("board.nonce").exists()
    assert room.show("board").code == Exit.DONE
    room.file("board.nonce").unlink()
    # The founder lets one keeper begin again: another list, and anyone who has shown a number to the first refuses.
    assert room.run("commit", room.file("plan"), "audit", "--out", room.file("second.key")).code == Exit.DONE
    room.file("second.key.commit").replace(room.file("audit.key.commit"))
    assert room.gather("second").code == Exit.DONE
    assert room.show("board", "second").code != Exit.DONE
    assert not room.file("board.nonce").exists()
    assert room.show("board").code == Exit.DONE


def test_a_number_other_than_the_committed_one_makes_no_root(room: Room) -> None:
    """Anyone who waits to see the others' numbers can't choose an own one any more."""
    _changed(room, "audit.nonce", {"nonce": b64encode(bytes([7] * 32))})
    nonces = [room.file(f"{seat}.nonce") for seat in SEATS]
    ran = room.run("root", room.file("plan"), room.file("commits"), *nonces, "--out", room.file("other"))
    assert ran.code != Exit.DONE
    assert not room.file("other").exists()


def test_an_office_is_not_founded_on_another_root(room: Room) -> None:
    """A root 1 of fewer signatures, or of a plan with other seats than office.toml."""
    for seat in SEATS:
        room.sign(seat)
    text = read_note(read_note_of(room, "board")).text
    board = read_keeper(room.file("board.key"), read_plan(room.file("plan").read_bytes()).office)
    room.file("alone").write_bytes(sign_note(text, [board]))
    given = ("--config", room.file("office.toml"), *CONFIRMED, "--keeper", room.file("board.key"))
    assert room.run("init", room.path / "a", *given, "--root", room.file("alone")).code != Exit.DONE
    changed = sample_config_text().replace('en = "Internal audit"', 'en = "Friends"')
    room.file("office.toml").write_text(changed, "utf-8")
    notes = [word for seat in SEATS for word in ("--root", room.file(f"{seat}.note"))]
    both = ("--keeper", room.file("union.key"))
    assert room.run("init", room.path / "b", *given, *both, *notes).code != Exit.DONE
    assert not OfficeFolder(room.path / "a").exists()
    assert not OfficeFolder(room.path / "b").exists()


def test_a_key_that_was_committed_to_is_not_overwritten(room: Room) -> None:
    """Who runs `commit` again keeps the key whose commitment the others have."""
    before = {name: room.file(name).read_bytes() for name in (f"{SEATS[0]}.key", f"{SEATS[0]}.key.commit")}
    assert room.commit(SEATS[0]).code == Exit.USAGE
    assert {name: room.file(name).read_bytes() for name in before} == before


def test_a_keeper_sees_the_whole_line_of_each_witness(room: Room) -> None:
    """The name alone would let another key stand under it."""
    line = write_witness(Witness("union.example", verify_key(bytes(32))))
    text = sample_config_text().replace("v = 1", f'v = 1\nwitnesses = ["{line}"]', 1)
    room.file("office.toml").write_text(text, "utf-8")
    given = ("--config", room.file("office.toml"), "--out", room.file("plan"), *CONFIRMED)
    assert room.run("plan", *given).code == Exit.DONE
    room.file(f"{SEATS[0]}.key").unlink()
    ran = room.commit(SEATS[0])
    assert (ran.code, line in ran.err) == (Exit.DONE, True), ran.err


def test_a_plan_that_could_not_found_is_refused_at_once(room: Room) -> None:
    """Values of the sample, policies with examples, and what founding would refuse: said before a key is drawn."""
    sample, nowhere = sample_config_text(), sample_config_text().replace('country = "IE"', 'country = "XX"')
    of_sample = [word for topic in TOPICS for word in ("--confirm", topic)]
    config, out = room.file("refused.toml"), room.file("refused.plan")
    for text, confirmed, code, said in (
        (sample, [], Exit.REFUSED, "As in the sample"),
        (sample, of_sample, Exit.REFUSED, "Not confirmed: numbers that ship as examples."),
        (nowhere, CONFIRMED, Exit.FAILED, "XX"),
    ):
        config.write_text(text, "utf-8")
        ran = room.run("plan", "--config", config, "--out", out, *confirmed)
        assert (ran.code, out.exists(), said in ran.err) == (code, False, True), ran.err


def test_keepers_see_the_office_and_its_seats_before_they_give_anything(room: Room) -> None:
    """`commit`, `show-nonce` and `keeper-sign` say what is being founded, in every language of the plan."""
    config = read_config(sample_config_text())
    for trace in ("board.key", "board.nonce", "board.key.founding"):
        room.file(trace).rename(room.file(f"kept.{trace}"))
    committed = room.commit("board")
    for trace in ("board.key", "board.key.founding"):
        room.file(f"kept.{trace}").replace(room.file(trace))
    for ran in (committed, room.show("board"), room.sign("board")):
        assert ran.code == Exit.DONE, ran.err
        assert all(text in ran.err for text in config.name.root.values())
        assert [text in ran.err for seat in config.keepers for text in seat.seat.root.values()] == [True] * 6


def test_the_founder_gets_the_whole_command_of_each_keeper(room: Room, monkeypatch: pytest.MonkeyPatch) -> None:
    """Typed as it is printed, beside the files that it names, it signs root 1."""
    given = (room.file("plan"), room.file("commits"), *(room.file(f"{seat}.nonce") for seat in SEATS))
    printed = room.run("root", *given, "--out", room.file("root")).document["keepers"]
    monkeypatch.chdir(room.path)
    for seat in SEATS:
        ran = room.run(*shlex.split(printed[seat])[2:], "--yes")
        assert (ran.code, room.file(f"{seat}.note").is_file()) == (Exit.DONE, True), ran.err


PAPERS = ("directory", "log", "recovery")


def _founded_without_keys(room: Room) -> OfficeFolder:
    for seat in SEATS:
        assert room.sign(seat).code == Exit.DONE
    folder = OfficeFolder(room.path / "office")
    notes = [word for seat in SEATS for word in ("--root", room.file(f"{seat}.note"))]
    ran = room.run("init", folder.path, "--config", room.file("office.toml"), *notes, *CONFIRMED)
    assert (ran.code, [Path(one).name for one in ran.document["to_sign"]]) == (Exit.DONE, list(PAPERS)), ran.err
    return folder


def _signed_by(room: Room, folder: OfficeFolder, *seats: str) -> list[Path]:
    """What these keepers bring back of all that founding left to sign."""
    notes: list[Path] = []
    for seat in seats:
        for paper in PAPERS:
            notes.append(room.file(f"{seat}.{paper}.note"))
            given = ("--keeper", room.file(f"{seat}.key"), "--yes", "--out", notes[-1])
            ran = room.run("keeper-sign", folder.path / "to-sign" / paper, *given)
            assert ran.code == Exit.DONE, ran.err
            assert paper != "recovery" or "notary-share  outside" in ran.err
    return notes


def test_an_office_is_founded_where_no_keeper_s_key_ever_was(room: Room) -> None:
    """Root 1 is only verified; directory, log and the list of shares are signed elsewhere and brought back."""
    folder = _founded_without_keys(room)
    assert (folder.directory(), folder.log_note(), folder.recovery_sheet()) == (None, None, None)
    too_few = room.run("signed", *_signed_by(room, folder, "board"), "--office", folder.path)
    assert (too_few.code, folder.directory(), folder.recovery_sheet()) == (Exit.FAILED, None, None)
    notes = _signed_by(room, folder, "board", "union")
    ran = room.run("signed", *notes, "--office", folder.path)
    assert (ran.code, ran.document["sequence"]) == (Exit.DONE, 1), ran.err
    assert folder.verified(today()).sequence == 1
    assert folder.log_name().key == read_log_key(folder.path / "log.key", folder.root().office).key
    shares = [words_in(file.read_text("utf-8")) for file in sorted((folder.path / "recovery").glob("*.txt"))]
    assert len({prove_share(folder, words, today()).id for words in shares}) == len(shares) == 4


def test_what_does_not_belong_to_the_founding_is_not_published(room: Room) -> None:
    """Another log's key, another office.toml, a paper too few, or two keepers' notes of two lists: nothing appears."""
    folder = _founded_without_keys(room)
    notes = _signed_by(room, folder, "board", "union")
    for name in ("log.key", "office.toml"):
        file = folder.path / name
        kept = file.read_bytes()
        if name == "log.key":
            write_log_key(file, folder.root().office, draw_log_key(os.urandom))
        else:
            file.write_bytes(kept.replace(b"valid_days = 92", b"valid_days = 91"))
        assert room.run("signed", *notes, "--office", folder.path).code == Exit.FAILED, name
        assert (folder.directory(), folder.recovery_sheet(), folder.log_note()) == (None, None, None), name
        file.write_bytes(kept)
    for lacking in PAPERS:
        rest = [one for one in notes if lacking not in one.name]
        assert room.run("signed", *rest, "--office", folder.path).code == Exit.FAILED, lacking
        assert folder.directory() is None, lacking
        # One keeper fewer under this paper alone, though enough signed the others.
        rest = [one for one in notes if one.name != f"union.{lacking}.note"]
        assert room.run("signed", *rest, "--office", folder.path).code != Exit.DONE, lacking
        assert (folder.directory(), folder.recovery_sheet(), folder.log_note()) == (None, None, None), lacking
    assert room.run("signed", *notes, "--office", folder.path).code == Exit.DONE


def test_a_keeper_signs_no_list_of_shares_that_is_written_in_another_way(room: Room) -> None:
    """A blank or a line more, another version: nothing that an office exports."""
    folder = _founded_without_keys(room)
    honest = (folder.path / "to-sign/recovery").read_bytes()
    for wrong in (honest + b"\n", honest.replace(b'"v":1', b'"v": 1'), honest.replace(b'"v":1', b'"v":2')):
        room.file("wrong").write_bytes(wrong)
        given = ("--keeper", room.file("board.key"), "--yes", "--out", room.file("wrong.note"))
        assert room.run("keeper-sign", room.file("wrong"), *given).code == Exit.FAILED
        assert not room.file("wrong.note").exists()
