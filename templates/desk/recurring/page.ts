/** The page of the office's recurring duties: whose each is, when it is due, what is late, who signed, and the member's own signature. */

import { limitWords } from "../../../casework/index.js";
import { signDutyDone } from "../../../crypto/staff.js";
import { around, blank, inLanguage, listed, listedTexts, officeText } from "../../shared/officetext.js";
import { counted } from "../../shared/counted.js";
import { msg, t } from "../../shared/strings.js";
import { DeskRefusal } from "../api.js";
import { type OfficeWords, wordsFor } from "../context.js";
import type { Vault } from "../opened/vault.js";
import { type Child, byId, field, fill, h } from "../ui.js";
import { signedDuties } from "./calls.js";
import { policiesInForce } from "./policies.js";
import { type DayFault, type DutyView, type DutyStates, byUrgency, dayFault, dutyStates, newestOf } from "./dutystates.js";

/** What the page needs of the desk. */
export interface DutiesHost {
  readonly vault: Vault;
  readonly words: OfficeWords;
  readonly back: () => void;
  /** Lines that this member signed in this session and that the server took, for as long as it lasts. */
  readonly own: Set<string>;
  /** What was found: for whom else counts it. */
  readonly found?: (states: DutyStates) => void;
}

export class DutiesPage {
  private readonly place = h("div", { class: "stack", "data-test": "duty-list" });
  private readonly status = h("p", { role: "status", class: "state", "data-test": "duty-status" });

  constructor(private readonly host: DutiesHost) {}

  /** Draws the page in place of a case, and puts the reading position on its heading. */
  open(): void {
    fill(byId("case"), h("div", { class: "case stack duties-page", "data-test": "duties-page" },
      h("button", { type: "button", class: "quiet back no-print", "data-test": "back", onclick: this.host.back }, t("Back to the list")),
      h("h2", { id: "case-title", tabindex: "-1" }, t("Recurring duties")),
      h("p", {}, t("What the policies in force require of the office at intervals, apart from any case. This browser counts the days by the policies and the office calendar and verifies every signature.")),
      this.status, this.place));
    byId("case-title").focus({ preventScroll: true });
    byId("case").scrollTop = 0;
    window.scrollTo(0, 0);
    void this.load(t("Loading…"));
  }

  /** Asks the server, and draws what holds; `said` stands meanwhile, and after it `done`. */
  private async load(said: string, done: string | null = null): Promise<void> {
    const { vault, words } = this.host;
    fill(this.status, said);
    try {
      const [{ policies, lost }, lines] = await Promise.all([policiesInForce(vault, words), signedDuties.list()]);
      const states = dutyStates(vault.directory, policies, lines, vault.staff.member);
      this.host.found?.(states);
      if (!this.place.isConnected) return;
      fill(this.place, this.alarms(states, lines, lost), states.duties.length === 0
        ? h("p", { class: "nothing" }, t("The policies in force require nothing at intervals."))
        : [...states.duties].sort(byUrgency).map((view) => this.card(view)));
      fill(this.status, done ?? summary(states));
    } catch (error) {
      fill(this.status, wordsFor(error));
    }
  }

  private alarms({ forged, past }: DutyStates, lines: readonly string[], lost: readonly string[]): Child {
    const hidden = [...this.host.own].some((line) => !lines.includes(line));
    const alarm = (id: string, sentence: string): Child => h("div", { class: "notice notice-alarm", role: "alert", "data-test": id }, h("p", {}, sentence));
    return [
      forged > 0 && alarm("duties-forged", t("Statements whose signature could not be verified: {count}. They do not count. Tell your keepers by telephone.", { count: forged })),
      hidden && alarm("duties-hidden", t("The server does not show a statement that you signed here. Tell your keepers by telephone.")),
      lost.length > 0 && alarm("duties-lost", t("The server does not give the rules of these policies, so their duties are not shown: {policies}", { policies: listed(lost) })),
      past > 0 && h("p", { class: "hint", "data-test": "duties-past" }, t("Statements by people who do not hold the role now: {count}. They show no duty as done.", { count: past })),
    ];
  }

  private card(view: DutyView): HTMLElement {
    const { policy: { rules, entity }, duty, state, missed, from, mine } = view;
    const { words } = this.host;
    const last = newestOf(view.done);
    const past = newestOf(view.past);
    return h("article", { class: "card stack duty", "data-test": "duty", "data-duty": `${rules.id}/${duty.id}`, "data-state": state?.status ?? "unknown", "data-mine": mine },
      h("h3", {}, officeText(duty.text)),
      h("p", { class: "soft" }, officeText(rules.title)),
      h("p", { class: state?.status === "overdue" ? "wrong" : null, "data-test": "duty-state" }, h("strong", {}, dutyStateWords(view, words)), duty.every === null ? null : [" · ", t("Interval: {limit}", { limit: inLanguage(limitWords(duty.every)) })]),
      h("p", { "data-test": "duty-owner" }, this.owner(view)),
      h("p", { "data-test": "duty-last" }, last === null ? t("Nobody has signed yet that it was done.")
        : around(t("Last done on {day}, signed by {person}", { day: words.day(last.day, entity), person: blank("person") }), { person: words.named(last.member) }), last?.note ? h("span", { class: "soft" }, ` (${last.note})`) : null),
      past !== null && past.day > (last?.day ?? "") && h("p", { "data-test": "duty-past" },
        around(t("Signed for {day} by {person}, who does not hold the role now", { day: words.day(past.day, entity), person: blank("person") }), { person: words.named(past.member) })),
      missed > 0 && h("p", { "data-test": "duty-missed" }, t("Due days missed since {day}: {count}", { day: words.day(from, entity), count: missed })),
      mine && this.form(view));
  }

  private owner({ policy: { rules }, duty }: DutyView): Child {
    if (duty.by === null) return t("May be signed by any member");
    const { words } = this.host;
    const role = rules.roles.find(({ id }) => id === duty.by)?.name;
    const holders = rules.holders.get(duty.by) ?? [];
    const parts = { role: role === undefined ? duty.by : officeText(role), people: holders.length === 0 ? t("nobody now") : listedTexts(holders.map((id) => words.named(id))) };
    return around(t("Responsible: {role} ({people})", { role: blank("role"), people: blank("people") }), parts);
  }

  private form(view: DutyView): HTMLElement {
    const { policy: { rules, since, today }, duty } = view;
    const id = `duty-day-${rules.id}-${duty.id}`;
    const input = h("input", { id, "data-test": "duty-day", type: "date", required: true, min: since, max: today, value: today });
    const fault = h("p", { class: "fault", role: "alert", "data-test": "duty-fault" });
    const button = h("button", { type: "submit", class: "primary", "data-test": "duty-done" }, t("Sign as done"));
    const send = async (event: Event): Promise<void> => {
      event.preventDefault();
      const wrong = dayFault(view, input.value);
      fill(fault, wrong === null ? "" : this.faultWords(wrong, view));
      if (wrong !== null) return input.focus();
      button.disabled = true;
      try {
        await this.sign(view, input.value);
      } catch (error) {
        // What stands on the page is not what the server has: it is asked for again, and the sentence stays.
        if (isOutdated(error)) await this.renewed(wordsFor(error));
        else fill(fault, wordsFor(error));
      }
      button.disabled = false;
    };
    return h("form", { class: "stack no-print", novalidate: true, onsubmit: send },
      field(t("Done on"), input, t("Signed with your name and visible to all members and the server: this duty and this day, nothing else.")), fault, h("div", { class: "row" }, button));
  }

  private async sign({ policy: { rules, entity }, duty }: DutyView, day: string): Promise<void> {
    const line = signDutyDone(this.host.vault.staff, { policy: rules.id, duty: duty.id, day, note: "" });
    await signedDuties.keep(line);
    this.host.own.add(new TextDecoder().decode(line));
    await this.renewed(t("Signed: {duty}, {day}.", { duty: inLanguage(duty.text), day: this.host.words.day(day, entity) }));
  }

  /** Draws the list again with a sentence, where the page is still shown. */
  private async renewed(said: string): Promise<void> {
    if (!this.place.isConnected) return;
    await this.load(t("Loading…"), said);
    if (this.place.isConnected) byId("case-title").focus({ preventScroll: true });
  }

  private faultWords(fault: DayFault, { policy: { entity } }: DutyView): string {
    const { words } = this.host;
    if (fault.kind === "missing") return t("Enter the day on which it was done.");
    if (fault.kind === "ahead") return t("This day is in the future. Only what has been done can be signed.");
    if (fault.kind === "before") return t("This duty runs from {day}. An earlier day does not count.", { day: words.day(fault.day, entity) });
    return t("{person} has already signed for this day.", { person: words.person(fault.member) });
  }
}

/** When a duty is due, in words. */
export function dutyStateWords({ state, policy: { entity } }: DutyView, words: OfficeWords): string {
  if (state === null) return t("The office calendar cannot be read, so no due day is shown.");
  if (state.due === null) return t("The policy sets no interval. An administrator can set one in the bindings file of this policy.");
  const day = words.day(state.due, entity);
  if (state.status === "overdue") return counted(msg("{count} day late: was due by {day}"), msg("{count} days late: was due by {day}"), state.late, { day });
  return state.status === "due" ? t("Due today") : t("Next by {day}", { day });
}

/** Whether the server refused because it knows more than the page. */
function isOutdated(error: unknown): boolean {
  return error instanceof DeskRefusal && ["no-such-duty", "duty-already"].includes(error.code);
}

function summary({ duties }: DutyStates): string {
  const count = (status: string): number => duties.filter(({ state }) => state?.status === status).length;
  return t("Late: {late}. Due today: {due}.", { late: count("overdue"), due: count("due") });
}
