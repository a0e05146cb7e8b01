"""Where an export of a case may go: fixed words, so that nothing in clear names anybody."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from casework.json_tables import read_table
from casework.words import SOURCE, Words, localized


class Destination(StrEnum):
    """Who gets an export."""

    OWN = "own"
    GROUP = "group"
    COUNSEL = "counsel"
    PERSON = "person"
    COURT = "court"
    AUTHORITY = "authority"
    COURT_ABROAD = "court-abroad"
    AUTHORITY_ABROAD = "authority-abroad"


_ROWS: Final = read_table("casework.rules", "destinations")
ABROAD: Final = frozenset(one for one in Destination if _ROWS[one].get("abroad"))
"""What needs the approval of the competent authority first (Personal Information Protection Law of China, art. 41)."""
DESTINATIONS: Final[Mapping[Destination, Words]] = {one: localized(_ROWS[one]["words"], SOURCE) for one in Destination}
