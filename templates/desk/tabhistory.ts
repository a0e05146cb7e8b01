/** The tab's history on the desk: each case that is shown is a step of it, so that Back shows what was shown before. */

/** Milliseconds within which a second Back means it. */
const AGAIN_MS = 4000;

/** What a step of the browser's history carries: a number that means something in this tab alone, and no id. */
interface Step {
  readonly desk: number;
}

/** The browser's history and its clock, as far as this needs them. */
export interface Browser {
  readonly push: (step: Step) => void;
  readonly replace: (step: Step) => void;
  readonly go: (steps: number) => void;
  readonly hear: (follow: (state: unknown) => void) => void;
  readonly now: () => number;
}

/** What the desk does when the browser has gone a step. */
export interface Shows {
  /** Shows a case, or the list for null; false where somebody stays with what they are writing. */
  readonly show: (id: string | null) => boolean;
  /** Back from the list; `again` where one came shortly before. Whatever follows, the list stays where it is in the history. */
  readonly leave: (again: boolean) => void;
}

const DOOR = -1;

function stepOf(state: unknown): number | null {
  const step = typeof state === "object" && state !== null && "desk" in state ? state.desk : null;
  return typeof step === "number" && Number.isInteger(step) ? step : null;
}

export class TabHistory {
  /** What each step shows, from the list on. */
  private shown: (string | null)[] = [null];
  private at = 0;
  private warned = -Infinity;

  constructor(private readonly browser: Browser, private readonly shows: Shows) {}

  /** What is shown now, where it is one of these. */
  side(isOne: (id: string) => boolean): string | null {
    const id = this.shown[this.at] ?? null;
    return id !== null && isOne(id) ? id : null;
  }

  /** Puts a step before the list: one Back from there leaves nothing yet. */
  start(): void {
    this.browser.hear((state) => this.follow(state));
    this.browser.replace({ desk: DOOR });
    this.browser.push({ desk: 0 });
  }

  /** A case is shown that was not. */
  add(id: string): void {
    if (this.shown[this.at] === id) return;
    this.at += 1;
    this.shown = [...this.shown.slice(0, this.at), id];
    this.browser.push({ desk: this.at });
  }

  /** The page's own way back to the list; false where the history stands there. */
  toList(): boolean {
    if (this.at === 0) return false;
    this.browser.go(-this.at);
    return true;
  }

  /** The browser has gone to another step. */
  private follow(state: unknown): void {
    const to = stepOf(state);
    if (to === DOOR) return this.atDoor();
    if (to === null || to === this.at || to >= this.shown.length) return;
    if (this.shows.show(this.shown[to] ?? null)) this.at = to;
    else this.browser.go(this.at - to);
  }

  private atDoor(): void {
    const before = this.warned;
    this.warned = this.browser.now();
    this.browser.go(1 + this.at);
    this.shows.leave(this.warned - before < AGAIN_MS);
  }
}

/** The real browser's. */
export function browserHistory(): Browser {
  return {
    push: (step) => history.pushState(step, ""), replace: (step) => history.replaceState(step, ""), go: (steps) => history.go(steps), now: () => performance.now(),
    hear: (follow) => window.addEventListener("popstate", ({ state }) => follow(state)),
  };
}
