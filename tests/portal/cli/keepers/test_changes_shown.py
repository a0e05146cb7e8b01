"""Before signing, here or elsewhere, a keeper reads every field that changes: swapped names and roles among them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import cast

import pytest

from crypto import b64decode
from crypto.office.directory import directory_text
from crypto.office.signed_notes import sign_note
from portal.cli.errors import Exit
from portal.office import write_keeper
from portal.office.changed_keys import check_code
from portal.office.draft import note_document
from tests.portal.cli.keepers.test_shipped_policies import keys_of
from tests.support.commands.yanlu_in_process import inside
from tests.support.commands.yanlu_process import Ran
from tests.support.offices.office_accounts import settings_with_accounts
from tests.support.offices.sample_office import OfficeForTests, make_office

Entry = dict[str, object]
Alter = Callable[[Entry], None]
MEMBER, OTHER = "investigator-a", "investigator-b"
LATER = 30


def of(document: Entry, section: str, name: str) -> Entry:
    """The entry of this id."""
    return next(one for one in rows_of(document, section) if one["id"] == name)


def rows_of(document: Entry, section: str) -> list[Entry]:
    """A list of entries."""
    return cast("list[Entry]", document[section])


@dataclass(frozen=True)
class Keepers:
    """An office that is in force, and its keepers: one who signs where it is, one on a machine of their own."""

    office: OfficeForTests
    folder: Path
    yanlu: Callable[..., Ran]

    @property
    def note(self) -> Path:
        """The directory in force."""
        return self.office.path / "directory.note"

    @property
    def document(self) -> Entry:
        """The same, as it stands in the note."""
        return note_document(self.note.read_text("utf-8"))

    def elsewhere(self, alter: Alter, *more: object, before: Path | None = None) -> Ran:
        """Signs the next directory, in which this is altered, on a machine that has the one before."""
        document = self.document
        document["sequence"] = int(str(document["sequence"])) + 1
        alter(document)
        paper, key = self.folder / "paper", self.folder / "board.key"
        paper.write_bytes(directory_text(document))
        if not key.exists():
            write_keeper(key, self.office.office, self.office.keepers[0])
        told = ("office", "keeper-sign", paper, "--keeper", key, "--out", self.folder / "out", "--yes")
        return self.yanlu(*told, "--before", before or self.note, *more)

    def here(self) -> Ran:
        """Signs the next directory where the office is."""
        return self.yanlu("office", "sign", *keys_of(self.office.folder), "--yes")


@pytest.fixture
def keepers(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Keepers:
    """Those of the sample office."""
    office = make_office(tmp_path)
    return Keepers(office, tmp_path, partial(inside, capsys, monkeypatch, settings_with_accounts(office.folder)))


def _swap(document: Entry) -> None:
    one, other = of(document, "members", MEMBER), of(document, "members", OTHER)
    one["name"], other["name"] = other["name"], one["name"]


def _names(keepers: Keepers, language: str) -> list[str]:
    return [of(keepers.document, "members", one)["name"][language] for one in (MEMBER, OTHER)]  # type: ignore[index]


def _lines(text: str, first: str) -> list[str]:
    """The line that begins so, and those under it."""
    lines = text.splitlines()
    start = lines.index(first)
    under = [number for number in range(start + 1, len(lines)) if not lines[number].startswith("    ")]
    return [one.strip() for one in lines[start : min(under, default=len(lines))]]


def test_swapped_names_are_shown_where_a_keeper_signs_elsewhere(keepers: Keepers) -> None:
    """Reporters exclude by name: both are shown, old and new."""
    one, other = _names(keepers, "zh")
    ran = keepers.elsewhere(_swap)
    assert ran.code == Exit.DONE, ran.err
    assert f"Name (zh): {one} → {other}" in _lines(ran.err, f"~ Member: {MEMBER}")
    assert f"Name (zh): {other} → {one}" in _lines(ran.err, f"~ Member: {OTHER}")


def test_swapped_names_are_shown_where_a_keeper_signs_at_the_office(keepers: Keepers) -> None:
    """What stands before was signed with the names exchanged; the accounts exchange them back."""
    one, other = _names(keepers, "zh")
    document = keepers.document
    _swap(document)
    keepers.note.write_bytes(sign_note(directory_text(document), keepers.office.keepers))
    ran = keepers.here()
    assert ran.code == Exit.DONE, ran.err
    assert f"Name (zh): {other} → {one}" in _lines(ran.err, f"~ Member: {MEMBER}")
    assert f"Name (zh): {one} → {other}" in _lines(ran.err, f"~ Member: {OTHER}")


def test_a_renewal_is_told_from_everything_else(keepers: Keepers) -> None:
    """A member whose last day alone is later has one line, with both days: nobody is prolonged by years unseen."""
    until = str(of(keepers.document, "members", MEMBER)["until"])
    later, sooner = ((date.fromisoformat(until) + timedelta(days=by)).isoformat() for by in (LATER, -LATER))

    def alter(document: Entry) -> None:
        of(document, "members", MEMBER)["until"] = later
        of(document, "members", OTHER)["until"] = sooner

    said = keepers.elsewhere(alter).err
    line = f"~ Member: {MEMBER} (only its time was extended: {until} → {later})"
    assert _lines(said, line) == [line]
    assert f"Valid until: {until} → {sooner}" in _lines(said, f"~ Member: {OTHER}")


def test_a_member_who_comes_is_shown_with_name_role_and_check_code(keepers: Keepers) -> None:
    """Those are what a keeper knows of a person, and compares by telephone."""
    entry = of(keepers.document, "members", MEMBER)
    without = keepers.document
    without["members"] = [one for one in rows_of(without, "members") if one["id"] != MEMBER]
    for row in rows_of(without, "holders"):
        row["members"] = [one for one in cast("list[str]", row["members"]) if one != MEMBER]
    before = keepers.folder / "before.note"
    before.write_bytes(sign_note(directory_text(without), keepers.office.keepers[:1]))
    ran = keepers.elsewhere(lambda _: None, before=before)
    assert ran.code == Exit.DONE, ran.err
    code = check_code(str(entry["recipient"]), b64decode(str(entry["signing"]), 32))
    shown = _lines(ran.err, f"+ Member: {MEMBER}")
    assert {f"Name (zh): {_names(keepers, 'zh')[0]}", "Role: investigator", f"Check code: {code}"} <= set(shown)


def test_every_other_part_shows_what_it_was_and_what_it_is(keepers: Keepers) -> None:
    """A role, a company's words, who opens a policy's reports, oversight, custodians and what stands once."""

    def alter(document: Entry) -> None:
        of(document, "members", MEMBER)["role"] = "approver"
        of(document, "entities", "group")["timezone"] = "Europe/London"
        of(document, "entities", "group")["edge"] = {"en": "a\u202eb\nc", "zh": "x"}
        document["holders"][0]["members"].remove(OTHER)  # type: ignore[index]
        of(document, "members", OTHER)["role"] = "oversight"
        document["oversight"] = [OTHER]
        document["custodians"]["m"] = 1  # type: ignore[index]
        document["name"] = {**document["name"], "zh": "别的单位"}  # type: ignore[dict-item]
        rows_of(document, "policies")[0]["version"] = "9"

    before = keepers.document
    ran = keepers.elsewhere(alter)
    assert ran.code == Exit.DONE, ran.err
    said, rows = ran.err, rows_of(before, "holders")[0]
    row = "/".join(str(rows[part]) for part in ("entity", "policy", "category"))
    policy = rows_of(before, "policies")[0]
    assert "Role: investigator → approver" in _lines(said, f"~ Member: {MEMBER}")
    company = _lines(said, "~ Company: group")
    assert "Time zone: Asia/Shanghai → Europe/London" in company
    assert any(one.endswith("→ a\\u202eb\\u000ac") for one in company), company
    assert _lines(said, f"~ Key holders: {row}")[1:] == [f"Members: - {OTHER}"]
    assert _lines(said, "~ Oversight: oversight")[1:] == [f"Oversight: + {OTHER}"]
    assert _lines(said, "~ Custodians: custodians")[1].endswith("(m): 2 → 1")
    assert _lines(said, "~ Name of the office: name")[1].endswith("→ 别的单位")
    assert f"Version: {policy['version']} → 9" in _lines(said, f"~ Policy: {policy['id']}")


def test_somebody_put_among_those_who_left_is_shown(keepers: Keepers) -> None:
    """Their signatures would count: a key that nobody knows must not come in as that of a former member."""
    yesterday = (date.fromisoformat(str(keepers.document["issued"])) - timedelta(days=1)).isoformat()
    first = keepers.document
    for row in rows_of(first, "holders"):
        row["members"] = [one for one in cast("list[str]", row["members"]) if one != MEMBER]

    def alter(document: Entry) -> None:
        document["holders"] = first["holders"]
        of(document, "members", MEMBER)["until"] = yesterday

    left = keepers.elsewhere(alter).err
    assert f"- Member: {MEMBER}" in left.splitlines()
    first["members"] = [one for one in rows_of(first, "members") if one["id"] != MEMBER]
    before = keepers.folder / "before.note"
    before.write_bytes(sign_note(directory_text(first), keepers.office.keepers[:1]))
    put = keepers.elsewhere(alter, before=before).err
    assert "Role: investigator" in _lines(put, f"+ Somebody who has left, whose signatures still count: {MEMBER}")


def test_without_the_directory_before_nothing_is_signed(keepers: Keepers) -> None:
    """From the second on; another office's, any but the one right before, or what is none counts as none."""
    assert int(str(keepers.document["sequence"])) > 1
    told = ("office", "keeper-sign", keepers.folder / "paper", "--keeper", keepers.folder / "board.key", "--yes")
    keepers.elsewhere(lambda _: None)
    (keepers.folder / "out").unlink()
    ran = keepers.yanlu(*told, "--out", keepers.folder / "out")
    assert (ran.code, "--before" in ran.err, "directory.note" in ran.err) == (Exit.USAGE, True, True)
    foreign = make_office(keepers.folder / "elsewhere")
    newer = keepers.folder / "newer.note"
    newer.write_bytes(sign_note((keepers.folder / "paper").read_bytes(), keepers.office.keepers[:1]))
    older = keepers.folder / "older.note"
    right = int(str(keepers.document["sequence"]))
    older.write_bytes(sign_note(directory_text(keepers.document | {"sequence": right - 1}), keepers.office.keepers))
    for wrong in (
        foreign.path / "directory.note",
        newer,
        older,
        keepers.office.folder.path / "roots/1.note",
        keepers.office.path / "office.toml",
    ):
        ran = keepers.yanlu(*told, "--out", keepers.folder / "out", "--before", wrong)
        said = f"not this office's directory number {right}, the one right before"
        assert (ran.code, said in ran.err) == (Exit.FAILED, True), wrong
    assert not (keepers.folder / "out").exists()


def test_a_directory_before_that_the_keeper_did_not_sign_is_named(keepers: Keepers) -> None:
    """The person who hands over both files could show as unchanged what is not."""
    assert "Your key did not sign the directory before" not in keepers.elsewhere(lambda _: None).err
    before = keepers.folder / "before.note"
    before.write_bytes(sign_note(directory_text(keepers.document), keepers.office.keepers[1:]))
    ran = keepers.elsewhere(lambda _: None, before=before)
    assert (ran.code, "Your key did not sign the directory before" in ran.err) == (Exit.DONE, True)
