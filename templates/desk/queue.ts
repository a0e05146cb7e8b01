/** The list of cases: views with counts, rows, the selection that the keyboard moves. */

import { msg, t } from "../shared/strings.js";
import { type Shelved, type View, VIEWS, hasNews, inView, titleOf } from "./model.js";
import { nameIn, textOf } from "./policy.js";
import { type OfficeWords, language } from "./room.js";
import { fill, h } from "./ui.js";

const VIEW_NAMES: Readonly<Record<View, string>> = {
  new: msg("New"),
  mine: msg("Mine"),
  waiting: msg("Waiting for the reporter"),
  all: msg("All"),
};

export interface QueueState {
  readonly shelf: ReadonlyMap<string, Shelved>;
  readonly me: string;
  view: View;
  /** Ids that the search found; null when nobody searches. */
  found: ReadonlySet<string> | null;
  open: string | null;
}

/** What the list shows now, in order. */
export function listed(state: QueueState): Shelved[] {
  const rows = inView(state.view, state.shelf.values(), state.me);
  return state.found === null ? rows : rows.filter(({ row }) => state.found?.has(row.case));
}

/** Draws tabs and rows; the rows keep their elements' ids so that focus can be put back. */
export class Queue {
  constructor(
    private readonly tabs: HTMLElement,
    private readonly list: HTMLElement,
    private readonly words: OfficeWords,
    private readonly choose: { view: (view: View) => void; open: (id: string) => void },
  ) {}

  draw(state: QueueState): void {
    const focused = document.activeElement?.id ?? "";
    fill(this.tabs, VIEWS.map((view) => this.tab(view, state)));
    const rows = listed(state);
    fill(this.list, rows.map((shelved) => this.row(shelved, state)), rows.length === 0 ? this.nothing(state) : null);
    if (focused.startsWith("row-") || focused.startsWith("view-")) document.getElementById(focused)?.focus();
  }

  /** Moves the focus up or down the list. */
  move(step: 1 | -1): void {
    const rows = [...this.list.querySelectorAll<HTMLButtonElement>("button.case-row")];
    const at = rows.findIndex((row) => row === document.activeElement || row.getAttribute("aria-current") === "true");
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  private tab(view: View, state: QueueState): HTMLElement {
    const count = inView(view, state.shelf.values(), state.me).length;
    const current = state.view === view ? "true" : null;
    return h("button", { type: "button", id: `view-${view}`, "data-test": `view-${view}`, "aria-current": current, onclick: () => this.choose.view(view) },
      t(VIEW_NAMES[view]), h("span", { class: "count" }, count));
  }

  private nothing(state: QueueState): HTMLElement {
    const text = state.found !== null ? t("No opened case holds these words.") : t("Nothing here.");
    return h("li", { class: "nothing" }, text);
  }

  private row(shelved: Shelved, state: QueueState): HTMLElement {
    const { row } = shelved;
    const current = state.open === row.case ? "true" : null;
    const button = h("button", { type: "button", class: "case-row", id: `row-${row.case}`, "data-test": "case-row", "data-case": row.case, "aria-current": current, onclick: () => this.choose.open(row.case) },
      h("span", { class: "row-title" }, row.urgent ? h("strong", { class: "urgent" }, t("Urgent")) : null, this.title(shelved)),
      h("span", { class: "row-facts" }, this.facts(shelved, state.me)));
    return h("li", {}, button);
  }

  private title(shelved: Shelved): string {
    if (shelved.refused !== null) return t("Could not be verified");
    if (shelved.opened === null) return t("Opening…");
    return shelved.opened.report === null ? t("The report cannot be read") : titleOf(shelved.opened.report);
  }

  private facts(shelved: Shelved, me: string): HTMLElement[] {
    const { row, opened } = shelved;
    const policy = textOf(this.words.policies, row);
    const facts = [
      opened?.report ? nameIn(policy?.categories, opened.report.category, language) : null,
      nameIn(policy?.stages, row.stage, language),
      row.taken_by.length > 0 ? this.words.people(row.taken_by) : t("not taken"),
    ].filter((fact) => fact !== null && fact !== "");
    const news = opened !== null && hasNews(opened) ? [h("span", { class: "news" }, t("New message"))] : [];
    const asked = opened?.proposal && opened.proposal.by !== me ? [h("span", { class: "news", "data-test": "row-asks" }, t("Waits for your signature"))] : [];
    return [h("time", { datetime: row.day }, this.words.day(row.day, row.entity)), ...facts.map((fact) => h("span", {}, fact)), ...news, ...asked];
  }
}
