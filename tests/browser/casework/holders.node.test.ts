// Every row of casework/vectors/holders.json through the browser twin: it must say what Python says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { utf8 } from "../../../crypto/framing.js";
import { type Act, type Codes, checkRecordRules, fold, opening, readRules, rolesOf } from "../../../casework/index.js";

interface Drawn { policy: string; holders: Record<string, string[]>; codes: Codes; roles: Record<string, string[]>; named: [Act, string, string, string, [string, string[]] | null][] }

const read = (name: string): unknown => JSON.parse(readFileSync(`casework/vectors/${name}.json`, "utf8"));
const texts = read("rules") as Record<string, string>;

test("a member acts in the roles that Python says, a deputy in those of the handler too", () => {
  const rows = read("holders") as Drawn[];
  assert.ok(rows.length > 100);
  for (const { policy, holders, codes, roles } of rows) {
    const rules = { ...readRules(utf8(texts[policy] ?? "")), holders: new Map(Object.entries(holders)) };
    for (const [member, wanted] of Object.entries(roles)) {
      assert.deepEqual([...rolesOf(rules, codes, member)].sort(), wanted, `${policy} ${member} ${JSON.stringify(codes)}`);
    }
  }
});

test("nobody is named handler or deputy against what Python says", () => {
  for (const { policy, holders, codes, named } of read("holders") as Drawn[]) {
    const rules = { ...readRules(utf8(texts[policy] ?? "")), holders: new Map(Object.entries(holders)) };
    const found = { ...fold([opening(policy, rules.version, "2026-09-30")]), codes };
    for (const [act, by, handler, deputy, wanted] of named) {
      const event = { n: 1, act, day: "2026-10-01", moment: null, by, role: null, to: null, codes: { handler, deputy }, item: null, signed: true };
      const refused = checkRecordRules({ rules, office: null as never, now: 0 }, found, event);
      assert.deepEqual(refused && [refused.reason, refused.names], wanted, `${policy} ${act} by ${by}: ${handler}, ${deputy}`);
    }
  }
});
