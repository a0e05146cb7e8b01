// A step whose item is of another kind, says nothing, can't be opened or tells another outcome is marked, keeps no promise, and is counted at the head.

import assert from "node:assert/strict";
import test from "node:test";
import type { LocalizedText } from "../../../crypto/localized.js";
import { choicesOf } from "../../../templates/desk/acting/choices.js";
import { keepsOpen } from "../../../templates/desk/acting/closing.js";
import { settingOf } from "../../../templates/desk/acting/codeparts.js";
import { SILENT } from "../../../templates/desk/acting/precheck.js";
import type { Entry, OpenedCase, Ruled } from "../../../templates/desk/opened/model.js";
import { faultySteps, disclosedAnother } from "../../../templates/desk/opened/stepfaults.js";
import { actionsOf, at, caseHeldBy, draw, inPage, openedCase, said, words } from "./drawncase.js";
import { ITEM, NOW, type Step, decision, entry } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);

const [DECIDED, TOLD] = ["E".repeat(43), "I".repeat(43)];
const BOTH = { company: ["li", "wang"], "dedicated-person": ["wang"] };
const told = (type: string, payload: Record<string, unknown>, more: Partial<Entry> = {}): Entry => ({ ...entry(type, TOLD, payload, "wang"), dir: "to-reporter", ...more });
const of = (steps: readonly Step[], entries: readonly Entry[]): OpenedCase => openedCase(caseHeldBy("company-whistleblowing", steps, BOTH), entries);
const acknowledged = (item: Entry): OpenedCase => of([["acknowledged", "wang", { role: "company", item: TOLD }]], [item]);
const notice = (act: string, outcomes: readonly string[] = [], measures: readonly string[] = []): Entry => told("notice", { act, text: "Read this.", outcomes, measures, asks: [], stage: "received", next: null, due: null, until: null, attachments: [] });
const DECISION: Step = ["decided", "li", { role: "company", item: DECIDED }];
const outcome = (one: OpenedCase, nth: number): string => (one.ruled as Ruled).rules.outcomes[nth]?.id ?? "";
const [YES, OTHER] = [0, 1].map((nth) => outcome(of([], []), nth)) as [string, string];
const notified = (item: Entry, decided: readonly Entry[] = [entry("decision", DECIDED, decision("decided", [YES]))]): OpenedCase =>
  of([DECISION, ["notified", "wang", { role: "company", item: TOLD }]], [...decided, item]);
const faults = (one: OpenedCase): readonly unknown[] => faultySteps(one).map(([{ n }, fault]) => [n, fault]);

test("each act has the item that belongs to it; another kind, or no words, is no act", () => {
  assert.deepEqual(faults(acknowledged(notice("acknowledged"))), []);
  assert.deepEqual(faults(acknowledged(told("reply", { text: "We have it." }))), [[1, "type"]]);
  assert.deepEqual(faults(of([["decided", "li", { role: "company", item: DECIDED }]], [entry("note", DECIDED, { text: "a decision was made" })])), [[1, "type"]]);
  const replied = (text: string, attachments: readonly unknown[] = []): readonly unknown[] => faults(of([["replied", "wang", { item: TOLD }]], [told("reply", { text, attachments })]));
  assert.deepEqual([replied("Yes."), replied(" "), replied("", [{}])], [[], [[1, "blank"]], []]);
  const noted = (kind: string, type: string): readonly unknown[] => faults(of([[kind, "li", { role: "company", item: ITEM }]], [entry(type, ITEM, { text: "So." })]));
  assert.deepEqual([noted("noted", "witness"), noted("noted", "decision"), noted("held", "note"), noted("held", "reply")], [[], [[1, "type"]], [], [[1, "type"]]]);
});

test("a notice that names what was not decided is marked, and one of a decision that can't be opened here is not", () => {
  assert.deepEqual(faults(notified(notice("notified", [YES]))), []);
  assert.deepEqual(faults(notified(notice("notified"))), []);
  assert.deepEqual([faults(notified(notice("notified", [OTHER]))), disclosedAnother(notified(notice("notified", [OTHER])))], [[[2, "outcome"]], true]);
  assert.deepEqual(faults(notified(notice("notified", [YES], ["nothing-such"]))), [[2, "outcome"]]);
  assert.deepEqual(faults(notified(notice("notified", [YES]), [{ ...entry("decision", DECIDED, {}), mark: "unreadable", type: null }])), []);
  assert.deepEqual(faults(notified(notice("notified", [YES]), [entry("note", DECIDED, { text: "So." })])), [[1, "type"], [2, "outcome"]]);
});

const SEALED = "M".repeat(43);
/** An honest decision, a sealed step that nobody can open, and a notice of another outcome. */
const covered = (wrong: string | null): OpenedCase => {
  const made = of([DECISION, ["sealed", "sun", { role: "company", item: SEALED }], ["notified", "wang", { role: "company", item: TOLD }]], [entry("decision", DECIDED, decision("decided", [YES])), { ...entry("decision", SEALED, {}, "sun"), mark: "unreadable", type: null }, notice("notified", [OTHER])]);
  return { ...made, events: made.events.map((event) => (event.n === 2 ? { ...event, wrong } : event)) };
};

test("what is marked turns the comparison off for nobody; a decision of a reader that can't be opened here does", () => {
  assert.deepEqual([faults(covered("non-reader")), disclosedAnother(covered("non-reader"))], [[[3, "outcome"]], true]);
  assert.deepEqual([faults(covered(null)), disclosedAnother(covered(null))], [[], false]);
});

test("a notice is held against what was decided under the rules of that time, whatever a later version has", () => {
  const made = of([DECISION, ["notified", "wang", { role: "company", item: TOLD }], ["migrated", "li", { role: "company", version: "2", to: "received", item: ITEM }]], [entry("decision", DECIDED, decision("decided", [YES])), notice("notified", [YES])]);
  const ruled = made.ruled as Ruled;
  const now = { ...ruled.rules, version: "2", outcomes: ruled.rules.outcomes.filter(({ id }) => id !== YES) };
  assert.equal(ruled.found.version, "2");
  const moved: OpenedCase = { ...made, ruled: { ...ruled, rules: now, others: [ruled.rules] } };
  assert.deepEqual([faults(moved), disclosedAnother(moved)], [[], false]);
  // Under rules that nobody has any more it is judged by those of now.
  assert.deepEqual(faults({ ...moved, ruled: { ...ruled, rules: now, others: [] } }), [[1, null], [2, "outcome"]]);
  // What is decided after the move is judged by the version that the case was moved to.
  const later = of([["migrated", "li", { role: "company", version: "2", to: "received", item: ITEM }], DECISION], [entry("decision", DECIDED, decision("decided", [YES]))]);
  assert.deepEqual(faults({ ...later, ruled: { ...later.ruled as Ruled, rules: now, others: [ruled.rules] } }), [[2, null]]);
});

/** A case of that outcome that was ended, behind these steps. */
const ended = (verdict: string, ...sealed: Entry[]): OpenedCase => {
  const steps: Step[] = sealed.map(({ hash }) => ["sealed", "li", { role: "company", item: hash ?? "" }]);
  return of([DECISION, ...steps, ["archived", "wang", { role: "company", to: "archived" }]], [entry("decision", DECIDED, decision("decided", [verdict])), ...sealed]);
};
const RIGHT = entry("decision", SEALED, { ...decision("measure-set", []), measures: ["corrective"] });

const NONE = entry("decision", SEALED, decision("measure-set", []));

test("a case that somebody ended before the measures, or that none is needed, were recorded is found, unless they may stand where nobody can read them here", () => {
  assert.deepEqual([ended(YES), ended(YES, RIGHT), ended(OTHER), ended(YES, { ...RIGHT, mark: "unreadable", type: null })].map(faults), [[[2, null]], [], [[2, null]], []]);
  // A word that none is needed does not fit where one is owed, and neither does the end behind it.
  assert.deepEqual([ended(OTHER, NONE), ended(YES, NONE)].map(faults), [[], [[2, null], [3, null]]]);
  const nobodys = ended(YES);
  assert.deepEqual(faults({ ...nobodys, events: nobodys.events.map((event) => (event.n === 2 ? { ...event, wrong: "non-reader" } : event)) }), []);
});

const P15 = { "callback-specialist": ["li"], "department-manager": ["wang"], "service-manager": ["wang"], "general-manager": ["li"] };
const SAYS = "R".repeat(43);
const ROUND: readonly Step[] = [["registered", "li", { role: "callback-specialist" }], ["routed", "li", { role: "callback-specialist" }], ["order-issued", "li", { role: "callback-specialist", to: "handling" }], ["plan-drafted", "wang", { role: "department-manager" }], ["mediated", "wang", { role: "department-manager" }]];
const RETURNED: readonly Step[] = [["executed", "wang", { role: "department-manager" }], ["order-returned", "wang", { role: "department-manager", to: "judging" }], ["followed-up", "li", { role: "callback-specialist" }], ["contacted-again", "li", { role: "callback-specialist" }]];
const JUDGED: Step = ["judged", "li", { role: "callback-specialist", to: "signing" }];
/** A round of calls in which the customer said this, behind these steps. */
const called = (rated: string | null, last: Step, ...agreed: readonly Step[]): OpenedCase => {
  const heard: readonly Step[] = rated === null ? [] : [["message-received", "worker", { item: SAYS }], ["act-read", "li", { act: "rated", n: ROUND.length + agreed.length + RETURNED.length + 1, item: SAYS }]];
  const said_: Entry = { ...entry("act", SAYS, { act: rated, text: "" }), dir: "to-office" };
  const ruled = caseHeldBy("customer-callback-workorder", [...ROUND, ...agreed, ...RETURNED, ...heard, last], P15);
  // The vectors leave out what no clock and no step hangs on.
  const satisfaction = { text: ruled.rules.roles[0]?.name as LocalizedText, use: "verdict" as const, source: { line: 242, quote: "直至客户满意为止" }, reopens: true, deferred: "visited-again" as const };
  return openedCase({ ...ruled, rules: { ...ruled.rules, satisfaction } }, rated === null ? [] : [said_]);
};
const VISIT: Step = ["visit-agreed", "wang", { role: "department-manager" }];
const AGAIN: Step = ["reopened", "li", { role: "callback-specialist", to: "handling", item: ITEM }];

test("a round that somebody ended against what the customer had said, or before the visit that was agreed, is found", () => {
  const last = (one: OpenedCase): boolean => faultySteps(one).some(([{ n }]) => n === one.events.length - 1);
  assert.deepEqual([called("satisfied", JUDGED), called("unsatisfied", JUDGED), called("unsatisfied", AGAIN), called("satisfied", AGAIN), called(null, JUDGED)].map(last), [false, true, false, true, false]);
  assert.deepEqual([called("satisfied", JUDGED, VISIT), called(null, AGAIN, VISIT), called(null, JUDGED, VISIT, ["unanswered", "li", { role: "callback-specialist" }])].map(last), [true, true, false]);
  const nobodys = called("unsatisfied", JUDGED);
  assert.equal(last({ ...nobodys, events: nobodys.events.map((event) => (event.kind === "judged" ? { ...event, wrong: "non-reader" } : event)) }), false);
});

const head = (one: OpenedCase): HTMLElement => draw(one, actionsOf("li"), true);

onPage("another outcome than was decided stands at the head of the page and in its row, and keeps no promise", () => {
  const page = head(notified(notice("notified", [OTHER])));
  assert.match(said(page, "case-alarm"), /The reporter was told another outcome than was decided\..*1 entry is not what it claims to be\./u);
  assert.match(said(page, "step-wrong"), /^This tells the reporter another outcome or measure than was decided\./u);
  const kept = (one: OpenedCase): number => head(one).querySelectorAll('[data-test="promise-kept"]').length;
  assert.deepEqual([kept(notified(notice("notified", [YES]))) > 0, kept(notified(notice("notified", [OTHER])))], [true, 0]);
  assert.equal(at(head(notified(notice("notified", [YES]))), "case-alarm"), null);
  const uncompared = (one: OpenedCase): string => said(head(one), "step-uncompared");
  assert.deepEqual([covered(null), covered("non-reader"), notified(notice("notified", [OTHER]))].map(uncompared), ["What was decided cannot be read here, so this notice was not compared with it.", "", ""]);
});

test("what would end a round against the customer's word, or before the visit that was agreed, is barred and says why", () => {
  const bars = (one: OpenedCase): readonly unknown[] => choicesOf(one.ruled as Ruled, "li", NOW, one).barred.filter(({ act }) => act === "judged" || act === "reopened").map(({ act, refused }) => [act, refused.reason, ...refused.names]);
  const more: Step = ["contacted-again", "li", { role: "callback-specialist" }];
  assert.deepEqual([called("unsatisfied", more), called("satisfied", more), called(null, more)].map(bars), [[["judged", "another-stage", "handling"]], [["reopened", "another-stage", "signing"]], []]);
  assert.deepEqual(bars(called("unsatisfied", more, VISIT)), [["judged", "first", "visited-again"], ["reopened", "first", "visited-again"]]);
});

onPage("the row of a verdict against the customer's word says so", () => {
  assert.equal(said(head(called("unsatisfied", JUDGED)), "step-wrong"), "This does not fit the policy: This leads only to Handling by the department");
  assert.equal(said(head(called(null, JUDGED, VISIT)), "step-wrong"), "This does not fit the policy: First: customer's second visit");
  assert.equal(at(head(called("satisfied", JUDGED)), "step-wrong"), null);
});

onPage("the head and the row of the step by which a case was ended too early say so", () => {
  assert.match(said(head(ended(YES)), "case-alarm"), /^1 entry is not what it claims to be\./u);
  assert.equal(said(head(ended(YES)), "step-wrong"), "This does not fit the policy: The verdict of this case asks for a measure before it ends: Corrective action");
  assert.equal(said(head(ended(OTHER)), "step-wrong"), "This does not fit the policy: First record the measures, or that none is needed");
  assert.deepEqual([ended(YES, RIGHT), ended(OTHER, NONE)].map((one) => at(head(one), "step-wrong")), [null, null]);
  assert.match(head(ended(OTHER, NONE)).textContent, /No further measure needed/u);
});

onPage("a receipt is acknowledged by its notice alone, and the row of what can't be opened names who recorded it", () => {
  const shown = (item: Entry): boolean => at(head(acknowledged(item)), "receipt-confirmed") !== null;
  assert.deepEqual([shown(notice("acknowledged")), shown(told("reply", { text: " " })), shown({ ...notice("acknowledged"), mark: "unreadable", type: null })], [true, false, false]);
  const page = head(acknowledged({ ...notice("acknowledged"), mark: "unreadable", type: null, signer: null }));
  assert.match([...page.querySelectorAll('[data-test="thread"] li')].map(({ textContent }) => textContent).join("\n"), /Recorded by Name of wang; what was written cannot be relied on/u);
  assert.equal(page.querySelectorAll('[data-test="promise-kept"]').length, 0);
});

onPage("a step that counts is not said to be undone: the case has moved on by it, and no promise is kept", () => {
  assert.equal(said(head(acknowledged(told("reply", { text: "We have it." }))), "step-wrong"), "What was written with this step is not what belongs to it. The case has moved on by it all the same; no promise counts as kept by it. Do not rely on it.");
  assert.equal(said(head(of([["replied", "wang", { item: TOLD }]], [told("reply", { text: " " })])), "step-wrong"), "Nothing was written with this step. The case has moved on by it all the same; no promise counts as kept by it. Do not rely on it.");
});

onPage("to close over it is asked first", async () => {
  const closing = async (one: OpenedCase): Promise<readonly [asked: boolean, stays: boolean]> => {
    const ruled = one.ruled as Ruled;
    const ends = new Set(ruled.rules.stages.filter(({ end }) => end).map(({ id }) => id));
    const found = ruled.rules.stages.flatMap((stage) => stage.acts.filter(({ act, to }) => act === "archived" && to.some((id) => ends.has(id))).map((rule) => [stage, rule] as const))[0];
    assert.ok(found !== undefined);
    const [stage, rule] = found;
    // What the verdict owes before the end is asked elsewhere.
    const rules = { ...ruled.rules, outcomes: ruled.rules.outcomes.map((each) => ({ ...each, owes: [] })) };
    const before: OpenedCase = { ...one, ruled: { ...ruled, rules, found: { ...ruled.found, stage: stage.id } } };
    const setting = settingOf(before.ruled as Ruled, before, { words, me: "li", now: () => NOW });
    const answer = keepsOpen(setting, [{ ...SILENT, act: rule.act, to: rule.to[0] ?? null }]);
    const no = document.querySelector<HTMLElement>('[data-test="question-no"]');
    no?.click();
    return [no !== null, (await answer) ?? false];
  };
  assert.deepEqual([await closing(notified(notice("notified", [YES]))), await closing(notified(notice("notified", [OTHER])))], [[false, false], [true, true]]);
});
