"""Policy documents and jurisdiction texts as they are published, by the hash of their bytes."""

from __future__ import annotations

from dataclasses import dataclass
from importlib import resources
from pathlib import Path
from typing import cast

from casework.policy.binding import bind_policy
from casework.policy.policy import policy_document
from casework.policy.reader import shipped_bindings, shipped_policies, shipped_policy
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


def policy_text(policy: str, own: Path) -> PublishedText:
    """The document of a policy: the office's own `<policy>.json` in `own`, else the shipped policy, bound.

    Raises OfficeMissing when there is neither.
    """
    mine = _own_text(policy, own)
    if mine is not None:
        return mine
    if policy not in shipped_policies():
        raise OfficeMissing(f"there is no text for {policy}: put {policy}.json into {own}")
    return PublishedText(
        policy_document(bind_policy(shipped_policy(policy), shipped_bindings(policy), f"{policy}.toml"))
    )


def jurisdiction_text(own: Path) -> PublishedText:
    """The jurisdiction texts: the office's own `jurisdictions.json` in `own`, else those of the product."""
    shipped = resources.files("portal.office.texts") / f"{JURISDICTIONS}.json"
    return _own_text(JURISDICTIONS, own) or PublishedText(shipped.read_bytes())


def _own_text(name: str, own: Path) -> PublishedText | None:
    mine = own / f"{name}.json"
    return PublishedText(mine.read_bytes()) if mine.is_file() else None


def danger_words(jurisdictions: PublishedText, country: str) -> dict[str, object]:
    """The emergency sentence of a country, `{"zh","en"}`."""
    countries = cast("dict[str, dict[str, object]]", jurisdictions.document()["countries"])
    place = countries.get(country) or countries[ELSEWHERE]
    return cast("dict[str, object]", place["danger"])
