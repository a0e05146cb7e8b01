/** The last page: shown once, with nothing behind it, and without the receipt. */

import type { Bond, Mailbox, Member } from "../../../crypto/index.js";
import { type Child, announce, fill, focusOn, h, showNote } from "../../shared/dom.js";
import { sayMoment } from "../../shared/confirmed.js";
import { around, blank, officeText } from "../../shared/officetext.js";
import { type Sentence, msg, pageLanguage, pageLocale, sayDay, t } from "../../shared/strings.js";
import { type Promised, promiseText } from "../../shared/policywords.js";
import { redrawWith } from "../language.js";
import { warnOnLeaving } from "../leaving.js";
import { type Office, daysLater } from "../office.js";
import { namesOf, rolesOf } from "../people.js";
import { moveTo, nothingBehind } from "../shell.js";
import { urgentReviewed } from "../form/urgent.js";
import { lostReceipt } from "./lost.js";
import type { Chosen } from "./offers.js";

/** Where the policy promises no first answer. */
const RETURN_DAYS = 14;
const HOUR = 3_600_000;

/** What the last page says of a report that was sent. */
export interface Facts {
  readonly office: Office;
  readonly mailbox: Mailbox;
  readonly files: number;
  readonly urgent: boolean;
  /** Who reads it, and whether that is past the office. */
  readonly readers: readonly Member[];
  readonly past: boolean;
  /** Who was left out. */
  readonly out: readonly Member[];
  /** When the server said that it has it. */
  readonly arrived: number;
}

/** From when on there is something to come back for, and by when a first answer comes where it is later. */
export function comeBackDays({ office, mailbox }: Pick<Facts, "office" | "mailbox">): { readonly day: string; readonly answer: string | null } {
  const promises = office.policies.get(mailbox.policy)?.promises;
  const answer = promises?.first_answer_days ?? null;
  const receipt = promises?.acknowledge_days ?? null;
  const [first, second] = receipt !== null && answer !== null && receipt < answer ? [receipt, answer] : [answer ?? RETURN_DAYS, null];
  return { day: daysLater(mailbox.started, first), answer: second === null ? null : daysLater(mailbox.started, second) };
}

function last(draw: () => HTMLElement): void {
  const show = (): void => {
    nothingBehind();
    const heading = draw();
    // A title means a new screen; what was just done is said where the page goes on.
    if (heading.tagName === "H1") focusOn(heading);
    else showNote(heading);
    announce(heading.textContent ?? "");
  };
  warnOnLeaving(false);
  redrawWith(show);
  show();
}

/** Small: the window is to be closed. */
function onward(label = t("Check progress with a receipt")): HTMLElement {
  return h("p", { class: "small no-print" }, h("button", { type: "button", class: "plain quiet", onclick: () => moveTo(`/${pageLanguage()}/mailbox/`), "data-test": "to-mailbox" }, label));
}

/** What the last page says of what was not sent; `first` stands above it. */
export interface Ended {
  readonly title: string;
  readonly words: string;
  readonly first?: HTMLElement | null;
  /** What was just done, where the page goes on as it is and only the receipt is covered: it gets the reading position. */
  readonly confirmed?: string | null;
  /** What the mailbox is opened for; where it does not say it, to look at what has come of it. */
  readonly onward?: string;
}

/** Ends what was not sent, or a new receipt: what is true now, and what to do with the device. `alone`: nothing leads on from a file on a disk. */
export function showEnded(place: HTMLElement, say: () => Ended, alone = false): void {
  last(() => {
    const { title, words, first, confirmed, onward: label } = say();
    const heading = h("h1", {}, title);
    const done = typeof confirmed === "string" ? h("h2", {}, confirmed) : null;
    fill(place, h("div", { class: "stack", "data-test": "finished" }, heading, first, done, h("p", { class: "notice" }, words),
      h("p", {}, t("Nothing of this stays in this page. Close the window now; if others use this device, clear the browser's history.")),
      alone ? null : onward(label)));
    return done ?? heading;
  });
}

const LEVELS: Readonly<Record<Chosen["level"], Sentence>> = {
  anonymous: msg("You stayed anonymous."),
  sealed: msg("Encrypted for {n} custodians; only {m} of them together can open it."),
  named: msg("Given to everybody who reads your report."),
};
const GUARDED: Readonly<Record<Bond, Sentence>> = {
  reporter: msg("Asked for: yourself"),
  witness: msg("Asked for: a witness"),
  assistant: msg("Asked for: somebody who helped you"),
  relative: msg("Asked for: a relative"),
};

function guardWords({ level, bond }: Chosen): Child {
  if (!bond) return t("Not asked for.");
  return h("span", {}, t(GUARDED[bond]), level === "anonymous" && bond === "reporter" && h("span", { class: "hint block", "data-test": "sent-who-sees" },
    t("Those who handle the case can't see your name; the officer for the protection of reporters can see what you gave there.")),
  h("span", { class: "hint block" }, t("For your safety no other page says so.")));
}

function sentBlock({ office, mailbox, files, urgent, readers, past, out }: Facts, chosen: Chosen): HTMLElement {
  const { level, bond } = chosen;
  const { custodians: { m, members }, name } = office.directory.content;
  const entity = office.directory.entity(mailbox.entity);
  const line = (term: string, test: string, ...words: Child[]): HTMLElement => h("div", {}, h("dt", {}, term), h("dd", { "data-test": test }, ...words));
  return h("section", { class: "stack-small" }, h("h2", {}, t("What was sent")),
    h("dl", { class: "review card", "data-test": "sent" },
      line(t("Company"), "sent-about", officeText(entity.name)),
      line(t("Sent to"), "sent-to", past ? around(t("{names}, in place of those you excluded", { names: blank("names") }), { names: rolesOf(readers) }) : officeText(name)),
      !past && line(t("Can read it"), "sent-readers", rolesOf(readers)),
      out.length > 0 && line(t("Left out"), "sent-out", h("strong", {}, namesOf(out)), h("span", { class: "hint block" }, t("The office's programs do not open it to them. A reader could still tell them."))),
      line(t("Files"), "sent-files", files === 0 ? t("none") : files),
      line(t("Marked as urgent"), "sent-urgent", urgent ? urgentReviewed(entity) : t("No")),
      line(t("Your name"), "sent-name", t(LEVELS[level], { n: members.length, m })),
      bond !== undefined && line(t("Protection against retaliation"), "sent-guard", guardWords(chosen))));
}

/** The next full hour, when what came in since the last one is put before the staff; by the clock of this device, whose zone is named. */
function nextHour(moment: number): string {
  const hour = Math.floor(moment / HOUR + 1) * HOUR;
  const locale = pageLocale();
  const zone = new Intl.DateTimeFormat(locale, { timeZoneName: "short" }).formatToParts(hour).find(({ type }) => type === "timeZoneName");
  return t("{a} ({b})", { a: sayMoment(hour / 1000), b: zone?.value ?? "" });
}

function nextBlock({ office, mailbox, urgent, arrived }: Facts): HTMLElement {
  const policy = office.policies.get(mailbox.policy);
  const by = (promise: Promised, test: string, words: string): HTMLElement | false => {
    const days = policy?.promises[promise];
    if (policy === undefined || typeof days !== "number") return false;
    return h("li", { "data-test": test }, h("strong", {}, t("By {day}", { day: sayDay(daysLater(mailbox.started, days)) })), " ", promiseText(policy, promise) ?? words);
  };
  return h("section", { class: "stack-small" }, h("h2", {}, t("What happens next")),
    h("ol", { class: "dated card", role: "list", "data-test": "next" },
      h("li", { "data-test": "next-open" }, h("strong", {}, urgent ? t("Now") : t("From {time}", { time: nextHour(arrived) })), " ",
        urgent ? t("Staff can open your report.") : t("Staff can open it from then, or later if they have a backlog.")),
      by("acknowledge_days", "next-acknowledge", t("The office confirms that it has your report.")),
      by("first_answer_days", "next-first-answer", t("You get a first answer.")),
      by("result_days", "next-result", t("You get the result."))),
    h("p", { class: "small soft" }, t("It will all be in your mailbox; only your receipt opens it.")));
}

function deviceBlock(): HTMLElement {
  return h("section", { class: "stack-small no-print" }, h("h2", {}, t("This device")),
    h("div", { class: "card" }, h("ul", {},
      h("li", {}, t("Close this window now. This page is not shown again.")),
      h("li", {}, t("If others use this device, clear the browser's history.")),
      h("li", {}, t("If you copied the receipt, copy something else now, so that nobody else can paste it.")))));
}

/** Confirms a report that was sent, with what was chosen after it. */
export function showConfirmed(place: HTMLElement, facts: Facts, chosen: Chosen): void {
  last(() => {
    const heading = h("h1", {}, t("Everything has been sent"));
    const { day, answer } = comeBackDays(facts);
    fill(place, h("div", { class: "stack-wide", "data-test": "finished" },
      h("section", { class: "arrived" }, heading,
        h("p", {}, t("Come back on")), h("p", { class: "day", "data-test": "come-back-day" }, sayDay(day)),
        answer !== null && h("p", { "data-test": "come-back-answer" }, t("to see that the office has confirmed it, and on {day} for the first answer. You can look earlier, too.", { day: sayDay(answer) }))),
      sentBlock(facts, chosen), nextBlock(facts), deviceBlock(), lostReceipt(), onward()));
    return heading;
  });
}
