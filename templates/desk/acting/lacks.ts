/** What the form of an act lacks before anybody's rules are asked, each said at its own field and by the field's name. */

import { ID_FORM } from "../../../casework/index.js";
import type { Fault } from "../../shared/faults.js";
import { t } from "../../shared/strings.js";

/** Marks a group of choices of which one must be taken. */
export const NEEDED = "data-needed";

/** The ids that were typed, whatever stands between them. */
export function idsIn(value: string): readonly string[] {
  return value.split(/[,，、\s]+/u).filter((one) => one !== "");
}

function nameOf(form: HTMLElement, field: HTMLElement): string {
  const label = field instanceof HTMLFieldSetElement ? field.querySelector("legend") : form.querySelector(`label[for="${field.id}"]`);
  return label?.textContent ?? "";
}

function isEmpty(field: HTMLElement): boolean {
  if (field instanceof HTMLSelectElement || field instanceof HTMLInputElement) return field.value.trim() === "";
  return field.querySelector("input:checked") === null && ![...field.querySelectorAll<HTMLInputElement>("input[type=text]")].some(({ value }) => value.trim() !== "");
}

/** A deputy acts while the handler is away: nobody is their own. */
function ownDeputies(form: HTMLElement): Fault[] {
  const deputies = [...form.querySelectorAll<HTMLSelectElement>('select[id^="act-deputy"]')];
  const own = deputies.filter(({ id, value }) => value !== "" && form.querySelector<HTMLSelectElement>(`#${id.replace("deputy", "handler")}`)?.value === value);
  return own.map((field) => ({ field, words: t("The deputy must be someone other than the handler.") }));
}

/** A case that goes to who has it already, with the same deputy, goes nowhere. */
function unchanged(form: HTMLElement): Fault[] {
  const same = [...form.querySelectorAll<HTMLSelectElement>('select[id^="act-handler"][data-before]')].filter((field) => {
    const deputy = form.querySelector<HTMLSelectElement>(`#${field.id.replace("handler", "deputy")}`);
    return field.value !== "" && field.value === field.dataset["before"] && deputy?.value === deputy?.dataset["before"];
  });
  return same.map((field) => ({ field, words: t("Choose another handler or another deputy: nothing would change.") }));
}

/** Days before the first or after the last that may be chosen, where the field says which these are. */
function outOfRange(form: HTMLElement): Fault[] {
  const days = [...form.querySelectorAll<HTMLInputElement>("input[data-range]")].filter(({ value, min, max }) => value !== "" && (value < min || (max !== "" && value > max)));
  return days.map((field) => ({ field, words: t("This day is not allowed. {range}", { range: field.dataset["range"] ?? "" }) }));
}

/** Ids that are typed: a name in their place is said at the field, and not as what the policy does not know. */
function noIds(form: HTMLElement): Fault[] {
  const wrong = [...form.querySelectorAll<HTMLInputElement>("input[data-ids]")].filter(({ value }) => idsIn(value).some((one) => !ID_FORM.test(one)));
  return wrong.map((field) => ({ field, words: t("Enter the department’s ID, not its name: lowercase letters (a–z), digits and hyphens.") }));
}

/** Fields that are shown, must be filled in and are empty, from the top; then days out of their range, and deputies who are handlers. */
export function lacksOf(form: HTMLElement): Fault[] {
  const needed = [...form.querySelectorAll<HTMLElement>(`select:required, input:required, [${NEEDED}]`)];
  const empty = needed.filter((field) => field.closest("[hidden]") === null && isEmpty(field)).map((field) => {
    const name = nameOf(form, field);
    return { field, words: field instanceof HTMLInputElement ? t("Please fill in “{field}”.", { field: name }) : t("Please choose an answer for “{field}”.", { field: name }) };
  });
  return [...empty, ...outOfRange(form), ...ownDeputies(form), ...unchanged(form), ...noIds(form)];
}
