// The filters and the order of the list, each with views and search; and what is in none of them.

import assert from "node:assert/strict";
import test from "node:test";
import type { DeskCase } from "../../../templates/desk/opened/model.js";
import { waitingIn } from "../../../templates/desk/queue/attention.js";
import { FIELDS, type Field, nameOf } from "../../../templates/desk/queue/facts.js";
import { Filters } from "../../../templates/desk/queue/filters.js";
import { inOrder, lastAction } from "../../../templates/desk/queue/order.js";
import { type Listing, type CaseListState, listingOf } from "../../../templates/desk/queue/caselist.js";
import { SearchIndex } from "../../../templates/desk/queue/search.js";
import { VIEWS } from "../../../templates/desk/queue/views.js";

const NOW = new Date("2026-11-25T08:00:00Z");
const both = (text: string) => ({ en: text, zh: text });
const words = {
  policies: new Map([["gifts", { title: both("Gifts") }], ["safety", { title: both("Safety") }]]),
  directory: { member: (id: string) => ({ name: both(`Name of ${id}`) }), content: { entities: [{ id: "group", name: both("Group") }, { id: "ireland", name: both("Ireland") }] } },
  stage: (_: unknown, id: string) => id,
} as never as Parameters<typeof listingOf>[1];

interface Given {
  readonly id: string;
  readonly entity?: string;
  readonly policy?: string;
  readonly stage?: string;
  readonly day?: string;
  readonly people?: readonly string[];
  readonly urgent?: boolean;
  readonly grade?: string;
  readonly kind?: string;
  readonly category?: string;
  readonly acted?: string;
  readonly ended?: boolean;
}

function rowOf({ id, entity = "group", policy = "gifts", day = "2026-11-20", people = [], urgent = false, ended = false }: Given) {
  return {
    case: id, entity, policy, version: "1", day, stage: "received", epoch: 0, urgent, taken_by: people, head: { n: 0, hash: "h" }, last: { to_office: 1, to_reporter: 0 },
    standing: { ended, waiting: false, owner: null, deputy: null, next_due: null },
  };
}

function made(given: Given): DeskCase {
  const { stage = "received", grade, kind, category, acted, ended = false } = given;
  const stages = ["received", "inquiry", "archived"].map((id) => ({ id, name: both(id), end: id === "archived" }));
  const rules = { stages, grades: [{ id: "high", name: both("High") }], clocks: [], kinds: [{ id: "grievance", name: both("Grievance") }, { id: "report", name: both("Report") }], categories: [{ id: "wages", kind: "grievance" }, { id: "fraud", kind: "report" }] };
  const codes = { ...(grade === undefined ? {} : { grade }), ...(kind === undefined ? {} : { kind }) };
  const taken = (given.people ?? []).map((by, n) => ({ n, act: "taken", by, codes: {} }));
  const ruled = { rules, found: { stage: ended ? "archived" : stage, codes, events: taken, uncounted: new Set(), recused: new Set() }, office: {} };
  const events = [{ kind: "received", day: given.day ?? "2026-11-20", actor: null, wrong: null }, ...(acted === undefined ? [] : [{ kind: "noted", day: acted, actor: "li", wrong: null }])];
  return { row: rowOf(given), opened: { row: rowOf(given), entries: [], events, proposal: null, ruled, report: category === undefined ? null : { category } } as never, refused: null };
}

function stateOf(shelf: readonly DeskCase[], more: Partial<CaseListState> = {}): CaseListState {
  return { shelf: new Map(shelf.map((one) => [one.row.case, one])), me: "me", now: () => NOW, view: "open", page: 0, found: null, slip: null, filters: new Filters(), open: null, complete: true, ...more };
}

function chosen(...pairs: readonly (readonly [Field, string])[]): Filters {
  const filters = new Filters();
  for (const [field, key] of pairs) filters.choose(field, key);
  return filters;
}

const ids = (listing: Listing): string[] => listing.rows.map(({ row }) => row.case).sort();
const offered = (listing: Listing, field: Field): string[] => (listing.options.get(field) ?? []).map(nameOf);

const SHELF = [
  made({ id: "a", people: ["li"], stage: "inquiry", grade: "high", category: "wages" }),
  made({ id: "b", entity: "ireland", policy: "safety", urgent: true, category: "wages", kind: "report" }),
  made({ id: "c", entity: "ireland", people: ["li", "sun"], category: "fraud" }),
  made({ id: "d", entity: "ireland", people: ["sun"], ended: true }),
];

test("each filter offers the values that occur, by name, over open and closed cases", () => {
  const listing = listingOf(stateOf(SHELF), words);
  const all = Object.fromEntries(FIELDS.map((field) => [field, offered(listing, field)]));
  assert.deepEqual(all, {
    entity: ["Group", "Ireland"], policy: ["Gifts", "Safety"], kind: ["Grievance", "Report"], stage: ["archived", "inquiry", "received"], handler: ["Name of li", "Name of sun", "Unassigned"],
    urgency: ["Not urgent", "Urgent"], grade: ["High"],
  });
});

test("filters combine with each other, with a view and with a search, and leave the counts of the views as they are", () => {
  const hits = (filters: Filters, more: Partial<CaseListState> = {}) => ids(listingOf(stateOf(SHELF, { filters, ...more }), words));
  assert.deepEqual(hits(chosen()), ["a", "b", "c"]);
  assert.deepEqual(hits(chosen(["entity", "ireland"])), ["b", "c"]);
  assert.deepEqual(hits(chosen(["entity", "ireland"], ["handler", "sun"])), ["c"]);
  assert.deepEqual(hits(chosen(["entity", "ireland"]), { view: "closed" }), ["d"]);
  assert.deepEqual(hits(chosen(["entity", "ireland"]), { view: null, found: new Set(["a", "b", "d"]) }), ["b", "d"]);
  assert.deepEqual(hits(chosen(["handler", "-"])), ["b"]);
  assert.deepEqual(hits(chosen(["urgency", "urgent"])), ["b"]);
  // As a member set it, else by the category of the report.
  assert.deepEqual([hits(chosen(["kind", "Report"])), hits(chosen(["kind", "Grievance"]))], [["b", "c"], ["a"]]);
  assert.deepEqual(hits(chosen(["grade", "High"], ["stage", "inquiry"])), ["a"]);
  const narrow = listingOf(stateOf(SHELF, { filters: chosen(["entity", "group"]) }), words);
  assert.deepEqual([narrow.rows.length, narrow.total, narrow.counts.get("open"), narrow.counts.get("closed")], [1, 3, 3, 1]);
});

test("a filter is cleared with the others, and the order stays", () => {
  const filters = chosen(["entity", "ireland"], ["handler", "li"]);
  filters.sort = "oldest";
  filters.choose("handler", "");
  assert.deepEqual([...filters.chosen.keys()], ["entity"]);
  filters.clear();
  assert.deepEqual([filters.chosen.size, filters.sort], [0, "oldest"]);
});

test("a value that no case has any more is no filter any more", () => {
  const filters = chosen(["entity", "ireland"], ["policy", "gifts"]);
  const listing = listingOf(stateOf([SHELF[0] as DeskCase], { filters }), words);
  assert.deepEqual([[...filters.chosen], ids(listing)], [[["policy", "gifts"]], ["a"]]);
});

test("a case that is not opened, or from which this member is excluded, is in no view, filter, count or search", () => {
  const secret: Given = { id: "x", entity: "secret-entity", policy: "secret-policy", people: ["secret-member"], urgent: true };
  const waits: DeskCase = { row: rowOf(secret), opened: null, refused: null };
  const without = SHELF.slice(2);
  const index = new SearchIndex("en");
  for (const { row } of [...without, waits]) index.put(row.case, "", "ledger");
  for (const shelf of [[...without, waits], without]) {
    const state = stateOf(shelf);
    index.keepOnly((id) => (state.shelf.get(id)?.opened ?? null) !== null);
    for (const view of [...VIEWS, null]) {
      for (const found of [null, index.find("ledger")]) {
        const listing = listingOf({ ...state, view, found }, words);
        const clean = listingOf({ ...stateOf(without), view, found }, words);
        assert.deepEqual([ids(listing), listing.total, [...listing.counts], [...listing.options]], [ids(clean), clean.total, [...clean.counts], [...clean.options]]);
        assert.ok(!JSON.stringify([...listing.options]).includes("secret"));
      }
    }
    assert.deepEqual(waitingIn(shelf, "me", NOW), waitingIn(without, "me", NOW));
  }
  // A filter that was chosen while the case was still this member's says nothing of it afterwards.
  const filters = chosen(["handler", "secret-member"]);
  assert.deepEqual([ids(listingOf(stateOf([...without, waits], { filters }), words)), filters.chosen.size], [["c"], 0]);
});

test("what could not be verified stays in sight without filters and fits none: nothing of it is proven", () => {
  const refused: DeskCase = { row: rowOf({ id: "r", entity: "ireland" }), opened: null, refused: "wrong" };
  assert.deepEqual(ids(listingOf(stateOf([...SHELF, refused]), words)), ["a", "b", "c", "r"]);
  assert.deepEqual(ids(listingOf(stateOf([...SHELF, refused], { filters: chosen(["entity", "ireland"]) }), words)), ["b", "c"]);
});

test("cases are ordered by their day, by what is due, and by how long nothing was done", () => {
  const due = (id: string, day: string, seconds: number | null, acted?: string): DeskCase => {
    const one = made({ id, day, ...(acted === undefined ? {} : { acted }) });
    return { ...one, row: { ...one.row, standing: { ...one.row.standing, next_due: seconds } }, opened: acted === undefined ? null : one.opened, refused: "wrong" };
  };
  const shelf = [due("a", "2026-11-03", 300), due("b", "2026-11-01", null), due("c", "2026-11-02", 100)];
  const order = (sort: Parameters<typeof inOrder>[1], rows = shelf) => inOrder(rows, sort, "open", NOW).map(({ row }) => row.case);
  assert.deepEqual([order("usual"), order("newest"), order("oldest"), order("due")], [["c", "a", "b"], ["a", "c", "b"], ["b", "c", "a"], ["c", "a", "b"]]);
  const acted = [due("a", "2026-11-01", null, "2026-11-20"), due("b", "2026-11-05", null, "2026-11-06"), made({ id: "c", day: "2026-11-10" })];
  assert.deepEqual(acted.map(lastAction), ["2026-11-20", "2026-11-06", "2026-11-10"]);
  assert.deepEqual(order("idle", acted), ["b", "c", "a"]);
});

test("neither a desk that opens a case nor what is wrong in its record is an action in it", () => {
  const one = made({ id: "a", day: "2026-11-01", acted: "2026-11-02" });
  const more = [{ kind: "claimed", day: "2026-11-09", actor: "li", wrong: null }, { kind: "noted", day: "2026-11-09", actor: "li", wrong: "signature" }, { kind: "reminded", day: "2026-11-09", actor: null, wrong: null }];
  assert.equal(lastAction({ ...one, opened: { ...one.opened, events: [...(one.opened?.events ?? []), ...more] } as never }), "2026-11-02");
});

test("a drawing looks at each of a thousand cases as often as at each of ten", () => {
  const looks = (count: number): number => {
    let looked = 0;
    const shelf = Array.from({ length: count }, (_, n) => {
      const one = made({ id: `c${n}`, people: [`member-${n % 7}`] });
      const opened = Object.defineProperty({ ...one.opened }, "ruled", { get: () => { looked += 1; return one.opened?.ruled; } });
      return { ...one, opened: opened as never };
    });
    listingOf(stateOf(shelf, { filters: chosen(["entity", "group"]) }), words);
    return looked / count;
  };
  assert.equal(looks(1000), looks(10));
});
