// A promise to tell the reporter something is kept by telling it: by no step that sends nothing, and by no heading alone.

import assert from "node:assert/strict";
import test from "node:test";
import type { Act } from "../../../casework/index.js";
import { choicesOf } from "../../../templates/desk/acting/choices.js";
import { settingOf } from "../../../templates/desk/acting/codeparts.js";
import { openAct } from "../../../templates/desk/acting/form.js";
import { tellsByMessage } from "../../../templates/desk/opened/fulfilled.js";
import type { OpenedCase, Ruled } from "../../../templates/desk/opened/model.js";
import { actionsOf, at, caseHeldBy, draw, inPage, openedCase, said, words } from "./drawncase.js";
import { ITEM, NOW, type Step, entry } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);

const AIRLINE = "airline-complaint", TEAM = { "receiving-team": ["li"] };
const BEFORE: readonly Step[] = [["registered", "li", { role: "receiving-team" }], ["graded", "li", { role: "receiving-team", grade: "ordinary", to: "acceptance" }], ["checked", "li", { role: "receiving-team" }]];
const confirmed = (data: Record<string, string> = {}): Step => ["content-confirmed", "li", { role: "receiving-team", ...data }];

test("to confirm the content tells the reporter by a message or not at all; by telephone they are told by voice", () => {
  const acts: readonly Act[] = ["content-confirmed", "contacted", "contacted-again", "followed-up", "decided", "replied"];
  assert.deepEqual(acts.filter(tellsByMessage), ["content-confirmed"]);
});

onPage("a step that sent nothing is said to have sent nothing, one whose note says how they were told to have told it otherwise, and neither keeps its promise by a message", () => {
  const drawn = (step: Step, entries: OpenedCase["entries"] = []): HTMLElement => draw(openedCase(caseHeldBy(AIRLINE, [...BEFORE, step], TEAM), entries), actionsOf("li"), true);
  const row = (page: HTMLElement, name: string): boolean => page.querySelector(`[data-test="${name}"][data-clock="promise-acknowledge"]`) !== null;
  const silent = drawn(confirmed());
  assert.deepEqual([row(silent, "promise-kept"), row(silent, "promise-unsent")], [false, true]);
  assert.match(said(silent, "promise-unsent"), /step taken on .*; nothing was sent to the reporter$/u);
  const shown = (page: HTMLElement): readonly boolean[] => ["promise-kept", "promise-unsent", "promise-otherwise"].map((name) => row(page, name));
  const noted = drawn(confirmed({ item: ITEM }), [entry("note", ITEM, { text: "By telephone." })]);
  assert.deepEqual(shown(noted), [false, false, true]);
  assert.match(said(noted, "promise-otherwise"), /told otherwise on .*; the note of the step says how$/u);
  assert.equal(noted.querySelector('[data-test="promise-otherwise"] .wrong'), null);
  const emptied = [entry("note", ITEM, { text: " " }), entry("note", ITEM, { text: "By telephone." }, "wang"), entry("decision", ITEM, { act: "decided", outcomes: [], measures: [], own_words: false, reward: null })];
  assert.deepEqual(emptied.map((one) => shown(drawn(confirmed({ item: ITEM }), [one]))), emptied.map(() => [false, true, false]));
  const told = drawn(confirmed({ item: ITEM }), [{ ...entry("notice", ITEM, { act: "content-confirmed", stage: "received", outcomes: [], measures: [], next: null, due: null, asks: [], until: null, text: "Right?" }), dir: "to-reporter" }]);
  assert.deepEqual([row(told, "promise-kept"), row(told, "promise-unsent")], [true, false]);
});

/** Opens the form of a step, sends it with these words, and gives the page. */
function form(policy: string, steps: readonly Step[], held: Readonly<Record<string, readonly string[]>>, act: Act, sent: string[] = []): HTMLElement {
  const one = openedCase(caseHeldBy(policy, steps, held));
  const page = draw(one, actionsOf("li"));
  page.insertAdjacentHTML("beforeend", '<h2 id="case-title" tabindex="-1"></h2><div id="composer"></div><div id="case-done"></div>');
  const ruled = one.ruled as Ruled;
  const { onward, here, always } = choicesOf(ruled, "li", NOW, one);
  const choice = [...onward, ...here, ...always].find((each) => each.act === act);
  assert.ok(choice !== undefined, act);
  openAct([choice], settingOf(ruled, one, { words, me: "li", now: () => NOW }), { send: ({ text, audience }) => { sent.push(`${audience}: ${text}`); return Promise.resolve(); }, between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  return page;
}

async function signed(page: HTMLElement, text: string): Promise<void> {
  const field = page.querySelector<HTMLTextAreaElement>("#act-text");
  assert.ok(field !== null);
  field.value = text;
  page.querySelector<HTMLFormElement>("form")?.requestSubmit();
  await new Promise((resolve) => { setTimeout(resolve, 30); });
}

onPage("the step that confirms the content writes to the reporter unless it says how they were told otherwise", async () => {
  const sent: string[] = [];
  const page = form(AIRLINE, BEFORE, TEAM, "content-confirmed", sent);
  assert.equal(at(page, "act-to-nobody"), null);
  assert.equal(page.querySelector<HTMLInputElement>("#act-to-reporter")?.checked, true);
  await signed(page, "");
  assert.deepEqual(sent, []);
  await signed(page, "You report a late flight.");
  assert.deepEqual(sent, ["reporter: You report a late flight."]);
});

onPage("to explain the procedure needs words, since its heading explains none; a step that keeps no promise may be silent", async () => {
  const sent: string[] = [];
  const page = form(AIRLINE, [...BEFORE, confirmed()], TEAM, "procedure-told", sent);
  assert.doesNotMatch(page.textContent ?? "", /If you write nothing/u);
  await signed(page, "");
  assert.deepEqual(sent, []);
  assert.match(page.textContent ?? "", /Please fill in “Message to the reporter”\./u);
  const due = page.querySelector<HTMLInputElement>("#act-due");
  assert.ok(due !== null);
  await signed(page, "Two weeks.");
  assert.deepEqual(sent, [], "the text asks for the day too");
  due.value = "2026-12-20";
  await signed(page, "Two weeks.");
  assert.deepEqual(sent, ["reporter: Two weeks."]);
  const other = form(AIRLINE, BEFORE.slice(0, 2), TEAM, "checked");
  assert.ok(at(other, "act-to-nobody") !== null);
  await signed(form("company-whistleblowing", [], { company: ["li"] }, "acknowledged", sent), "");
  assert.equal(sent.at(-1), "reporter: ");
});

onPage("a step that could have kept a promise does not claim it once the promise was kept", () => {
  const P15 = "customer-callback-workorder", MANAGER = { "department-manager": ["li"] };
  const ordered: readonly Step[] = [["registered", "wang", { role: "callback-specialist" }], ["routed", "wang", { role: "callback-specialist", departments: "payroll" }], ["order-issued", "wang", { role: "callback-specialist", to: "handling" }], ["plan-drafted", "li", { role: "department-manager", item: ITEM }]];
  const asked = (steps: readonly Step[]): string | null | undefined => form(P15, steps, MANAGER, "mediated").querySelector("fieldset:has(#act-to-office) legend")?.textContent;
  assert.equal(asked(ordered), "This step keeps a promise to the reporter. How did you tell them?");
  assert.equal(asked([...ordered, ["contacted", "li", { role: "department-manager", item: ITEM }]]), "How did you tell the reporter?");
});
