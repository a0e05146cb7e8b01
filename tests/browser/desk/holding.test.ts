// A legal hold is seen where a case is read, and its form says what it comes to; who begins a case, or names its handler, reads what that is.

import assert from "node:assert/strict";
import test from "node:test";
import type { Act } from "../../../casework/index.js";
import { choicesOf } from "../../../templates/desk/acting/choices.js";
import { settingOf } from "../../../templates/desk/acting/codeparts.js";
import { openAct } from "../../../templates/desk/acting/form.js";
import { doneOf } from "../../../templates/desk/caseforms.js";
import type { OpenedCase, Ruled } from "../../../templates/desk/opened/model.js";
import { actionsOf, at, caseHeldBy, draw, inPage, openedCase, said, words } from "./drawncase.js";
import { ITEM, NOW, type Step } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);

const POLICY = "company-whistleblowing", HELD = { company: ["li", "wang"], "dedicated-person": ["li", "wang"] };
const REGISTERED: Step = ["registered", "li", { role: "company", to: "registered" }];
const hold: Step = ["held", "li", { role: "company", item: ITEM }];
const released: readonly Step[] = [["release-asked", "li", { role: "company", item: ITEM }], ["released", "wang", { role: "company", item: ITEM }]];
const toWang: Step = ["reassigned", "li", { role: "company", handler: "wang", deputy: "li" }];
const caseOf = (...steps: readonly Step[]): OpenedCase => openedCase(caseHeldBy(POLICY, steps, HELD));

/** Opens the form of a step and gives the page. */
function form(one: OpenedCase, act: Act): HTMLElement {
  const page = draw(one, actionsOf("li"));
  page.insertAdjacentHTML("beforeend", '<h2 id="case-title" tabindex="-1"></h2><div id="composer"></div><div id="case-done"></div>');
  const ruled = one.ruled as Ruled;
  const { onward, here, always } = choicesOf(ruled, "li", NOW, one);
  const choice = [...onward, ...here, ...always].find((each) => each.act === act);
  assert.ok(choice !== undefined, act);
  openAct([choice], settingOf(ruled, one, { words, me: "li", now: () => NOW }), { send: () => Promise.resolve(), between: () => undefined, done: () => Promise.resolve(), left: () => undefined });
  return page;
}

onPage("a case under a legal hold says so in its head, with who set it and when; one whose hold has ended does not", () => {
  const page = draw(caseOf(REGISTERED, hold), actionsOf("li"), true);
  assert.equal(said(page, "hold-mark"), "Legal hold");
  assert.match(said(page, "hold-since"), /^Legal hold since .+, set by Name of li$/u);
  const over = draw(caseOf(REGISTERED, hold, ...released), actionsOf("li"), true);
  assert.deepEqual([at(over, "hold-mark"), at(over, "hold-since")], [null, null]);
});

onPage("the form of a hold says what it does, for how long, and who can end it", () => {
  assert.match(said(form(caseOf(REGISTERED), "held"), "hold-does"), /destroys nothing.*no end date.*asks to end it and another one agrees.*not end it alone/u);
  assert.equal(at(form(caseOf(REGISTERED), "assigned"), "hold-does"), null);
});

onPage("the form of a hold names the people who can end it, and says where no two of the readers can", () => {
  const enders = said(form(caseOf(REGISTERED), "held"), "hold-enders");
  assert.equal(enders, "Can ask to end it: Name of li (you), Name of wangCan agree to end it: Name of li (you), Name of wang");
  const alone = openedCase(caseHeldBy(POLICY, [REGISTERED], { company: ["li"], "dedicated-person": ["li"] }));
  assert.match(said(form(alone, "held"), "hold-enders"), /^Can ask to end it: Name of li \(you\)Can agree .*No two people who read this case can end the hold\./u);
});

onPage("the case can be started as long as two of its steps are open, with any handler", () => {
  const start = (...steps: readonly Step[]): HTMLElement | null => at(draw(caseOf(...steps), actionsOf("li"), true), "start");
  assert.equal(start()?.className, "primary");
  assert.equal(start(toWang)?.className, "");
  assert.ok(start(REGISTERED) !== null);
  assert.equal(start(["acknowledged", "li", { role: "company", item: ITEM }], REGISTERED), null);
});

onPage("the policy's step that names a handler has both names in it, and says that it records them", () => {
  const page = form(caseOf(toWang, REGISTERED), "assigned");
  const value = (id: string): string | undefined => page.querySelector<HTMLSelectElement>(id)?.value;
  assert.deepEqual([value("#act-handler"), value("#act-deputy")], ["wang", "li"]);
  assert.match(said(page, "assigned-known"), /^This case already has a handler\. This step puts the naming on the record/u);
  assert.equal(at(form(caseOf(REGISTERED), "assigned"), "assigned-known"), null);
});

test("who names the first handler is said to have assigned the case, and the next one to have reassigned it", () => {
  const draft = { act: "reassigned", audience: "nobody" } as never;
  assert.deepEqual([doneOf(draft, caseOf()).name, doneOf(draft, caseOf(toWang)).name, doneOf(draft, null).name], ["Assign", "Reassign", "Reassign"]);
});
