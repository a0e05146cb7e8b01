"""Releases: the folder of their signers, signing what was built here, and publishing the signed list with the pages."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from crypto.errors import CryptoError
from crypto.framing import SUITE, Rng, b64encode
from crypto.office.directory import office_code, root_text, verify_roots
from crypto.office.release import FACES, Files, Release, read_release, release_text, verify_release
from crypto.office.root_shape import Root
from crypto.office.signed_notes import KeeperKey, count_signers, draw_keeper, read_note, sign_note
from portal.languages import SOURCE, languages
from portal.office.errors import OfficeError
from portal.office.files import write_published
from portal.office.keepers import write_keeper
from portal.release.offline_page import NotAnOfflinePage, empty_page, shell_path

NOTE: Final = "release.note"
ROOTS: Final = "release-roots.json"
LIST: Final = "release.json"
BESIDE: Final = frozenset({LIST, NOTE, ROOTS})
"""What is served with the files of a face and stands in no list of them."""


class ReleaseRefused(OfficeError):
    """The release's folder or list is not what it must be; a msgid and its values say what to do."""

    def __init__(self, sentence: str, **values: object) -> None:
        super().__init__(sentence.format(**values))
        self.sentence = sentence
        self.values = values


@dataclass(frozen=True)
class Signing:
    """The list as it stands after a signature, and how many more it takes."""

    release: Release
    missing: int


class ReleaseFolder:
    """`roots/<n>.note` and `release.note` under one path; nothing here trusts what it reads."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def roots(self) -> list[bytes]:
        """The root notes from 1 on; raises ReleaseRefused when there is none."""
        found: list[bytes] = []
        while (file := self.path / f"roots/{len(found) + 1}.note").is_file():
            found.append(file.read_bytes())
        if not found:
            raise ReleaseRefused(
                "{path} names no signers of releases: run `yanlu release found` first.", path=self.path
            )
        return found

    def code(self) -> str:
        """The release code: a hash of root 1, which names the signers."""
        return office_code(self.roots()[0])

    def root(self) -> Root:
        """The last root, verified against this folder's own code."""
        return verify_roots(self.code(), self.roots())

    def note(self) -> bytes | None:
        """The newest list, perhaps not signed by enough, or None."""
        file = self.path / NOTE
        return file.read_bytes() if file.is_file() else None

    def release(self, code: str | None = None) -> Release:
        """The newest release, verified against the code (the folder's own if none is given)."""
        note = self.note()
        if note is None:
            raise ReleaseRefused("{path} holds no list yet: run `yanlu release sign`.", path=self.path)
        return verify_release(code or self.code(), self.roots(), note)

    def write_note(self, note: bytes) -> None:
        """Replaces the list at once."""
        write_published(self.path / NOTE, note)


def found_signers(path: Path, ids: Sequence[str], threshold: int, rng: Rng) -> ReleaseFolder:
    """Keys for those who will sign releases, and the root that names them; raises ReleaseRefused if there is one."""
    folder = ReleaseFolder(path)
    if (path / "roots/1.note").is_file():
        raise ReleaseRefused("{path} names signers already; their code would change: choose another folder.", path=path)
    office, signers = rng(16), [draw_keeper(name, rng) for name in ids]
    text = _root_text(office, 1, signers, threshold)
    for signer in signers:
        write_keeper(path / "keys" / f"{signer.id}.key", office, signer)
    write_published(path / "roots/1.note", sign_note(text, signers))
    return folder


def _root_text(office: bytes, number: int, signers: Sequence[KeeperKey], threshold: int) -> bytes:
    document: dict[str, object] = {
        "v": 1,
        "language": SOURCE,
        "office": b64encode(office),
        "number": number,
        "suite": SUITE,
        "keepers": [
            {"id": one.id, "key": b64encode(one.key), "nonce": b64encode(one.nonce), "seat": {SOURCE: one.id}}
            for one in signers
        ],
        "threshold": threshold,
    }
    return root_text(document)


def rotate_signers(
    folder: ReleaseFolder, present: Sequence[KeeperKey], ids: Sequence[str], threshold: int, rng: Rng
) -> list[Path]:
    """Hands over to these signers under the same code; gives the files of the keys that were made.

    Anyone who is among `present` and stays keeps the key. Raises ReleaseRefused when too few of the present sign;
    nothing is written then.
    """
    root, roots = folder.root(), folder.roots()
    known = {keeper.id: keeper.key for keeper in root.keepers}
    staying = {one.id: one for one in present if known.get(one.id) == one.key}
    if len(staying) < root.threshold:
        raise ReleaseRefused("{count} of those who sign now have to hand over: give their keys.", count=root.threshold)
    coming = [staying.get(name) or draw_keeper(name, rng) for name in ids]
    number = root.number + 1
    by = {(one.id, one.key): one for one in (*staying.values(), *coming)}
    note = sign_note(_root_text(root.office, number, coming, threshold), list(by.values()))
    # What nobody would believe is never written.
    verify_roots(folder.code(), [*roots, note])
    made: list[Path] = []
    for one in coming:
        if one.id not in staying:
            made.append(folder.path / "keys" / f"{one.id}.{number}.key")
            write_keeper(made[-1], root.office, one)
    write_published(folder.path / f"roots/{number}.note", note)
    return made


def built_files(site: Path) -> dict[str, Files]:
    """The hash of every file that was built here, by face; raises ReleaseRefused when a face is missing or altered."""
    return {face: _face_files(site / face) for face in FACES}


def _face_files(folder: Path) -> Files:
    found = {
        path.relative_to(folder).as_posix(): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }
    files = {name: digest for name, digest in found.items() if name not in BESIDE}
    listed = folder / LIST
    if not listed.is_file() or json.loads(listed.read_bytes()).get("files") != files:
        raise ReleaseRefused("{path} is not a whole build: run `yanlu build`.", path=folder)
    return files


def sign_release(folder: ReleaseFolder, site: Path, version: str, signers: Sequence[KeeperKey]) -> Signing:
    """Adds these signers' signatures to the list of what was built here.

    A list of the same files is signed further; other files make the next number, once the list before was complete.
    Raises ReleaseRefused for a key that is not one of the release's.
    """
    root, faces, before = folder.root(), built_files(site), folder.note()
    keys = {keeper.id: keeper.key for keeper in root.keepers}
    if strangers := [one.id for one in signers if keys.get(one.id) != one.key]:
        raise ReleaseRefused("No key of those who sign these releases: {names}.", names=", ".join(strangers))
    text = release_text(root.office, root.number, _number(folder, version, faces), version, faces)
    same = before is not None and read_note(before).text == text
    note = sign_note(text, list(signers), before if before is not None and same else b"")
    folder.write_note(note)
    _, _, release = read_release(note)
    return Signing(release, max(0, root.threshold - count_signers(read_note(note), keys)))


def _number(folder: ReleaseFolder, version: str, faces: Mapping[str, Files]) -> int:
    note = folder.note()
    if note is None:
        return 1
    _, root, before = read_release(note)
    roots = folder.roots()
    try:
        # Under the root that it names: since then others may have taken over.
        verify_release(folder.code(), roots[:root], note)
    except CryptoError:
        # Never complete, so never published: its number is still free.
        return before.number
    same = (before.version, before.faces, root) == (version, faces, len(roots))
    return before.number if same else before.number + 1


def check_build(release: Release, site: Path) -> list[str]:
    """The files that are not as released: missing, altered or beyond the list; `face/path`, in order."""
    wrong: list[str] = []
    for face, built in built_files(site).items():
        listed = release.faces[face]
        names = sorted(listed.keys() | built.keys())
        wrong += [f"{face}/{name}" for name in names if listed.get(name) != built.get(name)]
    return wrong


def check_page(release: Release, page: bytes) -> str | None:
    """The language in which a filled offline page is this release's; None when all but its documents is not."""
    try:
        digest = hashlib.sha256(empty_page(page)).hexdigest()
    except NotAnOfflinePage:
        return None
    files = release.faces["intake"]
    return next((lang for lang in languages() if files.get(shell_path(lang)) == digest), None)


def roots_document(roots: Sequence[bytes]) -> bytes:
    """The roots as they are served beside the list: `{"roots":[note texts]}`."""
    document = {"roots": [root.decode() for root in roots]}
    return (json.dumps(document, ensure_ascii=False, indent=1) + "\n").encode()


def publish_release(folder: ReleaseFolder, site: Path) -> Release:
    """Puts the signed list beside the pages of each face; raises ReleaseRefused when these are other pages."""
    release = folder.release()
    if wrong := check_build(release, site):
        raise ReleaseRefused(
            "These pages are not release {number}: {names}.", number=release.number, names=", ".join(wrong[:5])
        )
    for face in FACES:
        write_published(site / face / ROOTS, roots_document(folder.roots()))
        write_published(site / face / NOTE, folder.note() or b"")
    return release
