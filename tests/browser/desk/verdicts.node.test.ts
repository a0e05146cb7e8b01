// What was decided in a case and whether it stands: in its header, and in a member's own figures.

import assert from "node:assert/strict";
import test from "node:test";
import type { DeskCase, Entry, Ruled } from "../../../templates/desk/opened/model.js";
import { type Knot, textOf, texts } from "./knots.js";
import { NOW, type Step, decision, entry, opened, ruledCase } from "./ruledcase.js";

const { renewHead } = await import("../../../templates/desk/casepage/page.js");
const { verdictOf } = await import("../../../templates/desk/opened/outcomes.js");
const { figuresOf } = await import("../../../templates/desk/figures/counting.js");
const { noticeFacts } = await import("../../../templates/desk/acting/eventwords.js");
const { nameOf } = await import("../../../templates/desk/queue/facts.js");
const { nothingToCarryOut } = await import("../../../templates/desk/acting/closing.js");
const { OfficeWords } = await import("../../../templates/desk/context.js");

const ISSUE = "company-retaliation", REVIEWED = "internal-complaint-disciplinary";
const DECIDED: Step = ["decided", "li", { role: "leadership", to: "result", item: "d" }];
const FINAL: Step = ["appeal-decided", "wang", { role: "oversight", to: "final", item: "a" }];
const APPEAL: readonly Step[] = [["message-received", "worker", { item: "m" }], ["act-read", "li", { item: "m", n: 2, act: "appealed", to: "review" }]];
const CLOSED: Step = ["closed", "li", { role: "protection-body", to: "ended" }];
const REOPENED: Step = ["reopened", "li", { role: "protection-body", to: "protection", item: "r" }];
const both = (text: string) => ({ en: text, zh: text });
const directory = { member: () => null, validMember: () => null, content: { entities: [{ id: "group", name: both("Group"), timezone: "Asia/Shanghai" }] } };
const words = new OfficeWords(directory as never, new Map(), () => NOW);

function shelved(ruled: Ruled | null, entries: readonly Entry[] = []): DeskCase {
  const row = { case: "AAAAAAAAAAAAAAAAAAAAAA", day: "2026-11-25", entity: "group", policy: "p", version: "1", stage: "received", urgent: false, taken_by: [], standing: { ended: true, owner: null, deputy: null, next_due: null } };
  const held = ruled === null ? { events: [], entries, ruled: null, excluded: [], holders: ["li"] } : opened(ruled, entries);
  return { row, opened: { ...held, row, report: null }, refused: null } as never;
}

const verdict = (act = "decided", hash = "d", outcome = "established", signer = "li"): Entry => entry("decision", hash, decision(act, [outcome]), signer);
const first = verdict();

/** What the header of a case says of its outcome. */
function header(one: DeskCase): string {
  let drawn: Knot | null = null;
  Object.assign(document, { querySelector: () => ({ replaceWith: (made: Knot) => { drawn = made; } }) });
  renewHead(one, words, { me: "li", now: () => NOW } as never);
  const all = (knot: Knot): Knot[] => [knot, ...knot.children.flatMap((child) => (typeof child === "string" ? [] : all(child)))];
  assert.ok(drawn !== null);
  return textOf(all(drawn).find((knot) => knot.attributes.get("data-test") === "outcome") ?? "");
}

const CASES: readonly (readonly [what: string, one: DeskCase, row: string, head: string])[] = [
  ["nothing was decided", shelved(ruledCase(ISSUE, [])), "No decision yet", ""],
  ["decided", shelved(ruledCase(ISSUE, [DECIDED]), [first]), "Retaliation established", "Outcome: Retaliation established"],
  ["decided and closed", shelved(ruledCase(ISSUE, [DECIDED, CLOSED]), [first]), "Retaliation established", "Outcome: Retaliation established"],
  ["reopened", shelved(ruledCase(ISSUE, [DECIDED, CLOSED, REOPENED]), [first]), "Decided before, open again", "Last outcome: Retaliation established"],
  ["reopened and decided once more", shelved(ruledCase(ISSUE, [DECIDED, CLOSED, REOPENED, ["decided", "li", { role: "leadership", to: "result", item: "d2" }]]), [first, verdict("decided", "d2", "partly")]), "Established in part", "Outcome: Established in part"],
  ["reopened and closed as it was", shelved(ruledCase(ISSUE, [DECIDED, CLOSED, REOPENED, CLOSED]), [first]), "Retaliation established", "Outcome: Retaliation established"],
  ["reopened, by nobody who signed it", shelved(ruledCase(ISSUE, [DECIDED, ["reopened", "worker", { to: "protection", item: "r" }]]), [first]), "Retaliation established", "Outcome: Retaliation established"],
  ["an appeal that leads to the review", shelved(ruledCase(ISSUE, [DECIDED, ...APPEAL]), [first]), "Decided before, open again", "Last outcome: Retaliation established"],
  ["an appeal that was decided", shelved(ruledCase(ISSUE, [DECIDED, ...APPEAL, ["appeal-decided", "wang", { role: "superior-body", to: "review-told", item: "a" }]]), [first, verdict("appeal-decided", "a", "justified", "wang")]), "The measure had duly justified grounds", "Outcome: The measure had duly justified grounds"],
  ["an appeal that was accepted", shelved(ruledCase(REVIEWED, [["decided", "li", { role: "superior", to: "handling", item: "d" }], ["appeal-accepted", "wang", { role: "oversight" }]]), [verdict("decided", "d", "borne-out")]), "Decided before, open again", "Last outcome: Borne out"],
  ["refused and closed", shelved(ruledCase(ISSUE, [["refused", "li", { role: "protection-body", to: "ended", item: "x" }]])), "Closed without a decision", ""],
  ["without rules", shelved(null), "Cannot be judged here", ""],
  ["decided in an item that did not verify", shelved(ruledCase(ISSUE, [DECIDED]), [{ ...first, mark: "unreadable", payload: {}, type: null, signer: null }]), "Cannot be judged here", ""],
  ["decided by what the policy does not know", shelved(ruledCase(ISSUE, [DECIDED, FINAL]), [first, verdict("appeal-decided", "a", "unknown", "wang")]), "Cannot be judged here", ""],
];

test("the header of a case names the outcome that stands, and of one that is open again the last", () => {
  for (const [what, one, , head] of CASES) assert.equal(header(one), head, what);
});

test("the figures count a case under the outcome that stands, else by why there is none", () => {
  for (const [what, one, row] of CASES) assert.deepEqual(figuresOf([one], words, { first: "2026-11", last: "2026-11" }, NOW).outcome.map(({ value, received }) => [nameOf(value), received]), [[row, 1]], what);
  const all = figuresOf(CASES.map(([, one]) => one), words, { first: "2026-11", last: "2026-11" }, NOW).outcome;
  assert.deepEqual(all.slice(-4).map(({ value, received }) => [nameOf(value), received]), [["Decided before, open again", 3], ["No decision yet", 1], ["Closed without a decision", 1], ["Cannot be judged here", 3]]);
  assert.equal(all.reduce((sum, { received }) => sum + received, 0), CASES.length);
});

test("the step that carries a decision out says that nothing has to be done where the facts were found untrue, and nowhere else", () => {
  const says = (outcome: string | null, act = "executed", measures: readonly string[] = []): boolean => {
    const entries = outcome === null ? [] : [{ ...first, payload: { ...first.payload, outcomes: [outcome] } }];
    const set: Step = ["sealed", "li", { role: "leadership", item: "s" }];
    const ruled = ruledCase(ISSUE, outcome === null ? [] : [DECIDED, ...(measures.length > 0 ? [set] : [])]);
    const measured = measures.length > 0 ? [entry("decision", "s", { ...decision("measure-set", []), measures })] : [];
    return nothingToCarryOut({ ruled, opened: opened(ruled, [...entries, ...measured]) } as never, act as never) !== null;
  };
  const organisation = ruledCase(ISSUE, []).rules.measures.find((one) => one.on === "organisation");
  assert.ok(organisation !== undefined);
  assert.deepEqual([says("justified"), says("justified", "notified"), says("justified", "executed", [organisation.id])], [true, false, false]);
  assert.deepEqual([null, "unclear", "partly", "established"].map((outcome) => says(outcome)), [false, false, false, false]);
});

test("an outcome is worked out once for a case as it was opened", () => {
  const { opened: one } = CASES[1]?.[1] ?? {};
  assert.ok(one);
  assert.equal(verdictOf(one), verdictOf(one));
});

test("an outcome that the policy names in Chinese alone stands in Chinese, with what it comes to in the page's language", () => {
  const chinese = (ruled: Ruled): Ruled => ({ ...ruled, rules: { ...ruled.rules, outcomes: ruled.rules.outcomes.map((one) => ({ ...one, name: { texts: { zh: one.name.zh }, language: "zh", zh: one.name.zh, en: one.name.zh } })) } } as never);
  const one = shelved(chinese(ruledCase(ISSUE, [DECIDED])), [first]);
  assert.equal(header(one), "Outcome: 打击报复成立 (substantiated)");
  const partly = shelved(chinese(ruledCase(ISSUE, [DECIDED])), [verdict("decided", "d", "partly")]);
  assert.equal(header(partly), "Outcome: 部分成立 (partly substantiated)");
  const [line] = figuresOf([one], words, { first: "2026-11", last: "2026-11" }, NOW).outcome;
  assert.equal(line?.value.means, "substantiated");
  const notice = entry("notice", "n", { stage: "result", outcomes: ["justified"], measures: [], next: null, due: null, asks: [], until: [] });
  const told = [...texts(noticeFacts(notice, one.opened as never, words))];
  assert.deepEqual(told.filter(([, lang]) => lang === "zh").map(([text]) => text), ["处理另有正当理由"]);
  assert.ok(told.some(([text, lang]) => lang === "en" && text === " (not substantiated)"));
});
