/** Which forms of the desk are asked about before they go: what somebody typed or chose, and what is shown only once. */

import assert from "node:assert/strict";
import test from "node:test";

import { askBeforeLeaving, hasWritten, showsReceipt, watchWriting } from "../../../templates/desk/composer.js";
import { h } from "../../../templates/shared/dom.js";

/** Fields have to be drawn for it: Node has no document. */
const onPage: typeof test = typeof document === "undefined" ? ((() => undefined) as unknown as typeof test) : test;

const place = typeof document === "undefined" ? null : h("div", { id: "composer" });
if (place !== null) {
  document.body.append(place);
  watchWriting();
}

/** A form as it is opened, filled in by the page and by nobody else. */
function open(...fields: readonly HTMLElement[]): HTMLFormElement {
  const form = h("form", {}, fields);
  place?.replaceChildren(form);
  return form;
}

/** What a browser says when somebody changes a field. */
function change(field: HTMLElement): void {
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

test("a file of tests is not empty under Node", () => {
  assert.equal(typeof hasWritten, "function");
});

onPage("a form that the page filled in goes without a question, and a text that was taken back too", () => {
  const text = h("textarea");
  open(text, h("input", { type: "checkbox" }));
  text.value = "put there by the page";
  assert.equal(hasWritten(), false);
  change(text);
  assert.equal(hasWritten(), true);
  text.value = " ";
  assert.equal(hasWritten(), false);
});

for (const [name, make] of [
  ["a box", () => h("input", { type: "checkbox" })], ["one of several", () => h("input", { type: "radio" })], ["a choice", () => h("select", {}, h("option", { value: "" }))],
] as const) {
  onPage(`${name} that somebody changed counts as written`, () => {
    const field = make();
    open(h("textarea"), field);
    assert.equal(hasWritten(), false);
    change(field);
    assert.equal(hasWritten(), true);
    open(make());
    assert.equal(hasWritten(), false);
  });
}

onPage("a receipt, and a form that a file filled, are asked about though nobody typed", () => {
  askBeforeLeaving(open(h("input")), "receipt");
  assert.deepEqual([hasWritten(), showsReceipt()], [true, true]);
  askBeforeLeaving(open(h("textarea")), "contents");
  assert.deepEqual([hasWritten(), showsReceipt()], [true, false]);
  open();
  assert.deepEqual([hasWritten(), showsReceipt()], [false, false]);
});
