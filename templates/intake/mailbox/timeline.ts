/** In which order the messages of both sides stand, as far as a reporter's own page can know it. */

import type { ThreadEntry } from "../../../crypto/index.js";

/** Sealed items of the reporter that stand together. Their words are not here: they are sealed to the office alone. */
export interface Own {
  /** Whether the report is the first of them. */
  readonly begins: boolean;
  readonly n: number;
  /** Whether somebody of the office had them when they wrote what stands below. */
  readonly had: boolean;
}

/** A line of the thread, from the oldest to the newest. */
export type Line = { readonly entry: ThreadEntry } | { readonly own: Own };

/**
 * Each item of the office tells how many of the reporter's its writer had verified. It is under the item's MAC, so no server can move
 * a line; an entry with a mark moves none. What was on the way while the office wrote stands below what it wrote.
 */
export function timeline(entries: readonly ThreadEntry[], sent: number): Line[] {
  const lines: Line[] = [];
  let reached = 0;
  const own = (upTo: number, had: boolean): void => {
    if (upTo > reached) lines.push({ own: { begins: reached === 0, n: upTo - reached, had } });
    reached = Math.max(reached, upTo);
  };
  for (const entry of entries) {
    if (entry.mark === null) own(Math.min(entry.seen, sent), true);
    lines.push({ entry });
  }
  own(sent, false);
  return lines;
}

/** Whether anything was sent that the writer of this entry did not have. */
export function isAnswered(entry: ThreadEntry, sent: number): boolean {
  return sent > entry.seen;
}
