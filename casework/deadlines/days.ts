/** Days as `YYYY-MM-DD`: arithmetic of the calendar alone. They compare as texts. */

import { type Day, day } from "../../crypto/shape.js";

export type { Day };

export const DAY_MS = 86_400_000;
export const FIRST_DAY: Day = "1900-01-01";
/** No clock runs outside of these: a date beyond them is a slip of the pen. */
export const LAST_DAY: Day = "2999-12-31";

/** A date lies outside of 1900 to 2999: no clock runs there. */
export class BeyondCalendar extends Error {}

/** A limit cannot be counted from this start: minutes need a moment that staff caused. */
export class StartRefused extends Error {}

/** Whether it is a day as a code tells one. */
export function isDay(value: string): boolean {
  try {
    return day(value) === value;
  } catch {
    return false;
  }
}

function stamp(day: Day): number {
  return Date.parse(`${day}T00:00:00Z`);
}

function written(at: number): Day {
  return new Date(at).toISOString().slice(0, 10);
}

/** The day so many days later; throws `BeyondCalendar` after 2999. */
export function later(day: Day, days: number): Day {
  const found = written(stamp(day) + days * DAY_MS);
  if (found.length !== 10 || found > LAST_DAY) throw new BeyondCalendar(`${day} + ${days}`);
  return found;
}

export function nextDay(day: Day): Day {
  return later(day, 1);
}

/** Calendar days from the first day to the second. */
export function daysFrom(first: Day, second: Day): number {
  return Math.round((stamp(second) - stamp(first)) / DAY_MS);
}

/** 0 for Monday to 6 for Sunday. */
export function weekday(day: Day): number {
  return (new Date(stamp(day)).getUTCDay() + 6) % 7;
}

export function yearOf(day: Day): number {
  return Number(day.slice(0, 4));
}

/** The day of the same number so many months later, or the last of a shorter month. */
export function monthsLater(day: Day, months: number): Day {
  const count = yearOf(day) * 12 + Number(day.slice(5, 7)) - 1 + months;
  const year = Math.floor(count / 12);
  if (year > yearOf(LAST_DAY)) throw new BeyondCalendar(`${day} + ${months} months`);
  const last = new Date(Date.UTC(year, (count % 12) + 1, 0)).getUTCDate();
  return written(Date.UTC(year, count % 12, Math.min(Number(day.slice(8)), last)));
}

/** The days after `first`, up to and including `last`. */
export function daysBetween(first: Day, last: Day): Day[] {
  return Array.from({ length: Math.max(0, daysFrom(first, last)) }, (_, number) => later(first, number + 1));
}
