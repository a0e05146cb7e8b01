// Every row of casework/vectors/duties.json through the browser twin: it must say what Python says.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { CryptoError } from "../../../crypto/errors.js";
import { utf8 } from "../../../crypto/framing.js";
import { type Unit, dutiesOf, dutyState, isTheirs, missedDays, readDutyRules, readOffices } from "../../../casework/index.js";

type Pair = [number, Unit] | null;
interface Listed { policy: string; rules: string; duties: [string, string, string, string | null, string | null, Pair, string | null][] }
interface Standing { office: string; every: Pair; since: string; done: string[]; today: string; status: string; due: string | null; late: number; missed: string[] }

const read = (name: string): unknown => JSON.parse(readFileSync(`casework/vectors/${name}.json`, "utf8"));
const rows = read("duties") as (Listed | Standing)[];
const offices = readOffices(read("offices"));

test("each policy owes again and again what Python says, and its role alone may sign for it", () => {
  const listed = rows.filter((row) => "duties" in row);
  assert.ok(listed.length > 10);
  for (const { policy, rules, duties } of listed) {
    const found = readDutyRules(utf8(rules));
    const own = dutiesOf(found);
    assert.deepEqual(own.map(({ id, text, by, to, every, word }) => [id, text.zh, text.en, by, to, every && [every.amount, every.unit], word]), duties, policy);
    assert.equal(found.effective, "2026-09-30");
    for (const duty of own) {
      const [holder] = duty.by === null ? ["anybody"] : (found.holders.get(duty.by) ?? []);
      assert.ok(holder !== undefined && isTheirs(found, duty, holder), policy);
      assert.equal(isTheirs(found, duty, "somebody-else"), duty.by === null, policy);
    }
  }
});

test("a duty stands on each day where Python says, and was missed as often", () => {
  for (const row of rows) {
    if (!("status" in row)) continue;
    const office = offices.get(row.office);
    assert.ok(office);
    const every = row.every === null ? null : { amount: row.every[0], unit: row.every[1] };
    const duty = { id: "statistics", text: { zh: "统计", en: "statistics" }, by: null, to: null, every, word: null };
    const { status, due, late } = dutyState(duty, row.since, row.done, office, row.today);
    assert.deepEqual([status, due, late, missedDays(duty, row.since, row.done, office, row.today)], [row.status, row.due, row.late, row.missed], JSON.stringify(row));
  }
});

test("a rules document with a key too many or of another kind is refused", () => {
  const whole = JSON.parse((rows[0] as Listed).rules) as Record<string, unknown>;
  const recurring = (whole["recurring"] as object[])[0];
  for (const one of [
    { ...whole, recurring: [{ ...recurring, extra: 1 }] }, { ...whole, recurring: [{ ...recurring, what: "dance" }] }, { ...whole, every: { dance: { amount: 1, unit: "days" } } },
    { ...whole, every: { statistics: { amount: 101, unit: "years" } } }, { ...whole, holders: [] }, { ...whole, effective: "2026-02-30" },
    Object.fromEntries(Object.entries(whole).filter(([key]) => key !== "channels")),
  ]) assert.throws(() => readDutyRules(utf8(JSON.stringify(one))), CryptoError);
});
