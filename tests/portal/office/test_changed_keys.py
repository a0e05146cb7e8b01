"""New keys of a member in the next directory: only such as the key in the one before has signed."""

from __future__ import annotations

import os
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

import crypto
from portal.office import EnrolledMember, draft_directory, sign_directory
from portal.office.draft import changes_between, note_document
from portal.office.errors import KeysNotProven
from portal.office.offline_signing import exported_directory, import_directory, read_signing_request, sign_request
from tests.support.offices.sample_office import OfficeForTests, make_office

TODAY = date(2026, 11, 25)
A, B = "investigator-a", "investigator-b"


def with_next(office: OfficeForTests, keys: crypto.NextKeys | None, member: str = A) -> list[EnrolledMember]:
    """The members as the accounts give them, for one of whom new keys wait."""
    return [replace(one, waiting=keys) if one.id == member else one for one in office.enrolled()]


def drawn(office: OfficeForTests, member: str = A) -> crypto.StaffKeys:
    """Other keys for a member."""
    return crypto.staff_keys(os.urandom(32), office.office, member)


def test_proven_keys_take_the_place_of_the_former_ones(tmp_path: Path) -> None:
    """The directory names them, keeps the former key with its last day, and what that key signed goes on holding."""
    office = make_office(tmp_path, today=TODAY)
    new, before = drawn(office), office.directory()
    event = crypto.Event(bytes(16), 0, "taken", TODAY.isoformat(), A)
    signed = crypto.sign_event(office.staff[A], event, bytes(32)).document()
    later = TODAY + timedelta(days=3)
    members = with_next(office, crypto.propose_keys(office.staff[A], new))
    assert ("~", "keys", A) in {
        (one.sign, one.section, one.id) for one in draft_directory(office.folder, members, later).changes
    }
    sign_directory(office.folder, members, office.keepers, later)
    directory = office.folder.verified(later)
    found = directory.valid_member(A)
    assert found is not None
    assert (found.recipient.text, found.signing) == (new.recipient, new.signing_key)
    [former] = found.former
    assert (former.signing, former.sequence) == (office.staff[A].signing_key, before.sequence)
    assert (former.until, former.expires) == ((later + timedelta(days=1)).isoformat(), before.content.expires)
    [read] = crypto.verify_events(directory, bytes(16), [signed])
    assert read.wrong is None


def test_nothing_that_the_server_makes_up_is_signed(tmp_path: Path) -> None:
    """Keys that the server planted, with no proof, another's proof or its own, and keys swapped in the accounts."""
    office = make_office(tmp_path, today=TODAY)
    liar, mine = drawn(office), office.staff[A]
    right = crypto.propose_keys(mine, drawn(office))
    planted = [
        crypto.propose_keys(liar, liar),
        replace(right, recipient=liar.recipient),
        replace(right, signing=liar.signing_key, by_new=crypto.propose_keys(liar, liar).by_new),
        replace(right, by_former=crypto.propose_keys(office.staff[B], liar).by_former),
    ]
    for keys in planted:
        with pytest.raises(KeysNotProven):
            draft_directory(office.folder, with_next(office, keys), TODAY)
    for waiting in (None, right):
        swapped = [
            replace(one, recipient=liar.recipient, signing=liar.signing_key) if one.id == A else one
            for one in with_next(office, waiting)
        ]
        if waiting is None:
            with pytest.raises(KeysNotProven):
                draft_directory(office.folder, swapped, TODAY)
        else:
            [entry] = [
                one for one in draft_directory(office.folder, swapped, TODAY).document["members"] if one["id"] == A
            ]  # type: ignore[attr-defined]
            assert entry["recipient"] == right.recipient


def test_keys_are_the_same_before_and_after_they_are_taken_up(tmp_path: Path) -> None:
    """Signed again while the accounts still have the former keys, or the new ones: nothing changes; then once more."""
    office = make_office(tmp_path, today=TODAY)
    new, third = drawn(office), drawn(office)
    waiting = crypto.propose_keys(office.staff[A], new)
    sign_directory(office.folder, with_next(office, waiting), office.keepers, TODAY)
    taken = [
        replace(one, recipient=new.recipient, signing=new.signing_key) if one.id == A else one
        for one in office.enrolled()
    ]
    for members in (with_next(office, waiting), taken):
        assert draft_directory(office.folder, members, TODAY).changes == []
    again = [replace(one, waiting=crypto.propose_keys(new, third)) if one.id == A else one for one in taken]
    sign_directory(office.folder, again, office.keepers, TODAY)
    found = office.directory().valid_member(A)
    assert found is not None
    assert [key.signing for key in found.former] == [office.staff[A].signing_key, new.signing_key]


def test_keepers_sign_new_keys_by_file_and_see_a_lie(tmp_path: Path) -> None:
    """A keeper elsewhere, who knows the directory before, is told proven keys from others; those come in by file."""
    office = make_office(tmp_path, today=TODAY)
    before = note_document(office.folder.directory() or "")
    members = with_next(office, crypto.propose_keys(office.staff[A], drawn(office)))
    text, _ = exported_directory(office.folder, members, TODAY)
    paper = read_signing_request(text)
    sections = {(one.section, one.id) for one in changes_between(before, paper.document)}
    assert ("keys", A) in sections
    liar = drawn(office)
    lie = note_document(office.folder.directory() or "")
    for entry in lie["members"]:  # type: ignore[attr-defined]
        if entry["id"] == A:
            entry |= {"recipient": liar.recipient, "signing": crypto.b64encode(liar.signing_key)}
    assert ("unproven", A) in {(one.section, one.id) for one in changes_between(before, lie)}
    notes = [sign_request(paper, keeper) for keeper in office.keepers]
    import_directory(office.folder, members, notes)
    assert office.directory().sequence == 3
