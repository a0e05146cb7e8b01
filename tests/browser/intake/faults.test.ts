// The summary of what is wrong in a form: a line goes with its question, wherever that goes.

import assert from "node:assert/strict";
import test from "node:test";

import { showFaults } from "../../../templates/shared/faults.js";
import { h } from "../../../templates/shared/dom.js";

/** The page has to be drawn for it: Node has no document. */
const onPage: typeof test = typeof document === "undefined" ? ((() => undefined) as unknown as typeof test) : test;

function form(): { readonly form: HTMLElement; readonly fields: readonly HTMLInputElement[]; readonly lines: () => (string | null)[] | null } {
  const fields = ["when", "where"].map((id) => h("input", { id, type: "text" }));
  const made = h("form", {}, h("div", {}, fields[0]), h("div", {}, fields[1]));
  document.body.append(made);
  showFaults(made, fields.map((field) => ({ field, words: `Say ${field.id}.` })));
  const summary = (): Element | null => made.querySelector("[data-test=fault-summary]");
  return { form: made, fields, lines: () => { const found = summary(); return found === null ? null : [...found.querySelectorAll("li")].map((one) => one.textContent); } };
}

const settled = (): Promise<void> => new Promise((done) => setTimeout(done));

test("a file of tests is not empty under Node", () => {
  assert.equal(typeof showFaults, "function");
});

onPage("a question that another choice takes away takes its line along, and the last one the summary", async () => {
  const { form: made, fields, lines } = form();
  assert.deepEqual(lines(), ["Say when.", "Say where."]);
  fields[0]?.parentElement?.remove();
  await settled();
  assert.deepEqual(lines(), ["Say where."]);
  fields[1]?.parentElement?.remove();
  await settled();
  assert.equal(lines(), null);
  made.remove();
});

onPage("a line goes once its field is changed", async () => {
  const { form: made, fields, lines } = form();
  fields[1]?.dispatchEvent(new Event("input"));
  await settled();
  assert.deepEqual(lines(), ["Say when."]);
  assert.equal(made.querySelectorAll("[data-test=field-fault]").length, 1);
  made.remove();
});

onPage("a question that stays keeps its line whatever else is drawn again", async () => {
  const { form: made, lines } = form();
  made.append(h("p", {}, "more"));
  await settled();
  assert.deepEqual(lines(), ["Say when.", "Say where."]);
  made.remove();
});
