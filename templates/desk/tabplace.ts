/** What a tab of the desk shows, and what is typed there and not sent, for the next reload: sealed in the tab as the member's seed is. */

import { t } from "../shared/strings.js";
import { type Unsent, unsentOf } from "./composer.js";
import { caseNumber } from "./opened/number.js";
import { keepPlace, openPlace } from "./tabseed.js";
import { byId, h } from "./ui.js";

/** Milliseconds after the last key within which what was typed is kept. */
const SOON_MS = 400;
const MOST_TEXTS = 64;

/** `at`: the case in which it was typed; null for what belongs to none yet. */
export interface Left extends Unsent {
  readonly at: string | null;
}

/** `open`: a case or a page of the desk, by the id that the desk has for it. */
export interface Place {
  readonly open: string | null;
  readonly unsent: readonly Left[];
}

function leftOf(value: unknown): Left | null {
  const { at, title, texts, sending } = (value ?? {}) as Record<string, unknown>;
  const fits = (at === null || typeof at === "string") && typeof title === "string" && typeof sending === "boolean" && Array.isArray(texts) && texts.length <= MOST_TEXTS && texts.every((one) => typeof one === "string");
  return fits ? { at: at as string | null, title: title as string, texts: texts as string[], sending: sending as boolean } : null;
}

/** The place as it was kept; null for anything else. */
export function placeOf(text: string | null): Place | null {
  try {
    const { open, unsent } = JSON.parse(text ?? "null") as Record<string, unknown>;
    const left = Array.isArray(unsent) ? unsent.map(leftOf) : [null];
    return (open === null || typeof open === "string") && left.every((one) => one !== null) ? { open, unsent: left } : null;
  } catch {
    return null;
  }
}

export class TabPlace {
  private timer = 0;
  /** What was shown before the reload and is not shown again yet. */
  private wanted: string | null = null;
  /** What the tab held before the reload and nobody has put away yet. */
  private found: Left[] = [];
  private readonly cards = new Map<Left, HTMLElement>();

  /** `open` is the case on the page, `shown` that or another page of the desk, `unsent` what is typed there. */
  constructor(private readonly open: () => string | null, private readonly shown: () => string | null, private readonly unsent: () => readonly Unsent[] = unsentOf) {}

  /** Takes up the place of before the reload, and keeps it from now on as it changes. */
  watch(): void {
    const before = placeOf(openPlace());
    this.wanted = before?.open ?? null;
    for (const left of before?.unsent ?? []) this.tell(left);
    document.addEventListener("input", () => this.soon());
    window.addEventListener("pagehide", () => this.keep());
    new MutationObserver(() => this.moved()).observe(byId("case"), { childList: true, subtree: true });
    // From the first moment, so that what the tab stores does not say whether anything was opened or typed.
    this.keep();
  }

  /** Shows what was shown before the reload, where nobody has opened anything else meanwhile; once. */
  async restore(show: (id: string) => Promise<void>): Promise<void> {
    const { wanted } = this;
    this.wanted = null;
    if (wanted !== null && this.shown() === null) await show(wanted);
  }

  private moved(): void {
    for (const [left, card] of this.cards) card.hidden = left.at !== null && left.at !== this.open();
    if (document.querySelector("#composer form") === null) this.keep();
    else this.soon();
  }

  private soon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), SOON_MS);
  }

  private keep(): void {
    const now = this.unsent().map((one) => ({ ...one, at: this.open() }));
    keepPlace(JSON.stringify({ open: this.shown() ?? this.wanted, unsent: [...now, ...this.found] } satisfies Place));
  }

  private tell(left: Left): void {
    this.found.push(left);
    const away = (): void => {
      this.found = this.found.filter((one) => one !== left);
      this.cards.delete(left);
      card.remove();
      this.keep();
    };
    const title = left.at === null ? left.title : t("{form}, case {number}", { form: left.title, number: caseNumber(left.at) });
    const card = h("section", { class: "notice notice-care unsent", "data-test": "unsent", "aria-label": t("Not sent") },
      left.sending
        ? h("p", {}, h("strong", {}, t("Possibly sent: {form}", { form: title })), " ", t("The page was reloaded while this was being sent. Look first whether the case has it."))
        : h("p", {}, h("strong", {}, t("Not sent: {form}", { form: title })), " ", t("This was typed here before the page was reloaded. Copy it into the form again, then put it away.")),
      left.texts.map((text) => h("textarea", { readonly: true, rows: 4, "aria-label": title, "data-test": "unsent-text" }, text)),
      h("button", { type: "button", "data-test": "unsent-away", onclick: away }, t("Put away")));
    card.hidden = left.at !== null;
    this.cards.set(left, card);
    byId("alarm").after(card);
  }
}
