// Whether a member's own change of readers waits, by the signed record alone.

import assert from "node:assert/strict";
import test from "node:test";
import { ownWaits } from "../../../templates/desk/opened/waiting.js";

const ME = "li-wei";
const words = { today: () => "2026-11-28" };
const event = (kind: string, proposal: string | null = null, more: object = {}) => ({ kind, day: "2026-11-25", actor: ME, wrong: null, data: { proposal }, ...more });
const waits = (...events: object[]): boolean => ownWaits({ events, row: { entity: "works" } } as never, words, ME);
const mine = event("regrant-proposed", "one");

test("what this member proposed waits for three days", () => {
  assert.equal(waits(mine), true);
  assert.equal(waits(event("regrant-proposed", "one", { day: "2026-11-24" })), false);
  assert.equal(waits(), false);
});

test("it does so until it is withdrawn, and what is proposed after that waits again", () => {
  assert.equal(waits(mine, event("regrant-declined", "one")), false);
  assert.equal(waits(mine, event("regrant-declined", "another")), true);
  assert.equal(waits(mine, event("regrant-declined", "one"), event("regrant-proposed", "two")), true);
  assert.equal(waits(mine, event("regrant-declined", "one", { actor: "sun-fang" })), true);
});

test("a change that came into force ends it, also one that another proposed", () => {
  assert.equal(waits(mine, event("regrant-countersigned", "another", { actor: "sun-fang" })), false);
  assert.equal(waits(event("regranted", null, { actor: "sun-fang" }), mine), true);
});

test("what another proposed, or nobody signed, is not this member's", () => {
  assert.equal(waits(event("regrant-proposed", "one", { actor: "sun-fang" })), false);
  assert.equal(waits(event("regrant-proposed", "one", { wrong: "signature" })), false);
});
