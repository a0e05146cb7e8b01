"""The quarterly drill: when each recovery share was last proven, and which are due."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from crypto.errors import CryptoError
from crypto.shape import Fields
from crypto.text import read_json, write_json
from portal.office.errors import SheetRefused
from portal.office.files import write_published
from portal.office.folder import OfficeFolder
from portal.office.recovery_sheet import NamedShare, RecoverySheet, read_sheet

QUARTER: Final = timedelta(days=92)
_LIMIT: Final = 65536


@dataclass(frozen=True)
class Drills:
    """The last proof of each share of the key in force."""

    sheet: RecoverySheet
    last: dict[str, date]

    def overdue(self, today: date) -> list[str]:
        """The shares that nobody has proven for a quarter; making them counts as the first proof."""
        return [share.id for share in self.sheet.shares if self.last.get(share.id, self.sheet.made) < today - QUARTER]


def sheet_of(folder: OfficeFolder, today: date) -> RecoverySheet:
    """The list of the key that the directory names; raises SheetRefused where there is none or another."""
    note = folder.recovery_sheet()
    if note is None:
        raise SheetRefused("this office has no list of its recovery shares: make new ones with `yanlu recovery renew`")
    # The keepers may have changed since: anyone who was a keeper when it was signed still counts.
    sheet = _read(folder, note)
    if sheet.recipient != folder.verified(today).content.recovery.text:
        raise SheetRefused("the list of recovery shares is of another key than the directory names")
    return sheet


def sheet_of_any_key(folder: OfficeFolder) -> RecoverySheet | None:
    """The list as it lies here, whichever key it is of; None where there is none."""
    note = folder.recovery_sheet()
    return None if note is None else _read(folder, note)


def _read(folder: OfficeFolder, note: bytes) -> RecoverySheet:
    refused = SheetRefused("the list of recovery shares lacks the keepers' signatures")
    for root in reversed(folder.all_roots()):
        try:
            return read_sheet(note, root)
        except SheetRefused as error:
            refused = error
    raise refused


def drills_of(folder: OfficeFolder, today: date) -> Drills:
    """The list, and when each of its shares was last proven; raises SheetRefused."""
    sheet = sheet_of(folder, today)
    content = folder.drills()
    if content is None:
        return Drills(sheet, {})
    try:
        fields = Fields(read_json(content, _LIMIT), "v", "recipient", "drills")
        fields.version()
        same = fields.text("recipient") == sheet.recipient
        rows = fields.list("drills", 64, _drill)
    except (CryptoError, ValueError) as error:
        raise SheetRefused("recovery-drills.json cannot be read: delete it and drill again") from error
    return Drills(sheet, dict(rows) if same else {})


def _drill(value: object) -> tuple[str, date]:
    fields = Fields(value, "share", "day")
    return fields.id("share"), date.fromisoformat(fields.day("day"))


def prove_share(folder: OfficeFolder, words: str, today: date) -> NamedShare:
    """Prove one share, alone, and write down the day; raises SharesRefused and SheetRefused."""
    drills = drills_of(folder, today)
    share = drills.sheet.prove(folder.root().office, words)
    last = {**drills.last, share.id: today}
    rows = [{"share": name, "day": day.isoformat()} for name, day in sorted(last.items())]
    document: dict[str, object] = {"v": 1, "recipient": drills.sheet.recipient, "drills": rows}
    write_published(folder.path / "recovery-drills.json", write_json(document) + b"\n")
    return share
