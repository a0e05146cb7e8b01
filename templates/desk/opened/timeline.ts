/** A case told in order: the event stream gives the order, the sealed items give the words. */

import { type Entry, type Happening, OFFICE_KEY, type OpenedCase, good } from "./model.js";

/** One step of the story: an event, the item it names, or an item that no event names. */
export interface TimelineEntry {
  readonly event: Happening | null;
  readonly entry: Entry | null;
}

/** Merges events and items; an item without an event follows its predecessor of the same direction. */
export function tell(opened: OpenedCase): TimelineEntry[] {
  const byHash = new Map(opened.entries.map((entry) => [entry.hash, entry]));
  const told = new Set<Entry>();
  const moments: TimelineEntry[] = [];
  for (const event of opened.events) {
    // Who has opened the case stands beside the readers.
    if (event.kind === "claimed" && event.wrong === null) continue;
    const entry = event.item === null ? null : (byHash.get(event.item) ?? null);
    const again = entry !== null && told.has(entry);
    if (entry !== null && !again) told.add(entry);
    // The office's own key says no more than that somebody made it.
    const isSilent = again || (entry?.type === OFFICE_KEY && good(entry));
    moments.push({ event, entry: isSilent ? null : entry });
  }
  for (const entry of opened.entries) {
    if (!told.has(entry)) moments.splice(placeOf(moments, entry), 0, { event: null, entry });
  }
  return moments;
}

function placeOf(moments: readonly TimelineEntry[], entry: Entry): number {
  const before = moments.findLastIndex(({ entry: other }) => other !== null && other.dir === entry.dir && other.seq <= entry.seq);
  return before < 0 ? moments.length : before + 1;
}

/** The day of a moment: its event's, or null when only a sealed item stands there. */
export function dayOf(moment: TimelineEntry): string | null {
  return moment.event?.day ?? null;
}
