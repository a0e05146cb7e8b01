"""Policy documents and jurisdiction texts as they are published, by the hash of their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import cast

from crypto.framing import b64encode, sha256
from crypto.text import read_json
from portal.office.errors import OfficeMissing

DOCUMENT_LIMIT = 524288
JURISDICTIONS = "jurisdictions"
ELSEWHERE = "*"


@dataclass(frozen=True)
class PublishedText:
    """Bytes and their SHA-256, which is also their name."""

    content: bytes

    @property
    def hash(self) -> bytes:
        """SHA-256 of the bytes."""
        return sha256(self.content)

    @property
    def file_name(self) -> str:
        """`<b64 hash>.json`."""
        return f"{b64encode(self.hash)}.json"

    def document(self) -> dict[str, object]:
        """The parsed JSON object; raises the stages `json`."""
        return cast("dict[str, object]", read_json(self.content, DOCUMENT_LIMIT))


def load_text(name: str, own: Path) -> PublishedText:
    """The office's own file `<name>.json` in `own`, else the one that comes with the product.

    Raises OfficeMissing when there is neither.
    """
    mine = own / f"{name}.json"
    if mine.is_file():
        return PublishedText(mine.read_bytes())
    shipped = resources.files("portal.office.texts") / f"{name}.json"
    if not shipped.is_file():
        raise OfficeMissing(f"there is no text for {name}: put {name}.json into {own}")
    return PublishedText(shipped.read_bytes())


def danger_words(jurisdictions: PublishedText, country: str) -> dict[str, object]:
    """The emergency sentence of a country, `{"zh","en"}`."""
    countries = cast("dict[str, dict[str, object]]", jurisdictions.document()["countries"])
    place = countries.get(country) or countries[ELSEWHERE]
    return cast("dict[str, object]", place["danger"])
