/** Check-ins: on certain days a mailbox asks how its reporter is treated; whatever is answered, what is sent looks the same. */

import { ANSWERS, ANSWER_LIMIT, CHANGES, CHECKIN_DAYS, type Checkin, sealCheckin, sealQuiet, systemRng, utf8, watchOf } from "../../../crypto/index.js";
import { fill, focusOn, h } from "../../shared/dom.js";
import { type Fault, showFaults } from "../../shared/faults.js";
import { type Sentence, msg, sayDay, t } from "../../shared/strings.js";
import { pick } from "../form/fields.js";
import { policiesOf, today } from "../office.js";
import type { View } from "../sending/opened.js";
import { send } from "../sending/posting.js";
import { startReport } from "../reportapp.js";
import { ReportDraft } from "../form/answers.js";

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
const RETALIATION = "retaliation";
/** The shipped policy for complaints of retaliation, and which of its categories a change stands for, where it is one alone. */
const OWN_POLICY = "company-retaliation";
const CATEGORY: Readonly<Record<string, string>> = { tasks: "position", rating: "appraisal", pay: "pay", treatment: "treatment" };

/** The days of check-ins that have come and were not answered yet. */
export function dueDays(view: View): readonly string[] {
  // An answer is sealed for the watch: it has to wait for the next list of key holders, and the question with it.
  const { directory } = view.office;
  return directory.lapsed || watchOf(directory, view.mailbox.entity) === null ? [] : view.mailbox.checkins.filter((day) => day <= today());
}

interface Fields {
  readonly element: HTMLElement;
  /** `undefined` while nothing is chosen, null for anyone who would rather not say. */
  readonly said: () => Checkin | null | undefined;
  readonly faults: () => Fault[];
}

function answerFields(day: (typeof CHECKIN_DAYS)[number]): Fields {
  let answer: Checkin["answer"] | "none" | null = null;
  const changes = new Set<(typeof CHANGES)[number]>();
  const text = h("textarea", { id: "checkin-text", rows: 3, class: "short", "data-test": "checkin-text", autocomplete: "off" });
  const one = (value: Checkin["answer"] | "none", label: string): HTMLElement =>
    pick({ name: "checkin", value, label, checked: false, test: `checkin-${value}`, onpick: () => { answer = value; } });
  const asked = h("fieldset", { class: "stack-small", id: "checkin-asked" }, h("legend", {}, t("Has something got worse?")),
    ANSWERS.map((value) => one(value, t(SAID[value]))), one("none", t("I would rather not say")));
  const what = h("fieldset", { class: "stack-small" }, h("legend", {}, t("What has changed?")),
    CHANGES.map((value) => pick({ name: "checkin-change", value, label: t(CHANGED[value]), checked: false, many: true, test: `change-${value}`, onpick: (on) => { if (on) changes.add(value); else changes.delete(value); } })));
  const element = h("div", { class: "stack" }, asked, what, h("label", { for: "checkin-text" }, t("In your own words, if you like")), text);
  const words = (): string => text.value.replace(/\p{C}/gu, " ").trim();
  const said = (): Checkin | null | undefined => answer === null ? undefined : answer === "none" ? null : { day, answer, changes: CHANGES.filter((value) => changes.has(value)), text: words() };
  const faults = (): Fault[] => [
    ...(answer === null ? [{ field: asked, words: t("Please choose an answer.") }] : []),
    ...(answer !== "none" && utf8(words()).length > ANSWER_LIMIT ? [{ field: text, words: t("This is too long: there is room for about 300 Chinese or 1,000 other letters.") }] : []),
  ];
  return { element, said, faults };
}

/** Which of the six days it is that was asked for last. */
function dayOf(left: number): (typeof CHECKIN_DAYS)[number] {
  return CHECKIN_DAYS[Math.max(0, CHECKIN_DAYS.length - left - 1)] ?? CHECKIN_DAYS[0];
}

/** Asks before the mailbox shows; `onward` opens it after the post, `without` shows it should nothing get through. */
export function askHow(place: HTMLElement, view: View, onward: (said: Checkin | null) => Promise<void>, without: () => void): void {
  const due = dueDays(view);
  const left = view.mailbox.checkins.slice(due.length);
  const fields = answerFields(dayOf(left.length));
  const fault = h("p", { class: "fault", role: "alert", "data-test": "checkin-fault" });
  const progress = h("div");
  const past = h("button", { type: "button", class: "plain quiet", hidden: true, onclick: without, "data-test": "checkin-without" }, t("Open the mailbox without this question"));
  const heading = h("h1", {}, t("How have you been treated since your report?"));
  const submit = async (said: Checkin | null): Promise<void> => {
    const { office, kept, mailbox } = view;
    const at = { entity: mailbox.entity, case: mailbox.case };
    await send({ ...view, reopen: () => onward(said) }, { form, place: progress, fault, toPeople: true, just: "checkin" }, async () => {
      const extras = said === null ? {} : { protection: await sealCheckin(office.directory, kept.keys, at, said, systemRng) };
      return sealQuiet(office.directory, kept.keys, mailbox, left, systemRng, extras);
    });
    past.hidden = fault.textContent === "";
  };
  const form = h("form", { class: "card stack", novalidate: true, "data-test": "checkin-form", onsubmit: (event: SubmitEvent) => {
    event.preventDefault();
    const said = fields.said();
    if (showFaults(form, fields.faults()) && said !== undefined) void submit(said);
  } }, fields.element, fault, progress, h("div", { class: "row" }, h("button", { class: "primary", "data-test": "checkin-send" }, t("Encrypt and open the mailbox")), past));
  fill(place, h("section", { class: "stack-wide", "data-test": "checkin" }, heading,
    h("p", {}, t("Asked since {day}. Everybody who reported here is asked, whether or not they are under protection. Your answer is encrypted for the retaliation officer alone.", { day: sayDay(due.at(-1) ?? today()) })),
    h("p", { class: "hint" }, t("Whatever you choose, what is sent looks the same, also if you would rather not say. Nobody who handles the case sees that you were asked or that you answered.")), form));
  focusOn(heading);
}

/** What was answered, as the beginning of an account; the reporter changes it freely before anything is sealed. */
function beginning(said: Checkin): string {
  const changes = CHANGES.filter((one) => said.changes.includes(one)).map((one) => t(CHANGED[one])).join(t(", "));
  return [t("Since I made a report, I have been treated worse."), changes && t("What has changed: {changes}.", { changes }), said.text].filter((line) => line !== "").join("\n");
}

function ownPolicy(view: View): ReturnType<typeof policiesOf>[number] | undefined {
  return policiesOf(view.office, view.mailbox.entity).find(({ id }) => id === OWN_POLICY);
}

/** Under which policy and category: the one for retaliation where the office runs it, else one that knows it as a category. */
function chooseChannel(telling: ReportDraft, view: View, said: Checkin): void {
  const policies = policiesOf(view.office, view.mailbox.entity);
  const own = ownPolicy(view);
  if (own !== undefined) {
    telling.choosePolicy(own.id);
    const category = said.changes.length === 1 && said.changes[0] !== undefined ? CATEGORY[said.changes[0]] : undefined;
    if (own.categories.some(({ id }) => id === category)) telling.category = category ?? "";
    return;
  }
  const known = policies.find(({ id, categories }) => id === view.mailbox.policy && categories.some((one) => one.id === RETALIATION))
    ?? policies.find(({ categories }) => categories.some((one) => one.id === RETALIATION));
  if (known !== undefined) {
    telling.choosePolicy(known.id);
    telling.category = RETALIATION;
  }
}

/** A report of its own; nothing in it comes from the mailbox but what was just answered. */
function newReport(view: View, said: Checkin): ReportDraft {
  const telling = new ReportDraft(view.office);
  telling.chooseEntity(view.mailbox.entity);
  chooseChannel(telling, view, said);
  telling.account = beginning(said);
  return telling;
}

/** After “yes”: the way to a report about it, by the reporter's own hand. */
export function worseCard(view: View): HTMLElement | null {
  const { said } = view;
  if (said?.answer !== "yes") return null;
  return h("section", { class: "notice notice-care stack", "data-test": "worse" },
    h("h2", {}, t("Do you want to report how you are treated?")),
    h("p", {}, t("Only the retaliation officer sees your answer. If you want it investigated, report it: the report starts with what you just answered, you can change it, and it has its own receipt.")),
    h("p", { class: "hint" }, t("Nothing that is sent links it to this mailbox: say yourself what you want known. Anybody who watches the server or the line can see that it comes right after a visit here; if that is too much, close this page and make the report later.")),
    ownPolicy(view) !== undefined && h("p", { class: "hint" }, t("It comes under the policy for complaints of retaliation. Under which policy a report comes, the office's server can see; what is in it, it can't.")),
    h("button", { type: "button", onclick: () => startReport(newReport(view, said)), "data-test": "worse-report" }, t("Begin a new report")));
}
