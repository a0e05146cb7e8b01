"""Every field of the report form, over every policy that comes with the product, says at the field what is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from casework.policy.policy import policy_document
from casework.policy.reader import shipped_policies, shipped_policy
from tests.support import typescript

pytestmark = pytest.mark.timeout(1800)
FORM = typescript.FOLDER / "intake" / "everyfield.ts"
TESTS = """
import test from "node:test";
import assert from "node:assert/strict";
import {{ everyField, savesBegun }} from {form};
const pages = {pages};
let asked = 0;
for (const [id, text] of Object.entries(pages)) test(id, async () => {{
  // The page has loaded only once a test gives way.
  await new Promise((go) => setTimeout(go));
  asked += everyField(text);
}});
test("saving begins once", async () => assert.equal(await savesBegun(Object.values(pages)[0]), 1));
test("some policy asks for words", () => assert.notEqual(asked, 0));
"""


def _page(policy: str) -> str:
    """As it is published once its promises are bound."""
    found = shipped_policy(policy)
    promises = tuple(replace(promise, days=promise.days or 1) for promise in found.promises)
    return policy_document(replace(found, promises=promises)).decode()


def test_every_field_of_every_shipped_policy_says_what_is_wrong_with_it(browser: Browser, tmp_path: Path) -> None:
    """At the field, in the summary that has the reading position and leads there; what was typed stays."""
    pages = {policy: _page(policy) for policy in shipped_policies()}
    file = tmp_path / "fields.test.ts"
    file.write_text(TESTS.format(form=json.dumps(str(FORM)), pages=json.dumps(pages)), "utf-8")
    assert typescript.run_in_browser(file, tmp_path, browser) == len(pages) + 2
