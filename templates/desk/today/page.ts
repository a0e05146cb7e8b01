/** The desk's first page: what waits for this member, each line with its reason and the way into its case. */

import { around, blank, listed, officeText } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { said } from "../acting/words.js";
import type { OfficeWords } from "../context.js";
import { daysBetween, writeDay } from "../days.js";
import { arrivalOf, ownRoles } from "../opened/arrivals.js";
import { sayDue } from "../opened/deadlines.js";
import { givenBy, handlersOf } from "../opened/handlers.js";
import type { DeskCase } from "../opened/model.js";
import { speakingOf } from "../opened/casevoice.js";
import { withWords } from "../opened/withwords.js";
import { caseNumber } from "../opened/number.js";
import type { DutyView } from "../recurring/dutystates.js";
import { dutyStateWords } from "../recurring/page.js";
import { asksWords, rowTitle, secondsNames } from "../queue/caselist.js";
import { type View, dueOf } from "../queue/views.js";
import { type Child, byId, fill, h } from "../ui.js";
import { GROUPS, type Group, VIEW_OF, type Waiting, waitingFor } from "./groups.js";

const GROUP_NAMES: Readonly<Record<Group, Sentence>> = {
  signature: msg("Waiting for your signature"),
  urgent: msg("Urgent"),
  overdue: msg("Overdue"),
  due: msg("Due within 48 hours"),
  replied: msg("Reporter wrote last"),
  fresh: msg("Unassigned or new to you"),
  next: msg("Due within two weeks"),
};
/** Lines of a group before the rest is left to the list. */
const SHOWN = 6;
/** The same of what is not due yet. */
const AHEAD = 3;

/** What the page needs of the desk. */
export interface TodayHost {
  readonly shelf: ReadonlyMap<string, DeskCase>;
  readonly me: string;
  readonly words: OfficeWords;
  readonly now: () => Date;
  readonly open: (id: string) => void;
  readonly view: (view: View) => void;
  /** Whether a case was on the page in this session. */
  readonly isSeen: (id: string) => boolean;
  /** The recurring duties that are this member's and due or late; null where nobody could say. */
  readonly dueDuties: () => readonly DutyView[] | null;
  readonly duties: () => void;
}

/** What waits for this member above the list, in cases that are not among theirs: changes of readers to sign, and reviews to write. */
function waitingAbove(): { readonly asked: number; readonly reviews: number } {
  const reviews = [...byId("reviews").children].filter((card) => card instanceof HTMLElement && card.dataset["state"] !== "done");
  // One that could not be verified has no state; one that others write has no form.
  return { asked: byId("asked").childElementCount, reviews: reviews.filter((card) => !card.hasAttribute("data-state") || card.querySelector("form, details") !== null).length };
}

export class Today {
  private readonly lines = h("div", { class: "stack", "data-test": "today-lines" });
  private readonly title = h("h2", { id: "today-title", tabindex: "-1" });
  private readonly element = h("section", { class: "today stack", "aria-labelledby": "today-title", "data-test": "today" },
    this.title, this.lines);
  /** Beside the list where there is room, above it where there is not: what is read first comes first for the keyboard too. */
  private readonly wide = window.matchMedia("(min-width: 60rem)");
  private drawn = "";
  /** Whether every case is known as the server has it now; null before the first look has ended. */
  private upToDate: boolean | null = null;

  constructor(private readonly host: TodayHost) {
    this.wide.addEventListener("change", () => {
      if (this.element.isConnected && !byId("work").classList.contains("case-open")) this.open();
    });
  }

  /** Puts the page where no case is shown. */
  open(): void {
    fill(byId("case"));
    fill(byId("today"));
    byId(this.wide.matches ? "case" : "today").append(this.element);
    this.renew();
  }

  /** A look at the server has ended: only after one that brought every case can it be said that nothing waits. */
  looked(whole: boolean): void {
    this.upToDate = whole;
    this.renew();
  }

  /** Draws what has changed, while the page is shown; the reading position stays. */
  renew(): void {
    if (this.element.isConnected) speakingOf(undefined, this.host.words, () => this.draw());
  }

  private draw(): void {
    const { me, shelf, words, now } = this.host;
    fill(this.title, t("Today"), " ", h("span", { class: "soft" }, writeDay(words.todayFor(me), words.todayFor(me))));
    const waiting = waitingFor(me, shelf.values(), now(), { today: (entity) => words.today(entity), isSeen: this.host.isSeen });
    const [first, ...later] = GROUPS.map((group) => this.group(group, waiting));
    const blocks = [first, this.duties(), ...later, ...this.above(), this.urgentOfOthers(waiting), this.colleagues(waiting)].filter((block) => block !== null && block !== undefined);
    const place = h("div", {}, blocks.length > 0 ? blocks : this.nothing());
    if (place.textContent === this.drawn) return;
    this.drawn = place.textContent;
    const focused = document.activeElement?.id ?? "";
    fill(this.lines, [...place.children]);
    if (focused.startsWith("today-")) document.getElementById(focused)?.focus();
  }

  focus(): void {
    byId("today-title").focus();
  }

  private nothing(): HTMLElement {
    return h("p", { class: "soft", "data-test": "today-nothing" }, this.upToDate === null ? t("Opening your cases…") : this.upToDate ? t("Nothing is waiting for you.") : t("Your cases may be out of date."));
  }

  /** What the policies require of this member at intervals, late or due today. */
  private duties(): HTMLElement | null {
    const owed = this.host.dueDuties();
    if (owed === null) return h("p", { class: "soft", "data-test": "today-duties-unknown" }, t("Whether recurring duties are due could not be checked."));
    if (owed.length === 0) return null;
    const line = (view: DutyView): HTMLElement => h("li", {}, h("button", { type: "button", class: "case-row", id: `today-duty-${view.policy.rules.id}-${view.duty.id}`, "data-test": "today-duty", onclick: this.host.duties },
      h("span", { class: "row-title" }, officeText(view.duty.text)),
      h("span", { class: "row-facts" }, h("span", { class: `row-due ${view.state?.status === "overdue" ? "overdue" : "soon"}` }, dutyStateWords(view, this.host.words)), h("span", {}, officeText(view.policy.rules.title)))));
    return h("section", { "aria-labelledby": "today-duties", "data-test": "today-duties" },
      h("h3", { id: "today-duties" }, t("Recurring duties"), h("span", { class: "count" }, owed.length)), h("ul", { class: "rows" }, owed.map(line)));
  }

  private above(): HTMLElement[] {
    const { asked, reviews } = waitingAbove();
    const lines = [asked > 0 && t("Above the list of cases, changes of readers for you to sign: {count}", { count: asked }), reviews > 0 && t("Above the list of cases, reviews of requests made because of danger to life: {count}", { count: reviews })];
    return lines.filter((line) => line !== false).map((line) => h("p", { "data-test": "today-above" }, line));
  }

  private group(group: Group, waiting: Waiting): HTMLElement | null {
    const cases = waiting.groups.get(group) ?? [];
    if (cases.length === 0) return null;
    const shown = group === "next" ? AHEAD : SHOWN;
    const rest = cases.length - shown;
    return h("section", { "aria-labelledby": `today-${group}`, "data-test": `today-${group}` },
      h("h3", { id: `today-${group}` }, t(GROUP_NAMES[group]), h("span", { class: "count" }, cases.length)),
      h("ul", { class: "rows" }, cases.slice(0, shown).map((one) => this.line(one, group, waiting))),
      rest > 0 && h("button", { type: "button", class: "quiet", id: `today-all-${group}`, "data-test": "today-all", onclick: () => this.host.view(VIEW_OF[group]) }, t("{count} more in the list", { count: rest })));
  }

  private line(shelved: DeskCase, group: Group, { reasons }: Waiting): HTMLElement {
    const all = reasons.get(shelved.row.case) ?? [group];
    return this.row(shelved, all.map((reason) => this.reason(reason, group, shelved)), !all.some((one) => ["overdue", "due", "next"].includes(one)) && this.due(shelved));
  }

  private row(shelved: DeskCase, ...facts: Child[]): HTMLElement {
    const { row } = shelved;
    return h("li", {}, h("button", { type: "button", class: "case-row", id: `today-${row.case}`, "data-test": "today-row", "data-case": row.case, onclick: () => this.host.open(row.case) },
      h("span", { class: "row-title" }, row.urgent && h("strong", { class: "urgent" }, t("Urgent")), rowTitle(shelved)),
      h("span", { class: "row-facts" }, facts, h("span", { class: "mono" }, caseNumber(row.case)))));
  }

  /** What is urgent and a colleague's, apart from one's own and under the name of who handles it. */
  private urgentOfOthers({ colleagues: { urgent } }: Waiting): HTMLElement | null {
    if (urgent.length === 0) return null;
    const handler = (one: DeskCase): Child => h("span", { "data-test": "today-handler" }, around(t("Handler: {people}", { people: blank("people") }), { people: this.host.words.namedAll(handlersOf(one)) }));
    return h("section", { "aria-labelledby": "today-others", "data-test": "today-others" },
      h("h3", { id: "today-others" }, t("Urgent, handled by colleagues"), h("span", { class: "count" }, urgent.length)),
      h("ul", { class: "rows" }, urgent.slice(0, SHOWN).map((one) => this.row(one, handler(one), this.due(one)))),
      urgent.length > SHOWN && h("button", { type: "button", class: "quiet", id: "today-all-others", "data-test": "today-all", onclick: () => this.host.view(VIEW_OF.urgent) }, t("{count} more in the list", { count: urgent.length - SHOWN })));
  }

  /** Why a case stands here; the heading above it says the plain ones already. */
  private reason(reason: Group, group: Group, shelved: DeskCase): Child {
    const { opened } = shelved;
    const giver = givenBy(this.host.me, shelved);
    switch (reason) {
      case "urgent": return null;
      case "signature": return opened !== null && h("span", { class: "news" }, (reason === group && secondsNames(opened, this.host.me, this.host.now())) || asksWords(opened, this.host.me, this.host.now()));
      case "overdue":
      case "due":
      case "next": return this.due(shelved);
      case "replied": return reason !== group && h("span", { class: "news" }, t("Reporter wrote last"));
      case "fresh": return h("span", { class: "news", "data-test": "today-came" }, giver === null ? this.arrival(shelved) : around(t("Assigned to you by {person}", { person: blank("person") }), { person: this.host.words.named(giver) }));
    }
  }

  /** How a case came that nobody gave to this member by name. */
  private arrival(shelved: DeskCase): Child {
    const { me, words, isSeen } = this.host;
    const came = isSeen(shelved.row.case) ? null : arrivalOf(me, shelved, words.today(shelved.row.entity));
    if (came !== null && "added" in came) return around(t("Added by {person}", { person: blank("person") }), { person: words.named(came.added) });
    const roles = came?.roles ?? ownRoles(me, shelved);
    return roles.length === 0 ? withWords(shelved) : t("With your role: {roles}", { roles: listed(roles.map((role) => said(shelved.opened?.ruled?.rules ?? null, role))) });
  }

  /** What is due first, by its name, and when. */
  private due(shelved: DeskCase): Child {
    const { words, now } = this.host;
    const due = dueOf(shelved, now());
    if (due === null || due.day === null) return null;
    const left = daysBetween(words.today(shelved.row.entity), due.day);
    return [h("span", { class: `row-due ${due.missed ? "overdue" : left <= 1 ? "soon" : ""}`, "data-test": "today-due" }, sayDue(left, due.missed)), h("span", {}, due.what !== null && officeText(due.what))];
  }

  private colleagues({ colleagues: { overdue, replied } }: Waiting): HTMLElement | null {
    return overdue + replied === 0 ? null : h("p", { class: "soft", "data-test": "today-colleagues" }, t("Cases of your colleagues: {overdue} overdue, {replied} in which the reporter wrote last", { overdue, replied }));
  }
}
