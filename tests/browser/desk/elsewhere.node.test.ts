// What the page says to a member whose case has gone on to another role: with whom it is, what is left to do, and the way back.

import assert from "node:assert/strict";
import test from "node:test";
import type { CaseActions } from "../../../templates/desk/actions.js";
import type { OpenedCase } from "../../../templates/desk/opened/model.js";
import { Knot, textOf } from "./knots.js";
import { NOW, type Step, opened, ruledCase } from "./ruledcase.js";

const { actSection } = await import("../../../templates/desk/acting/actionbar.js");
const { allows } = await import("../../../templates/desk/acting/choices.js");
const { OfficeWords } = await import("../../../templates/desk/context.js");

const NAMES: Readonly<Record<string, string>> = { li: "Li Wei", wang: "Wang Fang" };
const member = (id: string): object => ({ id, name: { texts: { en: NAMES[id] }, language: "en", en: NAMES[id], zh: NAMES[id] } });
const words = new OfficeWords({ member, validMember: member, content: { entities: [], members: [] } } as never, new Map(), () => NOW);
const act = { me: "li", now: () => NOW, back: () => undefined, open: () => undefined } as unknown as CaseActions;
const GIVEN: readonly Step[] = [
  ["registered", "li", { role: "hr" }],
  ["procedure-told", "li", { role: "hr", item: "i", to: "review" }],
  ["checked", "li", { role: "hr" }],
  ["classified", "li", { role: "hr", classification: "x" }],
  ["graded", "li", { role: "hr", grade: "ordinary" }],
  ["routed", "li", { role: "hr", departments: "x", to: "investigation" }],
];

/** The steps that the page shows a member of HR, once the case is with the department, whose one member may read it or not. */
function shown(steps: readonly Step[], readers: readonly string[], own = ["hr"]): Knot {
  const ruled = ruledCase("employee-complaint-resolution-sla", steps);
  const holders = new Map([...ruled.rules.holders].map(([role]) => [role, own.includes(role) ? ["li"] : ["wang"]] as const));
  const one = { ...opened({ ...ruled, rules: { ...ruled.rules, holders } }), row: { entity: "group" }, holders: readers };
  return actSection(one as unknown as OpenedCase, words, act) as unknown as Knot;
}

/** The words of everything marked so. */
function saysAt(root: unknown, name: string): string {
  if (Array.isArray(root)) return root.map((one) => saysAt(one, name)).join("");
  if (!(root instanceof Knot)) return "";
  return root.attributes.get("data-test") === name ? textOf(root) : saysAt(root.children, name);
}

test("where a case has gone to another role the page names who has it, what is left to do and the way back", () => {
  const page = shown(GIVEN, ["li", "wang"]);
  assert.match(saysAt(page, "nothing-allowed"), /^There is nothing for you to do at this stage\./u);
  assert.match(saysAt(page, "with-whom"), /^It is now with .+: Wang Fang\.$/u);
  assert.match(saysAt(page, "left-to-do"), /^You can still read the case\. The policy lets you write/u);
  assert.equal(saysAt(page, "elsewhere-back"), "Back to the list");
});

test("where nobody of that role can read the case the page says what to do about it", () => {
  assert.match(saysAt(shown(GIVEN, ["li"]), "with-whom"), /none of them can read it\. Add one of them/u);
});

test("what a member may do beside the stage is named", () => {
  const page = shown(GIVEN, ["li", "wang"], ["oversight"]);
  assert.match(saysAt(page, "left-to-do"), /^You can still read the case, and: .*“At any time”/u);
});

test("register says what it is, so that nobody takes it for assigning", () => {
  assert.equal(saysAt(shown([], ["li", "wang"]), "act-help"), "Register: enters the case in the register. It assigns nobody and tells the reporter nothing.");
});

test("nothing of it stands where the member can act", () => {
  assert.equal(saysAt(shown(GIVEN.slice(0, 3), ["li", "wang"]), "nothing-allowed"), "");
});

test("who may not write at a stage has no button for it, and without rules everybody has", () => {
  const ruled = ruledCase("employee-complaint-resolution-sla", GIVEN);
  const holders = new Map([...ruled.rules.holders].map(([role]) => [role, role === "hr" ? ["li"] : ["wang"]] as const));
  const now = { ...ruled, rules: { ...ruled.rules, holders } };
  for (const written of ["replied", "noted"] as const) {
    assert.deepEqual([allows(now, written, "li", NOW), allows(now, written, "wang", NOW), allows(null, written, "li", NOW)], [false, true, true], written);
  }
});
