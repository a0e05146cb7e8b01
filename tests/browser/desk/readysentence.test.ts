// A message to the reporter begins with a sentence that says what the step says, in the language of the report, and stays the member's to change.

import assert from "node:assert/strict";
import test from "node:test";
import type { Act } from "../../../casework/index.js";
import { OfficeWords } from "../../../templates/desk/context.js";
import { choicesOf } from "../../../templates/desk/acting/choices.js";
import { settingOf } from "../../../templates/desk/acting/codeparts.js";
import { openAct } from "../../../templates/desk/acting/form.js";
import { namedUntold, readySentence, withReady } from "../../../templates/desk/acting/readysentence.js";
import { caseNumber } from "../../../templates/desk/opened/number.js";
import type { OpenedCase, Ruled } from "../../../templates/desk/opened/model.js";
import { actionsOf, at, caseHeldBy, draw, inPage, openedCase, said, words } from "./drawncase.js";
import { ITEM, NOW, type Step, decision, entry, ruledCase } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);
const both = (zh: string, en: string): object => ({ zh, en, language: "zh", texts: { zh, en } });
const POLICY = "company-whistleblowing";
const TEXT = { title: both("投诉举报制度", "Complaints and reports"), outcomes: [{ id: "true", name: both("属实", "Borne out") }, { id: "part", name: both("部分属实", "Partly borne out") }, { id: "unfounded", name: both("不属实", "Not borne out") }] };
const named = new OfficeWords(words.directory, new Map([[POLICY, TEXT]]) as never, () => NOW);
const HELD = { company: ["li", "wang"], "dedicated-person": ["li", "wang"] };
const caseIn = (language: string | null): OpenedCase => ({ ...openedCase(caseHeldBy(POLICY, [], HELD)), report: language === null ? null : { language } }) as unknown as OpenedCase;
const sentence = (act: Act, language: string | null, outcomes: readonly string[] = [], seen = named): string => {
  const opened = caseIn(language);
  return readySentence(act, { ruled: opened.ruled as Ruled, opened, words: seen }, outcomes);
};

test("the sentence is in the language of the report, else of the policy, and names what is told and nothing else", () => {
  assert.deepEqual([sentence("acknowledged", "en"), sentence("acknowledged", "zh"), sentence("acknowledged", null)], [
    "We have received what you sent us and will handle it under “Complaints and reports”.", "您反映的情况已收到，我们将依照《投诉举报制度》办理。", "您反映的情况已收到，我们将依照《投诉举报制度》办理。"]);
  assert.deepEqual([sentence("notified", "zh", ["true", "part"]), sentence("notified", "en", ["part"])], ["您反映的情况已有处理结果：属实、部分属实。", "What you sent us has been decided. The outcome: Partly borne out."]);
  // Where none upholds the report its reasons have to follow.
  assert.deepEqual([sentence("notified", "zh", ["unfounded"]), sentence("notified", "en", ["unfounded"])], ["您反映的情况已有处理结果：不属实。理由和情况说明：", "What you sent us has been decided. The outcome: Not borne out. The reasons:"]);
  // A notice that names no outcome may say that nothing is finished.
  assert.deepEqual([sentence("notified", "zh"), sentence("notified", "en", ["no-such"])], ["", ""]);
  assert.deepEqual([sentence("decided", "zh"), sentence("acknowledged", "zh", [], words)], ["", ""]);
});

test("who is given a slip reads the number of the case in it", () => {
  const number = caseNumber(caseIn("zh").row.case);
  assert.deepEqual([sentence("slip-issued", "zh"), sentence("slip-issued", "en")], [
    `您的投诉单号是 ${number}。请与查询码一起保存，询问处理情况时请报此单号。`, `Your complaint number is ${number}. Keep it with your receipt, and quote it when you ask how things stand.`]);
});

test("what is shown to be answered says what follows where there is no answer, in the words of the policy", () => {
  const about = (policy: string, act: Act, outcome: string | null): string => {
    const ruled = caseHeldBy(policy, outcome === null ? [] : [["decided", "li", { role: "company", to: "solution", item: ITEM }]], HELD);
    const one = openedCase(ruled, outcome === null ? [] : [entry("decision", ITEM, decision("decided", [outcome]), "li")]);
    return readySentence(act, { ruled, opened: { ...one, report: { language: "zh" } } as never, words: named }, []);
  };
  assert.equal(about("property-owner-complaint", "plan-told", "real"), "拟采取的处理方案：\n\n如果没有收到您的答复：期满按方案执行。");
  // Where nothing was found there is no plan that could be carried out.
  assert.equal(about("property-owner-complaint", "plan-told", "not-real"), "");
  assert.equal(about("employee-complaint-confirm-appeal", "findings-shown", null), "核实的情况：\n\n如果没有收到您的答复：期满继续办理。");
  assert.equal(about("telecom-complaint", "plan-told", null), "");
});

onPage("a plan is not told by its heading, nor by the sentence that stands ready", async () => {
  const ruled = caseHeldBy("property-owner-complaint", [["decided", "li", { role: "company", to: "solution", item: ITEM }], ["plan-drafted", "li", { role: "company", item: "D".repeat(43) }]], { company: ["li"], "property-company": ["li"] });
  const one = openedCase({ ...ruled, found: { ...ruled.found, stage: "solution" } }, [entry("decision", ITEM, decision("decided", ["real"]), "li")]);
  const choice = choicesOf(one.ruled as Ruled, "li", NOW, one).here.concat(choicesOf(one.ruled as Ruled, "li", NOW, one).onward).find(({ act }) => act === "plan-told");
  assert.ok(choice !== undefined);
  const page = draw(one, actionsOf("li"), true);
  let sent = 0;
  openAct([choice], settingOf(one.ruled as Ruled, one, { words: named, me: "li", now: () => NOW }), { send: () => { sent += 1; return Promise.resolve(); }, between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  const text = at(page, "act-text") as HTMLTextAreaElement;
  for (const words of [text.value, ""]) {
    text.value = words;
    (at(page, "act-send") as HTMLButtonElement).click();
    await new Promise((done) => setTimeout(done, 20));
    assert.equal(sent, 0);
    assert.match(said(page, "field-fault"), /Please give a reason/u);
  }
});

onPage("the sentence follows what the reporter is told until somebody writes, and is not left for colleagues", () => {
  const text = document.createElement("textarea");
  let outcomes = ["true"];
  const ready = withReady(text, () => sentence("notified", "zh", outcomes));
  const hidden = (): boolean => ready.hint.querySelector<HTMLElement>('[data-test="ready-sentence"]')?.hidden === true;
  assert.deepEqual([text.value, hidden()], ["您反映的情况已有处理结果：属实。", false]);
  outcomes = [];
  ready.renew(true);
  assert.deepEqual([text.value, hidden()], ["", true]);
  outcomes = ["part"];
  ready.renew(true);
  assert.deepEqual([text.value, hidden()], ["您反映的情况已有处理结果：部分属实。", false]);
  ready.renew(false);
  assert.deepEqual([text.value, hidden()], ["", true]);
  ready.renew(true);
  text.value = "已经处理，谢谢。";
  ready.renew(false);
  assert.equal(text.value, "已经处理，谢谢。");
});

test("a text that names what was decided and is not told is found, and no name that is part of one that is told", () => {
  const opened = caseIn("zh");
  const found = (text: string, told: readonly string[]): readonly string[] => namedUntold(text, { ruled: opened.ruled as Ruled, opened, words: named }, ["true", "part"], told);
  assert.deepEqual([found("结论：属实。", ["true"]), found("结论：部分属实。", ["part"])], [[], []]);
  assert.deepEqual([found("结论：属实。", []), found("结论：属实。", ["part"]), found("结论：部分属实。", ["true"])], [["属实"], ["属实"], ["部分属实"]]);
  // Nobody decided this one: what its name holds is no mention of what was decided.
  assert.deepEqual(found("您说的另一件事不属实。", []), []);
  assert.deepEqual(found("我们已经处理。", []), []);
});

onPage("somebody who changed the sentence and then unticks its outcome is warned under the box, as long as the text names it", () => {
  const text = document.createElement("textarea");
  const opened = caseIn("zh");
  let outcomes = ["true"];
  const ready = withReady(text, () => sentence("notified", "zh", outcomes), (written) => namedUntold(written, { ruled: opened.ruled as Ruled, opened, words: named }, ["true"], outcomes));
  const warned = (): string => ready.hint.querySelector('[data-test="names-untold"]')?.textContent ?? "";
  text.value += "谢谢您。";
  ready.renew(true);
  assert.equal(warned(), "");
  outcomes = [];
  ready.renew(true);
  assert.match(warned(), /Your message names an outcome that you have not ticked: 属实\./u);
  text.value = "谢谢您。";
  text.dispatchEvent(new Event("input"));
  assert.equal(warned(), "");
  text.value = "属实。";
  ready.renew(false);
  assert.equal(warned(), "");
});

/** Opens the form of a step; `drafts` are the texts that it sends. */
function form(act: Act, drafts: string[], one: OpenedCase = caseIn("en")): HTMLElement {
  const page = draw(openedCase(caseHeldBy(POLICY, [], HELD)), actionsOf("li"));
  page.insertAdjacentHTML("beforeend", '<h2 id="case-title" tabindex="-1"></h2><div id="composer"></div><div id="case-done"></div>');
  const ruled = one.ruled as Ruled;
  const { onward, here, always } = choicesOf(ruled, "li", NOW, one);
  const choice = [...onward, ...here, ...always].find((each) => each.act === act) ?? { act, rules: [], leads: [] };
  openAct([choice], settingOf(ruled, one, { words: named, me: "li", now: () => NOW }), { send: ({ text }) => { drafts.push(text); return Promise.resolve(); }, between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  return page;
}

onPage("the form shows the sentence in the box, says so, and sends what stands there", async () => {
  const drafts: string[] = [];
  const page = form("acknowledged", drafts);
  const text = page.querySelector<HTMLTextAreaElement>("#act-text");
  assert.ok(text !== null);
  assert.equal(text.value, "We have received what you sent us and will handle it under “Complaints and reports”.");
  assert.match(said(page, "ready-sentence"), /^A ready sentence stands here\. Read it, and change or delete it/u);
  text.value = "We have it.";
  page.querySelector("form")?.requestSubmit();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  assert.deepEqual(drafts, ["We have it."]);
  assert.equal(at(form("noted", []), "ready-sentence"), null);
});

onPage("of an extension the ready beginning is no reason", async () => {
  const drafts: string[] = [];
  const page = form("extended", drafts, { ...openedCase(ruledCase("cn-samr-report", [])), report: { language: "en" } } as unknown as OpenedCase);
  const text = page.querySelector<HTMLTextAreaElement>("#act-text");
  assert.ok(text !== null);
  assert.equal(text.value, "We need more time for what you sent us. The reason:");
  page.querySelector("form")?.requestSubmit();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  assert.match(page.textContent ?? "", /Please give a reason\./u);
  assert.deepEqual(drafts, []);
});

const P18 = "employee-complaint-resolution-sla";
const DECIDED = "D".repeat(43);
/** A complaint under P18 with its verdict, before the employee knows it. */
function judged(outcome: string): OpenedCase {
  const role = "related-department";
  const steps: Step[] = [["registered", "li", { role: "hr" }], ["procedure-told", "li", { role: "hr", item: ITEM, to: "review" }], ["checked", "li", { role: "hr" }], ["classified", "li", { role: "hr", classification: "pay" }], ["graded", "li", { role: "hr", grade: "general" }],
    ["routed", "li", { role: "hr", department: "works", to: "investigation" }], ["report-formed", "li", { role }], ["report-submitted", "li", { role, to: "findings" }], ["findings-shown", "li", { role: "hr", item: ITEM, to: "solving" }], ["decided", "li", { role, to: "answer", item: DECIDED }]];
  const held = caseHeldBy(P18, steps, { hr: ["li"], [role]: ["li"] });
  const rules = { ...held.rules, outcomes: held.rules.outcomes.map((one) => ({ ...one, source: { line: 272, quote: "应耐心解释" } })) };
  return { ...openedCase({ ...held, rules }, [entry("decision", DECIDED, decision("decided", [outcome]))]), report: { language: "zh" } } as unknown as OpenedCase;
}

onPage("nobody is told that a complaint is unreasonable without the reasons that the text asks for", async () => {
  const drafts: string[] = [];
  const page = form("notified", drafts, judged("unreasonable"));
  const text = page.querySelector<HTMLTextAreaElement>("#act-text");
  assert.ok(text !== null);
  assert.match(page.querySelector('label[for="act-text"]')?.textContent ?? "", /^Reason and details$/u);
  assert.match(said(page, "act-form"), /From the policy \(line 272\): 应耐心解释/u);
  page.querySelector("form")?.requestSubmit();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  assert.match(page.textContent ?? "", /Please give a reason\./u);
  assert.deepEqual(drafts, []);
  text.value = "年终奖按制度次年一月发放，不能提前；如有困难可申请借支。";
  page.querySelector("form")?.requestSubmit();
  await new Promise((resolve) => { setTimeout(resolve, 20); });
  assert.equal(drafts.length, 1);
  const upheld = form("notified", [], judged("reasonable"));
  assert.match(upheld.querySelector('label[for="act-text"]')?.textContent ?? "", /\(optional\)$/u);
  assert.doesNotMatch(said(upheld, "act-form"), /应耐心解释/u);
});
