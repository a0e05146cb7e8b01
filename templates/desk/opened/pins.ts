/** The member's keyring at the server: one sealed entry for each case, by which the newest grant that was opened stays pinned. */

import { type Grant, type StaffKeys, sealKeyringEntry, systemRng } from "../../../crypto/staff.js";
import { DeskRefusal, cases } from "../api.js";
import { MinuteLimit } from "./openings.js";

const TOO_MANY = "too-many-steps";
const SIGNED_OUT = 401;
/** It is gone; another page of this member's has pinned a later grant. */
const NOT_NEEDED: readonly number[] = [404, 409];

export class Pins {
  /** Grants that are still to be pinned, by their case. */
  readonly #left = new Map<string, Grant>();
  /** Why the first pin failed of which nothing was told yet. */
  #failed: DeskRefusal | null = null;
  readonly #told = new WeakSet<Grant>();

  readonly #limit = new MinuteLimit();

  constructor(private readonly staff: StaffKeys) {}

  get areLeft(): boolean {
    return this.#left.size > 0;
  }

  isLeft(id: string): boolean {
    return this.#left.has(id);
  }

  /** Writes the entry that pins this grant. */
  async keep(grant: Grant): Promise<void> {
    await cases.keepKey(grant.case, await sealKeyringEntry(this.staff, grant, systemRng));
    this.forget(grant);
  }

  /** Leaves a grant for `keepLeft`. */
  leave(grant: Grant): void {
    this.#left.set(grant.case, grant);
  }

  /**
   * Pins what was left. What is too much for this minute is left again, and so is one that fails, which keeps no
   * other from being pinned: `report` tells it. A case that is this member's no longer needs no pin, and one that has a newer pin has a
   * better one. Throws at once what stops everything: a session that is over, or an alarm.
   */
  async keepLeft(): Promise<void> {
    for (const grant of this.#left.values()) {
      if (!this.#limit.use()) return;
      try {
        await this.keep(grant);
      } catch (error) {
        if (!(error instanceof DeskRefusal) || error.status === SIGNED_OUT) throw error;
        if (error.code === TOO_MANY) return;
        if (NOT_NEEDED.includes(error.status)) this.forget(grant);
        else this.failed(grant, error);
      }
    }
  }

  /** Tells what kept a pin from being written, when everything else is done, and of each pin once: it is tried again at every look. */
  report(tell: (error: DeskRefusal) => void): void {
    const failed = this.#failed;
    this.#failed = null;
    if (failed !== null) tell(failed);
  }

  private failed(grant: Grant, error: DeskRefusal): void {
    if (!this.#told.has(grant)) this.#failed ??= error;
    this.#told.add(grant);
  }

  clear(): void {
    this.#left.clear();
  }

  /** A newer grant of the case may have been left meanwhile: that one stays. */
  private forget(grant: Grant): void {
    if (this.#left.get(grant.case) === grant) this.#left.delete(grant.case);
  }
}
