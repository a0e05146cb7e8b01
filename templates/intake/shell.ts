/** What stands around every page: leaving fast, moving without history, the demo banner, leaving warns. */

import { getText } from "./api.js";
import { isDemo } from "../shared/answers.js";
import { showWork } from "../shared/busy.js";
import { byId, h } from "../shared/dom.js";
import { pageLanguage, t } from "../shared/strings.js";

// Somewhere harmless that a person might well be reading.
const ELSEWHERE = { zh: "https://www.baidu.com/", en: "https://www.wikipedia.org/" } as const;
const SHIFTS = 3;
const SHIFT_WINDOW = 1500;

let guarded = false;

/** While true, leaving the page asks first. */
export function warnOnLeaving(on: boolean): void {
  guarded = on;
}

/** Covers everything at once and goes somewhere harmless, leaving no entry to come back to. */
export function leaveNow(to: string = ELSEWHERE[pageLanguage()]): void {
  guarded = false;
  document.title = "";
  document.body.replaceChildren(h("div", { class: "cover" }));
  window.location.replace(to);
}

function watchShift(leave: () => void): void {
  let times: number[] = [];
  document.addEventListener("keydown", (event) => {
    if (event.key !== "Shift" || event.repeat) {
      if (event.key !== "Shift") times = [];
      return;
    }
    const now = Date.now();
    times = [...times.filter((time) => now - time < SHIFT_WINDOW), now];
    if (times.length >= SHIFTS) leave();
  });
}

/** Moves inside the site in the same history entry, and carries the office code along. */
export function moveTo(path: string): void {
  // The very page that is open is loaded again: another fragment alone would leave it as it stands.
  if (path === window.location.pathname) window.location.reload();
  else window.location.replace(path + window.location.hash);
}

function keepOneEntry(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element | null)?.closest("a");
    const path = link?.getAttribute("href") ?? "";
    if (!link || !path.startsWith("/") || link.hasAttribute("download")) return;
    event.preventDefault();
    moveTo(path);
  });
}

async function showDemoBanner(): Promise<void> {
  const text = await getText("/office/site.json").catch(() => "{}");
  if (!isDemo(text)) return;
  document.body.prepend(h("aside", { class: "demo-banner", "data-test": "demo-banner", "aria-label": "DEMO" }, t("DEMO: made-up office, made-up people. Do not report anything real here.")));
}

/** The button and the three strokes that lead away at once: to another site, or to the address given. */
export function watchLeaving(to?: string): void {
  const leave = (): void => leaveNow(to);
  byId("leave").addEventListener("click", leave);
  watchShift(leave);
}

function guardLeaving(): void {
  window.addEventListener("beforeunload", (event) => {
    if (guarded) event.preventDefault();
  });
}

/** What stands around a page that is one file: leaving it goes nowhere else, since that would be a connection. */
export function startAlone(): void {
  watchLeaving("about:blank");
  guardLeaving();
  void showDemoBanner().catch(() => undefined);
}

/** Starts what every page of the reporter has. */
export function startShell(): void {
  watchLeaving();
  keepOneEntry();
  showWork();
  guardLeaving();
  void showDemoBanner().catch(() => undefined);
}
