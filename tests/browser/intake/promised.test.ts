/** Before anybody has said what it is about, the first page says what holds for every matter, or how far it differs. */

import assert from "node:assert/strict";
import test from "node:test";

import { limitOf } from "../../../templates/intake/promised.js";
import type { PolicyPage } from "../../../templates/shared/questionnaire.js";

const pages = (...results: (number | null)[]): PolicyPage[] =>
  results.map((result_days) => ({ promises: { acknowledge_days: 7, first_answer_days: null, result_days } }) as unknown as PolicyPage);
const limit = (...results: (number | null)[]): string | null => limitOf(pages(...results), "result_days");

test("one limit for all is said as it is", () => {
  assert.equal(limit(90, 90), "90 days");
  assert.equal(limitOf(pages(1, 2), "acknowledge_days"), "7 days");
});

test("where it differs, the least and the most are said", () => {
  assert.equal(limit(90, 30, 60), "30 to 90 days, depending on what it is about");
});

test("what some matter does not promise is not promised", () => {
  assert.equal(limit(90, null), null);
  assert.equal(limitOf(pages(1, 2), "first_answer_days"), null);
});
