/** What a tab of the desk shows, and what is typed there and not sent, for the next reload: sealed in the tab as the member's seed is. */

import { t } from "../shared/strings.js";
import { type Unsent, unsentOf } from "./composer.js";
import { keepPlace, openPlace } from "./tabseed.js";
import { byId, h } from "./ui.js";

/** Milliseconds after the last key within which what was typed is kept. */
const SOON_MS = 400;
const MOST_TEXTS = 64;

/** `open`: a case or a page of the desk, by the id that the desk has for it. */
export interface Place {
  readonly open: string | null;
  readonly unsent: Unsent | null;
}

function isStrings(value: unknown): value is string[] {
  return Array.isArray(value) && value.length <= MOST_TEXTS && value.every((one) => typeof one === "string");
}

/** The place as it was kept; null for anything else. */
export function placeOf(text: string | null): Place | null {
  try {
    const { open, unsent } = JSON.parse(text ?? "null") as Record<string, unknown>;
    const { title, texts } = (unsent ?? { title: "", texts: [] }) as Record<string, unknown>;
    if (!(open === null || typeof open === "string") || typeof title !== "string" || !isStrings(texts)) return null;
    return { open, unsent: unsent === null ? null : { title, texts } };
  } catch {
    return null;
  }
}

export class TabPlace {
  private before: Place | null = null;
  private timer = 0;
  /** What was kept of a form: it goes as soon as the form does. */
  private holds = false;
  /** What the tab held before the reload and nobody has put away yet. */
  private found: Unsent | null = null;

  constructor(private readonly open: () => string | null) {}

  /** Takes up the place of before the reload, and keeps it from now on as it changes. */
  watch(): void {
    this.before = placeOf(openPlace());
    document.addEventListener("input", () => this.soon());
    window.addEventListener("pagehide", () => this.keep());
    new MutationObserver(() => (this.holds && document.querySelector("#composer form") === null ? this.keep() : this.soon())).observe(byId("case"), { childList: true, subtree: true });
  }

  /** Shows what was shown before the reload, and what was typed and not sent; once. */
  async restore(show: (id: string) => Promise<void>): Promise<void> {
    const place = this.before;
    this.before = null;
    if (place === null) return;
    if (place.unsent !== null) this.tell(place.unsent);
    if (place.open !== null) await show(place.open);
  }

  private soon(): void {
    window.clearTimeout(this.timer);
    this.timer = window.setTimeout(() => this.keep(), SOON_MS);
  }

  private keep(): void {
    // What was kept before is not shown again yet: a page that goes now keeps it.
    if (this.before !== null) return;
    const unsent = unsentOf();
    this.holds = unsent !== null;
    keepPlace(JSON.stringify({ open: this.open(), unsent: unsent ?? this.found } satisfies Place));
  }

  private tell(unsent: Unsent): void {
    this.found = unsent;
    const away = (): void => {
      this.found = null;
      card.remove();
      this.keep();
    };
    const card = h("section", { class: "notice notice-care unsent", "data-test": "unsent", "aria-label": t("Not sent") },
      h("p", {}, h("strong", {}, t("Not sent: {form}", { form: unsent.title })), " ", t("This was typed here before the page was reloaded. Copy it into the form again, then put it away.")),
      unsent.texts.map((text) => h("textarea", { readonly: true, rows: 4, "aria-label": unsent.title, "data-test": "unsent-text" }, text)),
      h("button", { type: "button", "data-test": "unsent-away", onclick: away }, t("Put away")));
    byId("alarm").after(card);
  }
}
