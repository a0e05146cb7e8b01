"""Signing by file: keepers sign on machines of their own; what changed meanwhile is published by nobody."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path

import pytest

from crypto.errors import CryptoError
from crypto.office.directory import root_text
from crypto.office.signed_notes import KeeperKey, draw_keeper, join_notes
from portal.office import TooFewKeepers, root_document, sign_directory
from portal.office.errors import KeeperFileRefused, NotToSign
from portal.office.keepers import read_public, write_public
from portal.office.offline_signing import (
    exported_directory,
    exported_rotation,
    import_directory,
    import_rotation,
    read_signing_request,
    sign_request,
)
from tests.support.offices.sample_office import OfficeForTests, make_office

TODAY = date(2026, 11, 25)


@pytest.fixture
def office(tmp_path: Path) -> OfficeForTests:
    """The sample office; its keepers' keys are elsewhere."""
    return make_office(tmp_path, today=TODAY)


def signed_elsewhere(texts: list[bytes], keepers: list[KeeperKey]) -> list[bytes]:
    """What each keeper brings back: one note for each text."""
    return [sign_request(read_signing_request(text), keeper) for text in texts for keeper in keepers]


def test_a_directory_is_signed_on_two_machines_and_published_on_a_third(office: OfficeForTests) -> None:
    """The text goes out, two notes come back, days later too; one alone publishes nothing."""
    text, _ = exported_directory(office.folder, office.enrolled(), TODAY)
    notes = signed_elsewhere([text], office.keepers[:2])
    with pytest.raises(TooFewKeepers):
        import_directory(office.folder, office.enrolled(), notes[:1])
    with pytest.raises(TooFewKeepers):
        import_directory(office.folder, office.enrolled(), [notes[0], notes[0]])
    done = import_directory(office.folder, office.enrolled(), notes)
    assert (done.sequence, office.folder.verified(TODAY + timedelta(days=3)).sequence) == (3, 3)


def test_what_no_longer_follows_from_the_office_is_not_published(office: OfficeForTests) -> None:
    """A member who left, or a directory that was signed meanwhile: nobody looked at what would be published."""
    text, _ = exported_directory(office.folder, office.enrolled(), TODAY)
    notes = signed_elsewhere([text], office.keepers)
    with pytest.raises(NotToSign, match="has changed"):
        import_directory(office.folder, office.enrolled()[1:], notes)
    sign_directory(office.folder, office.enrolled(), office.keepers, TODAY)
    with pytest.raises(NotToSign, match="has changed"):
        import_directory(office.folder, office.enrolled(), notes)


def test_notes_of_two_texts_are_no_signing(office: OfficeForTests) -> None:
    """Keepers who were shown different directories can't be added up."""
    one, _ = exported_directory(office.folder, office.enrolled(), TODAY)
    other, _ = exported_directory(office.folder, office.enrolled()[1:], TODAY)
    mixed = [*signed_elsewhere([one], office.keepers[:1]), *signed_elsewhere([other], office.keepers[1:])]
    with pytest.raises(NotToSign, match="2 texts"):
        import_directory(office.folder, office.enrolled(), mixed)
    with pytest.raises(CryptoError):
        join_notes(one, mixed)
    with pytest.raises(NotToSign):
        import_directory(office.folder, office.enrolled(), [b"not a note"])


def test_keepers_sign_nothing_but_a_root_or_a_directory(office: OfficeForTests) -> None:
    """Another label, a second spelling of the document, or any other bytes are refused before a key is used."""
    text, _ = exported_directory(office.folder, office.enrolled(), TODAY)
    spaced = text.replace(b'{"v":1', b'{ "v":1', 1)
    for lie in (b"", b"yanlu/v1/event\nx\n1\n{}\n", spaced, text + b"\n", text.replace(b"\n3\n", b"\n4\n", 1)):
        with pytest.raises(NotToSign):
            read_signing_request(lie)


def rotation(office: OfficeForTests, coming: KeeperKey) -> tuple[list[bytes], list[KeeperKey]]:
    """Root 2 with a new union key and the directory under it, and its three keepers."""
    keepers = [office.keepers[0], coming, office.keepers[2]]
    root = root_document(office.office, 2, office.folder.config(), {one.id: (one.key, one.nonce) for one in keepers})
    out = exported_rotation(office.folder, root, TODAY)
    assert out.log is not None
    return [out.root, out.directory, out.log], keepers


def test_a_lost_keeper_is_replaced_by_those_who_are_left(office: OfficeForTests, tmp_path: Path) -> None:
    """Two of three sign root 2 and its directory elsewhere; the newcomer's public key is all that travels."""
    coming = draw_keeper("union", os.urandom)
    write_public(tmp_path / "union.pub", office.office, coming)
    assert read_public(tmp_path / "union.pub", office.office) == ("union", (coming.key, coming.nonce))
    with pytest.raises(KeeperFileRefused):
        read_public(tmp_path / "union.pub", bytes(16))
    log, (texts, keepers) = office.folder.log_name(), rotation(office, coming)
    with pytest.raises(CryptoError):
        import_rotation(office.folder, signed_elsewhere(texts, [keepers[1]]))
    for missing in range(3):
        some = [text for at, text in enumerate(texts) if at != missing]
        with pytest.raises(NotToSign):
            import_rotation(office.folder, signed_elsewhere(some, office.keepers[:1] + keepers[2:]))
    assert len(office.folder.roots()) == 1
    left = [keepers[0], keepers[2]]
    done = import_rotation(office.folder, signed_elsewhere(texts, left))
    assert (done.sequence, len(office.folder.roots()), office.folder.code()) == (3, 2, office.code)
    assert office.folder.root().keepers[1].key == coming.key
    assert office.folder.log_name() == log
    with pytest.raises(TooFewKeepers):
        sign_directory(office.folder, office.enrolled(), office.keepers[:2], TODAY)
    assert sign_directory(office.folder, office.enrolled(), keepers[:2], TODAY).sequence == 4


def test_a_rotation_that_was_killed_between_root_and_directory_is_done_again(office: OfficeForTests) -> None:
    """The root lies there, the directory does not: the same files again end it; another root is refused."""
    texts, keepers = rotation(office, draw_keeper("union", os.urandom))
    notes = signed_elsewhere(texts, [keepers[0], keepers[2]])
    before = office.folder.directory() or ""
    import_rotation(office.folder, notes)
    office.folder.write_directory(before.encode())
    with pytest.raises(CryptoError):
        office.folder.verified(TODAY)
    import_rotation(office.folder, notes)
    assert office.folder.verified(TODAY).content.root == 2
    office.folder.write_directory(before.encode())
    others, _ = rotation(office, draw_keeper("union", os.urandom))
    with pytest.raises(NotToSign, match="does not follow"):
        import_rotation(office.folder, signed_elsewhere(others, [keepers[0], keepers[2]]))


def test_a_root_is_taken_apart_for_whoever_looks_before_signing(office: OfficeForTests) -> None:
    """What is shown is what is signed: the number, the threshold and each keeper's key."""
    texts, keepers = rotation(office, draw_keeper("union", os.urandom))
    paper = read_signing_request(texts[0])
    assert (paper.label, paper.number, paper.document["threshold"]) == ("yanlu/v1/root", 2, 2)
    assert root_text(paper.document) == texts[0]
    assert [one["id"] for one in paper.document["keepers"]] == [one.id for one in keepers]  # type: ignore[attr-defined,union-attr]
