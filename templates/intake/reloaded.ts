/** What a page says after it was loaded again. Nothing is stored for it: the browser itself says how the page was opened. */

import { h } from "../shared/dom.js";

/** Whether this page was loaded again, by its button or by a phone that had put it away. */
function wasReloaded(): boolean {
  const [opened] = performance.getEntriesByType("navigation");
  return opened instanceof PerformanceNavigationTiming && opened.type === "reload";
}

/** Puts a calm line above what the page shows first. */
export function sayReloaded(place: HTMLElement, words: string): void {
  if (wasReloaded()) place.firstElementChild?.prepend(h("p", { class: "notice", role: "status", "data-test": "reloaded" }, words));
}
