/** The report form over one policy: everything that can be wrong in a field is made wrong, and has to be said there. */

import assert from "node:assert/strict";

import { CryptoError } from "../../../crypto/errors.js";
import { utf8 } from "../../../crypto/framing.js";
import type { Office } from "../../../templates/intake/office.js";
import { ReportApp } from "../../../templates/intake/reportapp.js";
import { ReportDraft } from "../../../templates/intake/form/answers.js";
import { Questions } from "../../../templates/desk/onbehalf/questions.js";
import { type Answer, type PolicyPage, type Question, kindOf, readPage } from "../../../templates/shared/questionnaire.js";
import { takeSentences } from "../../../templates/shared/strings.js";

const TOO_LONG = "字".repeat(1001);
const nobody = { emergency: { zh: "", en: "110" }, name: { zh: "", en: "Group" }, id: "group", on_call: false, country: "*" };

function officeOf(page: PolicyPage): Office {
  const content = {
    policies: [{ id: page.id, version: page.version, hash: "", entities: ["group"] }], entities: [nobody],
    custodians: { m: 0, people: [] }, members: [], oversight: [],
    holders: [{ entity: "group", policy: page.id, category: "*", members: [], left_out: [] }],
  };
  const directory = { content, entity: () => nobody, validMember: () => null };
  return { policies: new Map([[page.id, page]]), directory, countryOf: () => ({ tips: {} }) } as unknown as Office;
}

/** What has to be answered before that a question shows. */
function opens(telling: ReportDraft, { when }: Question): void {
  if (when === null) return;
  const [answer] = when.is;
  if (answer === undefined) return;
  if (when.question === "category") {
    telling.category = answer;
    return;
  }
  const before = telling.document.questions.find(({ id }) => id === when.question);
  if (!before) return;
  telling.answers.set(before.id, kindOf(before).form === "several" ? [answer] : answer);
  opens(telling, before);
}

function element(selector: string): HTMLElement {
  const found = document.querySelector<HTMLElement>(selector);
  assert.ok(found, selector);
  return found as HTMLElement;
}

const press = (name: string): void => element(`[data-test="${name}"]`).click();

/** At the field, in the summary, and for a screen reader; the summary has the reading position and leads there. */
function saidAt(id: string): void {
  const field = element(`#${id}`);
  const message = element(`#${id}-fault`);
  const words = message.textContent ?? "";
  assert.ok(words.length > 0, id);
  assert.equal(field.getAttribute("aria-invalid"), "true");
  assert.ok((field.getAttribute("aria-describedby") ?? "").split(" ").includes(message.id), id);
  assert.ok(message.parentElement === field || message.nextElementSibling === field, `not at ${id}`);
  const summary = element("[data-test=fault-summary]");
  assert.equal(document.activeElement, summary);
  const line = [...summary.querySelectorAll("button")].find((button) => button.textContent === words);
  assert.ok(line, words);
  line?.click();
  assert.ok(field.contains(document.activeElement), `does not lead to ${id}`);
  summary.focus();
}

function faults(): string[] {
  return [...document.querySelectorAll("[data-test=field-fault]")].map(({ id }) => id.replace(/-fault$/, ""));
}

function write(id: string, text: string): void {
  const field = element(`#${id}`) as HTMLTextAreaElement;
  field.value = text;
  field.dispatchEvent(new Event("input", { bubbles: true }));
}

function asked(page: PolicyPage, question: Question): void {
  const telling = begin(page);
  telling.category = page.categories[0]?.id ?? "";
  telling.account = "words";
  opens(telling, question);
  press("next");
  const id = `q-${question.id}`;
  write(id, TOO_LONG);
  press("next");
  assert.deepEqual(faults(), [id]);
  saidAt(id);
  assert.equal((element(`#${id}`) as HTMLTextAreaElement).value, TOO_LONG);
  write(id, "short");
  assert.deepEqual(faults(), []);
}

function begin(page: PolicyPage, alone = true): ReportDraft {
  const leave = document.createElement("a");
  leave.id = "leave";
  document.body.replaceChildren(leave, document.createElement("main"));
  const telling = new ReportDraft(officeOf(page));
  new ReportApp(element("main"), telling, { alone }).start();
  return telling;
}

function required(page: PolicyPage): void {
  const telling = begin(page);
  press("next");
  assert.deepEqual(faults(), ["category", "account"]);
  for (const id of faults()) saidAt(id);
  press(`category-${page.categories[0]?.id ?? ""}`);
  write("account", "words");
  press("next");
  press("next");
  telling.holders = () => { throw new CryptoError("excluded", "nobody is left"); };
  press("next");
  assert.deepEqual(faults(), ["people"]);
  assert.equal(telling.account, "words");
}

/** How often saving begins when both of its buttons are pressed before the first press came to anything. */
export async function savesBegun(text: string): Promise<number> {
  const telling = begin(readPage(utf8(text)), false);
  let begun = 0;
  Object.defineProperty(telling.office, "code", { get: () => { begun += 1; throw new Error("nobody answers"); } });
  press("save-above");
  press("save-later");
  await new Promise((go) => { setTimeout(go, 50); });
  return begun;
}

/** A question of each kind on the form: answered as its form asks, and kept in the draft. */
export function everyKind(text: string): Record<string, Answer | undefined> {
  const page = readPage(utf8(text));
  const telling = begin(page);
  telling.category = page.categories[0]?.id ?? "";
  telling.account = "words";
  press("next");
  for (const question of page.questions) {
    const id = `q-${question.id}`;
    const field = element(`#${id}`);
    if (field instanceof HTMLFieldSetElement) field.querySelector<HTMLInputElement>('input[value="yes"]')?.click();
    else write(id, (field as HTMLInputElement).type === "date" ? "2026-03-09" : "words");
  }
  return Object.fromEntries(page.questions.map(({ id }) => [id, telling.answer(id)]));
}

/** The same in the form of a member who writes a report down for somebody. */
export function everyKindOnBehalf(text: string): Record<string, Answer> {
  const page = readPage(utf8(text));
  const questions = new Questions();
  document.body.replaceChildren(questions.element);
  questions.ask(page, page.categories[0]?.id ?? "");
  for (const { id } of page.questions) {
    const row = element(`[data-question="${id}"]`);
    const field = row.querySelector<HTMLInputElement>("input, textarea, select");
    assert.ok(field, id);
    if (field.type === "checkbox") field.click();
    else write(`onbehalf-q-${id}`, field.type === "date" ? "2026-03-09" : field instanceof HTMLSelectElement ? "yes" : "words");
  }
  return Object.fromEntries(questions.given().map(({ id, value }) => [id, value]));
}

/** Every field of a policy's form; gives how many questions could be wrong. */
export function everyField(text: string): number {
  const page = readPage(utf8(text));
  required(page);
  // A field of its own kind, such as a date, holds nothing that is too long.
  const texts = page.questions.filter((question) => question.choices.length === 0 && kindOf(question).input === undefined);
  for (const question of texts) asked(page, question);
  return texts.length;
}

/** What the fold under the matter says of the policy, by the name of each line, in a language of the page. */
export function policySays(text: string, language: string): Record<string, string> {
  takeSentences(JSON.stringify(language === "en" ? {} : { "": language }));
  begin(readPage(utf8(text)));
  const fold = element("[data-test=policy-says]");
  return Object.fromEntries([...fold.querySelectorAll<HTMLElement>("[data-test^=own-]")].map((line) => [line.dataset["test"] ?? "", line.textContent ?? ""]));
}
