"""Policy documents and jurisdiction texts as they are published, by the hash of their bytes."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from importlib import resources
from pathlib import Path
from typing import cast

from casework.errors import PolicyError
from casework.policy.binding import bind_policy
from casework.policy.policy import Policy
from casework.policy.questionnaire import read_page
from casework.policy.reader import read_policy, shipped_bindings, shipped_policies, shipped_policy
from casework.policy.reasons import reason_in_both
from crypto.errors import CryptoError, WrongShape
from crypto.framing import b64encode, sha256
from crypto.localized import language_of, localized_of
from crypto.shape import Fields
from crypto.text import read_json
from portal.office.errors import FAULT, UNFIT, ConfigRefused, OfficeMissing

DOCUMENT_LIMIT = 524288
JURISDICTIONS = "jurisdictions"
ELSEWHERE = "*"
MOST_AUTHORITIES = 32
OTHER_ID = "{file}: id: must be {policy}"


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


def own_page(policy: str, own: Path) -> PublishedText | None:
    """A policy document that the office wrote itself, `<policy>.json` in `own`: its cases run without rules.

    Raises ConfigRefused for one that pages would refuse, or that names another policy.
    """
    text = _own_text(policy, own)
    if text is None:
        return None
    try:
        page = read_page(text.content)
    except CryptoError as error:
        raise ConfigRefused((UNFIT, {"file": f"{own / policy}.json", "reason": error})) from error
    if page.id != policy:
        raise ConfigRefused((OTHER_ID, {"file": f"{own / policy}.json", "policy": policy}))
    return text


def source_policy(policy: str, own: Path, given: Path | None = None) -> Policy:
    """A policy as the office keeps it: `<policy>.toml` in `own`, else the shipped one.

    It is bound by the bindings `given`, else by `<policy>.bindings.toml` in `own`, else as shipped. Raises
    OfficeMissing when there is no text, and ConfigRefused with file, key and reason.
    """
    text, bindings = own / f"{policy}.toml", given or own / f"{policy}.bindings.toml"
    shipped = policy in shipped_policies()
    if not text.is_file() and not shipped:
        raise OfficeMissing(
            (
                "policies: there is no text for {policy}: put {file} into {folder}.",
                {"policy": policy, "file": text.name, "folder": own},
            )
        )
    try:
        found = read_policy(text.read_bytes(), text.name) if text.is_file() else shipped_policy(policy)
        if found.id != policy:
            raise ConfigRefused((OTHER_ID, {"file": text, "policy": policy}))
        if bindings.is_file():
            return bind_policy(found, bindings.read_bytes(), str(given or bindings.name))
        if shipped and found.version == shipped_policy(policy).version:
            return bind_policy(found, shipped_bindings(policy), f"{policy}.toml")
    except PolicyError as error:
        said = ((FAULT, {"file": one.file, "key": one.key, "reason": reason_in_both(one.reason)}) for one in error.all)
        raise ConfigRefused(*said) from error
    return found


def held_by(policy: Policy, members: Iterable[str]) -> Policy:
    """The policy with each role to which nobody was bound held by these: anyone who holds the reports."""
    holders = {role.id: policy.bound.holders.get(role.id) or tuple(members) for role in policy.rules.roles}
    return replace(policy, bound=replace(policy.bound, holders=holders), sources=())


def jurisdiction_text(own: Path) -> PublishedText:
    """The jurisdiction texts: the office's own `jurisdictions.json` in `own`, else those of the product.

    Raises ConfigRefused for texts of its own that pages would refuse.
    """
    shipped = resources.files("portal.office.texts") / f"{JURISDICTIONS}.json"
    text = _own_text(JURISDICTIONS, own)
    if text is None:
        return PublishedText(shipped.read_bytes())
    try:
        check_jurisdictions(text.document())
    except CryptoError as error:
        raise ConfigRefused((UNFIT, {"file": f"{own / JURISDICTIONS}.json", "reason": error})) from error
    return text


def check_jurisdictions(document: object) -> None:
    """Raises WrongShape for texts of jurisdictions that pages would refuse (`docs/reference.md`)."""
    fields = Fields(document, "v", "language", "countries")
    fields.version()
    language = language_of(fields["language"])
    for country in _members(fields["countries"]).values():
        row = Fields(country, "danger", "secrets", "tips", "authorities")
        for text in (row["danger"], row["secrets"], *_members(row["tips"]).values()):
            localized_of(text, language)
        for authority in row.list("authorities", MOST_AUTHORITIES, lambda one: Fields(one, "name", "contact")):
            localized_of(authority["name"], language)
            authority.text("contact")


def _members(value: object) -> dict[str, object]:
    if not isinstance(value, dict):
        raise WrongShape("not an object")
    return cast("dict[str, object]", value)


def _own_text(name: str, own: Path) -> PublishedText | None:
    mine = own / f"{name}.json"
    return PublishedText(mine.read_bytes()) if mine.is_file() else None


def danger_words(jurisdictions: PublishedText, country: str) -> dict[str, object]:
    """The emergency sentence of a country, `{tag: text}` in byte order of the tags."""
    countries = cast("dict[str, dict[str, object]]", jurisdictions.document()["countries"])
    place = countries.get(country) or countries[ELSEWHERE]
    return dict(sorted(cast("dict[str, object]", place["danger"]).items()))
