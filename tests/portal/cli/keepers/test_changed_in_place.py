"""A keeper who signs elsewhere reads in words what changes under a number that stays, of any version of a policy."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from casework.policy.document import rules_document
from casework.policy.policy import Policy
from casework.rules.flow import ActRule
from crypto.framing import b64encode, sha256
from portal.cli.keepers.carried_words import carried_lines
from portal.cli.terminal import Terminal
from portal.cli.words import Catalogue
from portal.office.draft import Document
from portal.office.errors import NotToSign
from tests.casework.policies import bound

FIRST = bound("employee-complaint-confirm-appeal")
SECOND = replace(FIRST, version="2")
READERS = {"en": "Reporters read what they read before.", "zh": "举报人看到的内容与以前相同。"}
IN_PLACE = {
    "en": "Version {} was changed in place, and cases may run under it. Do not sign unless you know why. It rules now:",
    "zh": "第 {} 版在原版本号下被改动，可能已有案件按该版办理。不清楚原因就不要签署。现在的规定：",
}

Pages = tuple[str, Mapping[str, Policy]]
"""The version in force, and the rules of each that the page names."""


def weakened(policy: Policy) -> Policy:
    """The same version without the rule that keeps two steps apart: one person may do both."""
    stages = tuple(replace(one, acts=tuple(map(_together, one.acts))) for one in policy.rules.stages)
    assert stages != policy.rules.stages
    return replace(policy, rules=replace(policy.rules, stages=stages))


def _together(rule: ActRule) -> ActRule:
    return replace(rule, apart=())


def held_by_one(policy: Policy) -> Policy:
    """The same version with one person in every role."""
    holders = {role.id: ("li-si",) for role in policy.rules.roles}
    return replace(policy, bound=replace(policy.bound, holders=holders))


def read(
    folder: Path, before: Pages, after: Pages, language: str = "en", hidden: Sequence[tuple[str, Policy]] = ()
) -> list[str]:
    """What a keeper reads of the policy from the file that came with the paper.

    The new page names `hidden` versions before all others, be it under a number that it names again.
    """
    texts = dict[str, bytes]()

    def put(content: bytes) -> str:
        name = b64encode(sha256(content))
        texts[name] = content
        return name

    def directory(pages: Pages, first: Sequence[tuple[str, Policy]] = ()) -> Document:
        version, rules = pages
        names = {one: put(rules_document(policy)) for one, policy in rules.items()}
        earlier = [{"version": one, "rules": put(rules_document(policy))} for one, policy in first]
        earlier += [{"version": one, "rules": name} for one, name in names.items() if one != version]
        page = {"title": "x", "version": version, "rules": names[version], "earlier": earlier}
        return {"policies": [{"id": FIRST.id, "hash": put(json.dumps(page).encode())}]}

    old, new = directory(before), directory(after, hidden)
    file = folder / "texts"
    file.write_text(json.dumps({"v": 1, "texts": [b64encode(one) for one in texts.values()]}), "utf-8")
    terminal = Terminal(Catalogue(language), as_json=False)
    return carried_lines(terminal, old, new, folder / "paper", file)[FIRST.id]


@pytest.mark.parametrize("language", ["en", "zh"])
@pytest.mark.parametrize("version", ["1", "2"])
def test_other_rules_under_the_same_number_are_said_of_each_version(
    tmp_path: Path, version: str, language: str
) -> None:
    """Of the one in force and of an earlier one, to which cases are pinned: an `apart` that is dropped is a line."""
    was = {"1": FIRST, "2": SECOND}
    found = read(tmp_path, ("2", was), ("2", {**was, version: weakened(was[version])}), language)
    assert found[0] == IN_PLACE[language].format(version)
    assert any(line.startswith("  -") for line in found[1:-1])
    assert found[-1] == READERS[language]
    assert read(tmp_path, ("2", was), ("2", {**was, "3": replace(SECOND, version="3")}))[0] == "Version 3 is added."


def test_who_holds_a_role_of_an_earlier_version_is_said_once(tmp_path: Path) -> None:
    """Holders alone are no change in place; of other versions they are named where the one in force differs."""
    was = {"1": FIRST, "2": SECOND}
    found = read(tmp_path, ("2", was), ("2", {**was, "1": held_by_one(FIRST)}))
    assert found[-1] == "The text and the rules of version 2 are unchanged: only the versions that its page names."
    assert len(found) == 1 + len(FIRST.rules.roles)
    assert all(line.startswith("Version 1, ") and "+ li-si" in line for line in found[:-1])
    both = read(tmp_path, ("2", was), ("2", {"1": held_by_one(FIRST), "2": held_by_one(SECOND)}))
    assert not any(line.startswith("Version 1") for line in both)
    assert len(both) == 1 + len(FIRST.rules.roles)


def test_a_version_in_force_again_and_one_that_is_gone_are_said(tmp_path: Path) -> None:
    """The way back names what the old one rules otherwise; a page that leaves out a version leaves cases without."""
    was = {"1": weakened(FIRST), "2": SECOND}
    found = read(tmp_path, ("2", was), ("1", was))
    assert found[:2] == ["Version 1 takes the place of version 2.", "Against version 2, version 1 rules:"]
    assert len(found) > 2
    gone = read(tmp_path, ("2", was), ("2", {"2": SECOND}))
    assert gone[0].startswith("Version 1 is named no more: cases that run under it would have no rules.")


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_version_that_a_page_names_twice_is_not_signed(tmp_path: Path, version: str) -> None:
    """A desk reads the first of the two and a server the last: a keeper would be shown one and sign both."""
    pages: Pages = ("2", {"1": FIRST, "2": SECOND})
    assert READERS["en"] not in read(tmp_path, ("1", {"1": FIRST}), pages)
    rules = {"1": FIRST, "2": SECOND}[version]
    with pytest.raises(NotToSign, match="twice"):
        read(tmp_path, ("1", {"1": FIRST}), pages, hidden=[(version, weakened(rules))])
