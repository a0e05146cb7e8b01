"""The list of recovery shares: signed by the keepers, it proves each share without putting the key together."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from shamir_mnemonic.share import Share
from shamir_mnemonic.utils import MnemonicError

from crypto.errors import CryptoError, WrongShape
from crypto.framing import b64decode, b64encode, frame, sha256
from crypto.office.root_shape import Root
from crypto.office.signed_notes import KeeperKey, count_signers, read_note, sign_note
from crypto.sealing.recipients import Recipient
from crypto.shape import OrderedFields
from crypto.text import read_canonical, write_canonical
from portal.office.errors import SheetRefused
from portal.office.recovery import PaperShare, SharesRefused

LABEL: Final = "yanlu/v1/recovery-shares"
SHARES: Final = 32
FEWEST_WORDS: Final = 20


@dataclass(frozen=True)
class NamedShare:
    """A share as the list knows it: who keeps it, in which group, and the hash of its words."""

    id: str
    outside: bool
    proof: bytes


@dataclass(frozen=True)
class RecoverySheet:
    """All shares of one recovery key, and the day on which they were made."""

    recipient: str
    made: date
    shares: tuple[NamedShare, ...]

    def prove(self, office: bytes, words: str) -> NamedShare:
        """The share of these words; raises SharesRefused for words that are none of this key's.

        The words hold as many random bits as the key itself, so their hash tells nobody anything.
        """
        proof = proof_of(office, words)
        for share in self.shares:
            if share.proof == proof:
                return share
        raise SharesRefused("this share belongs to another recovery key, or to an earlier one")


def proof_of(office: bytes, words: str) -> bytes:
    """The hash by which a share is known; raises SharesRefused for words that are no share."""
    normal = " ".join(words.lower().split())
    try:
        Share.from_mnemonic(normal)
    except MnemonicError as error:
        raise SharesRefused(("these words are no recovery share: {reason}", {"reason": error})) from error
    return sha256(frame(LABEL, office, normal))


def words_in(text: str) -> str:
    """The words of a printed share: the one line of it that has so many; raises SharesRefused."""
    lines = [line.strip() for line in text.splitlines() if len(line.split()) >= FEWEST_WORDS and line.isascii()]
    found = [line for line in lines if all(word.isalpha() for word in line.split()) and line == line.lower()]
    if len(found) != 1:
        raise SharesRefused("give the words of one share, on one line")
    return found[0]


def sheet_text(office: bytes, recipient: str, made: date, shares: Sequence[PaperShare]) -> bytes:
    """The text to be signed."""
    document: dict[str, object] = {
        "v": 1,
        "recipient": recipient,
        "made": made.isoformat(),
        "shares": [
            {"id": share.id, "outside": share.outside, "proof": b64encode(proof_of(office, share.words))}
            for share in shares
        ],
    }
    return f"{LABEL}\n{b64encode(office)}\n".encode() + write_canonical(document) + b"\n"


def sign_sheet(
    office: bytes, recipient: str, made: date, shares: Sequence[PaperShare], keepers: Sequence[KeeperKey]
) -> bytes:
    """The list as a note with the keepers' signatures."""
    return sign_note(sheet_text(office, recipient, made, shares), list(keepers))


def read_sheet(note: bytes, root: Root) -> RecoverySheet:
    """The list, believed only with the threshold of the root's keepers; raises SheetRefused."""
    try:
        parsed = read_note(note)
    except CryptoError as error:
        raise SheetRefused("the list of recovery shares cannot be read") from error
    office, sheet = sheet_of_text(parsed.text)
    signed = count_signers(parsed, {keeper.id: keeper.key for keeper in root.keepers})
    if office != root.office or signed < root.threshold:
        raise SheetRefused("the list of recovery shares lacks the keepers' signatures")
    return sheet


def sheet_of_text(text: bytes) -> tuple[bytes, RecoverySheet]:
    """The office and the list of such a text, no matter who signed it; raises SheetRefused."""
    try:
        label, office, document, end = text.split(b"\n")
        if (label, end) != (LABEL.encode(), b""):
            raise WrongShape("another kind of text")
        fields = OrderedFields(read_canonical(document), "v", "recipient", "made", "shares")
        fields.version()
        sheet = RecoverySheet(
            Recipient.read(fields.text("recipient")).text,
            date.fromisoformat(fields.day("made")),
            tuple(fields.list("shares", SHARES, _share)),
        )
        return b64decode(office.decode("ascii"), 16), sheet
    except (CryptoError, ValueError) as error:
        raise SheetRefused("the list of recovery shares cannot be read") from error


def _share(value: object) -> NamedShare:
    fields = OrderedFields(value, "id", "outside", "proof")
    return NamedShare(fields.id("id"), fields.flag("outside"), fields.bytes("proof", 32))
