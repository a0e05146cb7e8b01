"""Every field of the report form, over every policy that comes with the product, says at the field what is wrong."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from playwright.sync_api import Browser

from casework.policy.policy import policy_document
from casework.policy.question_kinds import AnswerForm
from casework.policy.questionnaire import read_page
from casework.policy.reader import shipped_policies, shipped_policy
from tests.support.browsers import typescript_tests
from tests.support.samples.question_kinds import page_of_every_kind

pytestmark = pytest.mark.timeout(1800)
FORM = typescript_tests.FOLDER / "intake" / "everyfield.ts"
TESTS = """
import test from "node:test";
import assert from "node:assert/strict";
import {{ everyField, everyKind, everyKindOnBehalf, savesBegun }} from {form};
const pages = {pages};
let asked = 0;
for (const [id, text] of Object.entries(pages)) test(id, async () => {{
  // The page has loaded only once a test gives way.
  await new Promise((go) => setTimeout(go));
  asked += everyField(text);
}});
test("saving begins once", async () => assert.equal(await savesBegun(Object.values(pages)[0]), 1));
for (const given of [everyKind, everyKindOnBehalf]) {{
  test(given.name, () => assert.deepEqual(given({kinds}), {answers}));
}}
test("some policy asks for words", () => assert.notEqual(asked, 0));
"""


def _page(policy: str) -> str:
    """As it is published once its promises are bound."""
    found = shipped_policy(policy)
    promises = tuple(replace(promise, days=promise.days or 1) for promise in found.promises)
    return policy_document(replace(found, promises=promises)).decode()


def test_every_field_of_every_shipped_policy_says_what_is_wrong_with_it(browser: Browser, tmp_path: Path) -> None:
    """At the field, in the summary that has the reading position and leads there, and what was typed stays."""
    # Each kind of question is asked, also one that only a newer release knows, on the report and at the desk.
    pages = {policy: _page(policy) for policy in shipped_policies()}
    file = tmp_path / "fields.test.ts"
    kinds = page_of_every_kind()
    by_form = {AnswerForm.LINE: "words", AnswerForm.LINES: "words", AnswerForm.ONE: "yes", AnswerForm.SEVERAL: ["yes"]}
    answers = {one.id: one.asked_as.example or by_form[one.asked_as.form] for one in read_page(kinds).questions}
    texts = {"pages": pages, "kinds": kinds.decode(), "answers": answers}
    file.write_text(TESTS.format(form=json.dumps(str(FORM)), **{k: json.dumps(v) for k, v in texts.items()}), "utf-8")
    assert typescript_tests.run_in_browser(file, tmp_path, browser) == len(pages) + 4
