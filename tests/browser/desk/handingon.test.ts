// Giving a case to somebody: who stands in stays, what the record calls it, and with whom a case is that nobody handles.

import assert from "node:assert/strict";
import test from "node:test";
import { choicesOf, reassigning } from "../../../templates/desk/acting/choices.js";
import { settingOf } from "../../../templates/desk/acting/codeparts.js";
import { openAct } from "../../../templates/desk/acting/form.js";
import type { ActDraft } from "../../../templates/desk/acting/precheck.js";
import { kindTitle } from "../../../templates/desk/acting/eventwords.js";
import { withWords } from "../../../templates/desk/opened/withwords.js";
import type { OpenedCase } from "../../../templates/desk/opened/model.js";
import { actionsOf, at, caseHeldBy, draw, inPage, onShelf, openedCase, said, words } from "./drawncase.js";
import { NOW, type Step } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);

const ALL = { company: ["li", "wang", "sun"], "dedicated-person": ["li", "wang", "sun"] };
const REGISTERED: Step = ["registered", "li", { role: "company", to: "registered" }];
const ASSIGNED: Step = ["assigned", "li", { role: "company", to: "investigation", handler: "li", deputy: "sun" }];
const given = (...steps: readonly Step[]): OpenedCase => openedCase(caseHeldBy("company-whistleblowing", steps, ALL));

interface Form {
  readonly page: HTMLElement;
  readonly sent: ActDraft[];
  readonly choose: (field: "handler" | "deputy", value: string) => void;
  readonly send: () => Promise<void>;
}

/** The form with which a member gives the case to somebody. */
function form(one: OpenedCase, me: string): Form {
  const page = draw(one, actionsOf(me), true);
  const ruled = one.ruled as NonNullable<OpenedCase["ruled"]>;
  const choice = reassigning(ruled, me, NOW);
  assert.ok(choice !== null);
  const sent: ActDraft[] = [];
  const sending = { send: (draft: ActDraft): Promise<void> => { sent.push(draft); return Promise.resolve(); }, between: (): void => undefined, done: (): Promise<void> => Promise.resolve(), left: (): void => undefined };
  openAct([choice], settingOf(ruled, one, { words, me, now: () => NOW }), sending);
  const choose = (field: string, value: string): void => {
    const select = page.querySelector<HTMLSelectElement>(`#act-${field}`);
    assert.ok(select !== null);
    select.value = value;
    assert.equal(select.value, value);
    select.dispatchEvent(new Event("change", { bubbles: true }));
  };
  const send = async (): Promise<void> => {
    page.querySelector<HTMLFormElement>("form")?.requestSubmit();
    await new Promise((resolve) => { setTimeout(resolve, 30); });
  };
  return { page, sent, choose, send };
}

onPage("the deputy stands in the form, stays where nobody changes it, and gives way to being the handler", async () => {
  const { page, sent, choose, send } = form(given(REGISTERED, ASSIGNED), "li");
  assert.equal(page.querySelector<HTMLSelectElement>("#act-deputy")?.value, "sun");
  choose("handler", "li");
  await send();
  assert.equal(sent.length, 0);
  assert.match(said(page, "act-form"), /nothing would change/u);
  choose("handler", "wang");
  await send();
  assert.deepEqual(sent.at(-1)?.codes, { handler: "wang", deputy: "sun" });
  const other = form(given(REGISTERED, ASSIGNED), "li");
  other.choose("handler", "sun");
  await other.send();
  assert.deepEqual(other.sent.at(-1)?.codes, { handler: "sun" });
  const nobody = form(given(REGISTERED, ASSIGNED), "li");
  nobody.choose("handler", "-");
  await nobody.send();
  assert.deepEqual(nobody.sent.at(-1)?.codes, {});
});

onPage("a deputy is preselected only beside a handler with whom the record would take it", async () => {
  const holders = { company: ["li", "sun"], "dedicated-person": ["wang"] };
  const shared: Step = ["reassigned", "li", { role: "company", handler: "li", deputy: "sun" }];
  const { page, sent, choose, send } = form(openedCase(caseHeldBy("company-whistleblowing", [REGISTERED, shared], holders)), "li");
  const deputy = (): string | undefined => page.querySelector<HTMLSelectElement>("#act-deputy")?.value;
  choose("handler", "li");
  assert.equal(deputy(), "sun");
  // As deputy of wang they would gain a role that neither they nor the signer has.
  choose("handler", "wang");
  assert.equal(deputy(), "");
  await send();
  assert.deepEqual(sent.at(-1)?.codes, { handler: "wang" });
});

onPage("a deputy who was left out beside one handler is there again beside another, and one chosen by hand stays", () => {
  const { page, choose } = form(given(REGISTERED, ASSIGNED), "li");
  const deputy = (): string | undefined => page.querySelector<HTMLSelectElement>("#act-deputy")?.value;
  choose("handler", "sun");
  assert.equal(deputy(), "");
  choose("handler", "wang");
  assert.equal(deputy(), "sun");
  choose("deputy", "");
  choose("handler", "li");
  assert.equal(deputy(), "");
});

onPage("a deputy alone can be changed, and is never the handler", async () => {
  const { page, sent, choose, send } = form(given(REGISTERED, ASSIGNED), "li");
  choose("handler", "li");
  choose("deputy", "li");
  await send();
  assert.match(said(page, "act-form"), /someone other than the handler/u);
  choose("deputy", "wang");
  await send();
  assert.deepEqual(sent.at(-1)?.codes, { handler: "li", deputy: "wang" });
});

onPage("the record says who is the deputy no longer, and calls a first naming no reassigning", () => {
  const moved: Step = ["reassigned", "li", { role: "company", handler: "wang" }];
  const page = draw(given(REGISTERED, ASSIGNED, moved), actionsOf("li"), true);
  assert.match(said(page, "thread"), /took the step “Reassign”.*No longer deputy: Name of sun/su);
  const first = draw(given(["reassigned", "li", { role: "company", handler: "wang", deputy: "sun" }]), actionsOf("li"), true);
  assert.match(said(first, "thread"), /took the step “Assign” as .*Deputy: Name of sun/su);
  assert.doesNotMatch(said(first, "thread"), /Reassign|No longer/u);
});

test("naming a handler is called assigning where nobody handled the case, and reassigning where somebody did", () => {
  const back: Step = ["reassigned", "li", { role: "company" }];
  const one = given(["taken", "li", {}], ["reassigned", "li", { role: "company", handler: "wang" }], back, ["reassigned", "li", { role: "company", handler: "sun" }]);
  assert.deepEqual(one.events.filter(({ kind }) => kind === "reassigned").map((event) => kindTitle(event, one)), ["Reassign", "Reassign", "Assign"]);
});

test("a case that went on to a role says with which it is, one that has just come in or is handled does not", () => {
  const [received, registered, handled] = [given(), given(REGISTERED), given(REGISTERED, ["taken", "li", {}])].map((one) => withWords(onShelf(one)));
  assert.deepEqual([received, registered, handled], ["Unassigned", "With: The company (receiving department), unassigned", "Unassigned"]);
});

onPage("the head of the case names the role", () => {
  const page = draw(given(REGISTERED), actionsOf("li"), true);
  assert.match(said(page, "handled-by"), /^With: The company/u);
  assert.equal(at(page, "reassign")?.textContent, "Assign");
});

onPage("a reader without a role in the policy is offered neither the case nor to stand in, which the record would refuse", () => {
  const { page } = form(openedCase(caseHeldBy("company-whistleblowing", [REGISTERED], { company: ["li", "wang"], "dedicated-person": ["li"] })), "li");
  const offered = (name: string): string[] => [...(page.querySelector<HTMLSelectElement>(`#act-${name}`)?.options ?? [])].map(({ value }) => value);
  assert.deepEqual([offered("handler").includes("wang"), offered("handler").includes("sun"), offered("deputy").includes("sun")], [true, false, false]);
  assert.match(said(page, "act-form"), /Only people who have a role in this policy/u);
});

onPage("the policy's own step of naming a handler keeps the deputy too, unless another is chosen", () => {
  const one = given(REGISTERED, ["reassigned", "li", { role: "company", handler: "li", deputy: "sun" }]);
  const ruled = one.ruled as NonNullable<OpenedCase["ruled"]>;
  const { onward, here } = choicesOf(ruled, "li", NOW, one);
  const choice = [...onward, ...here].find(({ act }) => act === "assigned");
  assert.ok(choice !== undefined);
  const page = draw(one, actionsOf("li"), true);
  openAct([choice], settingOf(ruled, one, { words, me: "li", now: () => NOW }), { send: () => Promise.resolve(), between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  const chosen = (name: string): string | undefined => page.querySelector<HTMLSelectElement>(`#act-${name}`)?.value;
  assert.deepEqual([chosen("handler"), chosen("deputy")], ["li", "sun"]);
});
