"""The marks of the twenty written policies: one test a mark, named after it, and what holds of the marks themselves."""

from __future__ import annotations

import subprocess
from dataclasses import replace
from hashlib import sha256
from itertools import combinations
from pathlib import Path

import pytest

from casework.legal_sources import Source
from casework.policy.reader import shipped_policy
from casework.policy_check.lint import hindrances
from casework.rules.acts import TRAITS, Item
from casework.rules.rulebook import Part
from tests.casework.marks.book import Mark, claims, declared, facts, holds, without
from tests.casework.marks.life import BINDINGS, policy_of
from tests.casework.written import SLUGS

ROOT = Path(__file__).resolve().parents[2]
POLICIES = tuple(f"P{number:02d}" for number in SLUGS)
DRAWN = 40
TELLING = ("C5", "C7", "H1", "H2")
"""Capabilities that are nothing but something told to the reporter."""
ALSO_TELLING = (
    "P02-C6", "P05-C6", "P05-G4", "P07-E6", "P08-C6", "P09-C6", "P12-C6", "P12-C9", "P13-C8", "P15-C6", "P16-C8",
    "P16-F3", "P18-E6",
)  # fmt: skip


def commit() -> str:
    """The commit that is tested, or nothing where the code was taken out of its history."""
    asked = subprocess.run(["git", "rev-parse", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=False)
    return asked.stdout.strip()


def drawn() -> list[Mark]:
    """Forty marks, others with each commit."""
    seed = commit()
    return sorted(declared().values(), key=lambda one: sha256(f"{seed}/{one.name}".encode()).digest())[:DRAWN]


@pytest.mark.parametrize("name", declared())
def test_mark(name: str) -> None:
    """The policy does what the mark says: the sentence stands at the mark itself."""
    declared()[name].test()


@pytest.mark.parametrize("one", drawn(), ids=lambda one: one.name)
def test_a_mark_fails_without_the_code_it_rests_on(one: Mark) -> None:
    """A mark drawn by the commit fails when any code that it names is replaced by a refusal."""
    for code in one.rests_on:
        with without(code):
            assert not holds(one), code


def test_a_notice_that_stays_in_the_office_fails_every_mark_of_telling(monkeypatch: pytest.MonkeyPatch) -> None:
    """With each letter to the reporter turned into a note of the office, no mark that tells somebody holds."""
    for act, trait in TRAITS.items():
        if trait.item is Item.TO_REPORTER:
            monkeypatch.setitem(TRAITS, act, replace(trait, item=Item.OFFICE_ONLY))
    telling = [one for one in declared().values() if one.capability in TELLING or one.name in ALSO_TELLING]
    assert len(telling) > len(TELLING) + len(ALSO_TELLING)
    assert [one.name for one in telling if holds(one)] == []


@pytest.mark.parametrize("policy", POLICIES)
def test_the_declared_marks_are_those_of_the_text(policy: str) -> None:
    """No mark of the text is left out, and none is made up."""
    wanted = {one["capability"] for one in facts()["marks"] if one["policy"] == policy}
    assert {one.capability for one in declared().values() if one.policy == policy} == wanted


@pytest.mark.parametrize("policy", POLICIES)
def test_no_two_marks_of_a_policy_claim_the_same(policy: str) -> None:
    """Two marks of one policy never assert the same: each shows something of its own."""
    own = [one for one in declared().values() if one.policy == policy]
    said = {one.name: claims(one) for one in own}
    assert [pair for pair in combinations(said, 2) if said[pair[0]] == said[pair[1]]] == []


def test_all_marks_are_declared() -> None:
    """The twenty texts have 478 marks, and so has the book."""
    assert (len(declared()), len(POLICIES)) == (478, 20)


def test_every_mark_says_what_it_claims() -> None:
    """Each mark has its claim in one sentence, asserts something, and names code of the product alone."""
    for one in declared().values():
        assert (one.test.__doc__ or "").strip().endswith("."), one.name
        assert any(claim.startswith("assert") for claim in claims(one)), one.name
        assert all(code.startswith(("casework.", "portal.")) for code in one.rests_on), one.name


@pytest.mark.slow
@pytest.mark.parametrize("policy", POLICIES)
def test_without_its_bindings_a_policy_is_refused_and_with_them_it_opens_cases(policy: str) -> None:
    """What the text leaves open hinders activation, and the tests' bindings fill just that."""
    name = SLUGS[int(policy[1:])]
    assert hindrances(shipped_policy(name), f"{name}.toml")
    assert hindrances(policy_of(policy), f"{name}.toml") == ()


@pytest.mark.parametrize("policy", POLICIES)
def test_no_binding_supplies_a_mark(policy: str) -> None:
    """Every mark's words stand in the shipped file itself, and a binding adds no rule that quotes the text."""
    shipped, bound = shipped_policy(SLUGS[int(policy[1:])]), policy_of(policy)
    quoted = [ground.quote for _, ground in shipped.sources if isinstance(ground, Source)]
    own = [one for one in facts()["marks"] if one["policy"] == policy]
    words = [(one["capability"], part) for one in own for part in one["quotes"]]
    assert [one for one in words if not any(one[1] in quote for quote in quoted)] == []
    lines = [ground.line for _, ground in shipped.sources if isinstance(ground, Source)]
    own_text = range(min(lines), max(lines) + 1)
    for part in Part:
        added = [one.source for one in getattr(bound.rules, part, ()) if one.source not in _grounds(shipped, part)]
        # What a draft inherits quotes another text: no mark of this one.
        assert not [one for one in added if isinstance(one, Source) and one.line in own_text], part


def _grounds(policy: object, part: Part) -> list[object]:
    own = [one.source for one in getattr(policy.rules, part, ())]  # type: ignore[attr-defined]
    # A promise of the page runs as a clock once its days are bound: its ground stands in the file.
    return own + ([one.source for one in policy.promises] if part is Part.CLOCKS else [])  # type: ignore[attr-defined]


def test_bindings_are_there_for_every_policy() -> None:
    """The tests bind each of the twenty, and nothing else."""
    assert sorted(file.stem for file in BINDINGS.glob("*.toml")) == list(POLICIES)
