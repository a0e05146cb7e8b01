// Reports that came under an earlier version keep the labels of that version.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { utf8 } from "../../../crypto/framing.js";
import { readEarlier } from "../../../templates/desk/trusted/earlier.js";
import { answerIn, textOf } from "../../../templates/desk/trusted/policy.js";

const documents = JSON.parse(readFileSync("casework/vectors/rules.json", "utf8")) as Record<string, string>;
const source = { line: 58, quote: "公司合作伙伴" };
const question = {
  id: "relation", kind: "choice", label: { en: "How?", zh: "您与公司是什么关系？" }, hint: null, source, when: null,
  choices: [{ id: "partner", name: { en: "Partner", zh: "供应商、客户等合作伙伴" } }],
};
const whole = JSON.stringify({ ...(JSON.parse(documents["company-whistleblowing"] ?? "") as object), questions: [question] });

test("every rules document gives title, categories, questions and stages", () => {
  assert.ok(Object.keys(documents).length > 20);
  for (const [id, text] of Object.entries(documents)) {
    const found = readEarlier(utf8(text));
    assert.ok(found.title.zh && found.stages.length > 0, id);
  }
});

test("an answer is shown under the question of the version that the report came under", () => {
  const promises = { acknowledge_days: 1, first_answer_days: 1, result_days: 1 };
  const before = { ...readEarlier(utf8(whole)), promises };
  const now = { ...before, questions: [] };
  const texts = new Map([["p", now], ["p@1", before], ["p@2", now]]);
  assert.deepEqual(answerIn(textOf(texts, { policy: "p", version: "1" }), "relation", "partner", "zh"), { label: "您与公司是什么关系？", text: "供应商、客户等合作伙伴" });
  assert.equal(answerIn(textOf(texts, { policy: "p", version: "2" }), "relation", "partner", "zh").label, "relation");
  assert.equal(textOf(texts, { policy: "p", version: "unknown" }), now);
});

test("what is no rules document is refused", () => {
  assert.throws(() => readEarlier(utf8("{}")));
  assert.throws(() => readEarlier(utf8("[1]")));
});
