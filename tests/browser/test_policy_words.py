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
import {{ basisSaid }} from {desk};
const told = {told};
for (const [name, {{ rules, language, basis }}] of Object.entries(told)) {{
  test(name, () => assert.deepEqual(basisSaid(rules, language), basis));
}}
"""
DESK = typescript_tests.FOLDER / "desk" / "policybasis.ts"


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


def test_the_desk_says_what_each_policy_rests_on(chromium: Browser, tmp_path: Path) -> None:
    """Under a heading of its own on the page of every case; where a text names no basis there is none."""
    told: dict[str, object] = {}
    for name in shipped_policies():
        policy = _published(name)
        for language in ("zh", "en"):
            basis = [one.text.text_in(language) for one in policy.rules.metadata.basis]
            told[f"{name} {language}"] = {
                "rules": rules_document(policy).decode(),
                "language": language,
                "basis": basis,
            }
    resting = {name for name in shipped_policies() if shipped_policy(name).rules.metadata.basis}
    assert {"quality-system-complaint", "product-quality-complaint", "internal-complaint-disciplinary"} < resting
    file = tmp_path / "basis.test.ts"
    file.write_text(AT_THE_DESK.format(desk=json.dumps(str(DESK)), told=json.dumps(told)), "utf-8")
    assert typescript_tests.run_in_browser(file, tmp_path, chromium) == len(told)
