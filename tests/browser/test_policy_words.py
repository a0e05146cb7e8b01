"""Where each policy holds stands on its report page, and what it rests on at the desk, in the words of its text."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from casework.policy.document import rules_document
from casework.policy.policy import Policy, policy_document
from casework.policy.reader import shipped_policies, shipped_policy
from casework.protection.conduct import duties_of
from casework.protection.secrecy import About, disclosure, protected
from casework.rules.clauses import DisclosureGround, DutyOf
from tests.support.browsers import typescript_tests

pytestmark = pytest.mark.timeout(1800)
FORM = typescript_tests.FOLDER / "intake" / "everyfield.ts"
TESTS = """
import test from "node:test";
import assert from "node:assert/strict";
import {{ policySays }} from {form};
const told = {told};
for (const [name, {{ page, language, says }}] of Object.entries(told)) test(name, async () => {{
  // The page has loaded only once a test gives way.
  await new Promise((go) => setTimeout(go));
  const found = policySays(page, language);
  for (const [line, words] of Object.entries(says)) {{
    if (words.length === 0) assert.equal(found[line], undefined);
    else assert.ok(words.every((one) => found[line]?.includes(one)), `${{line}}: ${{found[line]}}`);
  }}
}});
"""


AT_THE_DESK = """
import test from "node:test";
import assert from "node:assert/strict";
import {{ saidUnder }} from {desk};
const told = {told};
const heading = {heading};
for (const [name, {{ rules, language, lines }}] of Object.entries(told)) {{
  test(name, () => assert.deepEqual(saidUnder(heading, rules, language), lines));
}}
"""
ABOUT = {
    About.REPORTER: "the reporter’s identity",
    About.CONTENT: "what the case is about",
    About.RESPONDENT: "the person concerned",
}
GROUNDS = {
    DisclosureGround.NEED: "need to know",
    DisclosureGround.LAW: "the law",
    DisclosureGround.CONSENT: "consent",
}
DESK = typescript_tests.FOLDER / "desk" / "policyheadings.ts"


def _published(name: str) -> Policy:
    """As it is once its promises are bound."""
    policy = shipped_policy(name)
    return replace(policy, promises=tuple(replace(promise, days=promise.days or 1) for promise in policy.promises))


def _says(policy: Policy, language: str) -> dict[str, list[str]]:
    return {
        "own-scope": [one.text.text_in(language) for one in policy.rules.applies],
        "own-protection": [policy.protection.text_in(language)],
    }


def test_each_policy_says_on_its_page_where_it_holds(chromium: Browser, tmp_path: Path) -> None:
    """In both languages; where a text names no scope the page has no line of it."""
    told: dict[str, object] = {}
    for name in shipped_policies():
        policy = _published(name)
        for language in ("zh", "en"):
            says = _says(policy, language)
            told[f"{name} {language}"] = {
                "page": policy_document(policy).decode(),
                "language": language,
                "says": says,
            }
    scoped = [name for name in shipped_policies() if shipped_policy(name).rules.applies]
    assert len(scoped) >= 5
    file = tmp_path / "words.test.ts"
    file.write_text(TESTS.format(form=json.dumps(str(FORM)), told=json.dumps(told)), "utf-8")
    assert typescript_tests.run_in_browser(file, tmp_path, chromium) == len(told)


def _desk_says(heading: str, lines: dict[str, tuple[str, str, list[str]]], chromium: Browser, tmp_path: Path) -> None:
    """Holds what stands under a heading on the page of a case to what Python says of the policy."""
    told = {
        f"{name} {language}": {"rules": rules_document(_published(name)).decode(), "language": language, "lines": said}
        for name, language, said in lines.values()
    }
    file = tmp_path / "headings.test.ts"
    content = AT_THE_DESK.format(desk=json.dumps(str(DESK)), told=json.dumps(told), heading=json.dumps(heading))
    file.write_text(content, "utf-8")
    assert typescript_tests.run_in_browser(file, tmp_path, chromium) == len(lines)


def test_the_desk_says_what_each_policy_rests_on(chromium: Browser, tmp_path: Path) -> None:
    """Under a heading of its own on the page of every case; where a text names no basis there is none."""
    rests = {name: _published(name).rules.metadata.basis for name in shipped_policies()}
    lines = {
        f"{name} {language}": (name, language, [one.text.text_in(language) for one in basis])
        for name, basis in rests.items()
        for language in ("zh", "en")
    }
    resting = {name for name, basis in rests.items() if basis}
    assert {"quality-system-complaint", "product-quality-complaint", "internal-complaint-disciplinary"} < resting
    _desk_says("What the policy rests on", lines, chromium, tmp_path)


def _grounds(policy: Policy) -> list[str]:
    """As `disclosure` judges them: what may be told of a case, and on what ground, in the words of the desk."""
    lines: list[str] = []
    for about in (one for one in About if one in protected(policy)):
        grounds = [words for ground, words in GROUNDS.items() if disclosure(policy, about, ground).why is None]
        rest = (
            f"Grounds for disclosure: {', '.join(grounds)}."
            if grounds
            else "The policy gives no ground for disclosure."
        )
        lines.append(f"Confidential: {ABOUT[about]}. {rest}")
    return lines


def test_the_desk_says_what_may_be_told_of_a_case_and_on_what_ground(chromium: Browser, tmp_path: Path) -> None:
    """Beside the clauses of secrecy, for the matter, the reporter and the person concerned, as the engine judges."""
    lines: dict[str, tuple[str, str, list[str]]] = {}
    for name in shipped_policies():
        policy = _published(name)
        clauses = [one.text.text_in("en") for one in policy.rules.secrecy]
        lines[name] = (name, "en", [*clauses, *_grounds(policy)])
    assert lines["org-employee-mediation"][2][1:] == [
        "Confidential: the reporter’s identity. The policy gives no ground for disclosure.",
        "Confidential: what the case is about. Grounds for disclosure: need to know.",
    ]
    _desk_says("Confidentiality", lines, chromium, tmp_path)


@pytest.mark.parametrize(
    ("heading", "whose"),
    [("Duties of the reporter", DutyOf.REPORTER), ("Duties of the person complained of", DutyOf.RESPONDENT)],
)
def test_the_desk_says_what_is_asked_of_reporter_and_respondent(
    heading: str, whose: DutyOf, chromium: Browser, tmp_path: Path
) -> None:
    """As `duties_of`: the secrecy that a text asks of a reporter never stands without what it cannot forbid."""
    lines: dict[str, tuple[str, str, list[str]]] = {}
    for name in shipped_policies():
        duties = duties_of(_published(name), whose)
        lines |= {f"{name} {one}": (name, one, [duty.text.text_in(one) for duty in duties]) for one in ("zh", "en")}
    own = lines["internal-complaint-disciplinary en"][2]
    assert ("never keeps anybody from an authority" in own[-1]) == (whose is DutyOf.REPORTER)
    assert len(own) == 3
    _desk_says(heading, lines, chromium, tmp_path)
