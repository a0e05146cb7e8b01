"""What nobody can open is deleted by two: a list that the server's administrator draws up and two keepers sign."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Final

from crypto.errors import CryptoError, WrongShape
from crypto.framing import b64decode, b64encode
from crypto.office.root_shape import Root
from crypto.office.signed_notes import count_signers, join_notes, read_note
from crypto.shape import Fields
from crypto.text import read_json, write_json
from portal.office.errors import NotToSign, TooFewKeepers

UNOPENED_LABEL: Final = "yanlu/v1/unopened"
SIGNED_BY: Final = 2
LASTS: Final = timedelta(days=30)
"""So long after it was drawn up a list may be carried out."""
MOST_LISTED: Final = 50_000
_LIMIT: Final = 4 * 1024 * 1024
_REFUSED: Final = "this is no signed list of cases that nobody opened"


@dataclass(frozen=True)
class UnopenedList:
    """A list to be signed: of which office, drawn up on which day, and the ids of its cases (16 bytes each)."""

    office: bytes
    day: date
    cases: tuple[bytes, ...]

    def text(self) -> bytes:
        """What keepers sign: label, office, number of cases, document, each on a line."""
        office, cases = b64encode(self.office), [b64encode(case) for case in self.cases]
        document: dict[str, object] = {"v": 1, "office": office, "day": self.day.isoformat(), "cases": cases}
        lines = (UNOPENED_LABEL.encode(), office.encode(), str(len(cases)).encode(), write_json(document))
        return b"".join(line + b"\n" for line in lines)


def unopened_of(document: object) -> UnopenedList:
    """The list in a document; raises crypto's WrongShape."""
    fields = Fields(document, "v", "office", "day", "cases")
    fields.version()
    cases = fields.list("cases", MOST_LISTED, _case)
    if len(set(cases)) != len(cases) or not cases:
        raise WrongShape("each case stands once")
    try:
        day = date.fromisoformat(fields.text("day", 10))
    except ValueError as error:
        raise WrongShape("no day") from error
    return UnopenedList(fields.bytes("office", 16), day, tuple(cases))


def unopened_text(document: Mapping[str, object]) -> bytes:
    """The same list as it is signed: written in exactly one way."""
    return unopened_of(document).text()


def read_signed(root: Root, notes: Sequence[bytes], today: date) -> UnopenedList:
    """The list that these notes sign, if two keepers of the office did, not long ago.

    Raises `NotToSign` for what is no such list, is of another office or too old, and `TooFewKeepers`.
    """
    try:
        text = read_note(notes[0]).text
        joined = read_note(join_notes(text, notes))
        found = unopened_of(read_json(text.split(b"\n")[3], _LIMIT))
    except (CryptoError, IndexError) as error:
        raise NotToSign(_REFUSED) from error
    if found.text() != text or found.office != root.office:
        raise NotToSign(_REFUSED)
    if not found.day <= today <= found.day + LASTS:
        raise NotToSign("this list is older than thirty days: have a new one signed")
    if count_signers(joined, {keeper.id: keeper.key for keeper in root.keepers}) < SIGNED_BY:
        raise TooFewKeepers("what nobody opened is deleted over the signatures of two keepers")
    return found


def _case(value: object) -> bytes:
    if not isinstance(value, str):
        raise WrongShape("no case id")
    return b64decode(value, 16)
