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


class Expiry(StrEnum):
    """How near the end of a directory is on a day."""

    FAR = "far"
    ENDING = "ending"
    PRESSING = "pressing"
    LAPSED = "lapsed"
    OVER = "over"


@dataclass(frozen=True)
class DirectoryEnd:
    """`ends` is the first day on which no new report is taken, `last` the last on which a mailbox can be read."""

    ends: date
    last: date
    days: int
    """Days from today to `ends`; none or fewer once it has ended."""
    expiry: Expiry

    @property
    def announced(self) -> bool:
        """Whether anybody has to be told."""
        return self.expiry is not Expiry.FAR


def end_of(expires: str, today: date) -> DirectoryEnd:
    """The end, as of a day, of a directory that has the entry `expires`."""
    ends = date.fromisoformat(expires)
    last, days = ends + timedelta(days=LAPSED_DAYS - 1), (ends - today).days
    return DirectoryEnd(ends, last, days, _expiry(days, today, last))


def _expiry(days: int, today: date, last: date) -> Expiry:
    if days <= 0:
        return Expiry.LAPSED if today <= last else Expiry.OVER
    if days <= PRESSING_DAYS:
        return Expiry.PRESSING
    return Expiry.ENDING if days <= ANNOUNCED_DAYS else Expiry.FAR


def directory_end(folder: OfficeFolder, today: date) -> DirectoryEnd | None:
    """The end of the office's directory, whether it is over or not; None before the first signing.

    Raises OfficeMissing, and the stages of `verify_directory` for a directory that was never right.
    """
    note = folder.directory()
    if note is None:
        return None
    # Verified for the day of its issue: how long ago it ended is the answer here, no reason to refuse.
    issued = date.fromisoformat(str(note_document(note)["issued"]))
    return end_of(folder.verified(issued).content.expires, today)
