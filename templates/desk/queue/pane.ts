/** The list beside the case: its view, its page, its filters and its search, and when it is drawn. */

import { speakOf, speakingOf } from "../opened/casevoice.js";
import { type OpenedCase, type DeskCase, wordsOf } from "../opened/model.js";
import { caseNumber, digitsOf, wholeNumber } from "../opened/number.js";
import type { OfficeWords } from "../context.js";
import { pageLocale, t } from "../../shared/strings.js";
import { FORM_BEGUN } from "../composer.js";
import { byId, fill, h } from "../ui.js";
import { countInTitle, waitingIn } from "./attention.js";
import { ThrottledRedraw } from "./throttledredraw.js";
import { FilterBar } from "./filterbar.js";
import { type Facts, factsOf, nameOf } from "./facts.js";
import { Filters } from "./filters.js";
import { type Listing, CaseList, type CaseListState, PAGE, VIEW_NAMES, listingOf } from "./caselist.js";
import { SearchIndex, fold } from "./search.js";
import { type View, byView, isByDue, isClosed } from "./views.js";

/** What the list says of a case, as the index compares it. */
const said = new WeakMap<Facts, string>();

export class Pane {
  readonly state: CaseListState;
  /** The cases that were on the page in this session. */
  readonly seen = new Set<string>();
  private readonly index = new SearchIndex(pageLocale());
  private readonly caseList: CaseList;
  private readonly bar: FilterBar;
  /** The view to which the end of a search leads back. */
  private before: View = "open";
  /** The cases that the list holds, over all its pages. */
  private listed: ReadonlySet<string> = new Set();
  /** Why the open case is not in the list, as it was said before a form was begun in it: it is not said again. */
  private passed = "";
  private readonly drawing = new ThrottledRedraw(() => this.refresh());

  constructor(private readonly shelf: ReadonlyMap<string, DeskCase>, me: string, now: () => Date, private readonly words: OfficeWords, private readonly open: (id: string) => void, private readonly drawn: () => void) {
    this.state = { shelf, me, now, view: "open", page: 0, found: null, slip: null, filters: new Filters(), open: null, complete: false };
    this.caseList = new CaseList(byId("views"), byId("rows"), byId("pages"), words, { view: (view) => this.showView(view), page: (page) => this.showPage(page), open });
    this.bar = new FilterBar(byId("filters"), this.state.filters, () => this.narrow(), () => this.clearSearch());
    this.field().addEventListener("input", () => this.search());
    this.field().addEventListener("keydown", (event) => event.key === "Enter" && !event.isComposing && this.openFound());
    byId("case").addEventListener(FORM_BEGUN, () => this.passListed());
  }

  private passListed(): void {
    this.passed = document.getElementById("not-listed")?.firstElementChild?.textContent ?? "";
    this.sayListed();
  }

  /** What a search may find of a case. */
  put(id: string, opened: OpenedCase): void {
    this.index.put(id, caseNumber(id), wordsOf(opened));
  }

  clear(): void {
    this.index.clear();
    this.seen.clear();
    this.caseList.clear();
    this.state.filters.clear();
  }

  /** The list, and in the tab's title how many of its cases wait for somebody's eye. */
  now(): void {
    this.drawing.now();
  }

  soon(): void {
    this.drawing.soon();
  }

  /** The first look has ended: what is not in the list by now is not there. */
  complete(): void {
    this.state.complete = true;
    this.drawing.now();
  }

  /** Draws the list alone, where no case has changed. */
  draw(): Listing {
    const listing = listingOf(this.state, this.words);
    this.listed = new Set(listing.rows.map(({ row }) => row.case));
    this.sayListed();
    // Whatever case stands open beside it, the list is of all.
    speakingOf(undefined, this.words, () => this.drawList(listing));
    return listing;
  }

  private drawList(listing: Listing): void {
    this.caseList.draw(this.state, listing);
    this.bar.draw(listing.options, { count: listing.rows.length, total: listing.total }, this.state.found === null && isByDue(this.state.view), this.state.found === null ? "" : this.field().value.trim());
  }

  /** Another case is open, or none: the list itself stays as it is drawn. */
  mark(): void {
    if (this.state.open !== null) this.seen.add(this.state.open);
    this.caseList.mark(this.state.open);
    speakOf(this.state.open === null ? undefined : this.shelf.get(this.state.open), this.words);
  }

  /** A case stays on the page when the list changes: nobody takes it for one of those beside it, and one click lists it. */
  sayListed(): void {
    const { open } = this.state;
    const place = document.getElementById("not-listed");
    const why = open === null || this.listed.has(open) ? "" : this.whyNotListed(open);
    if (why !== this.passed) this.passed = "";
    const words = why === this.passed ? "" : why;
    if (place === null || open === null || (place.firstElementChild?.textContent ?? "") === words) return;
    fill(place, words !== "" && [h("span", {}, words), " ", h("button", { type: "button", class: "quiet", "data-test": "list-it", onclick: () => this.list(open) }, t("Show it in the list"))]);
  }

  private whyNotListed(id: string): string {
    const { found, view } = this.state;
    const number = caseNumber(id);
    if (found !== null && !found.has(id)) return t("The search does not find this case, no. {number}.", { number });
    if (view === null || this.isIn(view, id)) return t("The filters hide this case, no. {number}, in the list.", { number });
    return t("The list is showing “{view}”. This case, no. {number}, is not in it.", { view: t(VIEW_NAMES[view]), number });
  }

  private isIn(view: View, id: string): boolean {
    const shelved = this.shelf.get(id);
    return shelved !== undefined && byView([shelved], this.state.me, this.state.now()).get(view)?.length === 1;
  }

  /** Takes away whatever leaves this case out of the list, and no more. */
  private list(id: string): void {
    const { state } = this;
    if (state.found?.has(id) === false) this.clearSearch();
    const shelved = this.shelf.get(id);
    if (state.view !== null && !this.isIn(state.view, id)) this.showView(shelved !== undefined && isClosed(shelved) ? "closed" : "open");
    if (!this.listed.has(id)) {
      state.filters.clear();
      this.draw();
    }
    state.page = Math.max(0, Math.floor([...this.listed].indexOf(id) / PAGE));
    this.draw();
    const row = document.getElementById(`row-${id}`);
    row?.scrollIntoView({ block: "nearest" });
    row?.focus();
  }

  move(step: 1 | -1): void {
    this.caseList.move(step);
  }

  /** The first case of the list. */
  first(): string | null {
    return listingOf(this.state, this.words).rows[0]?.row.case ?? null;
  }

  showView(view: View): void {
    this.before = view;
    this.state.view = view;
    this.state.page = 0;
    this.draw();
  }

  /** Shows a view and puts the reading position on it, from elsewhere on the page. */
  goTo(view: View): void {
    this.showView(view);
    const tab = document.getElementById(`view-${view}`);
    tab?.scrollIntoView({ block: "start" });
    tab?.focus();
  }

  private showPage(page: number): void {
    this.state.page = page;
    this.draw();
    byId("views").scrollIntoView({ block: "nearest" });
  }

  /** Cases come and go while somebody searches: what is not opened, or not any more, is not found. */
  private refresh(): void {
    this.index.keepOnly((id) => this.shelf.has(id));
    // A row shows its number before the case is opened, and where it can't be: it is found by that.
    for (const [id, { opened }] of this.shelf) if (opened === null) this.index.putNumber(id, caseNumber);
    this.state.found = this.find();
    this.draw();
    countInTitle(waitingIn(this.shelf.values(), this.state.me, this.state.now()).size);
    this.drawn();
  }

  /** A search looks in all views; once a view is chosen meanwhile, in that one until more is typed. */
  private search(): void {
    fill(byId("notice"));
    this.state.found = this.find();
    this.state.view = this.state.found === null ? this.before : null;
    this.state.page = 0;
    // In one pane the list stands below the day: what was found must be in sight.
    byId("work").classList.toggle("searching", this.state.found !== null);
    this.draw();
  }

  /** Enter opens the case whose whole number was typed, or the only one that was found; of a number that no case here has a sentence says why. */
  private openFound(): void {
    const typed = this.field().value.trim();
    const number = wholeNumber(typed);
    const named = number === null ? this.listed : [...this.shelf.keys()].filter((id) => digitsOf(caseNumber(id)) === number.digits);
    const [only, ...others] = this.state.found === null ? [] : named;
    if (only !== undefined && others.length === 0) return this.open(only);
    if (number === null || only !== undefined) return fill(byId("notice"));
    fill(byId("notice"), number.fits ? t("None of your cases has the number {number}. Check the number, or ask whether you can read that case.", { number: typed }) : mistyped(typed));
  }

  private clearSearch(): void {
    if (this.state.found === null) return;
    this.field().value = "";
    this.search();
  }

  /** A filter or the order was chosen. */
  private narrow(): void {
    this.state.page = 0;
    this.draw();
  }

  private find(): ReadonlySet<string> | null {
    const query = this.field().value.trim();
    this.state.slip = wholeNumber(query)?.fits === false ? mistyped(query) : null;
    return query === "" ? null : this.index.find(query, (id) => this.factsText(id));
  }

  /** Company, policy, stage, handlers, urgency and grade of a case, as the list says them; folded once for all that is typed. */
  private factsText(id: string): string {
    const found = this.shelf.get(id);
    const facts = found === undefined ? null : factsOf(found, this.words);
    if (facts === null) return "";
    const text = said.get(facts) ?? fold(Object.values(facts).flat().map(nameOf).join("\n"));
    said.set(facts, text);
    return text;
  }

  private field(): HTMLInputElement {
    return byId<HTMLInputElement>("search");
  }
}

function mistyped(number: string): string {
  return t("The number {number} contains a slip: its last character does not fit the others. Check it.", { number });
}
