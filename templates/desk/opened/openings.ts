/** The events by which this member signs what was shown of each case: written by the page itself, some a minute, so that the limit of changes is left to the member. */

import { DeskRefusal } from "../api.js";

const MINUTE_MS = 60_000;
const TOO_MANY = "too-many-steps";
const SIGNED_OUT = 401;
const SERVER_FAULT = 500;
/** The server refuses a member more than 600 changes a minute; of what a page writes unasked there are two kinds. */
export const MOST_A_MINUTE = 150;

/** What may still be written unasked in this minute. */
export class MinuteLimit {
  readonly #used: number[] = [];

  get left(): number {
    const now = performance.now();
    while (this.#used[0] !== undefined && now - this.#used[0] >= MINUTE_MS) this.#used.shift();
    return MOST_A_MINUTE - this.#used.length;
  }

  /** Takes one; false where none is left. */
  use(): boolean {
    const free = this.left > 0;
    if (free) this.#used.push(performance.now());
    return free;
  }

  /** The server takes no more of this member in this minute. */
  useUp(): void {
    while (this.left > 0) this.#used.push(performance.now());
  }
}

export class Openings {
  /** Cases that are shown and still to be signed. */
  readonly #left = new Set<string>();
  readonly #limit = new MinuteLimit();

  get areLeft(): boolean {
    return this.#left.size > 0;
  }

  /** Those of the listed cases that may be signed now; of one that is not listed nothing is left. */
  due(listed: readonly string[]): Set<string> {
    const known = new Set(listed);
    for (const id of this.#left) if (!known.has(id)) this.#left.delete(id);
    return new Set([...this.#left].slice(0, this.#limit.left));
  }

  /** It is signed, or there is nothing to sign. */
  forget(id: string): void {
    this.#left.delete(id);
  }

  /** Signs by `write`; false where nothing was tried or the minute's limit is used up. A case that can't be signed can be read all the same. */
  async sign(id: string, write: () => Promise<void>, unasked: boolean): Promise<boolean> {
    this.#left.add(id);
    if (unasked && !this.#limit.use()) return false;
    try {
      await write();
    } catch (error) {
      if (!(error instanceof DeskRefusal) || error.status === SIGNED_OUT) throw error;
      if (error.code === TOO_MANY) {
        this.#limit.useUp();
        return false;
      }
      if (isForLater(error)) return true;
    }
    this.#left.delete(id);
    return true;
  }
}

/** Whether another try may be answered otherwise: no answer, a fault of the server, or somebody else was first. */
function isForLater({ status, code }: DeskRefusal): boolean {
  return status === 0 || status >= SERVER_FAULT || code === "head-moved";
}
