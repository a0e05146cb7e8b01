/** What stands around every page: leaving fast, moving without history, the demo banner, leaving warns. */

import { pause } from "../../crypto/yielding.js";
import { getText } from "./api.js";
import { isDemo } from "../shared/responses.js";
import { showWork } from "../shared/proofofwork.js";
import { byId, h } from "../shared/dom.js";
import { inARow, pageLanguage, t } from "../shared/strings.js";
import { elsewhere } from "./exittarget.js";
import { alsoRedraw, changeLanguage } from "./language.js";
import { askThen, guardLeaving, warnOnLeaving } from "./leaving.js";
import { endTrail, leaveTrail } from "./screenhistory.js";

const SHIFTS = 3;
const SHIFT_WINDOW = 1500;

/** Covers everything at once and goes somewhere harmless; coming back to what it leaves leads there too. */
export function leaveNow(to: string = elsewhere()): void {
  warnOnLeaving(false);
  document.title = "";
  document.body.replaceChildren(h("div", { class: "cover" }));
  leaveTrail(to, isFile() ? null : "/", true);
}

/** A page that was saved to a disk has no other pages beside it. */
function isFile(): boolean {
  return window.location.protocol === "file:";
}

/** The site's first page in the language of this one. */
function firstPage(): string {
  return `/${pageLanguage()}/${window.location.hash}`;
}

/** The page's last screen is shown: from now on the browser's Back leads to no other, and loading it again to the first page. */
export function nothingBehind(): void {
  if (isFile()) endTrail(null, null);
  else endTrail(firstPage(), firstPage());
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
  const { hash, pathname } = window.location;
  // The very page that is open is loaded again: another fragment alone would leave it as it stands. For the same reason what
  // is left in the browser's list is never the address that is opened: behind the first page it is the site's entrance, which leads on
  // in the browser's own language.
  if (path === pathname) window.location.reload();
  else leaveTrail(path + hash, path + hash === firstPage() ? `/${hash}` : firstPage());
}

/** Links of the site move in the same history entry, and another language is spoken where one stands. */
export function keepOneEntry(): void {
  document.addEventListener("click", (event) => {
    const link = (event.target as Element | null)?.closest("a");
    const path = link?.getAttribute("href") ?? "";
    if (!link || !path.startsWith("/") || link.hasAttribute("download")) return;
    event.preventDefault();
    if (link.hreflang === "" || !changeLanguage(path)) askThen(() => moveTo(path));
  });
}

async function showDemoBanner(): Promise<void> {
  await pause();
  const text = await getText("/office/site.json").catch(() => "{}");
  if (!isDemo(text)) return;
  const banner = h("aside", { class: "demo-banner", "data-test": "demo-banner", "aria-label": "DEMO" });
  const say = (): void => { banner.textContent = t("DEMO: made-up office, made-up people. Do not report anything real here."); };
  say();
  alsoRedraw(say);
  document.body.prepend(banner);
}

/** Only where a keyboard is likely: a phone's has no such key. */
function tellOfShift(): void {
  if (!window.matchMedia("(hover: hover) and (pointer: fine)").matches) return;
  const leave = byId("leave");
  leave.title = inARow(leave.title, t("Pressing Shift three times does the same."));
}

/** Each screen begins at its top: a browser would put back where the entry stood that leads to the last one. */
function beginAtTop(): void {
  window.history.scrollRestoration = "manual";
}

/** The button and the three strokes that lead away at once: to another site, or to the address given. */
export function watchLeaving(to?: string): void {
  const leave = (): void => leaveNow(to);
  byId("leave").addEventListener("click", leave);
  watchShift(leave);
  tellOfShift();
  alsoRedraw(tellOfShift);
}

/** What stands around a page that is one file: leaving it goes nowhere else, since that would be a connection. */
export function startAlone(): void {
  beginAtTop();
  watchLeaving("about:blank");
  guardLeaving();
  void showDemoBanner().catch(() => undefined);
}

/** A browser may keep a page whole for its Back, against the header: what it keeps is empty, and is loaded again. */
function forgetOnHiding(): void {
  window.addEventListener("pagehide", () => document.body.replaceChildren(h("div", { class: "cover" })));
  window.addEventListener("pageshow", (event) => {
    if (event.persisted) window.location.reload();
  });
}

/** Starts what every page of the reporter has. */
export function startShell(): void {
  beginAtTop();
  forgetOnHiding();
  watchLeaving();
  keepOneEntry();
  showWork();
  guardLeaving();
  void showDemoBanner().catch(() => undefined);
}
