// Every row of casework/vectors/intake.json through the browser twin: the same entry, the same papers, the same refusal as the command gives.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { utf8 } from "../../../crypto/framing.js";
import { type Sheet, actsFor, intakeRefusalWords, isRefused, letterWords, logReport, membersConcerned, readIntakeRules, registerSheet, slip, ticketNumber, workOrder } from "../../../casework/index.js";

interface Given { channel: string; received: string; member: string; account: string; subject: string | null; kind: string | null; category: string | null; entity: string | null; imminent: boolean; left_out: boolean; fields: Record<string, string>; concerned: string[] }
interface Row { policy: string; given: Given; order: string; members: string[]; shared: string[]; refused?: unknown[]; gives?: Record<string, unknown>; papers?: unknown[] }
type Head = Readonly<{ case: string; members: string[]; readers: string[]; rules: Record<string, string> }>;
const [head, ...rows] = JSON.parse(readFileSync("casework/vectors/intake.json", "utf8")) as [Head, ...Row[]];
const rules = new Map(Object.entries(head.rules).map(([id, text]) => [id, readIntakeRules(utf8(text))]));

function paper({ title, rows: lines }: Sheet): unknown[] {
  return [[title.zh, title.en], ...lines.map(({ label, value }) => [label.zh, label.en, ...(typeof value === "string" ? [value, value] : [value.zh, value.en])])];
}

test("what a member logs becomes the same entry with the same papers, or is refused with the same sentence", () => {
  for (const { policy, given, order, members, shared, refused, gives, papers } of rows) {
    const policyRules = rules.get(policy);
    assert.ok(policyRules, policy);
    assert.deepEqual(membersConcerned(policyRules, given.concerned, head.readers, head.members), { members, shared }, policy);
    const { left_out: leftOut, fields, ...rest } = given;
    const found = logReport(policyRules, { ...rest, leftOut, fields: new Map(Object.entries(fields)) }, (kind) => letterWords(`channel-${kind}`));
    if (isRefused(found)) {
      const { zh, en } = intakeRefusalWords(found);
      assert.deepEqual([found.reason, found.names, zh, en], refused, JSON.stringify(given));
      continue;
    }
    const { entry, intake, beside, onlyOutside, signed } = found;
    assert.deepEqual({
      channel: intake.channel.id, signed, beside, only_outside: onlyOutside, taken_by: entry.recordedBy, category: entry.category,
      fields: Object.fromEntries([...entry.fields].sort(([one], [other]) => (one < other ? -1 : 1))), kind: intake.kind.id, register: intake.kind.register, subject: intake.subject?.id ?? null,
      addressees: intake.addressees, diverted: intake.diverted, gaps: intake.gaps.map(({ id }) => id), unknown: intake.unknown.map(({ id }) => id),
      to_be_written: intake.toBeWritten, outside: intake.outside, acts: actsFor(found.rules, intake.addressees, head.readers),
    }, gives, JSON.stringify(given));
    const number = ticketNumber(head.case);
    assert.deepEqual([registerSheet(found.rules, entry, intake, number), workOrder(found.rules, entry, intake, number, order), slip(found.rules, entry.received, number)].map(paper), papers);
  }
  assert.ok(rows.length > 500);
});

test("a document with a channel of no kind, or without fields, is refused", () => {
  const whole = JSON.parse(head.rules["property-owner-complaint"] ?? "") as Record<string, unknown>;
  const [first, ...more] = whole["channels"] as Record<string, unknown>[];
  const { fields: _, ...without } = whole;
  for (const wrong of [{ ...whole, channels: [{ ...first, kind: "pigeon" }, ...more] }, { ...whole, fields: [{ id: "x" }] }, without]) {
    assert.throws(() => readIntakeRules(utf8(JSON.stringify(wrong))), { stage: "schema" });
  }
});
