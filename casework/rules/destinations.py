"""Where an export of a case may go: fixed words, so that nothing in clear names anybody."""

from __future__ import annotations

import json
from collections.abc import Mapping
from enum import StrEnum
from importlib import resources
from typing import Any, Final

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


_ROWS: Final[dict[str, dict[str, Any]]] = json.loads(
    resources.files("casework.rules").joinpath("destinations.json").read_text("utf-8")
)
"""The table that the pages read too."""
ABROAD: Final = frozenset(one for one in Destination if _ROWS[one].get("abroad"))
"""What needs the approval of the competent authority first (Personal Information Protection Law of China, art. 41)."""
DESTINATIONS: Final[Mapping[Destination, Words]] = {one: localized(_ROWS[one]["words"], SOURCE) for one in Destination}
