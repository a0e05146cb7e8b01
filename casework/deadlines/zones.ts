/** Moments and time zones: what the clock on the wall of an office shows. */

import { type Day, DAY_MS } from "./days.js";

/** Milliseconds since 1970 in UTC. */
export type Instant = number;

const FORMS = new Map<string, Intl.DateTimeFormat>();

function formOf(zone: string): Intl.DateTimeFormat {
  const known = FORMS.get(zone);
  if (known !== undefined) return known;
  const numeric = "numeric" as const;
  const form = new Intl.DateTimeFormat("en-US", {
    timeZone: zone, hourCycle: "h23", era: undefined, year: numeric, month: numeric, day: numeric, hour: numeric, minute: numeric, second: numeric,
  });
  FORMS.set(zone, form);
  return form;
}

/** Offsets that were asked for, by zone and whole second: a page asks for the same few moments thousands of times. */
const OFFSETS = new Map<string, number>();
const MOST_OFFSETS = 4096;

/** How far the zone's clocks are ahead of UTC at a moment, in milliseconds. */
export function offsetAt(moment: Instant, zone: string): number {
  const key = `${Math.floor(moment / 1000)} ${zone}`;
  const offset = OFFSETS.get(key) ?? readOffset(moment, zone);
  if (OFFSETS.size >= MOST_OFFSETS) OFFSETS.clear();
  OFFSETS.set(key, offset);
  return offset;
}

function readOffset(moment: Instant, zone: string): number {
  const parts = new Map(formOf(zone).formatToParts(moment).map((part) => [part.type, Number(part.value)]));
  const part = (name: Intl.DateTimeFormatPartTypes): number => parts.get(name) ?? 0;
  const wall = Date.UTC(part("year"), part("month") - 1, part("day"), part("hour"), part("minute"), part("second"));
  return wall - Math.floor(moment / 1000) * 1000;
}

/** The day on which a moment falls in the zone. */
export function dayAt(moment: Instant, zone: string): Day {
  return wallOf(moment, zone).slice(0, 10);
}

/** `2026-11-25T10:33:00` as the zone's clocks show it. */
export function wallOf(moment: Instant, zone: string): string {
  return new Date(moment + offsetAt(moment, zone)).toISOString().slice(0, 19);
}

/** The moment of a wall time (`09:00`); of an hour that comes twice the first, of one that summer time leaves out the next. */
export function momentOf(day: Day, time: string, zone: string): Instant {
  const wall = Date.parse(`${day}T${time.length === 5 ? `${time}:00` : time}Z`);
  const before = wall - offsetAt(wall - DAY_MS, zone);
  if (before + offsetAt(before, zone) === wall) return before;
  const after = wall - offsetAt(before, zone);
  return after + offsetAt(after, zone) === wall ? after : before;
}

/** Whether another moment shows the same wall time: the hour that comes twice when summer time ends. */
export function comesTwice(moment: Instant, zone: string): boolean {
  const own = offsetAt(moment, zone);
  const near = [offsetAt(moment - DAY_MS, zone), offsetAt(moment + DAY_MS, zone)];
  return near.some((other) => other !== own && offsetAt(moment + own - other, zone) === other);
}
