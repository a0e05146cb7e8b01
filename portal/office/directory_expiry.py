"""How near the end of the signed directory is: announced early, and survived for thirty days by those who wait."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from crypto.office.directory import LAPSED_DAYS
from portal.office.draft import note_document
from portal.office.folder import OfficeFolder

ANNOUNCED_DAYS = 21
"""From how many days before its end it is announced everywhere."""
PRESSING_DAYS = 3
"""From how many days before its end the announcement is red."""


class ExpiryLevel(StrEnum):
    """How near the end of a directory is on a day."""

    FAR = "far"
    ENDING = "ending"
    PRESSING = "pressing"
    LAPSED = "lapsed"
    OVER = "over"


@dataclass(frozen=True)
class DirectoryExpiry:
    """`ends` is the first day on which no new report is taken, `last` the last on which a mailbox can be read."""

    ends: date
    last: date
    days: int
    """Days from today to `ends`; none or fewer once it has ended."""
    level: ExpiryLevel

    @property
    def announced(self) -> bool:
        """Whether anybody has to be told."""
        return self.level is not ExpiryLevel.FAR


def expiry_of(expires: str, today: date) -> DirectoryExpiry:
    """The end, as of a day, of a directory that has the entry `expires`."""
    ends = date.fromisoformat(expires)
    last, days = ends + timedelta(days=LAPSED_DAYS - 1), (ends - today).days
    return DirectoryExpiry(ends, last, days, _expiry(days, today, last))


def _expiry(days: int, today: date, last: date) -> ExpiryLevel:
    if days <= 0:
        return ExpiryLevel.LAPSED if today <= last else ExpiryLevel.OVER
    if days <= PRESSING_DAYS:
        return ExpiryLevel.PRESSING
    return ExpiryLevel.ENDING if days <= ANNOUNCED_DAYS else ExpiryLevel.FAR


def directory_expiry(folder: OfficeFolder, today: date) -> DirectoryExpiry | None:
    """The end of the office's directory, whether it is over or not; None before the first signing.

    Raises OfficeMissing, and the stages of `verify_directory` for a directory that was never right.
    """
    note = folder.directory()
    if note is None:
        return None
    # Verified for the day of its issue: how long ago it ended is the answer here, no reason to refuse.
    issued = date.fromisoformat(str(note_document(note)["issued"]))
    return expiry_of(folder.verified(issued).content.expires, today)
