/**
 * The browser's Back and Forward among the screens of one page. Every screen is an entry with the same address and title, and
 * carries its place in the row and nothing else: browsers write to the disk what an entry carries.
 *
 * A screen is added only when somebody presses something: Chromium passes over entries that a page adds by itself.
 */

import { LEFT } from "./exittarget.js";

/** Where no answer comes from the browser by then, the exit goes on without it. */
const LONGEST_WAIT = 300;

type Arrive = (place: number) => void;

interface Row {
  arrive: Arrive;
  /** Whether entries were added to the one by which the page was entered. */
  grown: boolean;
  ended: boolean;
  /** The page's address in the language that it has now. */
  address: string | null;
}
const row: Row = { arrive: () => undefined, grown: false, ended: false, address: null };

/** The place of the entry that is open; the page was entered at 0. */
export function placeNow(): number {
  const state: unknown = window.history.state;
  return typeof state === "number" && state > 0 ? state : 0;
}

/** Adds an entry for the next screen; gives its place. */
export function addPlace(): number {
  const next = placeNow() + 1;
  // Loaded again, the entry by which the page was entered still says that others came after it.
  if (next === 1) window.history.replaceState(0, "");
  window.history.pushState(next, "");
  row.grown = true;
  return next;
}

/** Moves to a place that was added before; who hears of moves hears of this one too. */
export function goToPlace(place: number): void {
  if (place !== placeNow()) window.history.go(place - placeNow());
}

/** From now on `arrive` hears of every Back and Forward. */
export function hearMoves(arrive: Arrive): void {
  row.arrive = arrive;
}

/** Goes to where the page was entered, and calls `then` there. */
function unwind(then: () => void): void {
  let done = false;
  const once = (): void => {
    if (!done) then();
    done = true;
  };
  row.arrive = (place) => place === 0 && once();
  if (placeNow() === 0) return once();
  window.setTimeout(once, LONGEST_WAIT);
  goToPlace(0);
}

/** From now on every entry that is open has this address, in place of the one in another language. */
export function readdress(address: string): void {
  row.address = address;
  keepAddress();
}

function keepAddress(): void {
  const { hash, pathname } = window.location;
  if (row.ended || row.address === null || row.address === pathname) return;
  window.history.replaceState(window.history.state, "", row.address + hash);
}

/** Follows the browser's buttons. A page that is loaded again among its own entries begins where it was entered. */
export function startTrail(): Promise<void> {
  window.addEventListener("popstate", () => {
    keepAddress();
    row.arrive(placeNow());
  });
  row.grown = window.history.state !== null;
  return new Promise(unwind);
}

/**
 * Leaves this page for another address. Nothing can take an entry out of the browser's list, but a new step from where the
 * page was entered cuts off those behind it: what stays is that one, and it is the site's entrance, or leads away.
 */
export function leaveTrail(to: string, entrance: string | null, away = false): void {
  if (!row.grown || (row.ended && !away)) return window.location.replace(to);
  unwind(() => {
    window.history.replaceState(away ? LEFT : null, "", entrance);
    window.location.assign(to);
  });
}

/** For a last screen: no screen before it can be reached, and loading this one again shows `address`. */
export function endTrail(entrance: string | null, address: string | null): void {
  if (!row.grown || row.ended) return window.history.replaceState(window.history.state, "", address);
  unwind(() => {
    row.arrive = () => undefined;
    row.ended = true;
    window.history.replaceState(0, "", entrance);
    window.history.pushState(1, "", address);
  });
}
