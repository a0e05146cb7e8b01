"""Founding, signing and handing over an office."""

from __future__ import annotations

import os
import stat
from datetime import date, timedelta
from pathlib import Path
from typing import cast

import pytest

from crypto.errors import CryptoError, DirectoryExpired, ForeignOffice
from crypto.framing import b64encode, sha256
from crypto.office.directory_shape import read_directory
from crypto.office.holders import choose_holders
from crypto.office.signed_notes import KeeperKey, draw_keeper
from crypto.sealing.recipients import Identity
from portal.office import (
    ConfigRefused,
    KeeperFileRefused,
    OfficeConfig,
    OfficeExists,
    OfficeFolder,
    OfficeMissing,
    SharesRefused,
    TooFewKeepers,
    draft_directory,
    init_office,
    join_recovery,
    read_config,
    read_keeper,
    root_document,
    rotate_office,
    sample_config_text,
    sign_directory,
)
from portal.office.draft import trial_draft
from tests.support.commands.yanlu_in_process import own_umask
from tests.support.offices.sample_office import MEMBERS, found_sample, make_office

TODAY = date(2026, 11, 24)


def _words(file: Path) -> str:
    return next(line for line in file.read_text("utf-8").splitlines() if len(line.split()) > 20)


def test_a_founded_office_verifies_with_the_code_on_its_poster(tmp_path: Path) -> None:
    """The poster carries the code under which the first directory verifies."""
    founded = found_sample(tmp_path / "office", TODAY)
    assert founded.code in (tmp_path / "office/poster.txt").read_text("utf-8")
    assert founded.folder.verified(TODAY).sequence == 1


def test_secrets_are_for_their_owner_alone(tmp_path: Path) -> None:
    """Keepers' keys and paper shares are 0600; what readers need is 0644."""
    found_sample(tmp_path, TODAY)
    secret = [*tmp_path.glob("keepers/*"), *tmp_path.glob("recovery/*")]
    public = [*tmp_path.glob("roots/*"), tmp_path / "directory.note", *tmp_path.glob("published/*/*")]
    assert len(secret) == 7
    assert {stat.S_IMODE(file.stat().st_mode) for file in secret} == {0o600}
    assert {stat.S_IMODE(file.stat().st_mode) for file in public} == {0o644}


def test_other_users_serve_what_the_office_publishes_and_see_none_of_its_secrets(tmp_path: Path) -> None:
    """Whatever the founder's umask, folders of published files are open to intake and desk, those of keys closed."""
    with own_umask():
        found_sample(tmp_path / "office", TODAY)
    folders = {path.relative_to(tmp_path / "office").as_posix(): path for path in tmp_path.glob("office/**/")}
    closed = {name for name, path in folders.items() if stat.S_IMODE(path.stat().st_mode) == 0o700}
    opened = {name for name, path in folders.items() if stat.S_IMODE(path.stat().st_mode) == 0o755}
    # The office's own folder is made by `tmpfiles.conf`, or belongs to anyone who founded it.
    assert closed - {"."} == {"keepers", "recovery"}
    assert {"roots", "published", "published/policies", "published/rules", "published/jurisdictions"} <= opened


def test_an_office_is_never_founded_twice(tmp_path: Path) -> None:
    """A second founding in the same folder is refused and changes nothing."""
    founded = found_sample(tmp_path, TODAY)
    with pytest.raises(OfficeExists):
        found_sample(tmp_path, TODAY)
    assert OfficeFolder(tmp_path).code() == founded.code


@pytest.mark.parametrize(
    ("shares", "whole"),
    [
        (("board-share", "legal-share", "notary-share"), True),
        (("union-share", "legal-share", "notary-share"), True),
        (("board-share", "legal-share", "union-share"), False),
        (("board-share", "notary-share"), False),
    ],
)
def test_recovery_needs_inside_and_outside(tmp_path: Path, shares: tuple[str, ...], whole: bool) -> None:
    """Two inside shares and the outside one give the recovery key; no other quorum does."""
    founded = found_sample(tmp_path, TODAY)
    words = [_words(tmp_path / f"recovery/{name}.txt") for name in shares]
    if not whole:
        with pytest.raises(SharesRefused):
            join_recovery(words)
        return
    recipient = Identity(join_recovery(words)).recipient
    assert founded.folder.verified(TODAY).content.recovery == recipient


def test_signing_takes_in_the_enrolled_members(tmp_path: Path) -> None:
    """After a signing every holders row names the enrolled members, and reports find holders."""
    office = make_office(tmp_path, today=TODAY)
    chosen = choose_holders(office.directory(), "group", "company-whistleblowing", "other", ["investigator-a"])
    assert chosen.ids == ["investigator-b", "registrar-a", "approver-a"]
    assert not chosen.escalated


def test_nobody_is_a_holder_before_being_enrolled(tmp_path: Path) -> None:
    """Ids that nobody has enrolled are listed as missing and stand nowhere in the directory."""
    office = make_office(tmp_path, MEMBERS[:2], TODAY)
    drafted = draft_directory(office.folder, office.enrolled(), TODAY)
    assert "registrar-a" in drafted.missing
    assert office.directory().content.holders[0].members == ["investigator-a", "investigator-b"]
    assert office.directory().content.custodians == []


def test_a_directory_needs_the_keepers_threshold(tmp_path: Path) -> None:
    """One keeper, the same keeper twice, or a stranger's key with a keeper's id sign nothing."""
    office = make_office(tmp_path, today=TODAY)
    before = office.folder.directory()
    one = office.keepers[0]
    stranger = draw_keeper(office.keepers[1].id, bytes)
    for keepers in ([one], [one, one], [one, stranger]):
        with pytest.raises(TooFewKeepers):
            sign_directory(office.folder, office.enrolled(), keepers, TODAY)
    assert office.folder.directory() == before


def test_a_directory_ends_after_its_days(tmp_path: Path) -> None:
    """A directory is good for 92 days and refused on the last one; for who waits it lasts another thirty."""
    office = make_office(tmp_path, today=TODAY)
    assert office.folder.verified(TODAY + timedelta(days=91)).sequence == 2
    with pytest.raises(DirectoryExpired):
        office.folder.verified(TODAY + timedelta(days=92))
    assert office.folder.verified(TODAY + timedelta(days=121), also_lapsed=True).lapsed
    with pytest.raises(DirectoryExpired):
        office.folder.verified(TODAY + timedelta(days=122), also_lapsed=True)


def test_a_signing_tells_what_it_changes(tmp_path: Path) -> None:
    """A member who is gone, and a row that therefore changes, are told; the rest is not."""
    office = make_office(tmp_path, today=TODAY)
    left = [member for member in office.enrolled() if member.id != "registrar-a"]
    drafted = draft_directory(office.folder, left, TODAY)
    told = {(change.sign, change.section, change.id) for change in drafted.changes}
    assert told == {("-", "members", "registrar-a"), ("~", "holders", "group/company-whistleblowing/*")}


def test_a_member_keeps_its_days_until_they_run_out(tmp_path: Path) -> None:
    """An entry keeps its first day for ever, and its last one unless that came while the next directory serves."""
    office = make_office(tmp_path, today=TODAY)
    first = office.directory().content.members[0]
    for after, renewed in ((10, False), (242, False), (243, True), (320, True)):
        day = TODAY + timedelta(days=after)
        entry = draft_directory(office.folder, office.enrolled(), day).document["members"][0]  # type: ignore[index]
        assert entry["from"] == first.start
        assert (entry["until"] != first.until) is renewed


def test_published_texts_lie_under_the_hash_that_the_directory_names(tmp_path: Path) -> None:
    """Every text that the directory names is there, under the hash of its bytes."""
    office = make_office(tmp_path, today=TODAY)
    content = office.directory().content
    policy = office.folder.policy(b64encode(content.policies[0].hash))
    jurisdictions = office.folder.jurisdictions(b64encode(content.jurisdictions))
    assert policy is not None
    assert sha256(policy) == content.policies[0].hash
    assert jurisdictions is not None
    assert sha256(jurisdictions) == content.jurisdictions


@pytest.mark.parametrize("name", ["../../keepers/board", "x", "", "A" * 43, "../" + "A" * 40])
def test_nothing_but_a_published_hash_is_served(tmp_path: Path, name: str) -> None:
    """A name that is no published hash reads nothing, least of all a keeper's key."""
    founded = found_sample(tmp_path, TODAY)
    assert founded.folder.policy(name) is None


def test_new_keepers_are_brought_in_by_both_thresholds(tmp_path: Path) -> None:
    """Root 2 carries both thresholds; the code stays, the old keepers alone sign nothing more."""
    office = make_office(tmp_path, today=TODAY)
    coming = [draw_keeper(seat.id, os.urandom) for seat in office.folder.config().keepers]
    root = _root(office.folder.config(), office.office, coming)
    signed = rotate_office(office.folder, root, office.keepers[:2], coming[:2], TODAY)
    verified = office.folder.verified(TODAY)
    assert (signed.sequence, verified.content.root, office.folder.code()) == (3, 2, office.code)
    assert [member.id for member in verified.content.members] == [member.id for member in MEMBERS]
    with pytest.raises(TooFewKeepers):
        sign_directory(office.folder, office.enrolled(), office.keepers, TODAY)


@pytest.mark.parametrize(("leaving", "coming"), [(1, 2), (2, 1)])
def test_a_handover_with_too_few_on_either_side_publishes_nothing(tmp_path: Path, leaving: int, coming: int) -> None:
    """Neither the old nor the new keepers can be outvoted."""
    office = make_office(tmp_path, today=TODAY)
    fresh = [draw_keeper(seat.id, os.urandom) for seat in office.folder.config().keepers]
    root = _root(office.folder.config(), office.office, fresh)
    with pytest.raises((TooFewKeepers, CryptoError)):
        rotate_office(office.folder, root, office.keepers[:leaving], fresh[:coming], TODAY)
    assert len(office.folder.roots()) == 1
    assert office.folder.verified(TODAY).sequence == 2


def test_a_keepers_key_of_another_office_is_refused(tmp_path: Path) -> None:
    """A key file says which office it belongs to, and is not read for another one."""
    mine, other = found_sample(tmp_path / "a", TODAY), found_sample(tmp_path / "b", TODAY)
    file = mine.folder.path / "keepers/board.key"
    assert read_keeper(file, mine.office).key == mine.keepers[0].key
    with pytest.raises(KeeperFileRefused):
        read_keeper(file, other.office)
    file.write_text("{}")
    with pytest.raises(KeeperFileRefused):
        read_keeper(file, mine.office)


def test_a_directory_of_another_office_is_foreign(tmp_path: Path) -> None:
    """A folder whose directory was exchanged for another office's does not verify."""
    mine, other = make_office(tmp_path / "a", today=TODAY), make_office(tmp_path / "b", today=TODAY)
    (mine.path / "directory.note").write_text(other.folder.directory() or "", "utf-8")
    with pytest.raises(ForeignOffice):
        mine.folder.verified(TODAY)


def test_an_empty_folder_says_what_to_do(tmp_path: Path) -> None:
    """Without an office the error names the command that makes one."""
    with pytest.raises(OfficeMissing, match="yanlu office init"):
        OfficeFolder(tmp_path).verified(TODAY)


@pytest.mark.parametrize(
    ("old", "new", "reason"),
    [
        ("threshold = 2", "threshold = 4", "threshold"),
        ("threshold = 2", "threshold = 3", "fewer than all"),
        ("threshold = 2", "threshold = 1", "threshold"),
        ('superior = "group"', 'superior = "nowhere"', "nowhere"),
        ('category = "*"', 'category = "other"', "holders"),
        ("valid_days = 92", "valid_days = 3000", "valid_days"),
        ("v = 1", "v = 1\nsurprise = 1", "surprise"),
        ("inside_needed = 2", "inside_needed = 1", "recovery"),
        ("v = 1", "v = ", "office.toml"),
    ],
)
def test_a_wrong_configuration_names_the_key(old: str, new: str, reason: str) -> None:
    """What is wrong in office.toml is refused with the key that is wrong."""
    with pytest.raises(ConfigRefused, match=reason):
        read_config(sample_config_text().replace(old, new, 1))


def test_the_folders_own_configuration_reads_back(tmp_path: Path) -> None:
    """The office.toml that founding writes says the same as the one it was given."""
    founded = init_office(tmp_path, read_config(sample_config_text()), TODAY)
    assert founded.folder.config() == read_config(sample_config_text())


def _root(config: OfficeConfig, office: bytes, keepers: list[KeeperKey]) -> dict[str, object]:
    return root_document(office, 2, config, {one.id: (one.key, one.nonce) for one in keepers})


@pytest.mark.parametrize(
    ("line", "delay", "written"), [("", 7, False), ("delay = 7", 7, False), ("delay = 21", 21, True)]
)
def test_a_watch_waits_as_the_configuration_says(tmp_path: Path, line: str, delay: int, written: bool) -> None:
    """The directory names a delay other than the usual one; without one the usual holds."""
    office = make_office(tmp_path, today=TODAY)
    watch = f'[entities.watch]\nrecipient = "{Identity.draw(os.urandom).recipient.text}"\n'
    watch += f'inside = ["custodian-a"]\noutside = ["outside-a"]\n{line}\n\n[[policies]]'
    file = office.path / "office.toml"
    file.write_text(file.read_text("utf-8").replace("[[policies]]", watch, 1), "utf-8")
    drafted = draft_directory(office.folder, office.enrolled(), TODAY).document
    (found,) = (one["watch"] for one in cast("list[dict[str, dict[str, object]]]", drafted["entities"]) if one["watch"])
    assert ("delay" in found) is written
    (read,) = (one.watch for one in read_directory(drafted).entities if one.watch)
    assert read.delay == delay


@pytest.mark.parametrize("delay", [1, 31])
def test_a_delay_out_of_bounds_is_refused(delay: int) -> None:
    """Nobody sets a wait so short that nobody could object, or so long that nobody is helped."""
    watch = (
        f'[entities.watch]\nrecipient = "age1pq1x"\ninside = ["a"]\noutside = ["b"]\ndelay = {delay}\n\n[[policies]]'
    )
    with pytest.raises(ConfigRefused, match="delay"):
        read_config(sample_config_text().replace("[[policies]]", watch, 1))


def test_a_raised_threshold_says_until_when_one_signature_was_enough(tmp_path: Path) -> None:
    """Fourteen days after the raise, carried on by later directories; a lower one ends it, a new raise has its own."""
    office = make_office(tmp_path, today=TODAY)
    config = office.folder.path / "office.toml"
    text = config.read_text("utf-8")

    def signed(threshold: int, after: int) -> tuple[int, str | None]:
        day = TODAY + timedelta(days=after)
        config.write_text(text.replace("regrant_threshold = 1", f"regrant_threshold = {threshold}"), "utf-8")
        drafted = draft_directory(office.folder, office.enrolled(), day)
        sign_directory(office.folder, office.enrolled(), office.keepers, day)
        content = office.folder.verified(day).content
        told = {change.id for change in drafted.changes if change.section == "regrant_single_until"}
        assert told == ({content.regrant_single_until or "-"} if after in (3, 9, 12) else set())
        return content.signers_needed((TODAY + timedelta(days=3)).isoformat()), content.regrant_single_until

    raised, again = ((TODAY + timedelta(days=after)).isoformat() for after in (17, 26))
    assert signed(1, 1) == (1, None)
    assert signed(2, 3) == (1, raised)
    assert signed(2, 5) == (1, raised)
    assert signed(1, 9) == (1, None)
    assert signed(2, 12) == (1, again)
    content = office.folder.verified(TODAY + timedelta(days=12)).content
    assert [content.signers_needed(day) for day in (again, (TODAY + timedelta(days=27)).isoformat())] == [1, 2]


def test_an_office_that_always_asked_for_two_names_no_such_day(tmp_path: Path) -> None:
    """Nothing that one alone signed was ever in force in it."""
    office = make_office(tmp_path, today=TODAY)
    config = office.folder.path / "office.toml"
    config.write_text(config.read_text("utf-8").replace("regrant_threshold = 1", "regrant_threshold = 2"), "utf-8")
    first = trial_draft(office.folder, office.folder.config(), TODAY).document
    assert (first["regrant_threshold"], "regrant_single_until" in first) == (2, False)
