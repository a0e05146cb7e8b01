// The list as it is drawn: what a case that is opened from it costs, and what a search does while cases come in.

import assert from "node:assert/strict";
import test from "node:test";

import { OfficeWords } from "../../../templates/desk/context.js";
import type { DeskCase } from "../../../templates/desk/opened/model.js";
import { caseNumber } from "../../../templates/desk/opened/number.js";
import { Pane } from "../../../templates/desk/queue/pane.js";
import { SearchIndex } from "../../../templates/desk/queue/search.js";
import { h } from "../../../templates/shared/dom.js";

/** The page has to be drawn for it: Node has no document. */
const onPage: typeof test = typeof document === "undefined" ? ((() => undefined) as unknown as typeof test) : test;

const NOW = new Date("2026-11-25T08:00:00Z");
const STANDING = { ended: false, waiting: false, owner: null, deputy: null, next_due: null };

function refused(n: number): DeskCase {
  const row = { case: `${String(n).padStart(3, "0")}${"A".repeat(19)}`, entity: "group", day: "2026-11-24", urgent: false, taken_by: [], policy: "p", version: "1", stage: "s", standing: STANDING };
  return { row, opened: null, refused: "wrong" } as never;
}

/** A list of so many cases, drawn once. */
function listed(count: number): { readonly pane: Pane; readonly shelf: ReadonlyMap<string, DeskCase>; readonly rows: () => readonly HTMLElement[] } {
  document.body.querySelector("#pane")?.remove();
  document.body.append(h("div", { id: "pane" }, h("div", { id: "views" }), h("div", { id: "filters" }), h("input", { id: "search" }), h("ul", { id: "rows" }), h("div", { id: "pages" })));
  const content = { entities: [{ id: "group", timezone: "Asia/Shanghai" }], holders: [] };
  const words = new OfficeWords({ content, member: () => null } as never, new Map(), () => NOW);
  const shelf = new Map(Array.from({ length: count }, (_, n) => refused(n)).map((one) => [one.row.case, one]));
  const pane = new Pane(shelf, "me", () => NOW, words, () => undefined, () => undefined);
  pane.now();
  return { pane, shelf, rows: () => [...document.querySelectorAll<HTMLElement>("#rows button.case-row")] };
}

onPage("a case that is opened marks its row and draws none", () => {
  const { pane, rows } = listed(60);
  const before = rows();
  assert.equal(before.length, 50);
  for (const at of [3, 7]) {
    pane.state.open = before[at]?.dataset["case"] ?? "";
    pane.mark();
    assert.deepEqual(rows().map((row) => row.getAttribute("aria-current")), before.map((_, n) => (n === at ? "true" : null)));
  }
  pane.state.open = null;
  pane.mark();
  assert.equal(rows().filter((row) => row.hasAttribute("aria-current")).length, 0);
  assert.ok(rows().every((row, n) => row === before[n]));
});

onPage("a case that is not opened is indexed once, however often the list is drawn", () => {
  const whole = SearchIndex.prototype.put;
  let indexed = 0;
  SearchIndex.prototype.put = function counted(this: SearchIndex, ...given: Parameters<typeof whole>) {
    indexed += 1;
    whole.apply(this, given);
  };
  try {
    const { pane, shelf, rows } = listed(60);
    for (let n = 0; n < 10; n += 1) pane.now();
    assert.equal(indexed, 60);
    const [id = ""] = shelf.keys();
    (document.getElementById("search") as HTMLInputElement).value = caseNumber(id);
    pane.now();
    assert.deepEqual(rows().map((row) => row.dataset["case"]), [id]);
  } finally {
    SearchIndex.prototype.put = whole;
  }
});

test("a case that is known by its number alone is numbered once, and keeps no word of when it was open", () => {
  const [ONE, index] = [refused(1).row.case, new SearchIndex("en")];
  index.put(ONE, caseNumber(ONE), "The gate is left open.");
  assert.deepEqual([...index.find("gate")], [ONE]);
  const numbered: string[] = [];
  const numberOf = (id: string): string => (numbered.push(id), caseNumber(id));
  for (let n = 0; n < 10; n += 1) index.putNumber(ONE, numberOf);
  assert.deepEqual(numbered, [ONE]);
  assert.deepEqual([...index.find("gate")], []);
  assert.deepEqual([...index.find(caseNumber(ONE))], [ONE]);
});
