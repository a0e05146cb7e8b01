/** The page of those who open nothing: whether the record holds, and figures in which nobody is told apart. */

import { codeAlone } from "../../shared/officecode.js";
import { inLanguage } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import { figures, log } from "../api.js";
import { device } from "../device.js";
import { OnePane } from "../header.js";
import { type OfficeWords, language, wordsFor } from "../context.js";
import type { Vault } from "../opened/vault.js";
import { type Child, byId, fill, h } from "../ui.js";
import { type LogState, stateOfLog } from "./log.js";
import type { FigureTable, Figures } from "./tables.js";

/** Roles for which this is the whole desk. */
export const OBSERVERS: readonly string[] = ["auditor", "council-observer"];
const DAY = 86_400_000;
/** Days without a new checkpoint after which somebody should look at the worker. */
const SILENT_DAYS = 2;

/** One signed-in auditor or council observer. */
export class Observing {
  constructor(private readonly vault: Vault, private readonly words: OfficeWords, private readonly now: () => Date) {}

  async start(): Promise<void> {
    await new OnePane(this.vault, this.words, (isShown) => this.draw(isShown)).start();
  }

  private async draw(isShown: () => boolean): Promise<void> {
    const [record, counts] = await Promise.all([this.record(), this.counts()]);
    if (!isShown()) return;
    fill(byId("case"), h("div", { class: "case stack" },
      h("h2", { id: "case-title", tabindex: "-1", "data-test": "observer-page" }, t("Record and figures")),
      h("p", {}, t("You see whether the record is intact and how many cases there are. You cannot open any case or name: none of your keys can.")),
      record, counts,
      h("p", {}, h("a", { href: `/${language}/duties/`, target: "_blank", rel: "noopener" }, t("Roles and permissions")))));
  }

  private async record(): Promise<HTMLElement> {
    return h("section", { class: "stack", "aria-labelledby": "log-title" }, h("h3", { id: "log-title" }, t("The log")), await this.logLines());
  }

  private async logLines(): Promise<Child> {
    try {
      const state = await stateOfLog(device.officeCode() ?? "", log, device.seenLog());
      if (state === null) return h("p", { class: "nothing", "data-test": "log-state", "data-state": "none" }, t("The log has no checkpoint yet."));
      device.keepSeenLog(state.seen);
      return state.wrong === null ? this.holds(state) : alarm(state.wrong);
    } catch (error) {
      return h("div", { class: "notice notice-alarm", role: "alert", "data-test": "log-state", "data-state": "refused" }, h("p", {}, h("strong", {}, t("Could not be verified")), " ", wordsFor(error)));
    }
  }

  private holds({ newest, checkpoints }: LogState): Child {
    const hour = newest.hour.replace("T", " ").replace(":00Z", " UTC");
    const days = Math.floor((this.now().getTime() - new Date(newest.hour).getTime()) / DAY);
    return [
      h("p", { "data-test": "log-state", "data-state": "valid" },
        t("The newest checkpoint is signed by the key that the keepers named: entries {size}, checkpoints {count}, as of {hour}.", { size: newest.size, count: checkpoints, hour })),
      days < SILENT_DAYS ? null : h("p", { class: "notice notice-care", "data-test": "log-silent" }, t("No checkpoint has been added for {days} days. Ask the administrator whether the worker is running.", { days })),
      h("p", { class: "hint" }, t("This browser also compared it with the checkpoint it last saw. To check every entry and compare it with your own copy, run this on your own machine:")),
      h("p", { class: "mono" }, `yanlu log verify --url ${location.origin} --office-key ${codeAlone(device.officeCode() ?? "")}`),
    ];
  }

  private async counts(): Promise<HTMLElement> {
    const heading = h("h3", { id: "figures-title" }, t("Figures"));
    const place = (child: Child): HTMLElement => h("section", { class: "stack", "aria-labelledby": "figures-title", "data-test": "figures" }, heading, child);
    try {
      const found: Figures = await figures.read();
      return place([
        h("p", { class: "hint" }, t("Cases received from {first} to {last}: whole months only. Groups of fewer than five are withheld, and so is what would give them away.", { first: found.first, last: found.last })),
        found.tables.map(tableOf),
      ]);
    } catch (error) {
      return place(h("p", { class: "wrong", role: "alert" }, wordsFor(error)));
    }
  }
}

function alarm(wrong: NonNullable<LogState["wrong"]>): Child {
  const words = wrong === "shrunk"
    ? t("The log is shorter than when this browser last saw it. Entries were removed. Tell the keepers and everyone who holds a copy.")
    : t("A checkpoint that this browser has seen before is missing or has changed. Tell the keepers and everyone who holds a copy.");
  return h("div", { class: "notice notice-alarm", role: "alert", "data-test": "log-state", "data-state": wrong }, h("p", {}, words));
}

function tableOf(table: FigureTable): HTMLElement {
  const caption = h("caption", {}, inLanguage(table.title));
  if (table.total === null) return h("p", { class: "nothing", "data-test": `figures-${table.id}` }, `${inLanguage(table.title)}: `, t("too few cases to show any"));
  const head = h("tr", {}, h("th", { scope: "col" }, ""), table.columns.map((one) => h("th", { scope: "col" }, inLanguage(one.name))), h("th", { scope: "col" }, t("Total")));
  const rows = table.rows.map((row, at) => h("tr", {}, h("th", { scope: "row" }, inLanguage(row.name)),
    (table.cells[at] ?? []).map((cell) => h("td", {}, cell === null ? t("withheld") : cell)), h("td", {}, table.row_totals[at] ?? "")));
  const foot = h("tr", {}, h("th", { scope: "row" }, t("Total")), table.column_totals.map((one) => h("td", {}, one)), h("td", {}, table.total));
  return h("div", { class: "duties wide-table", tabindex: "0", role: "region", "aria-label": inLanguage(table.title) },
    h("table", { "data-test": `figures-${table.id}` }, caption, h("thead", {}, head), h("tbody", {}, rows, foot)));
}
