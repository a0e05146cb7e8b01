/** The page of retention and legal holds: how long each closed case is kept, and which are kept beyond that, in one list. */

import { around, blank } from "../../shared/officetext.js";
import { counted } from "../../shared/counted.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import { zoneLine } from "../opened/deadlines.js";
import type { DeskCase } from "../opened/model.js";
import { caseNumber } from "../opened/number.js";
import { type Child, byId, fill, h } from "../ui.js";
import { GROUPS, type Group, type RetainedCase, retainedCases } from "./retained.js";

const TITLES: Readonly<Record<Group, Sentence>> = {
  overdue: msg("Should have been destroyed"),
  over: msg("Retention period is over"),
  soon: msg("Ends within 90 days"),
  held: msg("Legal hold"),
  "with-authority": msg("With an authority"),
  unbound: msg("No retention period set"),
  running: msg("Retained for now"),
};
const HINTS: Readonly<Record<Group, Sentence>> = {
  overdue: msg("The server has not destroyed the keys of these cases, though their last day has gone by. Tell the administrator."),
  over: msg("The server destroys the keys of these cases at its next round. A legal hold set before then stops it."),
  soon: msg("If one of them may still be needed, open it and set a legal hold."),
  held: msg("The server must not destroy anything in these cases until two people end the hold."),
  "with-authority": msg("The server must not destroy anything in these cases until a member records that the authority has handed them back."),
  unbound: msg("Neither the policy nor the office says how long these cases are kept, so they are kept for good. The administrator can set a retention period in the bindings of the policy."),
  running: msg("After the last day the server destroys the keys of these cases. Seven days later no backup can bring them back."),
};

/** What the page needs of the desk. */
export interface RetentionHost {
  readonly shelf: ReadonlyMap<string, DeskCase>;
  readonly words: OfficeWords;
  readonly back: () => void;
  readonly show: (id: string) => void;
}

export class RetentionPage {
  private readonly place = h("div", { class: "stack", "data-test": "retention-list" });
  private drawn = "";

  constructor(private readonly host: RetentionHost) {}

  /** Draws the page in place of a case, and puts the reading position on its heading. */
  open(): void {
    fill(byId("case"), h("div", { class: "case stack retention-page", "data-test": "retention-page" },
      h("button", { type: "button", class: "quiet back no-print", "data-test": "back", onclick: this.host.back }, t("Back to the list")),
      h("h2", { id: "case-title", tabindex: "-1" }, t("Retention and legal holds")),
      h("p", {}, t("Closed cases that you can read, and open ones under a legal hold or with an authority. This browser works the days out from the policies and the signed records. The office may have more cases.")),
      h("div", { class: "row no-print" }, h("button", { type: "button", class: "quiet", "data-test": "retention-print", onclick: () => window.print() }, t("Print"))),
      this.place));
    this.renew();
    byId("case-title").focus({ preventScroll: true });
    byId("case").scrollTop = 0;
    window.scrollTo(0, 0);
  }

  /** Judges again; what has not changed stays as it is drawn. */
  renew(): void {
    if (!this.place.isConnected) return;
    const { shelf, words } = this.host;
    const { rows, unverified, unjudged } = retainedCases(shelf.values(), (entity) => words.today(entity));
    const drawn = JSON.stringify([rows, unverified, unjudged]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    fill(this.place,
      h("p", { role: "status", "data-test": "retention-summary" }, rows.length === 0 ? t("None of your cases is closed, under a legal hold or with an authority.") : counted(msg("{count} case"), msg("{count} cases"), rows.length)),
      unverified > 0 && h("p", { class: "wrong", "data-test": "retention-unverified" }, t("Not listed, because they could not be verified: {count}", { count: unverified })),
      unjudged > 0 && h("p", { class: "wrong", "data-test": "retention-unjudged" }, t("Not listed, because their policy or calendar could not be read: {count}", { count: unjudged })),
      GROUPS.map((group) => this.group(group, rows.filter((row) => row.group === group))),
      rows.length > 0 && zoneLine(words, rows.map(({ entity }) => entity)));
  }

  private group(group: Group, rows: readonly RetainedCase[]): Child {
    if (rows.length === 0) return null;
    const title = t(TITLES[group]);
    const heads = [t("Case"), t("Entity"), t("Closed on"), t("Retained until"), t("Reason")];
    return h("section", { class: "stack", "data-test": `retention-${group}` },
      h("h3", {}, title, " ", h("span", { class: "count" }, rows.length)),
      h("p", { class: group === "overdue" ? "wrong" : "hint" }, t(HINTS[group])),
      h("div", { class: "duties wide-table", tabindex: "0", role: "region", "aria-label": title },
        h("table", {}, h("thead", {}, h("tr", {}, heads.map((head) => h("th", { scope: "col" }, head)))), h("tbody", {}, rows.map((row) => this.row(row))))));
  }

  private row({ id, entity, ended, until, months, since, reason }: RetainedCase): HTMLElement {
    const { words, show } = this.host;
    const last = until === null ? (ended === null ? "–" : t("no end set")) : words.day(until, entity);
    const by = since === null ? (months === null ? "–" : counted(msg("{count} month after the end"), msg("{count} months after the end"), months))
      : around(t("{person}, on {day}", { person: blank("person"), day: words.day(since.day, entity) }), { person: words.named(since.actor) });
    return h("tr", { "data-test": "retention-row", "data-case": id },
      h("th", { scope: "row" }, h("button", { type: "button", class: "plain mono", "data-test": "retention-open", onclick: () => show(id) }, caseNumber(id))),
      h("td", {}, words.namedEntity(entity)), h("td", {}, ended === null ? t("still open") : words.day(ended, entity)), h("td", {}, last),
      h("td", {}, reason !== "" && h("p", { "data-test": "retention-reason" }, reason), reason === "" ? by : h("p", { class: "hint" }, by)));
  }
}
