// What a member reads of the policy at the desk: the clause of a step, what a grade brings with it, and their own duties.

import assert from "node:assert/strict";
import test from "node:test";
import { type Clauses, dueByGrade, readClauses } from "../../../casework/index.js";
import rulesOf from "../../../casework/vectors/rules.json";
import { utf8 } from "../../../crypto/framing.js";
import { openAct } from "../../../templates/desk/acting/form.js";
import { choicesOf } from "../../../templates/desk/acting/choices.js";
import { settingOf } from "../../../templates/desk/acting/codeparts.js";
import type { Ruled } from "../../../templates/desk/opened/model.js";
import { actionsOf, at, caseHeldBy, draw, inPage, openedCase, said, words } from "./drawncase.js";
import { NOW, type Step } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);
const P18 = "employee-complaint-resolution-sla";
const both = (en: string): object => ({ en, zh: "原文" });
const source = { line: 1, quote: "原文" };
const clauses: Clauses = readClauses(utf8(JSON.stringify({
  ...JSON.parse((rulesOf as Record<string, string>)[P18] ?? "") as object,
  duties: [{ of: "handler", text: both("Explain patiently"), source, by: null }, { of: "handler", text: both("Inform the employee"), source, by: "related-department" }, { of: "reporter", text: both("Tell the truth"), source, by: null }],
  emergency: { text: both("The leadership attends"), reported_to: "leadership", source, plan: false },
  oversight: [{ text: both("Oversight watches"), source, body: "oversight" }],
  metadata: { basis: [{ text: both("By resolution of the council"), source, by: null }], interpretation: { text: both("HR interprets it"), source, by: "hr" }, effective: null, supersedes: null, priority: null },
})));
const REVIEW: readonly Step[] = [["registered", "li", { role: "hr" }], ["procedure-told", "li", { role: "hr", item: "A".repeat(43), to: "review" }]];
const GRADED: Step = ["graded", "li", { role: "hr", grade: "major" }];
const HELD = { hr: ["li"], "related-department": ["wang"] };
const withClauses = (steps: readonly Step[]): Ruled => ({ ...caseHeldBy(P18, steps, HELD), clauses });

test("a grave grade owes what the policy demands of it at once, an ordinary one nothing", () => {
  const { grades } = withClauses([]).rules;
  const owed = Object.fromEntries(grades.map((one) => [one.id, dueByGrade(clauses, one)]));
  assert.deepEqual(owed, { general: null, major: { to: "leadership", acts: ["reported-up", "overseen"] } });
  const major = grades.find(({ id }) => id === "major");
  assert.ok(major !== undefined && clauses.emergency !== null);
  assert.deepEqual(dueByGrade({ ...clauses, emergency: { ...clauses.emergency, plan: true } }, major)?.acts, ["emergency-started", "reported-up", "overseen"]);
  assert.equal(dueByGrade({ ...clauses, emergency: null }, major), null);
});

test("a major case does not end before what its grade asks for was done, which stands in the open until then", () => {
  const told = (role: string, more: Record<string, string> = {}): Record<string, string> => ({ role, item: "A".repeat(43), ...more });
  const answered: readonly Step[] = [["decided", "wang", told("related-department", { to: "answer" })], ["executed", "wang", { role: "related-department" }], ["notified", "li", told("hr")]];
  const choices = (...steps: readonly Step[]): ReturnType<typeof choicesOf> => choicesOf(withClauses([...REVIEW, ...steps]), "li", NOW);
  const acts = (list: readonly { readonly act: string }[]): string[] => list.map(({ act }) => act);
  const owing = choices(GRADED, ...answered);
  assert.deepEqual(owing.barred.find(({ act }) => act === "closed")?.refused.names, ["reported-up"]);
  assert.ok(acts(owing.here).includes("reported-up") && !acts(owing.always).includes("reported-up"));
  assert.ok(!acts(owing.onward).includes("closed"));
  // What only others can do, such as the leadership's own attention, keeps nobody from the end.
  assert.ok(acts(choices(GRADED, ...answered, ["reported-up", "li", { role: "hr" }]).onward).includes("closed"));
  assert.ok(acts(choices(["graded", "li", { role: "hr", grade: "general" }], ...answered).onward).includes("closed"));
});

onPage("the form of a grade says what each brings with it, and quotes the clause on which the step rests", () => {
  const ruled = withClauses(REVIEW);
  const one = openedCase(ruled);
  draw(one, actionsOf("li"), true);
  const choice = choicesOf(ruled, "li", NOW, one).here.find(({ act }) => act === "graded");
  assert.ok(choice !== undefined);
  // The vectors leave out on what a step rests.
  const resting = { ...choice, rules: choice.rules.map((rule) => ({ ...rule, source: { line: 275, quote: "对于重大投诉" } })) };
  openAct([resting], settingOf(ruled, one, { words, me: "li", now: () => NOW }), { send: () => Promise.resolve(), between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  assert.match(said(document, "grade-major"), /Company leadership attends to it in person\..*Reported up to Company leadership\..*Owed for this grade: .*Limit “Answer”: 30 working days\./u);
  assert.equal(at(document, "grade-general"), null);
  assert.match(said(document, "clause"), /^From the policy \(line 275\): 对于重大投诉/u);
});

onPage("the case's page has this member's duties, the reporter's and what the grade owes, and no colleague's", () => {
  const page = draw(openedCase(withClauses([...REVIEW, GRADED])), actionsOf("li"), true);
  const shown = said(page, "policy-clauses");
  assert.match(shown, /What this grade brings with it.*30 working days.*Your duties.*Explain patiently.*Duties of the reporter.*Tell the truth.*Oversight watches.*What the policy rests onBy resolution of the council.*About the policy itself.*HR interprets it/u);
  assert.doesNotMatch(shown, /Inform the employee/u);
  assert.match(said(draw(openedCase(withClauses(REVIEW)), actionsOf("wang"), true), "policy-clauses"), /Inform the employee/u);
  assert.equal(at(draw(openedCase(caseHeldBy(P18, REVIEW, HELD)), actionsOf("li"), true), "policy-clauses"), null);
});
