/** The member's keyring at the server: one sealed entry for each case, by which the newest grant that was opened stays pinned. */

import { type Grant, type StaffKeys, sealKeyringEntry, systemRng } from "../../../crypto/staff.js";
import { DeskRefusal, cases } from "../api.js";

const TOO_MANY = "too-many-steps";
/** It is gone; another page of this member's has pinned a later grant. */
const NOT_NEEDED: readonly number[] = [404, 409];

export class Pins {
  /** Grants that are still to be pinned, by their case. */
  readonly #left = new Map<string, Grant>();

  constructor(private readonly staff: StaffKeys) {}

  get areLeft(): boolean {
    return this.#left.size > 0;
  }

  /** Writes the entry that pins this grant. */
  async keep(grant: Grant): Promise<void> {
    await cases.keepKey(grant.case, await sealKeyringEntry(this.staff, grant, systemRng));
    this.#left.delete(grant.case);
  }

  /** Leaves a grant for `keepLeft`. */
  leave(grant: Grant): void {
    this.#left.set(grant.case, grant);
  }

  /** Pins what was left. What the server does not take any more in this minute is left again; a case that is this member's no longer needs no pin, and one that has a newer pin has a better one. */
  async keepLeft(): Promise<void> {
    for (const grant of this.#left.values()) {
      try {
        await this.keep(grant);
      } catch (error) {
        if (error instanceof DeskRefusal && error.code === TOO_MANY) return;
        if (!(error instanceof DeskRefusal && NOT_NEEDED.includes(error.status))) throw error;
        this.#left.delete(grant.case);
      }
    }
  }

  clear(): void {
    this.#left.clear();
  }
}
