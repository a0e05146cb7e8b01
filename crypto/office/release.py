"""The signed list of a release: the hash of every file of each face, under the keys of its signers (SPEC §14)."""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast

from crypto.errors import ForeignOffice, SignatureRefused, WrongShape
from crypto.framing import SUITE, b64encode
from crypto.office.directory import is_signed_by, note_parts, verify_roots, write_text
from crypto.office.signed_notes import count_signers, read_note
from crypto.shape import OrderedFields
from crypto.text import read_canonical

RELEASE_LABEL = "yanlu/v1/release"
FACES = ("desk", "intake", "watch")
FILES_LIMIT = 1000
_PATH = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]*(/[A-Za-z0-9_-][A-Za-z0-9._-]*)*")
_HASH = re.compile(r"[0-9a-f]{64}")

Files = Mapping[str, str]
"""Path below the origin → SHA-256 of the file's bytes, 64 hex digits."""


@dataclass(frozen=True)
class Release:
    """What the signers of a release have signed: its number and version, and the files of each face."""

    number: int
    version: str
    faces: Mapping[str, Files]
    signers: tuple[str, ...]


def release_text(signers: bytes, root: int, number: int, version: str, faces: Mapping[str, Files]) -> bytes:
    """The text of the note that lists a release; `signers` is the 16-byte id of root 1. Raises WrongShape."""
    document: dict[str, object] = {
        "v": 1,
        "office": b64encode(signers),
        "suite": SUITE,
        "number": number,
        "root": root,
        "version": version,
        "faces": {face: dict(sorted(faces[face].items())) for face in sorted(faces)},
    }
    _read(document)
    return write_text(RELEASE_LABEL, signers, number, document)


def _files(value: object) -> Files:
    if not isinstance(value, dict):
        raise WrongShape("not a list of files")
    files = cast("dict[str, object]", value)
    if list(files) != sorted(files):
        raise WrongShape("paths out of order")
    if len(files) > FILES_LIMIT:
        raise WrongShape("too long a list of files")
    found: dict[str, str] = {}
    for path, digest in files.items():
        if len(path) > 200 or _PATH.fullmatch(path) is None:
            raise WrongShape("not a path of a site")
        if not isinstance(digest, str) or _HASH.fullmatch(digest) is None:
            raise WrongShape("not a hash")
        found[path] = digest
    return found


def _read(document: object) -> tuple[bytes, int, int, str, dict[str, Files]]:
    fields = OrderedFields(document, "v", "office", "suite", "number", "root", "version", "faces")
    fields.version()
    fields.word("suite", SUITE)
    named = OrderedFields(fields["faces"], *FACES)
    faces = {face: _files(named[face]) for face in FACES}
    office, number = fields.bytes("office", 16), fields.integer("number", 1)
    return office, number, fields.integer("root", 1), fields.text("version", 64), faces


def read_release(note: bytes) -> tuple[bytes, int, Release]:
    """Id of the signers, number of their root, and the release that a note lists, no matter who signed it.

    Raises the stages `json` and `schema`. The release's `signers` are empty: only `verify_release` knows them.
    """
    office, number, document = note_parts(read_note(note), RELEASE_LABEL)
    found, said, root, version, faces = _read(read_canonical(document))
    if (found, said) != (office, number):
        raise WrongShape("header and document differ")
    return office, root, Release(number, version, faces, ())


def verify_release(code: str, roots: Sequence[bytes], note: bytes) -> Release:
    """The release that the signers whom this code names have signed, in the order of SPEC §14.

    Raises the stages of `verify_roots`, `json`, `schema`, `foreign` and `signature`.
    """
    # 1. The roots.
    root = verify_roots(code, roots)
    # 2. The note is of these signers and carries the last root's threshold.
    parsed = read_note(note)
    office, _, _ = note_parts(parsed, RELEASE_LABEL)
    if office != root.office:
        raise ForeignOffice("a release of other signers")
    if not is_signed_by(parsed, root):
        raise SignatureRefused("the release lacks its signers' signatures")
    # 3. Its JSON says the same, and names that root.
    _, named, release = read_release(note)
    if named != root.number:
        raise SignatureRefused("the release stands under another root")
    signers = [keeper.id for keeper in root.keepers if count_signers(parsed, {keeper.id: keeper.key})]
    return Release(release.number, release.version, release.faces, tuple(signers))
