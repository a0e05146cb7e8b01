// A form whose request was answered or ended meanwhile keeps what was written in it, and signs nothing more.

import assert from "node:assert/strict";
import test from "node:test";
import { type Choice, choicesOf } from "../../../templates/desk/acting/choices.js";
import { settingOf } from "../../../templates/desk/acting/codeparts.js";
import { openDeclining } from "../../../templates/desk/acting/decliningform.js";
import { openAct } from "../../../templates/desk/acting/form.js";
import { startOf } from "../../../templates/desk/acting/foreseen.js";
import { stopPast } from "../../../templates/desk/casepage/page.js";
import { isStopped } from "../../../templates/desk/composer.js";
import type { OpenedCase, Ruled } from "../../../templates/desk/opened/model.js";
import { actionsOf, at, caseHeldBy, draw, inPage, openedCase, said, words } from "./drawncase.js";
import { ITEM, NOW, type Step, entry } from "./ruledcase.js";

const onPage: typeof test = inPage ? test : ((() => undefined) as unknown as typeof test);

const WHY = "E".repeat(43);
const AT = 3;
const ASKING: readonly Step[] = [["registered", "li", { role: "company", to: "registered" }], ["held", "li", { role: "company", item: ITEM }], ["release-asked", "li", { role: "company", item: WHY }]];
const caseOf = (steps: readonly Step[]): OpenedCase => openedCase(caseHeldBy("company-whistleblowing", steps, { company: ["li", "wang"], "dedicated-person": ["wang"] }), [entry("note", WHY, { text: "It was withdrawn." })]);
const waits = (): OpenedCase => caseOf(ASKING);

test("outside of a page no form is stopped", () => {
  assert.equal(isStopped({ hasAttribute: () => false } as unknown as HTMLElement), false);
});

function pageOf(one: OpenedCase): HTMLElement {
  const page = draw(one, actionsOf("wang"));
  page.insertAdjacentHTML("beforeend", '<h2 id="case-title" tabindex="-1"></h2><div id="composer"></div><div id="case-done"></div>');
  return page;
}

/** Opens the form of these steps in the page of `wang`. */
function opens(one: OpenedCase, pick: (found: ReturnType<typeof choicesOf>) => readonly Choice[], send: (act: string) => Promise<void>, lefts: number[] = []): HTMLElement {
  const page = pageOf(one);
  const ruled = one.ruled as Ruled;
  const setting = settingOf(ruled, one, { words, me: "wang", now: () => NOW });
  const [first, ...then] = pick(choicesOf(ruled, "wang", NOW, one));
  assert.ok(first !== undefined);
  openAct([first, ...then], setting, { send: ({ act }) => send(act), between: () => undefined, done: () => Promise.resolve(), left: (sent) => { lefts.push(sent); } });
  return page;
}

const settled = (): Promise<void> => new Promise((resolve) => { setTimeout(resolve, 30); });
const write = (page: HTMLElement, id: string, words: string): void => {
  const text = page.querySelector<HTMLTextAreaElement>(`#${id}`);
  assert.ok(text !== null, id);
  text.value = words;
};

onPage("what was written for a request that waits no more stays to be read, is sent no more, and says why", async () => {
  const sent: string[] = [], lefts: number[] = [];
  const page = opens(waits(), (found) => found.always.filter(({ act }) => act === "released"), (act) => { sent.push(act); return Promise.resolve(); }, lefts);
  write(page, "act-text", "After long thought.");
  at(page, "act-send")?.focus();
  stopPast();
  stopPast();
  const form = page.querySelector<HTMLFormElement>('[data-test="act-form"]');
  assert.equal(page.querySelector<HTMLTextAreaElement>("#act-text")?.value, "After long thought.");
  assert.equal(page.querySelector<HTMLButtonElement>('[data-test="act-send"]')?.disabled, true);
  assert.match(form?.firstElementChild?.textContent ?? "", /^The request that this form answers was answered or ended meanwhile\. Nothing was signed, and this form can no longer be sent\./u);
  assert.deepEqual([page.querySelectorAll('[data-test="form-stopped"]').length, document.activeElement === form?.firstElementChild], [1, true]);
  form?.dispatchEvent(new Event("submit", { cancelable: true }));
  await settled();
  assert.deepEqual(sent, []);
  at(page, "act-cancel")?.click();
  assert.deepEqual([at(page, "act-form"), lefts], [null, [0]]);
});

onPage("a no that is written meanwhile stays too, and the page is drawn again once it is cancelled", async () => {
  const sent: string[] = [];
  let lefts = 0;
  const one = waits();
  const page = pageOf(one);
  openDeclining(one, one.ruled as Ruled, AT, { words, me: "wang" }, (text) => { sent.push(text); return Promise.resolve(); }, () => { lefts += 1; });
  write(page, "decline-text", "No.");
  stopPast();
  at(page, "decline-form")?.dispatchEvent(new Event("submit", { cancelable: true }));
  await settled();
  assert.deepEqual([sent, said(page, "decline-form").includes("Nothing was signed"), page.querySelector<HTMLTextAreaElement>("#decline-text")?.value], [[], true, "No."]);
  at(page, "decline-cancel")?.click();
  assert.deepEqual([at(page, "decline-form"), lefts], [null, 1]);
});

onPage("of several steps it says that only some were signed, and no further one is sent once it is stopped", async () => {
  const sent: string[] = [], lefts: number[] = [];
  const one = caseOf([]);
  const page = opens(one, () => startOf(settingOf(one.ruled as Ruled, one, { words, me: "wang", now: () => NOW })).slice(0, 2), (act) => { sent.push(act); if (sent.length === 1) stopPast(); return Promise.resolve(); }, lefts);
  const steps = page.querySelectorAll('[data-test^="act-step-"]').length;
  assert.ok(steps > 1);
  page.querySelector<HTMLFormElement>('[data-test="act-form"]')?.requestSubmit();
  await settled();
  assert.deepEqual([said(page, "act-fault"), sent.length, said(page, "act-sent")], ["", 1, "Recorded."]);
  assert.match(said(page, "form-stopped"), /Only what is marked “Recorded\.” was signed; the rest can no longer be sent\./u);
  at(page, "act-cancel")?.click();
  assert.deepEqual([at(page, "act-form"), lefts], [null, [1]]);
});
