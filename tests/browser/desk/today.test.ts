// What the desk's first page names: whose cases, under what, in which order, and none of them twice.

import assert from "node:assert/strict";
import test from "node:test";
import type { DeskCase } from "../../../templates/desk/opened/model.js";
import { type Asked, type Group, waitingFor } from "../../../templates/desk/today/groups.js";

const NOW = new Date("2026-11-25T08:00:00Z");
const ASKED: Asked = { today: () => "2026-11-25", isSeen: () => false };
const HOUR = 3600;
const STANDING = { ended: false, waiting: false, owner: null, deputy: null, next_due: null };

/** A case whose first end is so many seconds from now; the server's word is taken, for nothing of it could be opened. */
function due(id: string, seconds: number | null, taken: readonly string[] = ["me"]): DeskCase {
  const next = seconds === null ? null : NOW.getTime() / 1000 + seconds;
  return { row: { case: id, day: "2026-11-24", urgent: false, taken_by: taken, standing: { ...STANDING, next_due: next } }, opened: null, refused: "wrong" } as never;
}

/** An opened case that somebody took, in which the reporter wrote after the answer (`news`), or a colleague asks for a signature (`asks`). */
function opened(id: string, { news = false, asks = false, taken = ["me"] }): DeskCase {
  const entry = (dir: string, seq: number, seen: number): object => ({ dir, seq, seen, hash: `${dir}${seq}`, mark: "ok", type: "message", payload: {}, signer: null });
  const entries = news ? [entry("to-office", 1, 0), entry("to-reporter", 1, 1), entry("to-office", 2, 1)] : [];
  const row = { case: id, day: "2026-11-24", urgent: false, taken_by: taken, standing: STANDING };
  return { row, opened: { row, entries, events: [], ruled: null, proposal: asks ? { by: "li" } : null }, refused: null } as never;
}

function named(shelf: readonly DeskCase[]): Partial<Record<Group, string[]>> {
  const { groups } = waitingFor("me", shelf, NOW, ASKED);
  return Object.fromEntries([...groups].filter(([, cases]) => cases.length > 0).map(([group, cases]) => [group, cases.map(({ row }) => row.case)]));
}

test("each case stands once, under what presses most, and keeps its other reasons", () => {
  const shelf = [due("soon", 2 * HOUR), due("late", -HOUR), due("free", -HOUR, []), opened("wrote", { news: true }), opened("both", { news: true, asks: true })];
  assert.deepEqual(named(shelf), { signature: ["both"], overdue: ["free", "late"], due: ["soon"], replied: ["wrote"] });
  const { reasons } = waitingFor("me", shelf, NOW, ASKED);
  assert.deepEqual([reasons.get("both"), reasons.get("free"), reasons.get("wrote")], [["signature", "replied"], ["overdue", "fresh"], ["replied"]]);
});

test("what is due within two weeks is named, all of one's own and nobody else's", () => {
  const later = (id: string, days: number): DeskCase => due(id, days * 24 * HOUR);
  assert.deepEqual(named([later("e", 9), later("a", 3), later("c", 5), later("b", 4), due("none", null)]), { next: ["a", "b", "c", "e"] });
  assert.deepEqual(named([later("far", 15), later("near", 13), due("free", 13 * 24 * HOUR, [])]), { fresh: ["free"], next: ["near"] });
});

test("an urgent case stays in sight until it is closed, though nothing of it is due", () => {
  const urgent = due("u", null);
  assert.deepEqual(named([{ ...urgent, row: { ...urgent.row, urgent: true } }]), { urgent: ["u"] });
});

test("a colleague's case is counted and not named, unless it waits for this member's signature", () => {
  const theirs = { taken: ["li"] };
  const shelf = [due("mine", -HOUR), due("late", -HOUR, ["li"]), opened("wrote", { news: true, ...theirs }), opened("sign", { asks: true, ...theirs })];
  assert.deepEqual(named(shelf), { signature: ["sign"], overdue: ["mine"] });
  assert.deepEqual(waitingFor("me", shelf, NOW, ASKED).colleagues, { urgent: [], overdue: 1, replied: 1 });
});

test("an urgent case of a colleague's stands apart, and one that waits for my signature once", () => {
  const urgent = (one: DeskCase): DeskCase => ({ ...one, row: { ...one.row, urgent: true } });
  const shelf = [due("mine", null), due("free", null, []), due("theirs", null, ["li"]), opened("sign", { asks: true, taken: ["li"] })].map(urgent);
  assert.deepEqual(named(shelf), { signature: ["sign"], urgent: ["free", "mine"] });
  assert.deepEqual(waitingFor("me", shelf, NOW, ASKED).colleagues.urgent.map(({ row }) => row.case), ["theirs"]);
  // That I took it before a handler was named does not make it mine to hurry.
  const owned = urgent(due("owned", null));
  const ofLi = { ...owned, row: { ...owned.row, standing: { ...owned.row.standing, owner: "li" } } };
  assert.deepEqual([named([ofLi]), waitingFor("me", [ofLi], NOW, ASKED).colleagues.urgent.length], [{}, 1]);
});

test("a case that is still being opened is nowhere: this member may be excluded from it", () => {
  const hidden = { ...due("late", -HOUR, []), refused: null };
  assert.deepEqual(named([hidden]), {});
  assert.deepEqual(waitingFor("me", [{ ...hidden, row: { ...hidden.row, taken_by: ["li"] } }], NOW, ASKED).colleagues, { urgent: [], overdue: 0, replied: 0 });
});

const STAGES = [{ id: "received", actors: ["lead"], end: false }, { id: "inquiry", actors: ["lead"], end: false }, { id: "service", actors: ["service"], end: false }, { id: "closed", actors: ["lead"], end: true }];

interface Came {
  readonly stage?: string;
  readonly by?: string;
  readonly day?: string;
  readonly acts?: readonly string[];
  readonly roles?: Readonly<Record<string, readonly string[]>>;
}

/** A case that li leads, and that a colleague led into a stage. */
function led({ stage = "service", by = "li", day = "2026-11-24", acts = [], roles = { lead: ["li"], service: ["me"] } }: Came): DeskCase {
  const row = { case: "c", entity: "group", day: "2026-11-20", urgent: false, taken_by: ["li"], standing: { ...STANDING, owner: "li" } };
  const events = [{ n: 1, act: "taken", by: "li", day: "2026-11-21", to: "inquiry", codes: {} }, { n: 2, act: "routed", by, day, to: stage, codes: {} }];
  const rules = { stages: STAGES, clocks: [], holders: new Map(Object.entries(roles)), anywhere: [], without: [] };
  const found = { stage, entered: 2, events, codes: { handler: "li" }, uncounted: new Set(), recused: new Set(), counts: new Map() };
  return { row, opened: { row, entries: [], events: acts.map((actor, at) => ({ n: 3 + at, kind: "noted", actor, data: {}, wrong: null })), ruled: { rules, found, office: {} }, proposal: null, chainHolds: false, former: null }, refused: null } as never;
}

/** A case of li's to which li added this member. */
function added(day: string, former: readonly string[], acts: readonly string[] = []): DeskCase {
  const one = led({ stage: "inquiry" });
  const granted = { n: 2, kind: "regranted", actor: "li", day, data: { signatures: [{ member: "li" }] }, wrong: null };
  const claimed = { n: 3, kind: "claimed", actor: "me", day, data: {}, wrong: null };
  return { ...one, opened: { ...one.opened, former: { grant: "g", holders: former }, events: [granted, claimed, ...acts.map((actor, at) => ({ n: 4 + at, kind: "noted", actor, day, data: {}, wrong: null }))] } } as never;
}

test("a case that came to a member's role is named until the member has acted in it or had it on the page, for two weeks", () => {
  assert.deepEqual(named([led({})]), { fresh: ["c"] });
  const not: Came[] = [{ acts: ["me"] }, { day: "2026-11-10" }, { by: "me" }, { stage: "closed" }, { roles: { lead: ["li"], service: ["sun"] } }, { roles: { lead: ["li", "me"], service: ["me"] } }];
  for (const one of not) assert.deepEqual(named([led(one)]), {}, JSON.stringify(one));
  assert.deepEqual(named([led({ acts: ["li"], day: "2026-11-11" })]), { fresh: ["c"] });
  assert.equal(waitingFor("me", [led({})], NOW, { ...ASKED, isSeen: () => true }).groups.get("fresh")?.length, 0);
});

test("a case to which a colleague added the member is named likewise; that the desk opened it does not count", () => {
  assert.deepEqual(named([added("2026-11-24", ["li"])]), { fresh: ["c"] });
  for (const one of [added("2026-11-24", ["li", "me"]), added("2026-11-24", ["li"], ["me"]), added("2026-11-01", ["li"])]) assert.deepEqual(named([one]), {});
});
