/** Asking the watch to look after somebody: oneself, a witness, a relative. Nobody who handles the case sees any of it. */

import { BONDS, type Bond, EMPLOYEE_LIMIT, type Guarded, type Mailbox, PERSON_LIMIT, type Person, type ReporterKeys, sealProtection, systemRng, watchOf } from "../../../crypto/index.js";
import { h } from "../../shared/dom.js";
import type { Fault } from "../../shared/faults.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { pick } from "../form/fields.js";
import type { Office } from "../office.js";
import type { View } from "../sending/opened.js";
import { warnOnLeaving } from "../leaving.js";
import { type Written, cleaned, tooLong, writtenField } from "./personfield.js";

/** Whom to protect, if anybody, as far as it was chosen and written. */
export interface PersonDraft {
  bond: Bond | null;
  employee: string;
  name: string;
  place: string;
}

export interface GuardFields {
  readonly element: HTMLElement;
  /** What is missing or too long, each at its field. */
  readonly faults: () => Fault[];
}

/** Nobody, from which every reporter begins. */
export function noPerson(): PersonDraft {
  return { bond: null, employee: "", name: "", place: "" };
}

/** The person, or null where nobody is to be protected. */
export function personOf({ bond, name, employee, place }: PersonDraft): Person | null {
  return bond === null ? null : { bond, name: cleaned(name), employee: cleaned(employee), place: cleaned(place) };
}

const WHO: Readonly<Record<Bond, Sentence>> = {
  reporter: msg("Myself"),
  witness: msg("A witness"),
  assistant: msg("Somebody who helped me"),
  relative: msg("A relative of mine who works here"),
};

/** The fields for one person, which show only once somebody is to be protected. */
export function guardFields(draft: PersonDraft): GuardFields {
  const rows = {
    employee: writtenField(draft, "employee", "guard-employee", t("Employee number"), t("The number on the badge or pay slip. With it the watch finds the right person; a name alone may not be enough.")),
    name: writtenField(draft, "name", "guard-name", t("Name"), null),
    place: writtenField(draft, "place", "guard-place", t("Department or workplace"), null),
  };
  const inputs = h("div", { class: "stack", hidden: draft.bond === null }, rows.employee.row, rows.name.row, rows.place.row);
  const choose = (chosen: Bond | null): void => {
    draft.bond = chosen;
    inputs.hidden = chosen === null;
  };
  const nobody = pick({ name: "guard", value: "nobody", label: t("Not now"), hint: t("You can ask for it later, in your mailbox."), checked: draft.bond === null, test: "guard-nobody", onpick: () => choose(null) });
  const people = BONDS.map((one) => pick({ name: "guard", value: one, label: t(WHO[one]), hint: one === "reporter" && t("You then write your employee number or your name. The officer for the protection of reporters reads it; those who handle the case do not."), checked: draft.bond === one, test: `guard-${one}`, onpick: () => choose(one) }));
  return {
    element: h("div", { class: "stack" }, h("fieldset", { class: "stack-small" }, h("legend", {}, t("Who should be protected?")), nobody, people), inputs),
    faults: () => faultsOf(personOf(draft), rows),
  };
}

function faultsOf(person: Person | null, rows: Readonly<Record<"employee" | "name" | "place", Written>>): Fault[] {
  if (person === null) return [];
  if (person.name === "" && person.employee === "") return [{ field: rows.employee.input, words: t("Please give the employee number, or at least the name.") }];
  return [...tooLong(rows.employee.input, person.employee, EMPLOYEE_LIMIT), ...tooLong(rows.name.input, person.name, PERSON_LIMIT), ...tooLong(rows.place.input, person.place, PERSON_LIMIT)];
}

/** What the watch does, and for whom. */
export function explained(): HTMLElement[] {
  return [
    h("p", {}, t("If this person is moved, paid less or dismissed later, the watch compares it with what happens to comparable colleagues, and alerts the retaliation officer if something stands out. The list of protected people is secret; it is not the list of readers. HR, managers and those who handle the case do not learn who is on it. Most people on it have reported nothing: they are there so that nobody can tell who has.")),
    h("p", { class: "hint" }, t("The name you give is encrypted on this device, for the watch alone. Once the retaliation officer has entered it, usually within two weeks, everything counts that HR has recorded from the first of this month on, for two years; before they end you can ask again. In a department of fewer than twenty people the watch can hardly protect anybody: tell the office in your mailbox what you are afraid of.")),
  ];
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
  readonly faults: () => Fault[];
  readonly asked: () => boolean;
  readonly seal: () => Promise<Guarded>;
}

/** Why the page does not say whether a wish is there: anybody who makes a reporter open the mailbox would see it too. */
function askedBefore(): HTMLElement {
  return h("details", { class: "stack-small" }, h("summary", { "data-test": "guard-before" }, t("Have I asked for protection before?")),
    h("p", { class: "hint" }, t("This page does not show it: a request is encrypted for the watch alone, and anybody who makes you open your mailbox must not find it here. If you are not sure, ask again. That does no harm: the same person is entered once, and protected for longer.")));
}

/** In the mailbox: folded away in the form of a message; null where the entity has no watch. */
export function guardPart(view: View): GuardPart | null {
  const { directory } = view.office;
  if (directory.lapsed || watchOf(directory, view.mailbox.entity) === null) return null;
  const draft = noPerson();
  const fields = guardFields(draft);
  let wish: "protect" | "end" = "protect";
  const wishes = h("fieldset", { class: "stack-small" }, h("legend", {}, t("What do you ask for?")),
    pick({ name: "guard-wish", value: "protect", label: t("Look after this person, for two years from now on"), checked: true, test: "guard-protect", onpick: () => { wish = "protect"; } }),
    pick({ name: "guard-wish", value: "end", label: t("No longer look after this person"), checked: false, test: "guard-end", onpick: () => { wish = "end"; } }));
  const element = h("details", { class: "stack-small", "data-test": "guard-part" }, h("summary", { "data-test": "guard-part-open" }, t("Protection against retaliation")),
    explained(), h("p", { class: "notice" }, t("It travels inside this message, encrypted for the watch alone: anybody who reads the message, or runs the server, sees a message like any other.")),
    fields.element, wishes, askedBefore());
  element.addEventListener("input", () => warnOnLeaving(true));
  return { element, faults: fields.faults, asked: () => draft.bond !== null, seal: () => guarded(view.office, view.kept.keys, view.mailbox, personOf(draft), wish) };
}
