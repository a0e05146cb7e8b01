/** The cases that a step goes to: ticked before, and each marked with what became of it. */

import { msg, t, type Sentence } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import { caseNumber } from "../opened/number.js";
import { fill, field, h } from "../ui.js";
import { type Follower, whichCase } from "./followers.js";

/** What became of a step in one case. */
export type Fate = "sending" | "sent" | "failed";

const FATES: Readonly<Record<Fate, Sentence>> = { sending: msg("encrypting and sending"), sent: msg("recorded"), failed: msg("not recorded") };
/** More rows than this, and there is a field that narrows them. */
const MANY = 8;

interface Row {
  readonly one: Follower;
  readonly box: HTMLInputElement;
  readonly said: HTMLElement;
  readonly element: HTMLElement;
}

/** The list of cases in a form. A case that got the step can't be ticked again. */
export class Targets {
  readonly element: HTMLElement;
  readonly #rows: readonly Row[];
  readonly #count = h("p", { class: "hint", role: "status", "data-test": "targets-count" });

  constructor(followers: readonly Follower[], ticked: boolean, words: OfficeWords) {
    this.#rows = followers.map((one) => rowOf(one, ticked, words, () => this.#recount()));
    const list = h("div", { class: "targets" }, this.#rows.map(({ element }) => element));
    this.element = h("fieldset", { class: "target-field", "data-test": "targets" }, h("legend", {}, t("In these cases")), this.#tools(), list, this.#count);
    this.#recount();
  }

  /** What is ticked and waits. */
  chosen(): Follower[] {
    return this.#rows.filter(({ box }) => box.checked && !box.disabled).map(({ one }) => one);
  }

  /** Whether the form is still there. */
  get stands(): boolean {
    return this.element.isConnected;
  }

  /** How many cases got the step. */
  get done(): number {
    return this.#rows.filter(({ element }) => element.dataset["fate"] === "sent").length;
  }

  mark(id: string, fate: Fate, why = ""): void {
    const row = this.#rows.find(({ one }) => one.id === id);
    if (row === undefined) return;
    row.element.dataset["fate"] = fate;
    row.box.disabled = fate === "sent";
    fill(row.said, why === "" ? t(FATES[fate]) : t("{name}: {value}", { name: t(FATES[fate]), value: why }));
    row.element.hidden = false;
    this.#recount();
  }

  #tools(): HTMLElement | null {
    if (this.#rows.length < 2) return null;
    const all = h("button", { type: "button", class: "quiet", "data-test": "targets-all", onclick: () => this.#tick(true) }, t("Select all"));
    const none = h("button", { type: "button", class: "quiet", "data-test": "targets-none", onclick: () => this.#tick(false) }, t("Clear selection"));
    const narrow = h("input", { id: "targets-filter", "data-test": "targets-filter", type: "search", autocomplete: "off" });
    narrow.addEventListener("input", () => this.#narrow(narrow.value));
    return h("div", { class: "target-field" }, this.#rows.length > MANY ? field(t("Show only reports with these words"), narrow) : null, h("div", { class: "row" }, all, none));
  }

  /** Ticks or clears what is shown. */
  #tick(ticked: boolean): void {
    for (const { box, element } of this.#rows) if (!box.disabled && !element.hidden) box.checked = ticked;
    this.#recount();
  }

  #narrow(words: string): void {
    const wanted = words.trim().toLowerCase();
    for (const { one, element, box } of this.#rows) {
      const account = one.opened.report?.account ?? one.title;
      element.hidden = wanted !== "" && !box.checked && ![account, caseNumber(one.id)].some((text) => text.toLowerCase().includes(wanted));
    }
  }

  #recount(): void {
    fill(this.#count, t("{count} of {total} selected", { count: this.chosen().length, total: this.#rows.length }));
  }
}

function rowOf(one: Follower, ticked: boolean, words: OfficeWords, changed: () => void): Row {
  const box = h("input", { type: "checkbox", id: `target-${one.id}`, "data-test": "target-box", checked: ticked });
  box.addEventListener("change", changed);
  const said = h("span", { class: "hint", "data-test": "target-fate" });
  const element = h("label", { class: "choice", for: box.id, "data-test": "target", "data-case": one.id }, box, h("span", {}, one.title, " ", whichCase(one, words), " ", said));
  return { one, box, said, element };
}
