// Every row of casework/vectors/retention.json through the browser twin: it must say what Python says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { utf8 } from "../../../crypto/framing.js";
import { type Event, fold, opening, readRules, retention } from "../../../casework/index.js";

interface Row {
  policy: string; rule: boolean; own: number | null; bound: number | null; stage: string; held: boolean; frozen: boolean;
  ended: string; today: string; why: string; since: string | null; until: string | null;
}

const read = (name: string): unknown => JSON.parse(readFileSync(`casework/vectors/${name}.json`, "utf8"));
const texts = read("rules") as Record<string, string>;
const rows = read("retention") as Row[];

test("a case is kept as long, and for the reason, that Python says", () => {
  assert.deepEqual([...new Set(rows.map(({ why }) => why))].sort(), ["held", "open", "over", "running", "unbound", "with-authority"]);
  for (const row of rows) {
    const document = JSON.parse(texts[row.policy] as string) as Record<string, unknown>;
    const said = { en: "kept", zh: "留存" };
    const kept = { text: said, source: { reason: said }, months: row.own };
    const rules = readRules(utf8(JSON.stringify({ ...document, retention: row.rule ? kept : null, retention_months: row.bound })));
    const first = opening(row.policy, rules.version, row.ended);
    const found = { ...fold([first]), stage: row.stage, entered: 1, events: [first, { ...first, n: 1 } satisfies Event], held: row.held, frozen: row.frozen };
    const { why, ended, until } = retention(rules, found, row.today);
    assert.deepEqual([why, ended, until], [row.why, row.since, row.until], JSON.stringify(row));
  }
});
