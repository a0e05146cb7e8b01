/** Asking the watch to look after somebody: oneself, a witness, a relative; and the check-ins that follow. Nobody who handles the case sees any of it. */

import {
  ANSWERS, ANSWER_LIMIT, BONDS, type Bond, CHANGES, CHECKIN_DAYS, type Checkin, EMPLOYEE_LIMIT, type Guarded, type Mailbox, PERSON_LIMIT, type Person, type ReporterKeys,
  sealCheckin, sealProtection, sealReceiptKept, systemRng, utf8, watchOf,
} from "../../crypto/browser/index.js";
import { h } from "../shared/dom.js";
import { type Sentence, msg, sayDay, t } from "../shared/strings.js";
import { pick } from "./fields.js";
import { type Office, daysLater, today } from "./office.js";
import type { View } from "./opened.js";
import { send } from "./posting.js";
import { warnOnLeaving } from "./shell.js";

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
  const nobody = pick({ name: "guard", value: "nobody", label: t("Nobody"), checked: true, test: "guard-nobody", onpick: () => choose(null) });
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
    h("p", { class: "hint" }, t("Whose number you give here is sealed on this device for the watch alone. It is looked after for two years from the first of the next month; you can ask again before that. In a unit of fewer than twenty people the watch can hardly protect anybody: tell the office in your report what you fear there.")),
  ];
}

/** Folded away on the receipt's page: whoever wants none of it has nothing to do. */
export function foldedGuard(fields: GuardFields): HTMLElement {
  return h("details", { class: "stack-small", "data-test": "guard" }, h("summary", { "data-test": "guard-open" }, t("Should somebody be looked after, in case of retaliation?")), explained(), fields.element);
}

/** The packet and the check-ins for a person; nothing, and so a dummy, where nobody is named. */
export async function guarded(office: Office, keys: ReporterKeys, mailbox: Mailbox, person: Person | null): Promise<Guarded> {
  if (person === null) return {};
  const at = { entity: mailbox.entity, case: mailbox.case };
  const protection = await sealProtection(office.directory, keys, at, "protect", person, systemRng);
  return { protection, checkins: CHECKIN_DAYS.map((days) => daysLater(today(), days)) };
}

/** In the mailbox: asking for somebody, and ending it. */
export function guardCard(view: View): HTMLElement | null {
  const fields = guardFields(view.office, view.mailbox.entity);
  if (fields === null) return null;
  let ends = false;
  const fault = h("p", { class: "fault", role: "alert", "data-test": "guard-fault" });
  const progress = h("div");
  const wishes = h("fieldset", { class: "stack-small" }, h("legend", {}, t("What do you ask for?")),
    pick({ name: "guard-wish", value: "protect", label: t("Look after this person, for two years from now on"), checked: true, test: "guard-protect", onpick: () => { ends = false; } }),
    pick({ name: "guard-wish", value: "end", label: t("No longer look after this person"), checked: false, test: "guard-end", onpick: () => { ends = true; } }));
  const seal = async (person: Person) => {
    const { office, kept, mailbox } = view;
    const at = { entity: mailbox.entity, case: mailbox.case };
    const extras = ends ? { protection: await sealProtection(office.directory, kept.keys, at, "end", person, systemRng) } : await guarded(office, kept.keys, mailbox, person);
    return sealReceiptKept(office.directory, kept.keys, mailbox, systemRng, extras);
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const person = fields.person();
    fault.textContent = fields.fault() ?? (person === null ? t("Nobody is chosen.") : "");
    if (fault.textContent === "" && person !== null) void send(view, { form, place: progress, fault }, () => seal(person));
  };
  const form = h("form", { class: "stack", onsubmit: submit, novalidate: true, "data-test": "guard-form" },
    explained(), fields.element, wishes, fault, progress, h("button", { "data-test": "guard-send" }, t("Seal and send")));
  form.addEventListener("input", () => warnOnLeaving(true));
  return h("details", { class: "card", "data-test": "guard-card" }, h("summary", { "data-test": "guard-card-open" }, t("Protection against retaliation")), form);
}

const SAID: Readonly<Record<Checkin["answer"], Sentence>> = {
  yes: msg("Yes, something got worse"),
  no: msg("No, all is as before"),
  unsure: msg("I am not sure"),
};
const CHANGED: Readonly<Record<(typeof CHANGES)[number], Sentence>> = {
  shifts: msg("Shifts, hours or leave"),
  tasks: msg("Tasks or place of work"),
  rating: msg("Rating or warnings"),
  pay: msg("Pay, bonus or benefits"),
  treatment: msg("How people treat me"),
};

/** The check-in whose day has come; null while none has. The page asks by itself: nobody sends a reminder. */
export function checkinCard(view: View): HTMLElement | null {
  const due = view.mailbox.checkins.filter((day) => day <= today());
  const last = due.at(-1);
  if (last === undefined || watchOf(view.office.directory, view.mailbox.entity) === null) return null;
  const left = view.mailbox.checkins.slice(due.length);
  const day = CHECKIN_DAYS[Math.max(0, CHECKIN_DAYS.length - left.length - 1)] ?? CHECKIN_DAYS[0];
  const answers = checkinFields(day);
  const fault = h("p", { class: "fault", role: "alert", "data-test": "checkin-fault" });
  const progress = h("div");
  const seal = async (checkin: Checkin) => {
    const { office, kept, mailbox } = view;
    const protection = await sealCheckin(office.directory, kept.keys, { entity: mailbox.entity, case: mailbox.case }, checkin, systemRng);
    return sealReceiptKept(office.directory, kept.keys, mailbox, systemRng, { protection, checkins: left });
  };
  const submit = (event: SubmitEvent): void => {
    event.preventDefault();
    const checkin = answers.checkin();
    fault.textContent = checkin === null ? t("Please choose an answer.") : utf8(checkin.text).length > ANSWER_LIMIT ? t("This is too long: there is room for about 300 Chinese or 1,000 other letters.") : "";
    if (fault.textContent === "" && checkin !== null) void send(view, { form, place: progress, fault }, () => seal(checkin));
  };
  const form = h("form", { class: "stack", onsubmit: submit, novalidate: true, "data-test": "checkin-form" }, answers.element, fault, progress, h("button", { "data-test": "checkin-send" }, t("Seal and send")));
  return h("section", { class: "card stack", "data-test": "checkin" }, h("h2", {}, t("How have you been treated since your report?")),
    h("p", {}, t("Asked since {day}. Your answer is sealed for the retaliation officer alone; nobody who handles the case reads it.", { day: sayDay(last) })), form);
}

function checkinFields(day: (typeof CHECKIN_DAYS)[number]): { element: HTMLElement; checkin: () => Checkin | null } {
  let answer: Checkin["answer"] | null = null;
  const changes = new Set<(typeof CHANGES)[number]>();
  const text = h("textarea", { id: "checkin-text", rows: 3, class: "short", "data-test": "checkin-text", autocomplete: "off" });
  const asked = h("fieldset", { class: "stack-small" }, h("legend", {}, t("Has something got worse?")),
    ANSWERS.map((one) => pick({ name: "checkin", value: one, label: t(SAID[one]), checked: false, test: `checkin-${one}`, onpick: () => { answer = one; } })));
  const what = h("fieldset", { class: "stack-small" }, h("legend", {}, t("What has changed?")),
    CHANGES.map((one) => pick({ name: "checkin-change", value: one, label: t(CHANGED[one]), checked: false, many: true, test: `change-${one}`, onpick: (on) => { if (on) changes.add(one); else changes.delete(one); } })));
  const element = h("div", { class: "stack" }, asked, what, h("label", { for: "checkin-text" }, t("In your own words, if you like")), text);
  return { element, checkin: () => answer === null ? null : { day, answer, changes: CHANGES.filter((one) => changes.has(one)), text: clean(text) } };
}
