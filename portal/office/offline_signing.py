"""Signing by file: what is to be signed goes out, keepers sign it on machines of their own, their notes come back."""

from __future__ import annotations

import json
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final, cast

from crypto.errors import CryptoError
from crypto.framing import b64decode
from crypto.office.directory import (
    DIRECTORY_LABEL,
    ROOT_LABEL,
    directory_text,
    root_text,
    verify_directory,
    verify_roots,
)
from crypto.office.root_shape import Root
from crypto.office.signed_notes import KeeperKey, count_signers, join_notes, read_note, sign_note
from crypto.office.witnesses import cosigners
from crypto.shape import Fields
from crypto.transparency_log.checkpoint import LOG_LABEL, log_text, verify_log
from portal.office.draft import Document, Draft, EnrolledMember, draft_directory, members_of
from portal.office.errors import NotToSign, OfficeMissing, SheetRefused, TooFewKeepers
from portal.office.folder import OfficeFolder
from portal.office.log_key import FILE_NAME, read_log_key
from portal.office.recovery_sheet import LABEL as SHEET_LABEL
from portal.office.recovery_sheet import read_sheet, sheet_of_text
from portal.office.signing import WITNESSES_FIRST, SignedDirectory, publish_note
from portal.office.unopened_cases import UNOPENED_LABEL, unopened_text

TOO_FEW: Final = "{needed} keepers of this office must sign, {signed} did: bring another one's note too"
OF_KIND: Final = "what came back signs {count} texts of the kind {label}, not one and the same"
CHANGED: Final = "the office has changed since this was exported: export it again, and have that signed"


@dataclass(frozen=True)
class SigningRequest:
    """One text to be signed, parsed for anyone who reads it before signing: label, office, number, document."""

    text: bytes
    label: str
    office: str
    number: int
    document: Document


@dataclass(frozen=True)
class Rotation:
    """The texts of root N+1, of the directory under it with its draft, and of the log's name, where there is a log."""

    root: bytes
    directory: bytes
    log: bytes | None
    draft: Draft


def _log_text(document: Document) -> bytes:
    fields = Fields(document, "v", "office", "suite", "number", "root", "key")
    return log_text(
        fields.bytes("office", 16), fields.integer("number", 1), fields.integer("root", 1), fields.bytes("key", 32)
    )


WRITERS: Final[dict[str, Callable[[Document], bytes]]] = {
    ROOT_LABEL: root_text,
    DIRECTORY_LABEL: directory_text,
    LOG_LABEL: _log_text,
    UNOPENED_LABEL: unopened_text,
}
"""All that keepers sign, and how each is written: in exactly one way."""


def read_signing_request(content: bytes) -> SigningRequest:
    """The text of a file that was exported to be signed; raises NotToSign."""
    if content.startswith(f"{SHEET_LABEL}\n".encode()):
        return _sheet_request(content)
    try:
        label, office, number, document, _end = content.decode("utf-8").split("\n")
        found = SigningRequest(content, label, office, int(number), cast("Document", json.loads(document)))
        same = WRITERS[label](found.document) == content
    except (ValueError, KeyError, CryptoError) as error:
        raise NotToSign("this is nothing that an office exports to be signed") from error
    if not same:
        raise NotToSign("this is nothing that an office exports to be signed")
    return found


def _sheet_request(content: bytes) -> SigningRequest:
    """The list of recovery shares has no number: there is one of each key."""
    try:
        sheet_of_text(content)
    except SheetRefused as error:
        raise NotToSign("this is nothing that an office exports to be signed") from error
    _, office, document, _end = content.decode("utf-8").split("\n")
    return SigningRequest(content, SHEET_LABEL, office, 1, cast("Document", json.loads(document)))


def sign_request(request: SigningRequest, keeper: KeeperKey) -> bytes:
    """The note with this one keeper's signature, to be carried back."""
    return sign_note(request.text, [keeper])


def exported_directory(folder: OfficeFolder, members: Sequence[EnrolledMember], today: date) -> tuple[bytes, Draft]:
    """The text of the next directory, for the keepers' machines, and what it changes."""
    draft = draft_directory(folder, members, today)
    return directory_text(draft.document), draft


def import_directory(
    folder: OfficeFolder, members: Sequence[EnrolledMember], notes: Sequence[bytes]
) -> SignedDirectory:
    """Publish the directory whose notes came back; raises NotToSign where it no longer follows from this office.

    Members, `office.toml` or texts may have changed since: then nobody looked at what would be published.
    """
    text, note = _joined(notes, DIRECTORY_LABEL)
    draft = draft_directory(folder, members, _issued(text))
    if directory_text(draft.document) != text:
        raise NotToSign(CHANGED)
    _require_enough(folder.root(), note)
    return publish_note(folder, draft, note)


def exported_rotation(folder: OfficeFolder, root: Document, today: date) -> Rotation:
    """What each keeper, old or new, signs in a hand-over to the keepers of root N+1."""
    number = cast("int", root["number"])
    draft = draft_directory(folder, _members(folder), today, number=number)
    return Rotation(root_text(root), directory_text(draft.document), _log_under(folder, number), draft)


def _log_under(folder: OfficeFolder, number: int) -> bytes | None:
    """The name of the same log under another root."""
    note = folder.log_note()
    if note is None:
        return None
    known = read_signing_request(read_note(note.encode()).text)
    fields = Fields(known.document, "v", "office", "suite", "number", "root", "key")
    return log_text(b64decode(known.office, 16), known.number, number, fields.bytes("key", 32))


def import_rotation(folder: OfficeFolder, notes: Sequence[bytes]) -> SignedDirectory:
    """Publish a root, the log's name and the directory under it, whose notes came back; killed, it is run again.

    Everything is verified before anything is published. Raises NotToSign, or the stages `root`, `log`, `directory`.
    """
    # 1. The root follows the last one here; or it is the very one that lies here from a run that was killed.
    text, root = _joined(notes, ROOT_LABEL)
    number = read_signing_request(text).number
    known = [one.encode() for one in folder.roots()]
    if len(known) not in (number - 1, number) or (len(known) == number and read_note(known[-1]).text != text):
        raise NotToSign("this root does not follow the last one here")
    roots = [*known[: number - 1], root]
    _require_witnesses(verify_roots(folder.code(), roots[:-1]), root)
    verify_roots(folder.code(), roots)
    # 2. The directory follows from this office.
    below, note = _joined(notes, DIRECTORY_LABEL)
    draft = draft_directory(folder, _members(folder), _issued(below), number=number)
    if directory_text(draft.document) != below:
        raise NotToSign(CHANGED)
    verify_directory(folder.code(), roots, note, str(draft.document["issued"]))
    # 3. The log is the same as before.
    log = _log_note(folder, notes, roots)
    # 4. Until all three are published, readers refuse what names the root before.
    folder.write_root(number, root)
    if log is not None:
        folder.write_log_note(log)
    return publish_note(folder, draft, note)


def import_founding(folder: OfficeFolder, notes: Sequence[bytes]) -> SignedDirectory:
    """Publish what founding left for keepers to sign: recovery's list, the log's name and the first directory, last.

    Everything is verified before anything is published; killed, it is run again. Raises NotToSign, TooFewKeepers,
    SheetRefused, LogKeyRefused, or the stage `log`.
    """
    root, roots = folder.root(), [one.encode() for one in folder.roots()]
    _, listed = _joined(notes, SHEET_LABEL)
    sheet = read_sheet(listed, root)
    text, note = _joined(notes, DIRECTORY_LABEL)
    draft = draft_directory(folder, [], _issued(text), sheet.recipient)
    if directory_text(draft.document) != text:
        raise NotToSign(CHANGED)
    _require_enough(root, note)
    named, log = _joined(notes, LOG_LABEL)
    if named != log_text(root.office, 1, root.number, read_log_key(folder.path / FILE_NAME, root.office).key):
        raise NotToSign("what came back names another log")
    verify_log(folder.code(), roots, log)
    folder.write_recovery_sheet(listed)
    folder.write_log_note(log)
    return publish_note(folder, draft, note)


def _require_enough(root: Root, note: bytes) -> None:
    signed = count_signers(read_note(note), {keeper.id: keeper.key for keeper in root.keepers})
    if signed < root.threshold:
        raise TooFewKeepers((TOO_FEW, {"needed": root.threshold, "signed": signed}))


def _require_witnesses(before: Root, root: bytes) -> None:
    """Says what is lacking; `verify_roots` is what refuses."""
    witnesses = before.witnesses
    every = {keeper.id: keeper.key for keeper in before.keepers}
    if len(cosigners(root, witnesses.keys)) < witnesses.k and count_signers(read_note(root), every) < len(every):
        raise NotToSign(WITNESSES_FIRST)


def _log_note(folder: OfficeFolder, notes: Sequence[bytes], roots: Sequence[bytes]) -> bytes | None:
    wanted = _log_under(folder, len(roots))
    if wanted is None:
        return None
    text, note = _joined(notes, LOG_LABEL)
    if text != wanted:
        raise NotToSign("what came back names another log")
    verify_log(folder.code(), roots, note)
    return note


def _members(folder: OfficeFolder) -> list[EnrolledMember]:
    note = folder.directory()
    if note is None:
        raise OfficeMissing("there is no directory to carry over: run `yanlu office sign` first")
    return members_of(note)


def _issued(text: bytes) -> date:
    return date.fromisoformat(str(read_signing_request(text).document["issued"]))


def _joined(notes: Sequence[bytes], label: str) -> tuple[bytes, bytes]:
    """The one text of that kind that these notes sign, and the note with all their signatures."""
    try:
        texts = {read_note(note).text for note in notes}
    except CryptoError as error:
        raise NotToSign("a file that came back is no signed note") from error
    of_kind = [text for text in texts if text.startswith(f"{label}\n".encode())]
    if len(of_kind) != 1:
        raise NotToSign((OF_KIND, {"count": len(of_kind), "label": label}))
    [text] = of_kind
    return text, join_notes(text, [note for note in notes if read_note(note).text == text])
