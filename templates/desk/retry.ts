/** A step that the record refused only because of events that bring nothing to read: it is done again by itself. */

import { DeskRefusal } from "./api.js";
import type { OpenedCase } from "./opened/model.js";
import { isRoutine } from "./opened/routine.js";

/** Whether what was added to the record brings nothing to read before going on; an item that came without its event does. */
export function isOnlyRoutine(before: OpenedCase | null, now: OpenedCase | null): boolean {
  if (before === null || now === null || !now.chainHolds || now.entries.length !== before.entries.length) return false;
  const at = before.events.length;
  const fresh = now.events.slice(at);
  return fresh.length > 0 && now.events[at - 1]?.hash === before.events[at - 1]?.hash && fresh.every(isRoutine);
}

/** Does a step; once more where only that had come between. */
export async function again<T>(work: () => Promise<T>, opened: () => OpenedCase | null, load: () => Promise<void>): Promise<T> {
  const before = opened();
  try {
    return await work();
  } catch (error) {
    if (!(error instanceof DeskRefusal) || error.code !== "head-moved") throw error;
    await load();
    if (!isOnlyRoutine(before, opened())) throw error;
    return work();
  }
}
