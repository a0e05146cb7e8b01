"""A new recovery key: paper shares, their list, and the directory that names it; may be killed between any two."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from datetime import date

from crypto.framing import Rng
from crypto.office.signed_notes import KeeperKey
from crypto.sealing.recipients import Identity
from portal.office.draft import Draft, EnrolledMember, draft_directory
from portal.office.drills import sheet_of_any_key
from portal.office.errors import SheetRefused
from portal.office.files import write_secret
from portal.office.folder import OfficeFolder
from portal.office.recovery import PaperShare, split_recovery
from portal.office.recovery_sheet import sign_sheet
from portal.office.signing import known_keepers, publish_draft

TORN = "unfinished"
"""Lies there while shares are written that no list names yet: anyone who was killed then begins again."""


def renew_recovery(
    folder: OfficeFolder,
    members: Sequence[EnrolledMember],
    keepers: Sequence[KeeperKey],
    today: date,
    rng: Rng = os.urandom,
    show: Callable[[Draft], None] | None = None,
) -> list[PaperShare]:
    """Replace the recovery key; gives the new shares, which also lie in `recovery/` to be printed and shredded.

    Where an earlier run was killed after its list was signed, its shares hold and only the directory is signed:
    none is given then. `show` gets the directory before anything is made or signed. Raises SheetRefused while shares
    of the key in force still lie there, TooFewKeepers.
    """
    known_keepers(folder, keepers)
    in_force = folder.verified(today).content.recovery.text
    sheet, torn = sheet_of_any_key(folder), folder.path / "recovery" / TORN
    if sheet is not None and sheet.recipient != in_force:
        draft = _shown(draft_directory(folder, members, today, sheet.recipient), show)
        torn.unlink(missing_ok=True)
        publish_draft(folder, draft, keepers)
        return []
    if any(torn.parent.glob("*.txt")) and not torn.exists():
        raise SheetRefused("the shares of the present key still lie in recovery/: print and shred them first")
    identity, office = Identity.draw(rng), folder.root().office
    draft = _shown(draft_directory(folder, members, today, identity.recipient.text), show)
    write_secret(torn, b"")
    shares = split_recovery(identity.seed, folder.config().recovery)
    for share in shares:
        write_secret(folder.path / "recovery" / f"{share.id}.txt", share.paper(folder.code()).encode())
    folder.write_recovery_sheet(sign_sheet(office, identity.recipient.text, today, shares, keepers))
    torn.unlink()
    publish_draft(folder, draft, keepers)
    return shares


def _shown(draft: Draft, show: Callable[[Draft], None] | None) -> Draft:
    if show is not None:
        show(draft)
    return draft
