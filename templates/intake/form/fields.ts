/** Fields of the report: choices, texts and the policy's own questions. */

import { type Child, h } from "../../shared/dom.js";
import { type Answer, type Question, kindOf } from "../../shared/questionnaire.js";
import { officeText } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { ReportDraft } from "./answers.js";

interface Pick {
  readonly name: string;
  readonly value: string;
  readonly label: Child;
  readonly hint?: Child;
  readonly checked: boolean;
  readonly many?: boolean;
  readonly test?: string;
  readonly id?: string;
  readonly onpick: (checked: boolean) => void;
}

/** One radio button or box in a large, tappable row; a browser that keeps its session on the disk leaves it out. */
export function pick(choice: Pick): HTMLLabelElement {
  const input = h("input", { id: choice.id, type: choice.many ? "checkbox" : "radio", autocomplete: "off", name: choice.name, value: choice.value, "data-test": choice.test });
  input.checked = choice.checked;
  input.addEventListener("change", () => choice.onpick(input.checked));
  const words = h("span", {}, choice.label, choice.hint && h("span", { class: "hint block" }, choice.hint));
  return h("label", { class: "choice" }, input, words);
}

function chosen(answer: Answer | undefined, id: string): boolean {
  return Array.isArray(answer) ? answer.includes(id) : answer === id;
}

function choices(telling: ReportDraft, question: Question, changed: () => void): HTMLElement[] {
  const many = kindOf(question).form === "several";
  const none = pick({
    name: `q-${question.id}`, value: "", label: t("No answer"), checked: telling.answer(question.id) === undefined,
    onpick: () => {
      telling.answers.delete(question.id);
      changed();
    },
  });
  const rows = question.choices.map(({ id, name }) => pick({
    name: `q-${question.id}`, value: id, label: officeText(name), many,
    checked: chosen(telling.answer(question.id), id),
    onpick: (checked) => {
      const before = [telling.answer(question.id) ?? []].flat().filter((one) => one !== id);
      telling.answers.set(question.id, many ? [...before, ...(checked ? [id] : [])] : id);
      changed();
    },
  }));
  return many ? rows : [...rows, none];
}

/** What stands for an answer that was begun and is none yet, as half a date. */
export const BEGUN = "?";

function textField(telling: ReportDraft, question: Question, id: string): HTMLElement {
  const { form, input } = kindOf(question);
  const value = telling.answer(question.id);
  const field = form === "lines" ? h("textarea", { id, rows: 4, class: "short", autocomplete: "off" }) : h("input", { id, type: input ?? "text", autocomplete: "off" });
  if (typeof value === "string") field.value = value;
  if (question.hint) field.setAttribute("aria-describedby", `${id}-hint`);
  field.addEventListener("input", () => telling.answers.set(question.id, field.validity.badInput ? BEGUN : field.value));
  return field;
}

/** One question of the policy; every one is optional. */
export function questionField(telling: ReportDraft, question: Question, changed: () => void): HTMLElement {
  const id = `q-${question.id}`;
  const hint = question.hint && h("p", { class: "hint", id: `${id}-hint` }, officeText(question.hint));
  if (question.choices.length === 0) {
    return h("div", { class: "stack-small", "data-test": id }, h("label", { for: id }, officeText(question.label)), hint, textField(telling, question, id));
  }
  return h("fieldset", { class: "stack-small", id, "data-test": id }, h("legend", {}, officeText(question.label)), hint, choices(telling, question, changed));
}

/** A safety tip of the country for a field of the step, without a box of its own, or nothing. */
export function tipBeside(telling: ReportDraft, key: string): HTMLElement | null {
  const text = telling.office.countryOf(telling.entityRow).tips[key];
  return text ? h("p", { class: "small tip-beside", role: "note", "data-test": "tip-beside" }, h("strong", {}, t("For your safety")), h("span", { class: "block" }, officeText(text))) : null;
}

/** A safety tip of the country for a step, or nothing. */
export function tip(telling: ReportDraft, step: string): HTMLElement | null {
  const text = telling.office.countryOf(telling.entityRow).tips[step];
  return text ? h("div", { class: "notice tip", role: "note", "data-test": "tip" }, h("strong", {}, t("For your safety")), h("p", {}, officeText(text))) : null;
}
