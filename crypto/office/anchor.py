"""What somebody holds of an office before anything is fetched: its code, perhaps with the whole hash (SPEC §4)."""

from dataclasses import dataclass

from crypto.codes import read_checked_code, write_checked_code
from crypto.errors import ForeignOffice
from crypto.framing import b64decode, b64encode, sha256

_HASH = "&h="


@dataclass(frozen=True)
class Anchor:
    """An office code in its one spelling, and the SHA-256 of root 1's text where a link or QR code gave it."""

    code: str
    digest: bytes | None = None

    def __str__(self) -> str:
        """As it is typed, kept and handed on: `<code>` or `<code>&h=<b64>`."""
        return self.code if self.digest is None else f"{self.code}{_HASH}{b64encode(self.digest)}"

    def check(self, text: bytes) -> None:
        """Raises ForeignOffice for the text of another root 1; where the hash is known, both must fit."""
        digest = sha256(text)
        if write_checked_code(digest) != self.code or self.digest not in (None, digest):
            raise ForeignOffice("this is another office than the code names")


def read_anchor(text: str) -> Anchor:
    """A code as somebody typed it, perhaps followed by `&h=` and the hash of a link; raises WrongShape."""
    code, mark, digest = text.strip(" ").partition(_HASH)
    return Anchor(read_checked_code(code), b64decode(digest, 32) if mark else None)


def anchor_of(text: bytes) -> Anchor:
    """The anchor of root 1's text with the whole hash, for links and QR codes."""
    digest = sha256(text)
    return Anchor(write_checked_code(digest), digest)
