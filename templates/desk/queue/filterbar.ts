/** The filters above the list: one choice for each field, the order, and how many cases are left. */

import { langOf } from "../../shared/officetext.js";
import { counted } from "../../shared/counted.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import { fill, h } from "../ui.js";
import { FIELDS, FIELD_NAMES, type Field, type Value, nameOf } from "./facts.js";
import type { Filters, Options } from "./filters.js";
import { SORTS, type Sort } from "./order.js";

/** The usual order of the lists of what is due; the others have theirs below. */
const BY_DUE = msg("Default: due first");

const SORT_NAMES: Readonly<Record<Sort, Sentence>> = {
  usual: msg("Default: urgent, then due"), newest: msg("Newest first"), oldest: msg("Oldest first"), due: msg("Due first"), idle: msg("Longest without action"),
};

/** How many cases are listed, of how many without the filters. */
export interface Hits {
  readonly count: number;
  readonly total: number;
}

/** Its controls are made once: nothing is drawn again under a choice that stands open. */
export class FilterBar {
  private readonly selects = new Map<Field, HTMLSelectElement>();
  /** What each select offers now. */
  private readonly offered = new Map<Field, string>();
  private readonly sort: HTMLSelectElement;
  private readonly fold: HTMLButtonElement;
  private readonly fields: HTMLElement;
  private readonly hits = h("span", { role: "status", "data-test": "hits" });
  private readonly clear: HTMLButtonElement;
  private readonly unfiltered = h("p", { class: "hint", "data-test": "tabs-unfiltered", hidden: true }, t("The counts on the tabs ignore the filters."));

  constructor(private readonly place: HTMLElement, private readonly filters: Filters, private readonly changed: () => void, private readonly clearSearch: () => void) {
    const choices = FIELDS.map((field) => this.choice(field));
    this.sort = h("select", { id: "filter-sort", "data-test": "filter-sort", autocomplete: "off", onchange: () => this.order() }, SORTS.map((sort) => h("option", { value: sort }, t(SORT_NAMES[sort]))));
    this.fields = h("div", { id: "filter-fields", class: "filter-fields" }, choices, h("div", { class: "filter-order" }, h("label", { for: "filter-sort" }, t("Sort by")), this.sort));
    this.fold = h("button", { type: "button", class: "quiet filter-fold", "data-test": "filter-fold", "aria-expanded": "false", "aria-controls": "filter-fields", onclick: () => this.unfold() });
    this.clear = h("button", { type: "button", class: "quiet", "data-test": "filter-clear", onclick: () => this.clearAll() }, t("Clear filters"));
    fill(place, this.fold, this.fields, h("p", { class: "filter-hits" }, this.hits, this.clear), this.unfiltered);
  }

  /** A search narrows the list as a filter does: words that were left in its field are said here too. */
  draw(options: Options, { count, total }: Hits, byDue: boolean, searched: string): void {
    const active = this.filters.chosen.size;
    for (const [field, select] of this.selects) this.offer(field, select, options.get(field) ?? []);
    fill(this.sort.options[0] as HTMLOptionElement, t(byDue ? BY_DUE : SORT_NAMES.usual));
    this.sort.value = this.filters.sort;
    fill(this.fold, active === 0 ? t("Filter") : t("Filter ({count})", { count: active }));
    const narrowed = active === 0 || total === 0 ? "" : counted(msg("{shown} of {count} case"), msg("{shown} of {count} cases"), total, { shown: count });
    const said = searched === "" ? narrowed : t("Cases found for “{words}”: {count}", { words: searched, count });
    // The same words again would be spoken again.
    if (this.hits.textContent !== said) fill(this.hits, said);
    this.clear.hidden = said === "" && active === 0;
    this.unfiltered.hidden = active === 0;
    fill(this.clear, searched === "" ? t("Clear filters") : t("Clear search and filters"));
    this.place.hidden = options.get("entity")?.length === 0;
  }

  private choice(field: Field): HTMLElement {
    const id = `filter-${field}`;
    const select = h("select", { id, "data-test": id, autocomplete: "off", onchange: () => this.choose(field, select.value) });
    this.selects.set(field, select);
    return h("div", {}, h("label", { for: id }, t(FIELD_NAMES[field])), select);
  }

  /** A field in which all cases are alike has nothing to choose. */
  private offer(field: Field, select: HTMLSelectElement, values: readonly Value[]): void {
    const offered = JSON.stringify(values.map((value) => [value.key, nameOf(value), value.of]));
    if (this.offered.get(field) !== offered) {
      this.offered.set(field, offered);
      fill(select, h("option", { value: "" }, t("All")), values.map((value) => h("option", { value: value.key, lang: typeof value.text === "string" ? null : langOf(value.text).lang }, nameOf(value), value.of ? ` (${value.of})` : "")));
    }
    select.value = this.filters.chosen.get(field) ?? "";
    if (select.parentElement !== null) select.parentElement.hidden = values.length < 2;
  }

  private choose(field: Field, key: string): void {
    this.filters.choose(field, key);
    this.changed();
  }

  private order(): void {
    this.filters.sort = SORTS.find((sort) => sort === this.sort.value) ?? "usual";
    this.changed();
  }

  private clearAll(): void {
    this.filters.clear();
    this.clearSearch();
    this.changed();
    // The button is gone now: the reading position goes to what opens the filters, or to the first of them.
    const stays = this.fold.checkVisibility() ? this.fold : this.fields.querySelector<HTMLElement>("div:not([hidden]) > select");
    stays?.focus();
  }

  private unfold(): void {
    const open = this.fields.classList.toggle("is-open");
    this.fold.setAttribute("aria-expanded", String(open));
  }
}
