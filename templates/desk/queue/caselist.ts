/** The list of cases: views with counts, pages of rows, the selection that the keyboard moves. */

import { mergedInto } from "../../../casework/index.js";
import { around, blank, inLanguage, listed, listedTexts } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { secondsFor } from "../acting/seconding.js";
import { actTitle } from "../acting/words.js";
import { daysBetween } from "../days.js";
import { speakingOf } from "../opened/casevoice.js";
import { sayDue } from "../opened/deadlines.js";
import { givenBy, handlersOf } from "../opened/handlers.js";
import { holdMark } from "../opened/holdmark.js";
import { withWords } from "../opened/withwords.js";
import { type OpenedCase, type DeskCase, titleOf } from "../opened/model.js";
import { caseNumber } from "../opened/number.js";
import { outcomeText, verdictOf } from "../opened/outcomes.js";
import { factsOf, stageOf } from "./facts.js";
import { type Filters, type Options, optionsOf } from "./filters.js";
import { inOrder } from "./order.js";
import { type View, VIEWS, asksMe, asksReaders, byView, dueOf, hasNews, isClosed, isShown } from "./views.js";
import { isLonely } from "../opened/holders.js";
import type { OfficeWords } from "../context.js";
import { nameIn, textOf } from "../trusted/policy.js";
import { type Child, fill, h } from "../ui.js";

/** What each view is called. */
export const VIEW_NAMES: Readonly<Record<View, Sentence>> = {
  open: msg("Open"),
  mine: msg("Mine"),
  unassigned: msg("Unassigned"),
  replied: msg("Reporter wrote last"),
  asked: msg("To sign"),
  soon: msg("Due within 48 hours"),
  overdue: msg("Overdue"),
  waiting: msg("Office wrote last"),
  closed: msg("Closed"),
};
/** What an empty view says, where that says more than that there is no case. */
const NOTHING: Readonly<Partial<Record<View, Sentence>>> = {
  mine: msg("You handle no open case."),
  unassigned: msg("Every open case has somebody who handles it."),
  replied: msg("Nothing from a reporter is waiting for an answer."),
  asked: msg("Nothing is waiting for your signature."),
  soon: msg("Nothing is due within 48 hours."),
  overdue: msg("Nothing is overdue."),
};
/** Rows of one page. */
export const PAGE = 50;
const SOON_DAYS = 3;
const MINUTE = 60_000;

export interface CaseListState {
  readonly shelf: ReadonlyMap<string, DeskCase>;
  readonly me: string;
  readonly now: () => Date;
  /** Null while a search looks in all of them. */
  view: View | null;
  /** The page of the view, from 0. */
  page: number;
  /** Ids that the search found; null when nobody searches. */
  found: ReadonlySet<string> | null;
  /** What is wrong with the number that was typed; null where nothing is. */
  slip: string | null;
  readonly filters: Filters;
  open: string | null;
  /** Whether the first look has ended: before it nobody can say that there is no case. */
  complete: boolean;
}

/** What the list holds at one moment: how many cases each view has, how many the view or the search, and those that the filters leave, in order and over all pages. */
export interface Listing {
  readonly counts: ReadonlyMap<View, number>;
  readonly options: Options;
  readonly total: number;
  readonly rows: readonly DeskCase[];
}

/** Everything that a drawing needs, computed once: no work here grows faster than sorting the cases does. */
export function listingOf({ shelf, me, now, view, found, filters }: CaseListState, words: OfficeWords): Listing {
  const moment = now();
  const shown = [...shelf.values()].filter(isShown);
  const facts = new Map(shown.flatMap((one) => {
    const own = factsOf(one, words);
    return own === null ? [] : [[one.row.case, own] as const];
  }));
  const options = optionsOf(facts.values());
  filters.keepOnly(options);
  const views = byView(shown, me, moment);
  const held = view === null ? shown : (views.get(view) ?? []);
  const rows = found === null ? held : held.filter(({ row }) => found.has(row.case));
  const counts = new Map([...views].map(([name, all]) => [name, all.length]));
  return { counts, options, total: rows.length, rows: inOrder(filters.narrowed(rows, facts), filters.sort, view, moment) };
}

/** What a case is called in a list. */
export function rowTitle({ opened, missed }: DeskCase): string {
  if (opened === null) return missed === true ? t("Could not be loaded") : t("Could not be verified");
  return opened.report === null ? t("The report cannot be read") : titleOf(opened.report);
}

/** The steps that wait for this member's second signature, by name; empty where a change of readers is asked instead. */
export function secondsNames(opened: OpenedCase, me: string, now: Date): string {
  return asksReaders(opened, me) ? "" : listed(secondsFor(opened, me, now).map(({ act }) => actTitle(act)));
}

/** What is asked of this member: a step that needs a second signature by its name; of a change of readers nobody signs what would remove them, or what does not hold. */
export function asksWords(opened: OpenedCase, me: string, now: Date): string {
  const { proposal } = opened;
  if (!asksReaders(opened, me)) return t("Waiting for your signature: {acts}", { acts: secondsNames(opened, me, now) });
  if (proposal?.leavesMe) return t("You would be removed");
  return proposal?.refused === null ? t("Waiting for your signature") : t("A change of readers is not valid");
}

/** Makes these the children of a place, and moves none that stands right. */
function put(place: HTMLElement, elements: readonly HTMLElement[]): void {
  const wanted = new Set<ChildNode>(elements);
  for (const child of [...place.childNodes]) if (!wanted.has(child)) child.remove();
  let at = place.firstChild;
  for (const element of elements) {
    if (element === at) at = at.nextSibling;
    else place.insertBefore(element, at);
  }
}

/** What happens to the list. */
interface Choose {
  readonly view: (view: View) => void;
  readonly page: (page: number) => void;
  readonly open: (id: string) => void;
}

/** A row as it is drawn, and what it was drawn from. */
interface DrawnRow {
  readonly from: readonly unknown[];
  readonly element: HTMLElement;
}

/** Draws tabs and rows; the rows keep their elements' ids so that focus can be put back, and their elements where nothing of them has changed. */
export class CaseList {
  private drawn: ReadonlyMap<string, DrawnRow> = new Map();
  /** Whether this member's cases are of more than one entity. */
  private several = false;

  constructor(private readonly tabs: HTMLElement, private readonly list: HTMLElement, private readonly pages: HTMLElement, private readonly words: OfficeWords, private readonly choose: Choose) {}

  draw(state: CaseListState, { counts, rows, options, total }: Listing): void {
    this.several = (options.get("entity")?.length ?? 0) > 1;
    const focused = document.activeElement?.id ?? "";
    // What hardly ever happens has its tab only while it does.
    const tabs = VIEWS.filter((view) => view !== "asked" || state.view === view || (counts.get(view) ?? 0) > 0);
    fill(this.tabs, tabs.map((view) => this.tab(view, state, counts.get(view) ?? 0)));
    const last = Math.max(0, Math.ceil(rows.length / PAGE) - 1);
    state.page = Math.min(state.page, last);
    const shown = rows.slice(state.page * PAGE, (state.page + 1) * PAGE);
    this.drawn = new Map(shown.map((shelved) => [shelved.row.case, this.drawnRow(shelved, state)]));
    if (rows.length === 0) fill(this.list, this.nothing(state, total));
    else put(this.list, [...this.drawn.values()].map(({ element }) => element));
    this.mark(state.open);
    fill(this.pages, last === 0 ? null : this.pager(state, last));
    if (focused.startsWith("row-") || focused.startsWith("view-") || focused.startsWith("page-")) document.getElementById(focused)?.focus();
  }

  /** Forgets the rows that are drawn, and with them the cases that they were drawn from. */
  clear(): void {
    this.drawn = new Map();
  }

  /** Marks the row of the case that is open, where only that has changed: fifty rows need not be drawn for it. */
  mark(open: string | null): void {
    for (const row of this.list.querySelectorAll<HTMLElement>("button.case-row")) {
      if (row.dataset["case"] === open) row.setAttribute("aria-current", "true");
      else row.removeAttribute("aria-current");
    }
  }

  /** Moves the focus up or down the list. */
  move(step: 1 | -1): void {
    const rows = [...this.list.querySelectorAll<HTMLButtonElement>("button.case-row")];
    const at = rows.findIndex((row) => row === document.activeElement || row.getAttribute("aria-current") === "true");
    const next = rows[Math.min(rows.length - 1, Math.max(0, at + step))];
    next?.focus();
    next?.scrollIntoView({ block: "nearest" });
  }

  private tab(view: View, state: CaseListState, count: number): HTMLElement {
    const current = state.view === view ? "true" : null;
    return h("button", { type: "button", id: `view-${view}`, class: view === "overdue" && count > 0 ? "has-overdue" : "", "data-test": `view-${view}`, "aria-current": current, onclick: () => this.choose.view(view) },
      t(VIEW_NAMES[view]), h("span", { class: "count" }, count === 0 && !state.complete ? "…" : count));
  }

  private pager({ page }: CaseListState, last: number): Child {
    const turn = (id: string, label: string, to: number): HTMLElement =>
      h("button", { type: "button", class: "quiet", id: `page-${id}`, "data-test": `page-${id}`, disabled: to < 0 || to > last, onclick: () => this.choose.page(to) }, label);
    return [turn("before", t("Earlier page"), page - 1), h("span", { role: "status" }, t("Page {page} of {pages}", { page: page + 1, pages: last + 1 })), turn("after", t("Next page"), page + 1)];
  }

  private nothing({ filters, found, view, slip, complete }: CaseListState, total: number): HTMLElement {
    const named = view === null || found !== null ? undefined : NOTHING[view];
    const missing = found !== null && view === null ? (slip ?? t("None of your cases contains these words or this number.")) : t(named ?? msg("No cases."));
    const text = filters.chosen.size > 0 && total > 0 ? t("No case matches these filters.") : complete || slip !== null ? missing : t("Opening your cases…");
    return h("li", { class: "nothing" }, text);
  }

  /** While cases come in the list is drawn again and again, and most of its rows are as they were. Days go by, and limits end at whole minutes. */
  private drawnRow(shelved: DeskCase, state: CaseListState): DrawnRow {
    const { row, opened, refused } = shelved;
    const from = [row, opened, refused, state.view === "closed", this.several, this.words.directory, Math.floor(state.now().getTime() / MINUTE)];
    const before = this.drawn.get(row.case);
    return before?.from.every((one, at) => one === from[at]) === true ? before : { from, element: speakingOf(shelved, this.words, () => this.row(shelved, state)) };
  }

  private row(shelved: DeskCase, state: CaseListState): HTMLElement {
    const { row } = shelved;
    const button = h("button", { type: "button", class: "case-row", id: `row-${row.case}`, "data-test": "case-row", "data-case": row.case, onclick: () => this.choose.open(row.case) },
      h("span", { class: "row-title" }, row.urgent ? h("strong", { class: "urgent" }, t("Urgent")) : null, shelved.opened === null ? null : holdMark(shelved.opened), rowTitle(shelved)),
      h("span", { class: "row-facts" }, this.facts(shelved, state)));
    return h("li", {}, button);
  }

  private facts(shelved: DeskCase, state: CaseListState): Child[] {
    const { row, opened } = shelved;
    const policy = textOf(this.words.policies, row);
    const handlers = handlersOf(shelved);
    const facts: Child[] = [
      this.several ? this.words.namedEntity(row.entity) : null,
      opened?.report ? nameIn(policy?.categories, opened.report.category) : null,
      this.stage(shelved),
      isClosed(shelved) && state.view !== "closed" ? t("closed") : null,
      isClosed(shelved) ? this.outcome(shelved) : null,
      opened?.ruled && mergedInto(opened.ruled.found) !== null ? t("merged into another case") : null,
      handlers.length > 0 ? this.words.namedAll(handlers) : withWords(shelved),
    ].filter((fact) => fact !== null && fact !== "");
    const news = opened !== null && hasNews(opened) ? [h("span", { class: "news" }, t("Reporter wrote last"))] : [];
    const asked = opened !== null && asksMe(opened, state.me, state.now()) ? [h("span", { class: "news", "data-test": "row-asks" }, asksWords(opened, state.me, state.now()))] : [];
    const lonely = opened !== null && isLonely(opened, this.words) ? [h("span", { class: "news", "data-test": "row-lonely" }, t("Only you can read it"))] : [];
    const giver = givenBy(state.me, shelved);
    const given = giver === null ? [] : [h("span", { class: "news", "data-test": "row-given" }, around(t("Assigned to you by {person}", { person: blank("person") }), { person: this.words.named(giver) }))];
    const number = h("span", { class: "mono", "data-test": "row-number" }, caseNumber(row.case));
    return [number, h("time", { datetime: row.day }, this.words.day(row.day, row.entity)), ...facts.map((fact) => h("span", {}, fact)), this.due(shelved, state.now()), ...given, ...news, ...asked, ...lonely];
  }

  private outcome({ opened }: DeskCase): Child {
    const outcomes = opened === null ? [] : verdictOf(opened).outcomes;
    return outcomes.length === 0 ? null : h("span", { "data-test": "row-outcome" }, around(t("Outcome: {names}", { names: blank("names") }), { names: listedTexts(outcomes.map(outcomeText)) }));
  }

  private stage(shelved: DeskCase): string {
    const stage = stageOf(shelved, this.words);
    return typeof stage === "string" ? stage : inLanguage(stage);
  }

  private due(shelved: DeskCase, now: Date): Child {
    const due = dueOf(shelved, now);
    if (due === null || due.day === null) return null;
    const left = daysBetween(this.words.today(shelved.row.entity), due.day);
    return h("span", { class: `row-due ${due.missed ? "overdue" : left <= SOON_DAYS ? "soon" : ""}`, "data-test": "row-due" }, sayDue(left, due.missed));
  }
}
