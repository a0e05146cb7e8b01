// Which steps a member is offered: none that has no chance, and after a refusal only what this member can do.

import assert from "node:assert/strict";
import test from "node:test";
import { choicesOf } from "../../../templates/desk/acting/choices.js";
import { settingOf } from "../../../templates/desk/acting/codeparts.js";
import { openAct } from "../../../templates/desk/acting/form.js";
import { PolicyRefused } from "../../../templates/desk/acting/precheck.js";
import { verdictPart } from "../../../templates/desk/acting/sealedparts.js";
import { fill } from "../../../templates/desk/ui.js";
import { type Done, doneOf, doneWords } from "../../../templates/desk/caseforms.js";
import type { OpenedCase } from "../../../templates/desk/opened/model.js";
import { actionsOf, at, caseHeldBy, draw, inPage, openedCase, said, words } from "./drawncase.js";
import { NOW, type Step, decision, entry } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);

const [VERDICT, PROPOSED] = ["V".repeat(43), "P".repeat(43)];
const POLICY = "employee-complaint-resolution";
const HELD = { "complaint-body": ["li"], leadership: ["wang"], "related-department": ["sun"] };
const DECIDED: readonly Step[] = [
  ["acknowledged", "li", { role: "complaint-body", to: "investigation" }],
  ["checked", "li", { role: "complaint-body" }],
  ["decided", "sun", { role: "complaint-body", item: VERDICT, to: "implementation" }],
];

function inFeedback(steps: readonly Step[], upholds = "no"): OpenedCase {
  const ruled = caseHeldBy(POLICY, [...DECIDED, ...steps], HELD);
  const facts = ruled.rules.outcomes.find((one) => one.of === "facts" && one.upholds === upholds && one.to.includes("implementation"));
  assert.ok(facts !== undefined);
  const there = { ...ruled, found: { ...ruled.found, stage: "feedback" } };
  const items = [
    entry("decision", VERDICT, { ...decision("decided", [facts.id]) }, "sun"),
    entry("decision", PROPOSED, decision("malice-proposed", []), "li"),
  ];
  return openedCase(there, items);
}

const SUGGESTED: readonly Step[] = [["sealed", "li", { role: "complaint-body", item: PROPOSED }]];
const offered = (one: OpenedCase, me: string): readonly string[] => {
  const { onward, here, always } = choicesOf(one.ruled as NonNullable<OpenedCase["ruled"]>, me, NOW, one);
  return [...onward, ...here, ...always].map(({ act }) => act);
};

test("a masked step is offered only once what it needs stands under seal, and to whom it is for", () => {
  assert.ok(!offered(inFeedback([]), "wang").includes("malice-approved"));
  assert.ok(offered(inFeedback([]), "li").includes("malice-proposed"));
  assert.ok(offered(inFeedback(SUGGESTED), "wang").includes("malice-approved"));
  assert.ok(!offered(inFeedback(SUGGESTED), "li").includes("malice-approved"));
});

onPage("malice is offered of no report that was found true, and the desk says why", () => {
  for (const [steps, act] of [[[], "malice-proposed"], [SUGGESTED, "malice-approved"]] as const) {
    for (const me of ["li", "wang"]) assert.ok(!offered(inFeedback(steps, "yes"), me).includes(act));
  }
  assert.match(said(draw(inFeedback([], "yes"), actionsOf("li")), "barred-malice-proposed"), /found true: it is not malicious/);
  assert.ok(offered(inFeedback([], "partly"), "li").includes("malice-proposed"));
});

onPage("a masked step without a chance stands among those not available, with what is missing and who does it", () => {
  const page = draw(inFeedback([]), actionsOf("wang"));
  assert.equal(at(page, "act-malice-approved"), null);
  const row = said(page, "barred-malice-approved");
  assert.match(row, /First: propose a finding of malice/);
  assert.match(row, /“Propose a finding of malice” is done by: .+\./);
  assert.ok(at(draw(inFeedback(SUGGESTED), actionsOf("wang")), "act-malice-approved") !== null);
});

onPage("what the reporter must do first is said to be the reporter's, and no role's", () => {
  const ruled = caseHeldBy("employee-complaint-confirm-appeal", [], { hr: ["li"] });
  const page = draw(openedCase({ ...ruled, found: { ...ruled.found, stage: "plan" } }), actionsOf("li"));
  const row = said(page, "barred-decided");
  assert.match(row, /“Reporter agrees” is done by the reporter\./);
  assert.doesNotMatch(row, /is done by: /);
});

/** Opens the form of a step, has the sending refused, and gives what the form says can be done instead. */
async function refusedForm(one: OpenedCase, me: string): Promise<string> {
  const page = draw(one, actionsOf(me));
  page.insertAdjacentHTML("beforeend", '<div id="composer"></div><div id="case-done"></div>');
  const ruled = one.ruled as NonNullable<OpenedCase["ruled"]>;
  const choice = { act: "recused" as const, rules: ruled.rules.anywhere.filter(({ act }) => act === "recused"), leads: [] };
  const refused = new PolicyRefused({ reason: "first", names: ["decided"], allowed: ["recused", "withdrawn", "notified", "malice-approved", "held"] });
  openAct([choice], settingOf(ruled, one, { words, me, now: () => NOW }), { send: () => Promise.reject(refused), between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  const field = page.querySelector<HTMLSelectElement>("#act-member");
  const text = page.querySelector<HTMLTextAreaElement>("#act-text");
  assert.ok(field !== null && text !== null);
  [field.value, text.value] = [me, "reason"];
  page.querySelector<HTMLFormElement>("form")?.requestSubmit();
  await new Promise((resolve) => { setTimeout(resolve, 50); });
  return said(page, "open-instead");
}

onPage("a refused step says what this member can do now, and nothing of the reporter's or of another role", async () => {
  assert.equal(await refusedForm(inFeedback([]), "li"), "You can do now: inform of the outcome, legal hold");
  assert.equal(await refusedForm(inFeedback([]), "wang"), "No other step is open to you now.It is now with Complaint body: Name of li.");
});

test("of several steps of one form each is named, and what the reporter was sent", () => {
  const step = (act: string, audience: string): Done => doneOf({ act, audience } as never, null);
  assert.equal(doneWords([step("registered", "nobody"), step("acknowledged", "reporter"), step("assigned", "nobody")]), "Signed and recorded: Register, Acknowledge, Assign a handler. Sent to the reporter: Acknowledge.");
  assert.match(doneWords([step("registered", "nobody"), step("assigned", "nobody")]), /: Register, Assign a handler\. Nothing was sent/);
  assert.equal(doneWords([step("acknowledged", "reporter")]), "Signed, recorded and sent to the reporter.");
});

onPage("to turn a report away is offered, and is neither put forward nor ticked beside another step", () => {
  const page = draw(openedCase(caseHeldBy("eu-wb-external", [], { authority: ["li"] })), actionsOf("li"));
  assert.deepEqual([at(page, "act-accepted")?.className, at(page, "act-refused")?.className], ["primary", ""]);
  const one = openedCase(caseHeldBy("eu-wb-external", [], { authority: ["li"] }));
  const ruled = one.ruled as NonNullable<OpenedCase["ruled"]>;
  const first = choicesOf(ruled, "li", NOW).here.find(({ act }) => act === "acknowledged");
  assert.ok(first !== undefined);
  const sending = { send: () => Promise.resolve(), between: () => undefined, done: () => Promise.resolve(), left: () => undefined };
  const whole = draw(one, actionsOf("li"), true);
  openAct([first], settingOf(ruled, one, { words, me: "li", now: () => NOW }), sending);
  assert.ok(at(whole, "act-then-accepted") !== null);
  assert.equal(at(whole, "act-then-refused"), null);
});

const REWARD = { act: "rewarded", leads: [] } as const;

onPage("a verdict offers the outcomes that lead to a stage of its step, and no other", () => {
  const { rules } = caseHeldBy("employee-complaint-confirm-appeal", [], HELD);
  const stages = [...new Set(rules.outcomes.flatMap(({ to }) => to))];
  const shown = (leads: readonly string[]): readonly string[] => {
    const place = document.createElement("div");
    fill(place, verdictPart({ act: "decided", leads }, rules, "").element);
    return [...place.querySelectorAll("input")].map(({ value }) => value);
  };
  assert.deepEqual(shown([]), rules.outcomes.map(({ id }) => id));
  for (const stage of stages) assert.deepEqual(shown([stage]), rules.outcomes.filter(({ to }) => to.includes(stage)).map(({ id }) => id));
  assert.ok(stages.some((stage) => shown([stage]).length < rules.outcomes.length));
});

onPage("the only reward of a policy is chosen in the form, and of two neither", () => {
  const { rules } = caseHeldBy("product-quality-complaint", [], HELD);
  assert.equal(verdictPart(REWARD, rules, "").read().reward, "good-handling");
  const [own] = rules.rewards;
  assert.ok(own !== undefined);
  const two = { ...rules, rewards: [own, { ...own, on: "improvement" as const }] };
  assert.equal(verdictPart(REWARD, two, "").read().reward, null);
});

onPage("that no measure is needed is chosen where none is owed, takes the place of a measure, and a form with neither is not sent", async () => {
  const decided = (outcome: string): OpenedCase => {
    const ruled = caseHeldBy("company-whistleblowing", [["decided", "li", { role: "company", to: "result", item: VERDICT }]], { company: ["li"] });
    const one = openedCase(ruled);
    return { ...one, entries: [...one.entries, entry("decision", VERDICT, decision("decided", [outcome]), "li")] };
  };
  const form = (outcome: string): { readonly page: HTMLElement; readonly sent: (readonly string[])[] } => {
    const one = decided(outcome);
    const ruled = one.ruled as NonNullable<OpenedCase["ruled"]>;
    const page = draw(one, actionsOf("li"));
    page.insertAdjacentHTML("beforeend", '<div id="composer"></div><div id="case-done"></div>');
    const sent: (readonly string[])[] = [];
    const step = choicesOf(ruled, "li", NOW, one).here.find(({ act }) => act === "measure-set");
    assert.ok(step !== undefined);
    openAct([step], settingOf(ruled, one, { words, me: "li", now: () => NOW }), { send: (wish) => { sent.push(wish.measures); return Promise.resolve(); }, between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
    return { page, sent };
  };
  const send = async (page: HTMLElement): Promise<void> => {
    page.querySelector<HTMLFormElement>('[data-test="act-form"]')?.requestSubmit();
    await new Promise((resolve) => { setTimeout(resolve, 0); });
  };
  const box = (page: HTMLElement, name: string): HTMLInputElement | null => page.querySelector(`#act-measure-${name}`);
  assert.equal(box(form("substantiated").page, "none"), null);
  const { page, sent } = form("unfounded");
  await send(page);
  assert.deepEqual(sent, []);
  assert.match(page.textContent, /Please choose an answer for “Measures”\./u);
  const [none, corrective] = [box(page, "none"), box(page, "corrective")];
  assert.ok(none !== null && corrective !== null);
  corrective.click();
  none.click();
  assert.deepEqual([none.checked, corrective.checked], [true, false]);
  corrective.click();
  assert.deepEqual([none.checked, corrective.checked], [false, true]);
  none.click();
  await send(page);
  assert.deepEqual(sent, [[]]);
});

onPage("where the text has the reporter told by when, the form is not sent before a day is named", async () => {
  const one = openedCase(caseHeldBy("customer-complaint-handling", [], { company: ["li"] }));
  const ruled = one.ruled as NonNullable<OpenedCase["ruled"]>;
  const page = draw(one, actionsOf("li"));
  page.insertAdjacentHTML("beforeend", '<div id="composer"></div><div id="case-done"></div>');
  const sent: (string | null)[] = [];
  const step = choicesOf(ruled, "li", NOW, one).here.find(({ act }) => act === "progress-told");
  assert.ok(step !== undefined);
  const send = (wish: { readonly due: string | null }): Promise<void> => { sent.push(wish.due); return Promise.resolve(); };
  openAct([step], settingOf(ruled, one, { words, me: "li", now: () => NOW }), { send, between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  const [text, day] = [page.querySelector<HTMLTextAreaElement>("#act-text"), page.querySelector<HTMLInputElement>("#act-due")];
  assert.ok(text !== null && day !== null);
  assert.equal(day.closest("details")?.open, true);
  text.value = "We look for the missing part.";
  const press = async (): Promise<void> => {
    page.querySelector<HTMLFormElement>("form")?.requestSubmit();
    await new Promise((resolve) => { setTimeout(resolve, 50); });
  };
  await press();
  assert.deepEqual(sent, []);
  assert.match(page.textContent, /Please fill in “Due date”\./);
  day.value = "2026-12-11";
  await press();
  assert.deepEqual(sent, ["2026-12-11"]);
});

onPage("with an approval nothing can be sent back in the same go", () => {
  const role = "complaint-body";
  const steps: readonly Step[] = [["registered", "li", { role }], ["acknowledged", "li", { role, item: VERDICT, to: "investigation" }], ["evidence-gathered", "li", { role, item: VERDICT }], ["plan-drafted", "li", { role, item: VERDICT, to: "approval" }]];
  const one = openedCase(caseHeldBy(POLICY, steps, HELD));
  const ruled = one.ruled ?? assert.fail();
  const { onward, here, always } = choicesOf(ruled, "wang", NOW, one);
  const choices = [...onward, ...here, ...always];
  assert.ok(choices.some(({ act }) => act === "sent-back"));
  const choice = choices.find(({ act }) => act === "approved") ?? assert.fail();
  draw(one, actionsOf("wang"), true);
  openAct([choice], settingOf(ruled, one, { words, me: "wang", now: () => NOW }), { send: () => Promise.resolve(), between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  assert.ok(at(document, "act-form") !== null);
  assert.equal(at(document, "act-then-sent-back"), null);
});
