"""Where an export of a case may go: fixed words, so that nothing in clear names anybody."""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum
from typing import Final

from casework.words import Words


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


ABROAD: Final = frozenset({Destination.COURT_ABROAD, Destination.AUTHORITY_ABROAD})
"""What needs the approval of the competent authority first (Personal Information Protection Law of China, art. 41)."""
DESTINATIONS: Final[Mapping[Destination, Words]] = {
    Destination.OWN: Words("本单位自存", "the office's own files"),
    Destination.GROUP: Words("集团内其他单位", "another entity of the group"),
    Destination.COUNSEL: Words("律师、审计等外部专业人员", "counsel, auditors or other advisers"),
    Destination.PERSON: Words("要求查阅、复制的本人", "the person who asks for a copy of what concerns them"),
    Destination.COURT: Words("境内司法机关", "a court of the same country"),
    Destination.AUTHORITY: Words("境内有权机关", "an authority of the same country"),
    Destination.COURT_ABROAD: Words("境外司法机构", "a court abroad"),
    Destination.AUTHORITY_ABROAD: Words("境外执法机构", "an authority abroad"),
}
