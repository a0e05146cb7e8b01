// Every row of casework/vectors/items.json through the browser twin: it must say what Python says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { ACTS, type Act, checkDay, isWrongType, readRules, saysNothing } from "../../../casework/index.js";
import { utf8 } from "../../../crypto/framing.js";

interface Items { types: string[]; fits: [Act, string[], string[]][]; unseen: [number, number][]; texts: [string, string, boolean, boolean][]; days: Record<string, [string, Act][]> }

const items = JSON.parse(readFileSync("casework/vectors/items.json", "utf8")) as Items;

test("beside each act the items fit that Python says", () => {
  for (const [act, toReporter, officeOnly] of items.fits) {
    assert.deepEqual(items.types.filter((type) => !isWrongType(act, type, true)), toReporter, act);
    assert.deepEqual(items.types.filter((type) => !isWrongType(act, type, false)), officeOnly, act);
  }
});

test("the characters that nobody sees are those of Python, and say nothing", () => {
  assert.ok(items.unseen.length > 20);
  for (let point = 0; point <= 0x10ffff; point += 1) {
    const wanted = items.unseen.some(([first, last]) => first <= point && point <= last);
    if (saysNothing("reply", String.fromCodePoint(point), false) !== wanted) assert.fail(point.toString(16));
  }
  for (const [text, type, files, nothing] of items.texts) assert.equal(saysNothing(type, text, files), nothing, `${type} ${JSON.stringify(text)}`);
});

test("a notice names a day in the stages and acts that Python says, and nowhere else", () => {
  const rulesOf = JSON.parse(readFileSync("casework/vectors/rules.json", "utf8")) as Record<string, string>;
  assert.ok(Object.values(items.days).some((days) => days.length > 0));
  for (const [policy, days] of Object.entries(items.days)) {
    const rules = readRules(utf8(rulesOf[policy] ?? ""));
    const asked = rules.stages.flatMap(({ id }) => ACTS.filter((act) => checkDay(rules, id, act, null) !== null).map((act) => [id, act]));
    assert.deepEqual(asked, days, policy);
    for (const [stage, act] of days) assert.equal(checkDay(rules, stage, act, "2026-12-01"), null);
  }
});
