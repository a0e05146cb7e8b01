"""A keeper sees how many sign a change of readers, and signs no last day of one signature that somebody made up."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, timedelta
from pathlib import Path

import pytest

from crypto.office.directory import directory_text
from portal.cli.errors import Exit
from portal.office import draft_directory, sign_directory, write_keeper
from portal.settings import read_settings
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran
from tests.support.offices.sample_office import OfficeForTests, make_office

RAISED = date(2026, 11, 20)
LATER = RAISED + timedelta(days=5)


@dataclass
class Keeper:
    """A keeper at the own machine, who is handed a directory; two have to sign since the one before it."""

    office: OfficeForTests
    folder: Path
    capsys: pytest.CaptureFixture[str]
    monkeypatch: pytest.MonkeyPatch
    before: Path = field(init=False)

    def __post_init__(self) -> None:
        config = self.office.folder.path / "office.toml"
        config.write_text(config.read_text("utf-8").replace("regrant_threshold = 1", "regrant_threshold = 2"), "utf-8")
        sign_directory(self.office.folder, self.office.enrolled(), self.office.keepers, RAISED)
        self.before = self.office.folder.path / "directory.note"
        write_keeper(self.folder / "board.key", self.office.office, self.office.keepers[0])

    def sign(self, *more: object, number: int = 0, **changes: object) -> Ran:
        """Looks at the next directory with these changes, and signs it."""
        document = draft_directory(self.office.folder, self.office.enrolled(), LATER).document | changes
        document["sequence"] = int(str(document["sequence"])) + number
        (self.folder / "next").write_bytes(directory_text(document))
        told = ("office", "keeper-sign", self.folder / "next", "--keeper", self.folder / "board.key")
        settings = read_settings({"YANLU_DATA": str(self.folder / "data"), "YANLU_OFFICE": str(self.office.path)})
        return inside(self.capsys, self.monkeypatch, settings, *told, "--out", self.folder / "out", "--yes", *more)


@pytest.fixture
def keeper(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Keeper:
    """One of an office that raised its threshold."""
    return Keeper(make_office(tmp_path, today=RAISED - timedelta(days=1)), tmp_path, capsys, monkeypatch)


def test_a_keeper_sees_both_numbers_where_neither_changes(keeper: Keeper) -> None:
    """They stand in the list whether or not they are others than before."""
    ran = keeper.sign("--before", keeper.before)
    assert ran.code == 0
    assert "Signatures for a re-grant: 2" in ran.err
    assert (
        f"Last day on which one signature is enough for a re-grant: {(RAISED + timedelta(days=14)).isoformat()}"
        in ran.err
    )


@pytest.mark.parametrize("made_up", [LATER.isoformat(), RAISED.isoformat(), None])
def test_a_day_that_does_not_follow_from_the_directory_before_is_not_signed(
    keeper: Keeper, made_up: str | None
) -> None:
    """Another day would let one alone date a change back to it, or take the cases from before the raise."""
    ran = keeper.sign("--before", keeper.before, regrant_single_until=made_up)
    assert (ran.code, (keeper.folder / "out").exists()) == (Exit.FAILED, False)
    assert "does not follow" in ran.err
    assert keeper.sign("--before", keeper.before).code == 0


def test_the_day_follows_from_the_one_right_before_and_no_older_one_stands_in_for_it(keeper: Keeper) -> None:
    """Under an older one anybody could make up the day, since nobody could say what it should be."""
    ran = keeper.sign("--before", keeper.before, number=1, regrant_single_until="2026-11-21")
    assert (ran.code, (keeper.folder / "out").exists()) == (Exit.FAILED, False)
    assert "the one right before" in ran.err
