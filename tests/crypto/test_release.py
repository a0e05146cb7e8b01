"""The signed list of a release: read strictly, and believed for its signers alone."""

from __future__ import annotations

import json
import os

import pytest

from crypto.errors import CheckStage, CryptoError
from crypto.framing import SUITE, b64encode
from crypto.office.directory import office_code, root_text
from crypto.office.release import read_release, release_text, verify_release
from crypto.office.signed_notes import KeeperKey, draw_keeper, sign_note

OFFICE = bytes(16)
SIGNERS = [draw_keeper(name, os.urandom) for name in ("ann", "bo")]
THIRD = draw_keeper("cy", os.urandom)
FACES = {"intake": {"zh/index.html": "0" * 64, "assets/x.00.js": "a" * 64}, "desk": {"index.html": "b" * 64}}
FACES["watch"] = {}


SILENT = draw_keeper("silent", os.urandom)


def root(number: int, signers: list[KeeperKey], by: list[KeeperKey]) -> bytes:
    """A root that names these signers and one who never signs; two have to."""
    keepers = [
        {"id": one.id, "key": b64encode(one.key), "nonce": b64encode(one.nonce), "seat": {"en": one.id}}
        for one in [*signers, SILENT]
    ]
    document: dict[str, object] = {
        "v": 1,
        "language": "en",
        "office": b64encode(OFFICE),
        "number": number,
        "suite": SUITE,
        "keepers": keepers,
        "threshold": 2,
    }
    return sign_note(root_text(document), by)


ROOT = root(1, SIGNERS, SIGNERS)
CODE = office_code(ROOT)
TEXT = release_text(OFFICE, 1, 4, "1.2", FACES)


def refused_at(code: str, roots: list[bytes], note: bytes) -> CheckStage:
    """The stage at which a release is refused."""
    with pytest.raises(CryptoError) as refused:
        verify_release(code, roots, note)
    return refused.value.stage


def test_a_release_of_enough_signers_is_believed() -> None:
    """Number, version, every file and the names of those who signed come out as they went in."""
    found = verify_release(CODE, [ROOT], sign_note(TEXT, SIGNERS))
    assert (found.number, found.version, found.faces) == (4, "1.2", FACES)
    assert found.signers == ("ann", "bo")


def test_the_text_does_not_depend_on_the_order_of_the_files() -> None:
    """Two signers who list the same files sign the same bytes."""
    turned = {face: dict(reversed(files.items())) for face, files in reversed(FACES.items())}
    assert release_text(OFFICE, 1, 4, "1.2", turned) == TEXT


@pytest.mark.parametrize(
    ("code", "roots", "note", "stage"),
    [
        (office_code(root(1, [*SIGNERS, THIRD], SIGNERS)), [ROOT], sign_note(TEXT, SIGNERS), CheckStage.FOREIGN),
        (CODE, [], sign_note(TEXT, SIGNERS), CheckStage.ROOT),
        (CODE, [ROOT], sign_note(TEXT, SIGNERS[:1]), CheckStage.SIGNATURE),
        (CODE, [ROOT], sign_note(TEXT, [SIGNERS[0], THIRD]), CheckStage.SIGNATURE),
        (CODE, [ROOT], sign_note(TEXT, [SIGNERS[0], SIGNERS[0]]), CheckStage.SIGNATURE),
        (CODE, [ROOT], sign_note(release_text(bytes(15) + b"1", 1, 4, "1.2", FACES), SIGNERS), CheckStage.FOREIGN),
        (CODE, [ROOT], sign_note(release_text(OFFICE, 2, 4, "1.2", FACES), SIGNERS), CheckStage.SIGNATURE),
        (CODE, [ROOT], sign_note(TEXT.replace(b"\n4\n", b"\n5\n"), SIGNERS), CheckStage.SCHEMA),
        (CODE, [ROOT], sign_note(TEXT.replace(b"/release\n", b"/directory\n", 1), SIGNERS), CheckStage.SCHEMA),
        (CODE, [ROOT], sign_note(TEXT.replace(b'{"', b'["', 1), SIGNERS), CheckStage.JSON),
        (CODE, [ROOT], sign_note(TEXT, SIGNERS).replace(b"0000", b"0001", 1), CheckStage.SIGNATURE),
    ],
    ids=["code", "no-root", "one", "stranger", "twice", "others", "root", "number", "label", "json", "altered"],
)
def test_every_other_list_is_refused_at_its_stage(
    code: str, roots: list[bytes], note: bytes, stage: CheckStage
) -> None:
    """A foreign code, too few signers, one who signed twice, another root, another label: refused, each by name."""
    assert refused_at(code, roots, note) is stage


def test_new_signers_follow_from_the_old_ones_under_the_same_code() -> None:
    """A root signed by the thresholds of both hands over; from then on the old signers' lists are refused."""
    after = [SIGNERS[1], THIRD]
    roots = [ROOT, root(2, after, [*SIGNERS, THIRD])]
    text = release_text(OFFICE, 2, 5, "1.3", FACES)
    assert verify_release(CODE, roots, sign_note(text, after)).signers == ("bo", "cy")
    assert refused_at(CODE, roots, sign_note(text, SIGNERS)) is CheckStage.SIGNATURE
    assert refused_at(CODE, [ROOT, root(2, after, after)], sign_note(text, after)) is CheckStage.ROOT


@pytest.mark.parametrize(
    "path", ["", "/index.html", "a//b", "../x", "a/../b", "a/.", "a b", "ä", "a" * 201, "a/", ".hidden"]
)
def test_a_path_that_no_site_has_is_refused(path: str) -> None:
    """Only plain names below the origin can be listed."""
    with pytest.raises(CryptoError):
        release_text(OFFICE, 1, 1, "1", {"intake": {path: "0" * 64}, "desk": {}, "watch": {}})


@pytest.mark.parametrize("faces", [{"intake": {}, "desk": {}}, {**FACES, "more": {}}, {**FACES, "intake": []}])
def test_only_the_three_faces_are_listed(faces: dict[str, object]) -> None:
    """A face missing or beyond the three is refused."""
    document = json.loads(TEXT.split(b"\n")[3]) | {"faces": faces}
    head = b"\n".join(TEXT.split(b"\n")[:3])
    with pytest.raises(CryptoError):
        read_release(sign_note(head + b"\n" + json.dumps(document).encode() + b"\n", SIGNERS))
