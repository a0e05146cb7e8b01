/** The page of a member's own figures: counted here, of the cases that they can read and of no others. */

import { around, blank, listedTexts } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import { writeDay, writeMonth } from "../days.js";
import type { DeskCase } from "../opened/model.js";
import { zoneLine } from "../opened/deadlines.js";
import { isShown } from "../queue/views.js";
import { saveFile } from "../../shared/dom.js";
import { type Child, byId, field, fill, h } from "../ui.js";
import { barChart, valueName, valueText } from "./charts.js";
import { timelinessRows, timelinessTables } from "./timelinesstables.js";
import { csvOf } from "./csv.js";
import { type CaseFigures, type Counts, type Line, type Span, addMonths, figuresOf, monthsOf } from "./counting.js";

/** Roles that see the figures of the whole office, in groups of five or more. */
const SEE_ALL: readonly string[] = ["oversight", "council-observer", "auditor"];

const COLUMNS: readonly (readonly [keyof Counts, Sentence])[] = [
  ["received", msg("Cases received")], ["open", msg("Still open")], ["overdue", msg("Overdue")], ["closed", msg("Closed")],
];

/** What the page needs of the desk. */
export interface FiguresHost {
  readonly shelf: ReadonlyMap<string, DeskCase>;
  readonly me: string;
  readonly words: OfficeWords;
  readonly now: () => Date;
  readonly back: () => void;
}

export class FiguresPage {
  private span: Span;
  private readonly months: readonly string[];
  private readonly first: HTMLSelectElement;
  private readonly last: HTMLSelectElement;
  private readonly place = h("div", { class: "stack", "data-test": "own-figures" });
  private drawn = "";

  constructor(private readonly host: FiguresHost) {
    this.months = monthsOf(host.shelf.values(), host.words);
    this.span = { first: this.months[0] ?? "", last: this.months.at(-1) ?? "" };
    this.first = this.choice("figures-first", () => this.choose(this.first.value, this.last.value < this.first.value ? this.first.value : this.last.value));
    this.last = this.choice("figures-last", () => this.choose(this.first.value > this.last.value ? this.last.value : this.first.value, this.last.value));
  }

  /** Draws the page in place of a case, and puts the reading position on its heading. */
  open(): void {
    fill(byId("case"), h("div", { class: "case stack figures-page", "data-test": "figures-page" },
      h("button", { type: "button", class: "quiet back no-print", "data-test": "back", onclick: this.host.back }, t("Back to the list")),
      h("h2", { id: "case-title", tabindex: "-1" }, t("Figures of my cases")), this.whose(),
      h("div", { class: "figures-span" }, field(t("Received from"), this.first), field(t("up to and including"), this.last)),
      h("div", { class: "row no-print" }, this.spans(), h("button", { type: "button", class: "quiet", "data-test": "figures-print", onclick: () => window.print() }, t("Print")),
        h("button", { type: "button", class: "quiet", "data-test": "figures-save", onclick: () => this.save() }, t("Save as CSV"))),
      this.place));
    this.choose(this.span.first, this.span.last);
    byId("case-title").focus({ preventScroll: true });
    byId("case").scrollTop = 0;
    window.scrollTo(0, 0);
  }

  /** Counts again; what has not changed stays as it is drawn. */
  renew(): void {
    if (!this.place.isConnected) return;
    const { shelf, words, now } = this.host;
    const found = figuresOf(shelf.values(), words, this.span, now());
    const drawn = JSON.stringify([found, this.span]);
    if (drawn === this.drawn) return;
    this.drawn = drawn;
    fill(this.place, this.summary(found), found.total.received === 0 ? null : [
      this.charts(found),
      table("stage", t("By stage, as the cases stand now"), found.stage, found.total), table("month", t("By month of receipt"), found.month, found.total), table("entity", t("By entity"), found.entity, found.total),
      table("outcome", t("By outcome"), found.outcome, found.total),
      timelinessTables(found),
      zoneLine(words, [...shelf.values()].filter(isShown).map(({ row }) => row.entity))]);
  }

  private charts({ weeks, categories, stays, closing }: CaseFigures): HTMLElement {
    const { words, me } = this.host;
    return h("div", { class: "charts", "data-test": "charts" },
      barChart("weeks", t("Cases received per week, within the chosen months (the last twelve weeks at most)"), t("Cases"), weeks, ({ key }) => t("from {day}", { day: writeDay(key, words.todayFor(me)) })),
      barChart("categories", t("What they are about"), t("Cases"), categories, valueText),
      barChart("stays", t("Days in a stage, of cases received in the chosen months, the slowest stage first"), t("Median days"), stays, valueText),
      barChart("closing", t("Days from receipt to closing, of cases received in the chosen months, by month of closing"), t("Median days"), closing, ({ key }) => writeMonth(key)));
  }

  /** What stands on the page, as a file. */
  private save(): void {
    const { shelf, words, now } = this.host;
    const { first, last } = this.span;
    const rows = csvRows(figuresOf(shelf.values(), words, this.span, now()));
    saveFile(`${t("figures")}-${first}${first === last ? "" : `-${last}`}.csv`, new Blob([csvOf([[this.spanWords()], ...rows])], { type: "application/octet-stream" }));
  }

  /** Nobody takes these for the numbers of the whole office. */
  private whose(): Child {
    const { words, me } = this.host;
    const seers = words.directory.content.members.filter(({ id, role }) => SEE_ALL.includes(role) && words.directory.validMember(id) !== null);
    const who = seers.length === 0 ? t("The figures of the whole office are shown to the role “oversight”, which nobody holds now.")
      : around(t("The figures of the whole office, without small groups, are shown to: {people}.", { people: blank("people") }), { people: listedTexts(seers.map(({ id }) => around(t("{person} ({role})", { person: blank("person"), role: words.role(id) }), { person: words.named(id) }))) });
    return [
      h("p", { "data-test": "figures-whose" }, around(t("Only the cases that {person} can read are counted, open and closed. This browser counts them; nothing is sent. The office may have more cases.", { person: blank("person") }), { person: words.named(me) })),
      h("p", { class: "hint", "data-test": "figures-all" }, who),
      h("p", { class: "hint" }, t("Small numbers can show who reported. Do not pass these figures on to anyone who may not read the cases.")),
    ];
  }

  private choice(id: string, changed: () => void): HTMLSelectElement {
    return h("select", { id, "data-test": id, autocomplete: "off", onchange: changed }, [...this.months].reverse().map((month) => h("option", { value: month }, writeMonth(month))));
  }

  private spans(): Child {
    const now = this.months.at(-1) ?? "";
    const offered: readonly (readonly [string, string, Span])[] = [
      ["last-month", t("Last month"), { first: addMonths(now, -1), last: addMonths(now, -1) }], ["this-month", t("This month"), { first: now, last: now }], ["all-months", t("All months"), { first: this.months[0] ?? now, last: now }],
    ];
    return offered.map(([id, label, { first, last }]) => h("button", { type: "button", class: "quiet", "data-test": `figures-${id}`, onclick: () => this.choose(first, last) }, label));
  }

  private choose(first: string, last: string): void {
    this.span = { first, last };
    this.first.value = first;
    this.last.value = last;
    this.renew();
  }

  private spanWords(): string {
    const { first, last } = this.span;
    return first === last ? writeMonth(first) : t("{first} to {last}", { first: writeMonth(first), last: writeMonth(last) });
  }

  private summary({ total, unverified }: CaseFigures): Child {
    const when = this.spanWords();
    const counted = total.received === 0 ? t("{when}: no case that you can read was received.", { when })
      : t("{when}: received {received}, of which {open} still open ({overdue} overdue) and {closed} closed.", { when, ...total });
    return [h("p", { role: "status", "data-test": "figures-summary" }, h("strong", {}, counted)),
      unverified > 0 && h("p", { class: "wrong", "data-test": "figures-unverified" }, t("Not counted, because they could not be verified: {count}", { count: unverified }))];
  }
}

/** The tables of the page one below the other, each under its title, with an empty row between. */
function csvRows({ total, stage, month, entity, outcome, categories, deadlines, handlers, departments }: CaseFigures): (string | number)[][] {
  const block = (title: string, lines: readonly Line[]): (string | number)[][] => [[], [title, ...COLUMNS.map(([, label]) => t(label))], ...lines.map((line) => [valueName(line.value), ...COLUMNS.map(([column]) => line[column])]), [t("Total"), ...COLUMNS.map(([column]) => total[column])]];
  return [
    ...block(t("By stage, as the cases stand now"), stage), ...block(t("By month of receipt"), month), ...block(t("By entity"), entity), ...block(t("By outcome"), outcome),
    [], [t("What they are about"), t("Cases")], ...categories.map(({ value, size }) => [valueName(value), size]),
    ...timelinessRows({ deadlines, handlers, departments }),
  ];
}

function table(id: string, title: string, lines: readonly Line[], total: Counts): HTMLElement {
  const cells = (counts: Counts): HTMLElement[] => COLUMNS.map(([name]) => h("td", {}, counts[name]));
  const name = ({ value }: Line): Child => (id === "month" ? writeMonth(value.key) : valueText(value));
  return h("div", { class: "duties wide-table", tabindex: "0", role: "region", "aria-label": title },
    h("table", { "data-test": `own-figures-${id}` }, h("caption", {}, title),
      h("thead", {}, h("tr", {}, h("td", {}), COLUMNS.map(([, label]) => h("th", { scope: "col" }, t(label))))),
      h("tbody", {}, lines.map((line) => h("tr", { "data-key": line.value.key }, h("th", { scope: "row" }, name(line)), cells(line))),
        h("tr", { "data-key": "total" }, h("th", { scope: "row" }, t("Total")), cells(total)))));
}
