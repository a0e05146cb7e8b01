"""Signing the next directory, and handing the office over to new keepers."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from crypto.office.directory import directory_text, office_code, root_text, verify_directory, verify_roots
from crypto.office.signed_notes import KeeperKey, sign_note
from portal.office.draft import (
    DirectoryChange,
    Document,
    Draft,
    EnrolledMember,
    draft_directory,
    members_of,
)
from portal.office.errors import NotToSign, OfficeMissing, TooFewKeepers
from portal.office.folder import OfficeFolder
from portal.office.log_key import renew_log

TOO_FEW: Final = "{needed} keepers of this office must sign, {signed} did: add another keeper's key file with --keeper"
WITNESSES_FIRST: Final = (
    "This office has witnesses outside: have the files of `yanlu office to-sign --rotate` signed, and bring the "
    "witnesses' notes of the root back with those of the keepers. If the witnesses are lost, all present keepers sign."
)


@dataclass(frozen=True)
class SignedDirectory:
    """What was published: its number, its last day, and what it changed."""

    sequence: int
    expires: str
    changes: list[DirectoryChange]
    missing: list[str]


def known_keepers(folder: OfficeFolder, keepers: Sequence[KeeperKey]) -> list[KeeperKey]:
    """Those who may sign now; raises TooFewKeepers."""
    root = folder.root()
    keys = {keeper.id: keeper.key for keeper in root.keepers}
    fit = {keeper.id: keeper for keeper in keepers if keys.get(keeper.id) == keeper.key}
    if len(fit) < root.threshold:
        raise TooFewKeepers((TOO_FEW, {"needed": root.threshold, "signed": len(fit)}))
    return list(fit.values())


def publish_draft(folder: OfficeFolder, draft: Draft, keepers: Sequence[KeeperKey]) -> SignedDirectory:
    """Sign and publish a draft; raises TooFewKeepers, or the stage at which it would be refused."""
    known = known_keepers(folder, keepers)
    note = sign_note(directory_text(draft.document), known)
    _check(folder, draft, note)
    renew_log(folder, known)
    return publish_note(folder, draft, note)


def publish_note(folder: OfficeFolder, draft: Draft, note: bytes) -> SignedDirectory:
    """Publish a draft that is signed already; raises TooFewKeepers, or the stage at which it would be refused."""
    _check(folder, draft, note)
    _publish_policies(folder, draft)
    folder.publish("jurisdictions", draft.jurisdictions)
    folder.publish("calendars", draft.calendars)
    folder.write_directory(note)
    expires = str(draft.document["expires"])
    return SignedDirectory(draft.sequence, expires, draft.changes, draft.missing)


def _check(folder: OfficeFolder, draft: Draft, note: bytes) -> None:
    """What this office would refuse to read is never published."""
    roots = [root.encode() for root in folder.roots()]
    verify_directory(folder.code(), roots, note, str(draft.document["issued"]))


def _publish_policies(folder: OfficeFolder, draft: Draft) -> None:
    """Rules first, then the list that names them, then the pages: whatever is named is there."""
    for texts in draft.policies:
        if texts.rules is not None:
            folder.publish("rules", texts.rules)
        if texts.added:
            folder.write_versions((*folder.versions(), *texts.added))
    for texts in draft.policies:
        folder.publish("policies", texts.page)


def sign_directory(
    folder: OfficeFolder,
    members: Sequence[EnrolledMember],
    keepers: Sequence[KeeperKey],
    today: date,
) -> SignedDirectory:
    """Draft, sign and publish the next directory in one step."""
    return publish_draft(folder, draft_directory(folder, members, today), keepers)


def rotate_office(
    folder: OfficeFolder,
    root: Document,
    leaving: Sequence[KeeperKey],
    coming: Sequence[KeeperKey],
    today: date,
    show: Callable[[Draft], None] | None = None,
) -> SignedDirectory:
    """Publish root N+1, signed by the thresholds of N and of N+1, and the directory under it.

    Members stay as they are. `show` gets the directory before anything is published. Raises TooFewKeepers, NotToSign
    where witnesses must sign too, or the stage `root`; nothing is published then.
    """
    before = folder.directory()
    if before is None:
        raise OfficeMissing("there is no directory to carry over: run `yanlu office sign` first")
    known, last = known_keepers(folder, leaving), folder.root()
    if last.witnesses.k and len(known) < len(last.keepers):
        raise NotToSign(WITNESSES_FIRST)
    signers = {(keeper.id, keeper.key): keeper for keeper in (*leaving, *coming)}
    note = sign_note(root_text(root), list(signers.values()))
    roots = [known.encode() for known in folder.roots()]
    verify_roots(office_code(roots[0]), [*roots, note])
    draft = draft_directory(folder, members_of(before), today, number=len(roots) + 1)
    if show is not None:
        show(draft)
    folder.write_root(len(roots) + 1, note)
    # Until this is done too, readers refuse the directory that names the root before.
    return publish_draft(folder, draft, coming)
