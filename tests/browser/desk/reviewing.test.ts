// When the review of an opening in danger to life is owed, from which day on it is overdue, and what drawing the list again leaves alone.

import assert from "node:assert/strict";
import test from "node:test";
import { rankOf, redraw, stateOf } from "../../../templates/desk/custody/reviewing.js";
import { h } from "../../../templates/desk/ui.js";

test("a review is owed until seven days after the request's last day, overdue from the next, and done once one holds", () => {
  const end = "2026-12-06";
  assert.equal(stateOf(0, end, "2026-11-24"), "owed");
  assert.equal(stateOf(0, end, "2026-12-13"), "owed");
  assert.equal(stateOf(0, end, "2026-12-14"), "overdue");
  assert.equal(stateOf(1, end, "2027-01-31"), "done");
});

test("what could not be verified stands first, then what is overdue, then what is owed", () => {
  const states = ["done", "owed", undefined, "overdue"].map((state) => ({ dataset: { state } }) as unknown as Pick<HTMLElement, "dataset">);
  assert.deepEqual(states.sort((one, other) => rankOf(one) - rankOf(other)).map((one) => one.dataset["state"]), [undefined, "overdue", "owed", "done"]);
});

/** The page has to be drawn for it: Node has no document. */
const onPage: typeof test = typeof document === "undefined" ? ((() => undefined) as unknown as typeof test) : test;
const card = (request: string, form: boolean): HTMLElement =>
  h("li", {}, form && h("details", { "data-request": request }, h("summary", {}, "write"), h("textarea", {}), h("select", {}, h("option", { value: "" }, "-"), h("option", { value: "justified" }, "yes"))));
const formOf = (place: HTMLElement, request: string): HTMLElement | null => place.querySelector(`[data-request="${request}"]`);

onPage("a review that is being written outlives the signature of another, and its form is the same element", () => {
  const place = h("ul", {});
  document.body.append(place);
  redraw(place, [card("a", true), card("b", true), card("c", true)]);
  const written = formOf(place, "b") as HTMLElement;
  const untouched = formOf(place, "c");
  (written.querySelector("textarea") as HTMLTextAreaElement).value = "It could have waited.";
  (written.querySelector("select") as HTMLSelectElement).value = "justified";
  redraw(place, [card("b", true), card("c", true), card("a", false)]);
  assert.equal(formOf(place, "a"), null);
  assert.equal(formOf(place, "b"), written);
  assert.equal(formOf(place, "b")?.querySelector("textarea")?.value, "It could have waited.");
  assert.notEqual(formOf(place, "c"), untouched);
  redraw(place, [card("b", false), card("c", true)]);
  assert.equal(formOf(place, "b"), null);
  place.remove();
});
