// A step that came too late by events that bring nothing to read is done again; where there is something to read it is not.

import assert from "node:assert/strict";
import test from "node:test";
import { again } from "../../../templates/desk/retry.js";
import { DeskRefusal } from "../../../templates/desk/api.js";
import type { OpenedCase } from "../../../templates/desk/opened/model.js";

const event = (kind: string, hash: string, wrong: string | null = null, actor: string | null = "b", more: object = {}) => ({ kind, hash, wrong, actor, item: null, data: {}, ...more });
const caseOf = (events: unknown[], chainHolds = true, entries: unknown[] = []) => ({ events, chainHolds, entries }) as unknown as OpenedCase;
const first = event("received", "a");
const moved = new DeskRefusal(409, "head-moved", "");

/** How often a step was tried that is refused the first time, after which the case is `now`. */
async function triesOf(now: OpenedCase | null, refusal: unknown = moved): Promise<number> {
  let [opened, tries]: [OpenedCase | null, number] = [caseOf([first]), 0];
  const step = (): Promise<void> => {
    tries += 1;
    return tries === 1 ? Promise.reject(refusal) : Promise.resolve();
  };
  await again(step, () => opened, async () => { opened = now; }).catch((error: unknown) => assert.equal(error, refusal));
  return tries;
}

test("a step is done again where desks have only unsealed the case", async () => {
  assert.equal(await triesOf(caseOf([first, event("claimed", "b"), event("claimed", "c")])), 2);
});

test("a step is done again where a time limit came near or went by", async () => {
  for (const kind of ["reminded", "overdue", "escalated-by-clock", "warning-open"]) {
    assert.equal(await triesOf(caseOf([first, event(kind, "b", null, null), event("claimed", "c")])), 2);
  }
});

test("a step is not done again where there is anything else, or nothing, or a record that does not hold", async () => {
  for (const later of [[event("replied", "b")], [event("claimed", "b"), event("regrant-proposed", "c")], [event("claimed", "b", "forged")], [event("overdue", "b", "forged", null)], [event("overdue", "b")], [event("message-received", "b", null, null)], []]) {
    assert.equal(await triesOf(caseOf([first, ...later])), 1);
  }
  assert.equal(await triesOf(caseOf([event("received", "x"), event("claimed", "b")])), 1);
  assert.equal(await triesOf(caseOf([first, event("claimed", "b")], false)), 1);
  assert.equal(await triesOf(null), 1);
});

test("a server that brings something under the name of a time limit makes nobody sign unread", async () => {
  const limit = { data: { clock: "result", due: 1, to: "hr", provisional: true } };
  assert.equal(await triesOf(caseOf([first, event("overdue", "b", null, null, limit)])), 2);
  assert.equal(await triesOf(caseOf([first, event("overdue", "b", null, null, { item: "i" })])), 1);
  assert.equal(await triesOf(caseOf([first, event("overdue", "b", null, null, { data: { clock: "result", due: 1, stage: "ended" } })])), 1);
  assert.equal(await triesOf(caseOf([first, event("overdue", "b", null, null, limit)], true, [{ hash: "i" }])), 1);
});

test("another refusal is not tried again", async () => {
  assert.equal(await triesOf(caseOf([first, event("claimed", "b")]), new DeskRefusal(409, "too-many", "")), 1);
});
