"""A colleague was faster: the command says that nothing was written, and which files hold what was to be sent."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import httpx
import pytest

from portal.cli.errors import Exit
from tests.support.commands.office_in_process import Call, Inside, office_in_process
from tests.support.commands.yanlu_process import Ran

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800)]
A, B = "investigator-a", "investigator-b"


@dataclass(frozen=True)
class Race:
    """Two members of one case."""

    house: Inside
    case: str

    def file(self, name: str) -> Path:
        """A file with words in it."""
        found = self.house.house.folder / name
        found.write_text("夜班只签字不检查。", "utf-8")
        return found

    def entries(self) -> int:
        """How many messages the case has."""
        self.house.done(A, "pull")
        return len(self.house.done(A, "open", "--", self.case).document["entries"])

    def lost(self, *command: object) -> Ran:
        """The command of A, while B writes into the case right after A has fetched it."""
        theirs = self.house.desk(B, "note", "--text-file", self.file("theirs"), "--", self.case)
        mine = self.house.desk(A, *command)

        def hear(call: Call, _port: int, _told: httpx.Response) -> None:
            if call.path == f"/api/cases/{self.case}":
                self.house.line.heard = None
                assert self.house.run(*theirs).code == 0

        self.house.line.heard = hear
        ran = self.house.run(*mine)
        assert self.house.line.heard is None
        return ran


@pytest.fixture(scope="module")
def race(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Race]:
    """One case, which both have claimed and noted something in."""
    with office_in_process(tmp_path_factory.mktemp("house"), (A, B)) as house:
        house.file_report()
        (case,) = house.first_pull(A)
        assert house.first_pull(B) == [case]
        found = Race(house, case)
        house.done(A, "note", "--text-file", found.file("first"), "--", case)
        house.done(B, "pull")
        yield found


@pytest.mark.parametrize(
    ("verb", "act"), [("reply", ()), ("note", ()), ("act", ("noted",))], ids=["reply", "note", "act"]
)
def test_it_names_the_files(race: Race, verb: str, act: tuple[str, ...]) -> None:
    """Text and attachment, each by its path; the case has nothing of them, and a second try goes through."""
    text, attached = race.file("my words"), race.file("picture.txt")
    told = ("--tell", "office") if act else ()
    command = (verb, "--text-file", text, "--attach", attached, *told, "--", race.case, *act)
    ran = race.lost(*command)
    assert ran.code == Exit.REFUSED, ran.err
    assert f"Nothing was written into the case. What you wanted to send is still in {text}, {attached}." in ran.err
    before = race.entries()
    assert race.house.member(A, *command).code == 0
    assert race.entries() == before + 1


def test_typed_words_are_said_to_be_gone(race: Race, monkeypatch: pytest.MonkeyPatch) -> None:
    """What came on standard input is kept nowhere: no file is named."""

    def typed(_text: Path, _files: tuple[Path, ...]) -> str:
        return "typed"

    monkeypatch.setattr("portal.cli.desk.readers.words_of", typed)
    ran = race.lost("note", "--text-file", "-", "--", race.case)
    assert ran.code == Exit.REFUSED, ran.err
    assert "what you typed is kept nowhere" in ran.err
