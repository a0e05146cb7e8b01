// A member's own figures: by stage, month and entity, of what they can read and of nothing else.

import assert from "node:assert/strict";
import test from "node:test";
import { addMonths, figuresOf, monthsOf } from "../../../templates/desk/figures/counting.js";
import { byCategory, byWeek, daysToClose, mondayOf } from "../../../templates/desk/figures/charting.js";
import { barChart } from "../../../templates/desk/figures/charts.js";
import { csvOf } from "../../../templates/desk/figures/csv.js";
import type { DeskCase } from "../../../templates/desk/opened/model.js";
import { nameOf } from "../../../templates/desk/queue/facts.js";

const NOW = new Date("2026-11-30T20:00:00Z");
const both = (text: string) => ({ en: text, zh: text });
const words = {
  policies: new Map(), stage: (_: unknown, id: string) => id,
  // In one of the two zones the next month has begun.
  today: (entity: string) => (entity === "group" ? "2026-12-01" : "2026-11-30"),
  directory: { member: () => null, content: { entities: [{ id: "ireland", name: both("Ireland") }, { id: "group", name: both("Group") }] } },
} as never as Parameters<typeof figuresOf>[1];

type Given = readonly [id: string, day: string, entity: string, stage: string, due?: number];

function made([id, day, entity, stage, due]: Given): DeskCase {
  const row = { case: id, day, entity, policy: "p", version: "1", urgent: false, taken_by: [], standing: { ended: false, owner: null, deputy: null, next_due: due ?? null } };
  const stages = ["received", "inquiry", "archived"].map((one) => ({ id: one, name: both(one), end: one === "archived" }));
  const found = { stage, codes: {}, events: [], uncounted: new Set(), recused: new Set() };
  return { row, opened: { row, entries: [], events: [], ruled: { rules: { stages, grades: [], clocks: [], kinds: [], outcomes: [] }, found, office: {} } }, refused: null } as never;
}

/** The same case after a decision on the record, signed by the one who opened it to decide. */
function decided(one: DeskCase, ...outcomes: string[]): DeskCase {
  const opened = one.opened as unknown as Record<string, unknown> & { ruled: { rules: object; found: object } };
  const event = { n: 1, kind: "decided", day: one.row.day, actor: "li", item: "d", data: { role: "lead" }, hash: "e1", wrong: null };
  const payload = { act: "decided", outcomes, measures: [], own_words: false, reward: null };
  const rules = { ...opened.ruled.rules, outcomes: ["accepted", "proven"].map((id) => ({ id, name: both(`${id.slice(0, 1).toUpperCase()}${id.slice(1)}`), of: id === "proven" ? "facts" : "acceptance", upholds: "yes", to: [] })) };
  return { ...one, opened: { ...opened, ruled: { ...opened.ruled, rules, found: { ...opened.ruled.found, events: [{ act: "decided", n: 1, to: null }] } }, events: [event], entries: [{ type: "decision", hash: "d", signer: "li", mark: "ok", payload }] } } as never;
}

const SHELF = [
  made(["a", "2026-12-01", "group", "inquiry"]), made(["b", "2026-11-02", "ireland", "received"]), made(["c", "2026-11-20", "ireland", "archived"]),
  made(["d", "2025-08-31", "group", "archived"]),
];
const lines = (all: ReturnType<typeof figuresOf>["stage"]) => all.map(({ value, received, open, overdue, closed }) => [nameOf(value), received, open, overdue, closed]);

test("cases are counted by stage in the policy's order, by month and by entity, closed ones too", () => {
  const found = figuresOf(SHELF, words, { first: "2025-08", last: "2026-12" }, NOW);
  assert.deepEqual(found.total, { received: 4, open: 2, overdue: 0, closed: 2 });
  assert.deepEqual(lines(found.stage), [["received", 1, 1, 0, 0], ["inquiry", 1, 1, 0, 0], ["archived", 2, 0, 0, 2]]);
  assert.deepEqual(lines(found.month), [["2025-08", 1, 0, 0, 1], ["2026-11", 2, 1, 0, 1], ["2026-12", 1, 1, 0, 0]]);
  assert.deepEqual(lines(found.entity), [["Group", 2, 1, 0, 1], ["Ireland", 2, 1, 0, 1]]);
});

test("cases are counted by what was decided; two findings of one case are one line, and an open one without a decision is last", () => {
  const found = figuresOf([SHELF[0] as DeskCase, decided(made(["e", "2026-11-03", "ireland", "archived"]), "proven"), decided(made(["f", "2026-11-04", "ireland", "archived"]), "accepted", "proven"), decided(made(["g", "2026-11-05", "group", "inquiry"]), "proven")],
    words, { first: "2026-11", last: "2026-12" }, NOW);
  assert.deepEqual(lines(found.outcome), [["Proven", 2, 1, 0, 1], ["Accepted, Proven", 1, 0, 0, 1], ["No decision yet", 1, 1, 0, 0]]);
});

test("only what was received in the chosen months is counted, their first and last day included", () => {
  const of = (first: string, last: string) => lines(figuresOf(SHELF, words, { first, last }, NOW).month);
  assert.deepEqual(of("2026-11", "2026-11"), [["2026-11", 2, 1, 0, 1]]);
  assert.deepEqual(of("2025-08", "2025-08"), [["2025-08", 1, 0, 0, 1]]);
  assert.deepEqual(of("2025-09", "2026-10"), []);
});

test("what is not opened is not counted; what could not be verified is said", () => {
  const waits: DeskCase = { ...made(["x", "2026-11-05", "group", "received"]), opened: null };
  const refused: DeskCase = { ...made(["y", "2026-11-05", "group", "received", 1]), opened: null, refused: "wrong" };
  const found = figuresOf([...SHELF, waits, refused], words, { first: "2026-11", last: "2026-11" }, NOW);
  assert.deepEqual([found.total.received, found.unverified], [2, 1]);
  assert.equal(figuresOf([waits], words, { first: "2026-11", last: "2026-11" }, NOW).unverified, 0);
});

test("the months reach from the earliest case, and a year back at least, to the one that has begun first anywhere", () => {
  assert.deepEqual([monthsOf(SHELF, words)[0], monthsOf(SHELF, words).at(-1), monthsOf(SHELF, words).length], ["2025-08", "2026-12", 17]);
  assert.deepEqual([monthsOf([], words)[0], monthsOf([], words).length], ["2025-12", 13]);
  assert.deepEqual([addMonths("2026-01", -1), addMonths("2026-12", 1), addMonths("2026-05", -17)], ["2025-12", "2027-01", "2024-12"]);
});

const sizes = (bars: ReturnType<typeof byWeek>): unknown[] => bars.map(({ value, size }) => [nameOf(value), size]);

test("a chart of weeks begins each on its Monday, the first with the first case, shows empty ones after it, and never more than twelve", () => {
  assert.deepEqual(["2026-11-29", "2026-11-30", "2026-12-06"].map(mondayOf), ["2026-11-23", "2026-11-30", "2026-11-30"]);
  assert.deepEqual(sizes(byWeek(SHELF, "2026-11-01", "2026-12-01")), [["2026-11-02", 1], ["2026-11-09", 0], ["2026-11-16", 1], ["2026-11-23", 0], ["2026-11-30", 1]]);
  assert.deepEqual(byWeek(SHELF, "2026-09-01", "2026-10-01"), []);
  const year = byWeek([...SHELF, made(["e", "2026-09-13", "group", "inquiry"]), made(["f", "2026-09-14", "group", "inquiry"])], "2025-08-01", "2026-12-01");
  assert.deepEqual([year.length, year[0]?.value.key, year.at(-1)?.value.key], [12, "2026-09-14", "2026-11-30"]);
  // The month that runs has no weeks to come.
  assert.equal(figuresOf(SHELF, words, { first: "2026-12", last: "2026-12" }, NOW).weeks.at(-1)?.value.key, "2026-11-30");
});

test("cases are charted by the name of their category, most first, and by how long closed ones took", () => {
  const about = (one: DeskCase, category: string | null): DeskCase => ({ ...one, opened: { ...one.opened, report: { category } } }) as never;
  const policies = new Map([["p", { categories: [{ id: "x", name: both("Bribery") }, { id: "y", name: both("Bribery") }] }]]);
  const cases = ["x", "y", null, "z"].map((category) => about(made(["a", "2026-11-02", "group", "inquiry"]), category));
  assert.deepEqual(sizes(byCategory(cases, { ...words, policies } as never)), [["Bribery", 2], ["Not specified", 1], ["z", 1]]);
  const closed = (received: string, day: string, stage = "archived"): DeskCase => {
    const one = made(["a", received, "group", stage]) as unknown as { opened: { ruled: { found: object } } };
    return { ...one, opened: { ...one.opened, ruled: { ...one.opened.ruled, found: { ...one.opened.ruled.found, entered: 3, events: [{ n: 3, day }] } } } } as never;
  };
  const all = [closed("2026-10-01", "2026-10-11"), closed("2026-10-31", "2026-11-02"), closed("2026-11-01", "2026-11-06"), closed("2026-11-01", "2026-11-03"), closed("2026-11-01", "2026-11-11"), closed("2026-11-01", "2026-11-11", "inquiry")];
  assert.deepEqual(daysToClose(all).map(({ value, size, cases: n }) => [value.key, size, n]), [["2026-10", 10, 1], ["2026-11", 3.5, 4]]);
});

/** A chart has to be drawn for it: Node has no document. */
const onPage: typeof test = typeof document === "undefined" ? ((() => undefined) as unknown as typeof test) : test;

onPage("a chart is a table in which each number has a bar of its length, and nothing where there is nothing to show", () => {
  assert.equal(barChart("c", "Title", "Cases", [], nameOf), null);
  const drawn = barChart("c", "Title", "Cases", [["a", 4], ["b", 1], ["c", 0]].map(([key, size]) => ({ value: { key: String(key), text: String(key) }, size: Number(size) })), nameOf);
  const rows = [...drawn?.querySelectorAll("tbody tr") ?? []];
  assert.deepEqual(rows.map((row) => [row.querySelector("th")?.textContent, row.querySelector("td")?.textContent, row.querySelector("rect")?.getAttribute("width")]), [["a", "4", "100"], ["b", "1", "25"], ["c", "0", "0"]]);
  assert.deepEqual([drawn?.querySelector("caption")?.textContent, drawn?.querySelector("svg")?.getAttribute("aria-hidden")], ["Title", "true"]);
});

const twoPolicies = new Map([["p", { title: both("Gifts"), categories: [{ id: "x", name: both("Complaint") }, { id: "y", name: both("Bribery") }] }], ["q", { title: both("Service"), categories: [{ id: "x", name: both("A complaint") }, { id: "y", name: both("Bribery") }] }]]);
const under = (policy: string, category: string, stage = "inquiry"): DeskCase => {
  const one = made(["a", "2026-11-02", "group", stage]);
  const row = { ...one.row, policy };
  return { ...one, row, opened: { ...one.opened, row, report: { category } } } as never;
};

test("categories and stages of several policies say of which they are, and those of one policy do not", () => {
  const cases = [under("p", "x"), under("q", "x", "archived"), under("p", "y"), under("q", "y")];
  const all = { ...words, policies: twoPolicies } as never;
  assert.deepEqual(byCategory(cases, all).map(({ value, size }) => [nameOf(value), value.of, size]), [["Bribery", "2 policies", 2], ["Complaint", "Gifts", 1], ["A complaint", "Service", 1]]);
  assert.deepEqual(byCategory([under("p", "x"), under("p", "y")], all).map(({ value }) => value.of), [null, null]);
  const { stage } = figuresOf(cases, all, { first: "2026-11", last: "2026-11" }, NOW);
  assert.deepEqual(stage.map(({ value }) => [nameOf(value), value.of]), [["inquiry", "2 policies"], ["archived", "Service"]]);
});

test("a file of figures runs nothing in a spreadsheet, and its numbers stay numbers", () => {
  assert.equal(csvOf([["=1+1", "+1", "-1", "@x", "\tx", " =x", "＝1", 'He said "no"', "受理", 3], []]), '\ufeff"\'=1+1","\'+1","\'-1","\'@x","\'\tx","\' =x","\'＝1","He said ""no""","受理",3\r\n\r\n');
});
