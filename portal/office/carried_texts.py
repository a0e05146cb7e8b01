"""The texts of policies that go beside a directory to keepers who sign elsewhere; each is found by its hash alone."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

from casework.errors import RulesRefused
from casework.policy.policy import Policy
from crypto.errors import CryptoError
from crypto.framing import b64decode, b64encode, sha256
from crypto.text import read_json
from portal.office.draft import Document, Draft
from portal.office.errors import NotToSign, VersionLost
from portal.office.folder import OfficeFolder
from portal.office.published import DOCUMENT_LIMIT
from portal.office.role_changes import RoleChange, role_changes
from portal.office.versions import read_published, with_holders

MOST_BYTES: Final = 64 * DOCUMENT_LIMIT
UNREADABLE: Final = "this is no file of policy texts that an office exports with a directory"
NAMED_TWICE: Final = "a policy's page names one version twice, which each program may read otherwise: do not sign it"
Texts = Mapping[str, bytes]


@dataclass(frozen=True)
class PolicyChange:
    """What a directory changes of one policy: the version in force before and after, and every version that comes.

    `before` is None for a policy that is new; `same_page` tells that reporters read what they read before.
    `in_place` are versions of which the same number rules otherwise than it did, each with the holders that it will
    have; cases may be pinned to them, as to those that are `gone`. `other_roles` are those of versions not in force.
    """

    before: Policy | None
    now: Policy
    added: tuple[Policy, ...]
    roles: list[RoleChange]
    same_page: bool
    in_place: tuple[tuple[Policy, Policy], ...] = ()
    gone: tuple[str, ...] = ()
    other_roles: tuple[tuple[str, RoleChange], ...] = ()


def carried_texts(folder: OfficeFolder, draft: Draft) -> bytes:
    """Pages and rules of every policy that a directory changes, as they were and as they will be."""
    fresh = [text for one in draft.policies for text in (one.page, one.rules) if text is not None]
    known = {b64encode(one.hash): one.content for one in fresh}
    before = _named(draft.before)
    found = dict[str, bytes]()
    for name, new in _named(draft.document).items():
        if before.get(name) == new:
            continue
        pages = [_of(folder, known, one) for one in (before.get(name), new) if one is not None]
        rules = [_of(folder, known, one) for page in pages for one in _versions(page).values()]
        found |= {b64encode(sha256(text)): text for text in (*pages, *rules) if text}
    texts = [b64encode(text) for text in found.values()]
    return json.dumps({"v": 1, "texts": texts}).encode()


def read_carried(content: bytes) -> dict[str, bytes]:
    """Every text by the hash of its bytes, so that none can pass for another; raises NotToSign."""
    try:
        document = cast("dict[str, Any]", read_json(content, MOST_BYTES))
        texts = [b64decode(one) for one in document["texts"]]
    except (CryptoError, KeyError, TypeError, ValueError) as error:
        raise NotToSign(UNREADABLE) from error
    return {b64encode(sha256(one)): one for one in texts}


def changed_policies(before: Document | None, after: Document, texts: Texts) -> dict[str, PolicyChange | None]:
    """By id, each policy whose page is another; None where its texts are not there whole. Raises NotToSign."""
    old, found = _named(before), dict[str, PolicyChange | None]()
    for name, new in _named(after).items():
        if old.get(name) == new:
            continue
        try:
            found[name] = _change(old.get(name), new, texts)
        except KeyError:
            found[name] = None
        except (RulesRefused, VersionLost, CryptoError) as error:
            raise NotToSign(UNREADABLE) from error
    return found


def _change(old: str | None, new: str, texts: Texts) -> PolicyChange:
    page, known = texts[new], None if old is None else texts[old]
    versions, earlier = _versions(page), {} if known is None else _versions(known)
    now = _policy(texts, versions[_page(page)["version"]])
    before = None if known is None else _policy(texts, earlier[_page(known)["version"]])
    added = tuple(_policy(texts, rules) for version, rules in versions.items() if version not in earlier)
    same = before is not None and before.version == now.version
    roles = role_changes(before.bound.holders, now.bound.holders) if before and same else []
    pairs = [
        (_policy(texts, earlier[version]), _policy(texts, rules))
        for version, rules in versions.items()
        if earlier.get(version, rules) != rules
    ]
    alike = [(with_holders(was, new.bound.holders), with_holders(new, new.bound.holders)) for was, new in pairs]
    others = [
        (new.version, one)
        for was, new in pairs
        for one in role_changes(was.bound.holders, new.bound.holders)
        if one not in roles
    ]
    return PolicyChange(
        before,
        now,
        added,
        roles,
        known is not None and _shown(page) == _shown(known),
        tuple((was, new) for was, new in alike if was != new),
        tuple(version for version in earlier if version not in versions),
        tuple(others),
    )


def _policy(texts: Texts, rules: str) -> Policy:
    return read_published(texts[rules], rules)


def _named(document: Document | None) -> dict[str, str]:
    """The hash of each policy's page."""
    rows = cast("list[dict[str, Any]]", document["policies"]) if document else []
    return {row["id"]: row["hash"] for row in rows}


def _of(folder: OfficeFolder, known: Texts, name: str) -> bytes:
    return known.get(name) or folder.policy(name) or folder.rules(name) or b""


def _page(content: bytes) -> dict[str, Any]:
    return cast("dict[str, Any]", read_json(content, DOCUMENT_LIMIT))


def _versions(content: bytes) -> dict[str, str]:
    """The rules of each version that a page names; none of a page whose cases run without rules.

    Raises NotToSign where a version is named twice: a server counts the last of them, a desk the first.
    """
    page = _page(content) if content else {}
    named = [(one["version"], one["rules"]) for one in page.get("earlier", ())]
    named += [(page["version"], page.get("rules"))] if page else []
    if len(dict(named)) < len(named):
        raise NotToSign(NAMED_TWICE)
    return {version: rules for version, rules in named if rules}


def _shown(content: bytes) -> dict[str, Any]:
    """What a page says without the rules that it names: who holds a role stands in them alone."""
    return {key: value for key, value in _page(content).items() if key not in ("earlier", "rules")}
