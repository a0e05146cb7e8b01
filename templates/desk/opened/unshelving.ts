/** A case that is deleted, or that this member reads no longer, leaves the page. */

import type { DeskCase } from "./model.js";
import type { Vault } from "./vault.js";

/** Takes it off the shelf, and its keys from what opens beside the page. */
export function unshelve(shelf: Map<string, DeskCase>, vault: Pick<Vault, "workers">, id: string): void {
  if (shelf.delete(id)) vault.workers?.forget();
}
