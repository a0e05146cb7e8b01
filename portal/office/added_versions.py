"""Which versions of a policy come with a drafted directory, and whether its page says anything else than before."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, cast

from crypto.text import read_json
from portal.office.current_members import signed_document
from portal.office.folder import OfficeFolder
from portal.office.published import DOCUMENT_LIMIT
from portal.office.publishing import PolicyTexts
from portal.office.versions import PolicyVersion, latest

PageJson = dict[str, Any]


@dataclass(frozen=True)
class AddedVersions:
    """What a policy's page names that it did not name, and whether the text and rules of `version` are the same."""

    version: str
    added: list[PolicyVersion]
    same_text: bool


def added_versions(folder: OfficeFolder, texts: Iterable[PolicyTexts]) -> dict[str, AddedVersions]:
    """By policy, for each whose page names more versions than the one in force. Raises VersionLost."""
    signed, ledger = signed_document(folder), folder.versions()
    before = {one["id"]: one["hash"] for one in signed["policies"]} if signed else {}
    found = dict[str, AddedVersions]()
    for one in texts:
        page = _page(one.page.content)
        old = folder.policy(before.get(page["id"], ""))
        if old is None or not page.get("rules"):
            continue
        known, lines = _page(old), latest((*ledger, *one.added), page["id"])
        added = [lines[name] for name in sorted(_versions(page) - _versions(known)) if name in lines]
        if added:
            found[page["id"]] = AddedVersions(page["version"], added, _without_others(page) == _without_others(known))
    return found


def _page(content: bytes) -> PageJson:
    return cast("PageJson", read_json(content, DOCUMENT_LIMIT))


def _versions(page: PageJson) -> set[str]:
    return {page["version"], *(one["version"] for one in page.get("earlier", ()))}


def _without_others(page: PageJson) -> PageJson:
    return {key: value for key, value in page.items() if key != "earlier"}
