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
function listed(count: number, clock: { now: Date } = { now: NOW }, open: (id: string) => void = () => undefined): { readonly pane: Pane; readonly shelf: Map<string, DeskCase>; readonly rows: () => readonly HTMLElement[] } {
  document.body.querySelector("#pane")?.remove();
  document.body.append(h("div", { id: "pane" }, h("div", { id: "work" }), h("button", { id: "retention" }), h("div", { id: "views" }), h("div", { id: "filters" }), h("input", { id: "search" }), h("p", { id: "notice" }), h("ul", { id: "rows" }), h("div", { id: "pages" }), h("main", { id: "case" })));
  const content = { entities: [{ id: "group", timezone: "Asia/Shanghai" }], holders: [] };
  const words = new OfficeWords({ content, member: () => null, validMember: () => null } as never, new Map(), () => NOW);
  const shelf = new Map(Array.from({ length: count }, (_, n) => refused(n)).map((one) => [one.row.case, one]));
  const pane = new Pane(shelf, "me", () => clock.now, words, open, () => undefined);
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

/** How many rows are taken out of the list or put into it by this. */
function moved(work: () => void): readonly [out: number, into: number] {
  const watch = new MutationObserver(() => undefined);
  watch.observe(document.getElementById("rows") as HTMLElement, { childList: true });
  work();
  const records = watch.takeRecords();
  watch.disconnect();
  return [records.reduce((sum, one) => sum + one.removedNodes.length, 0), records.reduce((sum, one) => sum + one.addedNodes.length, 0)];
}

onPage("a list that is drawn again keeps the rows of which nothing has changed, and draws the others", () => {
  const clock = { now: NOW };
  const { pane, shelf, rows } = listed(20, clock);
  const before = rows();
  assert.deepEqual(moved(() => pane.now()), [0, 0]);
  const [first = "", second = ""] = shelf.keys();
  const known = shelf.get(second) as DeskCase;
  shelf.set(second, { ...known, row: { ...known.row, urgent: true } });
  // An urgent one goes to the top; its row alone is another.
  assert.deepEqual(moved(() => pane.now()), [1, 1]);
  assert.deepEqual([rows()[0]?.dataset["case"], rows()[0]?.querySelector(".urgent") !== null], [second, true]);
  assert.deepEqual(rows().slice(1), before.filter((_, n) => n !== 1));
  shelf.delete(first);
  assert.deepEqual(moved(() => pane.now()), [1, 0]);
  const late = refused(7);
  shelf.set(late.row.case, { ...late, refused: "otherwise" });
  assert.deepEqual(moved(() => pane.now()), [1, 1]);
  clock.now = new Date(NOW.getTime() + 60_000);
  assert.deepEqual(moved(() => pane.now()), [19, 19]);
  // After signing out nothing holds the cases that the rows were drawn from.
  pane.clear();
  assert.deepEqual(moved(() => pane.now()), [19, 19]);
  for (const id of [...shelf.keys()]) shelf.delete(id);
  assert.deepEqual(moved(() => pane.now()), [19, 1]);
  assert.equal(document.querySelectorAll("#rows .nothing").length, 1);
  shelf.set(late.row.case, late);
  assert.deepEqual([moved(() => pane.now()), rows().length], [[1, 1], 1]);
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

onPage("what was found is in sight where the list stands below the day, and retention is asked from every view", () => {
  const { pane } = listed(2);
  const field = document.getElementById("search") as HTMLInputElement;
  const isSearching = (typed: string): boolean => {
    field.value = typed;
    field.dispatchEvent(new Event("input"));
    return document.getElementById("work")?.classList.contains("searching") === true;
  };
  assert.deepEqual([isSearching("gate"), isSearching("")], [true, false]);
  const isAsked = (): boolean => document.getElementById("retention")?.hidden === false;
  for (const view of ["open", "closed", "overdue"] as const) {
    pane.showView(view);
    assert.equal(isAsked(), true, view);
  }
});

/** Types into the search and presses Enter; returns what the page says of it. */
function enter(typed: string): string {
  const field = document.getElementById("search") as HTMLInputElement;
  field.value = typed;
  field.dispatchEvent(new Event("input"));
  field.dispatchEvent(new KeyboardEvent("keydown", { key: "Enter" }));
  return document.getElementById("notice")?.textContent ?? "";
}

const nothing = (): string => document.querySelector("#rows .nothing")?.textContent ?? "";

onPage("Enter opens the case of a whole number, and says where none has it", () => {
  const opened: string[] = [];
  const { shelf } = listed(5, { now: NOW }, (id) => opened.push(id));
  const third = [...shelf.keys()][2] ?? "";
  const number = caseNumber(third);
  assert.match(enter("ZZZZZ-ZZZZZ-4"), /^None of your cases has the number ZZZZZ-ZZZZZ-4\./u);
  assert.equal(enter(number.replaceAll("-", "").toLowerCase()), "");
  assert.deepEqual(opened, [third]);
});

onPage("Enter opens the only case that a search finds, and none of several or of the whole list", () => {
  const opened: string[] = [];
  const { shelf } = listed(5, { now: NOW }, (id) => opened.push(id));
  const [first = ""] = shelf.keys();
  enter("");
  enter("AAAAAAAA");
  assert.deepEqual(opened, []);
  assert.equal(enter(caseNumber(first).slice(0, 9)), "");
  assert.deepEqual(opened, [first]);
});

onPage("a whole number whose last character does not fit is said to be mistyped, while it is typed and on Enter; a word of eleven letters is not", () => {
  const { pane } = listed(1);
  pane.complete();
  assert.match(enter("ZZZZZ-ZZZZZ-Z"), /ZZZZZ-ZZZZZ-Z contains a slip/u);
  assert.match(nothing(), /ZZZZZ-ZZZZZ-Z contains a slip/u);
  for (const typed of ["ZZZZZ-ZZZZZ-4", "compensated"]) {
    enter(typed);
    assert.equal(nothing(), "None of your cases contains these words or this number.");
  }
  assert.equal(enter("compensated"), "");
});

onPage("an empty view says what that means, and neither that nor a zero before the first look has ended", () => {
  const { pane } = listed(1);
  const count = (): string => document.querySelector("#view-overdue .count")?.textContent ?? "";
  pane.showView("overdue");
  assert.deepEqual([nothing(), count()], ["Opening your cases…", "…"]);
  pane.complete();
  assert.deepEqual([nothing(), count()], ["Nothing is overdue.", "0"]);
});

onPage("where a view is empty no filter is said to hide a case", () => {
  const { pane, shelf } = listed(1);
  pane.complete();
  for (const [at, urgent] of [true, false].entries()) {
    const row = { ...refused(at).row, urgent };
    const opened = { row, report: null, entries: [], events: [], proposal: null, ruled: null, holders: ["me", "li"], claims: { opened: new Map() } };
    shelf.set(row.case, { row, opened, refused: null } as never);
  }
  pane.now();
  pane.state.filters.choose("urgency", "urgent");
  const said = (): readonly string[] => [nothing(), document.querySelector('[data-test="hits"]')?.textContent ?? ""];
  pane.showView("overdue");
  assert.deepEqual(said(), ["Nothing is overdue.", ""]);
  pane.showView("open");
  assert.deepEqual(said(), ["", "1 of 2 cases"]);
});
