"""The office document that faces serve: as signed without witnesses, with them what they have confirmed and no more."""

from __future__ import annotations

import os
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from pathlib import Path
from typing import cast

import pytest

import crypto
from crypto.errors import LogRefused
from crypto.office.signed_notes import draw_keeper, sign_note
from portal.office import root_document, rotate_office, sign_directory
from portal.office.errors import OfficeMissing
from portal.transparency_log.ledger import Ledger
from portal.transparency_log.shown_office import ShownOffice
from tests.support.offices.sample_office import OfficeForTests, make_office, sample_with
from tests.support.transparency_log.log_witness import Outside, checkpoint_of

TODAY = date(2026, 11, 25)
NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
SECONDS = int(NOW.timestamp())
UNION = Outside("union.example")
LINE = UNION.line


@dataclass
class Log:
    """A log of checkpoints alone, as a ledger gives them."""

    office: OfficeForTests
    notes: dict[int, bytes] = field(default_factory=dict[int, bytes])

    def sizes(self) -> list[int]:
        """Of every checkpoint its number of leaves."""
        return sorted(self.notes)

    def checkpoint(self, size: int) -> bytes | None:
        """The checkpoint of that size."""
        return self.notes.get(size)

    def write(self) -> int:
        """The next checkpoint, of what the office has signed last; nobody has cosigned it."""
        size = 64 * (len(self.notes) + 1)
        self.notes[size] = checkpoint_of(self.office.folder, size)
        return size

    def cosign(self, size: int) -> None:
        """The witness's line under a checkpoint."""
        self.notes[size] = UNION.sees(self.notes[size], SECONDS)


@dataclass
class Stage:
    """An office, its log, and the document that a face serves."""

    office: OfficeForTests
    log: Log
    shown: ShownOffice

    def document(self) -> crypto.OfficeDocument:
        """What is served now."""
        return crypto.read_office(self.shown.content())

    def verified(self) -> crypto.VerifiedDirectory:
        """The same as a reader takes it."""
        return crypto.verify_office(
            self.office.code, self.shown.content(), crypto.ClockReading(SECONDS, TODAY.isoformat())
        )

    def sign(self) -> None:
        """The next directory."""
        sign_directory(self.office.folder, self.office.enrolled(), self.office.keepers, TODAY)


def stage(folder: Path, *witnesses: str) -> Stage:
    """An office with these witnesses."""
    office = make_office(folder, today=TODAY, witnesses=witnesses)
    log = Log(office)
    return Stage(office, log, ShownOffice(office.folder, cast("Ledger", log)))


def test_without_witnesses_what_was_signed_last_is_served_at_once(tmp_path: Path) -> None:
    """No checkpoint, no look into the log; each signing is there with the next call."""
    plain = stage(tmp_path)
    assert plain.document() == plain.office.folder.signed()
    plain.log.write()
    plain.sign()
    assert plain.verified().sequence == 3
    assert plain.document().checkpoint is None


def test_an_office_without_a_directory_has_no_document(tmp_path: Path) -> None:
    """Nothing is kept of the one that was there."""
    plain = stage(tmp_path)
    plain.document()
    (plain.office.path / "directory.note").unlink()
    with pytest.raises(OfficeMissing):
        plain.document()


def test_a_new_directory_waits_for_a_witness(tmp_path: Path) -> None:
    """Before the first word of a witness nobody believes anything; then each directory comes with its confirmation."""
    there = stage(tmp_path, LINE)
    with pytest.raises(LogRefused):
        there.verified()
    first = there.log.write()
    with pytest.raises(LogRefused):
        there.verified()
    there.log.cosign(first)
    assert there.verified().sequence == 2
    there.sign()
    assert there.verified().sequence == 2
    second = there.log.write()
    assert there.verified().sequence == 2
    there.log.cosign(second)
    found = there.verified()
    assert (found.sequence, found.confirmed and found.confirmed.at) == (3, SECONDS)


def test_a_word_under_the_checkpoint_before_counts_too(tmp_path: Path) -> None:
    """Another checkpoint was written while the witness looked."""
    there = stage(tmp_path, LINE)
    first = there.log.write()
    there.log.write()
    with pytest.raises(LogRefused):
        there.verified()
    there.log.cosign(first)
    assert there.verified().sequence == 2


def test_a_witness_that_is_away_leaves_the_last_confirmed_document(tmp_path: Path) -> None:
    """Thirteen days of checkpoints that nobody signed: the one before them is still served."""
    there = stage(tmp_path, LINE)
    there.log.cosign(there.log.write())
    for _ in range(13 * 4):
        there.log.write()
    assert there.verified().sequence == 2


def test_a_new_root_waits_as_well_and_never_stands_beside_an_older_directory(tmp_path: Path) -> None:
    """All keepers hand over, since the witness is lost; the new root names another, whose word is needed then."""
    there = stage(tmp_path, LINE)
    there.log.cosign(there.log.write())
    office, new = there.office, draw_keeper("union", os.urandom)
    keepers = [office.keepers[0], new, office.keepers[2]]
    keys = {one.id: (one.key, one.nonce) for one in keepers}
    document = root_document(office.office, 2, office.folder.config(), keys)
    rotate_office(office.folder, document, office.keepers, keepers, TODAY)
    assert (len(there.document().roots), there.verified().sequence) == (1, 2)
    there.log.cosign(there.log.write())
    assert (len(there.document().roots), there.verified().sequence) == (2, 3)


def test_witnesses_named_by_a_later_root_are_asked_from_then_on(tmp_path: Path) -> None:
    """An office founded without any: until the first word the document of before stays, which needs none."""
    there = stage(tmp_path)
    there.log.write()
    office = there.office
    office.folder.config_file.write_text(sample_with([LINE]), "utf-8")
    keys = {one.id: (one.key, one.nonce) for one in office.keepers}
    document = root_document(office.office, 2, office.folder.config(), keys)
    rotate_office(office.folder, document, office.keepers, office.keepers, TODAY)
    assert (len(there.document().roots), there.document().checkpoint) == (1, None)
    there.log.cosign(there.log.write())
    assert len(there.document().roots) == 2
    assert there.verified().confirmed is not None


def test_a_directory_of_that_number_and_another_text_is_not_served(tmp_path: Path) -> None:
    """What a checkpoint names is held by its hash, whatever lies in the folder."""
    there = stage(tmp_path, LINE)
    there.log.cosign(there.log.write())
    note = (there.office.folder.directory() or "").encode()
    other = crypto.read_note(note).text.replace(b"Investigator A", b"Investigator X", 1)
    (there.office.path / "directories/2.note").write_bytes(sign_note(other, there.office.keepers))
    with pytest.raises(LogRefused):
        there.verified()


def test_a_face_without_a_log_serves_the_copy_that_was_fetched(tmp_path: Path) -> None:
    """The watch's host has the office's folder and no log: `office.json` in it is what the office served."""
    there = stage(tmp_path, LINE)
    there.log.cosign(there.log.write())
    (there.office.path / "office.json").write_bytes(there.shown.content())
    assert there.office.folder.shown() == there.shown.content()
    (there.office.path / "office.json").unlink()
    assert crypto.read_office(there.office.folder.shown()).checkpoint is None
