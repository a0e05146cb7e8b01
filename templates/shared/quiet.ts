/** A page that holds a key forgets it after a quiet time: nobody who comes by later finds it open. */

/** As long as the desk's own sessions last without a call. */
export const QUIET_MS = 30 * 60_000;
const WARNING_MS = 60_000;
const LOOK_MS = 5_000;
const HERE_MS = 5 * 60_000;
const SIGNS = ["pointerdown", "keydown", "wheel", "touchstart"] as const;

export type IdleState = "awake" | "warned" | "over";

/** Counts by the clock and not by a timer: a machine that slept has been quiet all the while. */
export class Quiet {
  private last: number;
  private told: number;

  /** `last`: when somebody was there last, where that was before now. */
  constructor(now: number, private readonly most = QUIET_MS, last = now) {
    this.last = last;
    this.told = now;
  }

  /** Somebody is there. What comes after the time is over comes too late. */
  touch(now: number): void {
    if (this.stands(now) !== "over") this.last = now;
  }

  /** A clock that was set back by more than it is usually put right says nothing of how long it was quiet: that is over. */
  stands(now: number): IdleState {
    const quiet = now - this.last;
    if (quiet < -WARNING_MS || quiet >= this.most) return "over";
    return quiet >= this.most - WARNING_MS ? "warned" : "awake";
  }

  /** Whether the server should hear that somebody is there: a touch came since it last did, which is some minutes ago. */
  shouldTell(now: number): boolean {
    if (this.last <= this.told || now - this.told < HERE_MS || this.stands(now) === "over") return false;
    this.told = now;
    return true;
  }
}

/** `warn` is told whenever the last minute begins or somebody came back, `over` once, `here` every few minutes of work. */
export interface IdleListener {
  readonly warn: (last: boolean) => void;
  readonly over: () => void;
  readonly here: () => void;
}

/** Watches this page. */
export function watchQuiet(now: () => number, { warn, over, here }: IdleListener, last = now()): void {
  const quiet = new Quiet(now(), QUIET_MS, last);
  let warned = false;
  let ended = false;
  const look = (): void => {
    if (ended) return;
    const stands = quiet.stands(now());
    if (stands === "over") {
      ended = true;
      clearInterval(timer);
      over();
      return;
    }
    if (warned !== (stands === "warned")) {
      warned = stands === "warned";
      warn(warned);
    }
    if (quiet.shouldTell(now())) here();
  };
  const touch = (): void => {
    quiet.touch(now());
    look();
  };
  for (const sign of SIGNS) document.addEventListener(sign, touch, { capture: true, passive: true });
  // A page that comes back to the front looks at once; a browser slows the timers of one that lies behind.
  document.addEventListener("visibilitychange", look);
  const timer = setInterval(look, LOOK_MS);
}
