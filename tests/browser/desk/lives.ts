// Cases that were lived before a served office (`tests/journeys/lived_case.py`): what the desk offers each member at each step is what Python allows.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { utf8 } from "../../../crypto/framing.js";
import * as casework from "../../../casework/index.js";
import { choicesOf } from "../../../templates/desk/acting/choices.js";
import type { Ruled } from "../../../templates/desk/opened/model.js";

interface Moment {
  policy: string; version: string; rules: string; office: string; now: string;
  entries: { kind: string; day: string; actor: string; data: Record<string, never>; signed: boolean }[];
  stage: string; counts: Record<string, number>; allowed: Record<string, casework.Act[]>;
  step: { act: casework.Act; by: string; reporter: boolean }; refused?: [string, string[]];
}

/** Steps that the desk shows elsewhere than in its list, or only where they have an object. */
const ELSEWHERE: readonly string[] = ["taken", "replied", "noted", "regranted", "received", "sealed", "exported", "reassigned"];

const moments = JSON.parse(readFileSync(new URL("lives.json", import.meta.url), "utf8")) as Moment[];

function ruledOf(one: Moment): Ruled {
  const rules = casework.readRules(utf8(one.rules));
  const office = casework.readOffices(JSON.parse(one.office)).get("group");
  assert.ok(office);
  const entries = one.entries.map(({ signed, ...event }, n) => ({ event: { v: 1 as const, case: "AAAAAAAAAAAAAAAAAAAAAA", n, ...event }, signed }));
  const found = casework.history(one.policy, one.version, entries);
  return { rules, office, entries, found, others: [], server: { stage: one.stage, dues: [] } };
}

function offered(ruled: Ruled, member: string, now: Date): Set<string> {
  const { onward, here, always } = choicesOf(ruled, member, now);
  return new Set([...onward, ...here, ...always].map((one) => one.act));
}

moments.forEach((one, at) => {
  test(`${one.policy}, step ${at}: ${one.step.act} by ${one.step.by}`, () => {
    const ruled = ruledOf(one);
    const now = new Date(one.now);
    assert.deepEqual([ruled.found.stage, Object.fromEntries([...ruled.found.counts].sort())], [one.stage, one.counts]);
    const ruling = { rules: ruled.rules, office: ruled.office, now: now.getTime() };
    for (const [member, acts] of Object.entries(one.allowed)) {
      const mine = casework.allowed(ruled.rules, ruled.found, casework.actorOf(ruling, ruled.found, member)).filter((act) => casework.traitOf(act).party === "member");
      assert.deepEqual(mine, acts, member);
      for (const act of offered(ruled, member, now)) assert.ok(acts.includes(act as casework.Act), `${act} is offered to ${member}`);
    }
    const { act, by, reporter } = one.step;
    const shown = offered(ruled, by, now);
    if (reporter) return assert.ok(!shown.has(act));
    if (one.refused === undefined) return assert.ok(shown.has(act) || ELSEWHERE.includes(act), `${act} is not offered`);
    assert.ok(!shown.has(act), `${act} is offered`);
    const actor = casework.actorOf(ruling, ruled.found, by);
    const command = { ...actor, act, day: now.toISOString().slice(0, 10), moment: null, to: null, codes: {}, item: null };
    const found = casework.decide(ruled.rules, ruled.found, command);
    assert.ok("reason" in found);
    assert.deepEqual([found.reason, found.names], one.refused);
  });
});
