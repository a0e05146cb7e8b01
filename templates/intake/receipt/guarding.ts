/** Asking the watch to look after somebody: oneself, a witness, a relative. Nobody who handles the case sees any of it. */

import { BONDS, type Bond, EMPLOYEE_LIMIT, type Guarded, type Mailbox, PERSON_LIMIT, type Person, type ReporterKeys, sealProtection, systemRng, utf8, watchOf } from "../../../crypto/browser/index.js";
import { h } from "../../shared/dom.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { pick } from "../telling/fields.js";
import type { Office } from "../office.js";
import type { View } from "../sending/opened.js";
import { warnOnLeaving } from "../leaving.js";

/** Whom to protect, if anybody; null where the entity has no watch. */
export interface GuardFields {
  readonly element: HTMLElement;
  readonly fault: () => string | null;
  readonly person: () => Person | null;
}

const WHO: Readonly<Record<Bond, Sentence>> = {
  reporter: msg("Myself"),
  witness: msg("A witness"),
  assistant: msg("Somebody who helped me"),
  relative: msg("A relative of mine who works here"),
};

function field(id: string, label: string, hint: string | null): { input: HTMLInputElement; row: HTMLElement } {
  const input = h("input", { id, type: "text", autocomplete: "off", spellcheck: "false", "data-test": id, "aria-describedby": hint === null ? null : `${id}-hint` });
  return { input, row: h("div", { class: "stack-small" }, h("label", { for: id }, label), hint !== null && h("p", { class: "hint", id: `${id}-hint` }, hint), input) };
}

function clean(input: HTMLInputElement | HTMLTextAreaElement): string {
  return input.value.replace(/\p{C}/gu, " ").trim();
}

/** The fields for one person; `id` tells them apart from others on the page. */
export function guardFields(office: Office, entity: string): GuardFields | null {
  if (watchOf(office.directory, entity) === null) return null;
  let bond: Bond | null = null;
  const employee = field("guard-employee", t("Employee number"), t("The number on the badge or pay slip. With it the watch finds the right person; a name alone may not be enough."));
  const name = field("guard-name", t("Name"), null);
  const place = field("guard-place", t("Department or workplace"), null);
  const inputs = h("div", { class: "stack", hidden: true }, employee.row, name.row, place.row);
  const choose = (chosen: Bond | null): void => {
    bond = chosen;
    inputs.hidden = chosen === null;
  };
  const nobody = pick({ name: "guard", value: "nobody", label: t("No, nobody"), checked: true, test: "guard-nobody", onpick: () => choose(null) });
  const people = BONDS.map((one) => pick({ name: "guard", value: one, label: t(WHO[one]), checked: false, test: `guard-${one}`, onpick: () => choose(one) }));
  const person = (): Person | null => bond === null ? null : { bond, name: clean(name.input), employee: clean(employee.input), place: clean(place.input) };
  return {
    element: h("div", { class: "stack" }, h("fieldset", { class: "stack-small" }, h("legend", {}, t("Whom should the watch look after?")), nobody, people), inputs),
    fault: () => faultOf(person()),
    person,
  };
}

function faultOf(person: Person | null): string | null {
  if (person === null) return null;
  if (person.name === "" && person.employee === "") return t("Please give the employee number, or at least the name.");
  const fits = utf8(person.name).length <= PERSON_LIMIT && utf8(person.place).length <= PERSON_LIMIT && utf8(person.employee).length <= EMPLOYEE_LIMIT;
  return fits ? null : t("This is too long: a name and a contact have room for about 80 Chinese or 250 other letters.");
}

function explained(): HTMLElement[] {
  return [
    h("p", {}, t("The watch compares what HR records about this person with what happens to colleagues, and tells the retaliation officer when it stands out. HR, superiors and those who handle the case do not learn who is on the list; most people on it are there to hide the others.")),
    h("p", { class: "hint" }, t("Whose number you give here is sealed on this device for the watch alone. Once the retaliation officer has entered the person, within two weeks as a rule, everything counts that HR has recorded from the first of this month on, for two years; you can ask again before that. In a unit of fewer than twenty people the watch can hardly protect anybody: tell the office in your report what you fear there.")),
  ];
}

/** Folded away on the receipt's page: anyone who wants none of it has nothing to do. */
export function foldedGuard(fields: GuardFields): HTMLElement {
  return h("details", { class: "stack-small", "data-test": "guard" }, h("summary", { "data-test": "guard-open" }, t("Should somebody be looked after, in case of retaliation?")), explained(), fields.element);
}

/** The packet for a person; nothing, and so a dummy, where nobody is named. */
export async function guarded(office: Office, keys: ReporterKeys, mailbox: Mailbox, person: Person | null, wish: "protect" | "end" = "protect"): Promise<Guarded> {
  if (person === null) return {};
  const at = { entity: mailbox.entity, case: mailbox.case };
  return { protection: await sealProtection(office.directory, keys, at, wish, person, systemRng) };
}

/** What may ride in a message: a wish for somebody, or to end it; nobody who reads the message sees it. */
export interface GuardPart {
  readonly element: HTMLElement;
  readonly fault: () => string | null;
  readonly asked: () => boolean;
  readonly seal: () => Promise<Guarded>;
}

/** Why the page does not say whether a wish is there: anybody who makes a reporter open the mailbox would see it too. */
function askedBefore(): HTMLElement {
  return h("details", { class: "stack-small" }, h("summary", { "data-test": "guard-before" }, t("Have I asked for protection before?")),
    h("p", { class: "hint" }, t("This page does not show it: a wish is sealed for the watch alone, and anybody who makes you open your mailbox must not find it here. If you are not sure, ask again. That does no harm: the same person is entered once, and looked after for longer.")));
}

/** In the mailbox: folded away in the form of a message; null where the entity has no watch. */
export function guardPart(view: View): GuardPart | null {
  const fields = view.office.directory.lapsed ? null : guardFields(view.office, view.mailbox.entity);
  if (fields === null) return null;
  let wish: "protect" | "end" = "protect";
  const wishes = h("fieldset", { class: "stack-small" }, h("legend", {}, t("What do you ask for?")),
    pick({ name: "guard-wish", value: "protect", label: t("Look after this person, for two years from now on"), checked: true, test: "guard-protect", onpick: () => { wish = "protect"; } }),
    pick({ name: "guard-wish", value: "end", label: t("No longer look after this person"), checked: false, test: "guard-end", onpick: () => { wish = "end"; } }));
  const element = h("details", { class: "stack-small", "data-test": "guard-part" }, h("summary", { "data-test": "guard-part-open" }, t("Protection against retaliation")),
    explained(), h("p", { class: "notice" }, t("It travels inside this message, sealed for the watch alone: anybody who reads the message, or runs the server, sees a message like any other.")),
    fields.element, wishes, askedBefore());
  element.addEventListener("input", () => warnOnLeaving(true));
  return { element, fault: fields.fault, asked: () => fields.person() !== null, seal: () => guarded(view.office, view.kept.keys, view.mailbox, fields.person(), wish) };
}
