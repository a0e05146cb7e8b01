/** The questionnaire in the page: what shows follows the answers, and another policy asks its own questions again. */

import assert from "node:assert/strict";
import test from "node:test";

import { utf8 } from "../../../crypto/browser/bytes.js";
import type { Office } from "../../../templates/intake/office.js";
import { Telling } from "../../../templates/intake/telling/telling.js";
import { readPage, shown } from "../../../templates/shared/questionnaire.js";

const both = (text: string): { en: string; zh: string } => ({ en: text, zh: text });
const option = (id: string): unknown => ({ id, name: both(id) });
const choice = (id: string, when: unknown = null): unknown => ({ id, kind: "choice", label: both(id), hint: null, choices: [option("yes"), option("no")], when });

function pageOf(id: string, ...questions: unknown[]): Uint8Array {
  return utf8(JSON.stringify({
    v: 1, language: "en", id, version: "1", title: both(id), summary: both(id), promises: { acknowledge_days: 7, first_answer_days: null, result_days: 90 },
    categories: [option("bribery"), option("other")], account: { label: both("what"), hint: null }, questions, stages: [option("received")],
  }));
}

const nested = pageOf("one", choice("a"), choice("b", { question: "a", is: ["yes"] }), choice("c", { question: "b", is: ["yes"] }), choice("d", { question: "category", is: ["bribery"] }));

test("a branch opens by an answer to a question that shows itself", () => {
  const page = readPage(nested);
  const ids = (category: string, ...answers: [string, string][]): string => shown(page, category, new Map(answers)).map(({ id }) => id).join();
  assert.equal(ids("other", ["a", "yes"], ["b", "yes"]), "a,b,c");
  assert.equal(ids("other", ["a", "no"], ["b", "yes"]), "a");
  assert.equal(ids("bribery"), "a,d");
});

test("a page with a fault is refused", () => {
  assert.throws(() => readPage(pageOf("one", choice("category"))));
  assert.throws(() => readPage(pageOf("one", choice("a", { question: "a", is: ["yes"] }))));
  assert.throws(() => readPage(pageOf("one", choice("a"), choice("a"))));
});

test("another policy of the same company asks its own questions, and no answer to the first goes with the report", () => {
  const pages = [readPage(nested), readPage(pageOf("two", choice("a")))];
  const rows = pages.map(({ id, version }) => ({ id, version, hash: "", entities: ["group"] }));
  const office = { policies: new Map(pages.map((page) => [page.id, page])), directory: { content: { policies: rows, entities: [{ id: "group" }] } } } as unknown as Office;
  const telling = new Telling(office);
  assert.equal(telling.policy, "one");
  telling.answers.set("a", "yes");
  telling.answers.set("b", "no");
  assert.deepEqual(telling.givenAnswers().map(({ id }) => id), ["a", "b"]);
  telling.choosePolicy("two");
  assert.deepEqual(telling.questions().map(({ id }) => id), ["a"]);
  assert.deepEqual(telling.givenAnswers(), []);
});
