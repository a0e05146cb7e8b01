// Who handles a case: by its signed record, and by the server's word only where there is none.

import assert from "node:assert/strict";
import test from "node:test";
import { type Act, type Codes, applyEvents, opening } from "../../../casework/index.js";
import { givenBy, handlersOf, mayTake, peopleOf } from "../../../templates/desk/opened/handlers.js";

type Handled = Parameters<typeof handlersOf>[0];
type Step = readonly [by: string, act: Act, codes?: Codes];

const DAY = "2026-11-24" as never;

const RULES = { anywhere: [{ act: "reassigned" }], without: [] };
const OF_BEFORE = { anywhere: [], without: [] };

function handled(steps: readonly Step[] | null, taken: readonly string[] = [], owner: string | null = null, rules: object = RULES): Handled {
  const row = { taken_by: taken, standing: { owner, deputy: null } };
  const first = { ...opening("p", "1", DAY) };
  const events = (steps ?? []).map(([by, act, codes = {}], at) => ({ ...first, n: at + 1, act, by, codes, signed: by !== "unsigned" }));
  const blank = { policy: "p", version: "1", stage: "received", entered: 0, codes: {}, frozen: false, held: false, recused: new Set<string>(), extended: new Map(), counts: new Map(), events: [], uncounted: new Set<number>() };
  const found = steps === null ? null : applyEvents(applyEvents(blank as never, [first]), events as never);
  return { row, opened: found === null ? null : { ruled: { found, rules } } } as never;
}

const all = (one: Handled, me: string): unknown[] => [handlersOf(one), peopleOf(one), mayTake(one, me), givenBy(me, one)];

test("takers handle a case until somebody names its handler, and the server's list of takers counts for nothing beside the record", () => {
  const served = ["stranger"];
  assert.deepEqual(all(handled([], served, "stranger"), "li"), [[], [], true, null]);
  assert.deepEqual(all(handled([["li", "taken"]], served), "li"), [["li"], ["li"], false, null]);
  assert.deepEqual(all(handled([["li", "taken"], ["wang", "taken"]], served), "sun"), [["li", "wang"], ["li", "wang"], true, null]);
  assert.deepEqual(all(handled([["li", "taken"], ["li", "reassigned", { handler: "wang" }]], served), "li"), [["wang"], ["wang"], false, null]);
  assert.deepEqual(all(handled([["li", "taken"], ["li", "reassigned"]], served), "li"), [[], [], true, null]);
});

test("a case that a colleague gave to me is new to me until I have done something in it", () => {
  const given: Step[] = [["li", "taken"], ["li", "assigned", { handler: "wang", deputy: "sun" }]];
  assert.deepEqual(all(handled(given), "wang"), [["wang", "sun"], ["wang", "sun"], false, "li"]);
  assert.equal(givenBy("sun", handled(given)), null);
  assert.equal(givenBy("wang", handled([...given, ["li", "noted"]])), "li");
  assert.equal(givenBy("wang", handled([...given, ["wang", "noted"]])), null);
  assert.equal(givenBy("wang", handled([["wang", "taken"], ["wang", "reassigned", { handler: "wang" }]])), null);
});

test("anyone who stepped back handles the case no longer, and the other who was named does", () => {
  const recused: Step[] = [["li", "assigned", { handler: "wang", deputy: "sun" }], ["wang", "recused", { member: "wang" }]];
  assert.deepEqual(all(handled(recused), "wang"), [["sun"], ["sun"], false, null]);
  const alone: Step[] = [["li", "assigned", { handler: "wang" }], ["wang", "recused", { member: "wang" }]];
  assert.deepEqual(all(handled(alone), "li"), [[], [], true, null]);
});

test("under a policy of before, which knows no handing on, a named handler keeps nobody from taking the case", () => {
  const named: Step[] = [["li", "assigned", { handler: "wang" }]];
  assert.equal(mayTake(handled(named, [], null, OF_BEFORE), "li"), true);
  assert.equal(mayTake(handled(named, [], null, OF_BEFORE), "wang"), false);
  assert.equal(mayTake(handled(named), "li"), false);
});

test("where the record could not be followed, the server's word is all there is", () => {
  assert.deepEqual(all(handled(null, ["li"], "li"), "wang"), [["li"], ["li"], true, null]);
  assert.deepEqual(all(handled(null, ["li"], "li"), "li"), [["li"], ["li"], false, null]);
});
