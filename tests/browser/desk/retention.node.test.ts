// The list of retention and legal holds: the group of each case by its last day, and what must not be judged.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import test from "node:test";
import { utf8 } from "../../../crypto/framing.js";
import { fold, opening, readRules } from "../../../casework/index.js";
import type { DeskCase, OpenedCase } from "../../../templates/desk/opened/model.js";
import { retainedCaseOf, retainedCases } from "../../../templates/desk/retention/retained.js";

const texts = JSON.parse(readFileSync("casework/vectors/rules.json", "utf8")) as Record<string, string>;
const POLICY = "employee-complaint-confirm-appeal";
const ENDED = "2026-01-31";
const rulesFor = (months: number | null) => readRules(utf8(JSON.stringify({ ...JSON.parse(texts[POLICY] as string) as object, retention: null, retention_months: months })));

interface How { readonly ended?: boolean; readonly held?: boolean; readonly frozen?: boolean; readonly months?: number | null; readonly id?: string; readonly holds?: boolean }

function caseOf({ ended = true, held = false, frozen = false, months = 12, id = "a", holds = true }: How): OpenedCase {
  const rules = rulesFor(months);
  const first = opening(POLICY, rules.version, ENDED);
  const stage = ended ? rules.stages.find(({ end }) => end)?.id : rules.stages[0]?.id;
  const step = (kind: string, n: number, wrong: string | null = null) => ({ kind, n, day: ENDED, actor: `member-${n}`, item: `item-${n}`, wrong });
  const entry = (n: number, mark = "ok") => ({ hash: `item-${n}`, mark, payload: { text: ` Reason ${n}. ` } });
  return {
    entries: [entry(1), entry(2), entry(3), entry(4, "forged")],
    row: { case: id, entity: "group" }, chainHolds: holds, events: [step("received", 0), step("held", 1), step("held", 2), step("held", 3, "forged"), step("handed-over", 4)],
    ruled: { rules, found: { ...fold([first]), stage, entered: 1, events: [first, { ...first, n: 1 }], held, frozen } },
  } as unknown as OpenedCase;
}

test("a closed case is in the group of its last day", () => {
  for (const [today, group] of [
    ["2026-02-01", "running"], ["2026-11-01", "running"], ["2026-11-02", "soon"], ["2027-01-31", "soon"], ["2027-02-01", "over"], ["2027-02-03", "over"], ["2027-02-04", "overdue"],
  ] as const) {
    const found = retainedCaseOf(caseOf({}), today);
    assert.deepEqual([found?.group, found?.ended, found?.until, found?.months], [group, ENDED, "2027-01-31", 12], today);
  }
});

test("a hold and an authority come before every last day, and are those of the last sound step", () => {
  const held = retainedCaseOf(caseOf({ held: true, frozen: true }), "2030-01-01");
  assert.deepEqual([held?.group, held?.since?.actor, held?.reason], ["held", "member-2", "Reason 2."]);
  const away = retainedCaseOf(caseOf({ frozen: true }), "2030-01-01");
  // Words that did not verify are no reason.
  assert.deepEqual([away?.group, away?.since?.actor, away?.reason], ["with-authority", "member-4", ""]);
  assert.equal(retainedCaseOf(caseOf({ held: true, ended: false }), "2026-02-01")?.group, "held");
  assert.equal(retainedCaseOf(caseOf({ ended: false }), "2026-02-01"), null);
});

test("an open case that an authority has is listed", () => {
  assert.equal(retainedCaseOf(caseOf({ frozen: true, ended: false }), "2026-02-01")?.group, "with-authority");
});

test("without months a case is kept for good, and beyond every calendar it is not judged", () => {
  const found = retainedCaseOf(caseOf({ months: null }), "2090-01-01");
  assert.deepEqual([found?.group, found?.until, found?.months], ["unbound", null, null]);
  assert.equal(retainedCaseOf(caseOf({ months: 100_000 }), "2026-02-01"), null);
});

test("what could not be verified is counted and never judged; the rest stands by group, the first to end first", () => {
  const shelved = (how: How): DeskCase => ({ row: { case: how.id ?? "a" }, opened: caseOf(how), refused: null }) as unknown as DeskCase;
  const refused = { row: { case: "z" }, opened: null, refused: "forged" } as unknown as DeskCase;
  const unopened = { row: { case: "y" }, opened: null, refused: null } as unknown as DeskCase;
  const { rows, unverified, unjudged } = retainedCases([shelved({ id: "c" }), shelved({ id: "e", months: 100_000 }), shelved({ id: "b", months: 11 }), shelved({ id: "h", held: true }), shelved({ id: "x", holds: false }), refused, unopened], () => "2026-12-15");
  assert.deepEqual(rows.map(({ id, group }) => [id, group]), [["b", "soon"], ["c", "soon"], ["h", "held"]]);
  assert.deepEqual([unverified, unjudged], [2, 1]);
});
