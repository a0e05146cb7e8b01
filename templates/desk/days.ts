/** Days as the office counts them: in its own time zone, written in the language of the page. */

import { pageLocale } from "../shared/strings.js";

const DAY_MS = 86_400_000;
/** Making one takes a hundred times as long as using it. */
const FORMS = new Map<string, Intl.DateTimeFormat>();

function formOf(locale: string, options: Intl.DateTimeFormatOptions): Intl.DateTimeFormat {
  const name = JSON.stringify([locale, options]);
  const form = FORMS.get(name) ?? new Intl.DateTimeFormat(locale, options);
  FORMS.set(name, form);
  return form;
}

/** Today, `YYYY-MM-DD`, in a time zone of the IANA list; an unknown zone falls back to UTC. */
export function todayIn(timezone: string, now: Date): string {
  try {
    return formOf("en-CA", { timeZone: timezone, year: "numeric", month: "2-digit", day: "2-digit" }).format(now);
  } catch {
    return now.toISOString().slice(0, 10);
  }
}

/** The time zone of this browser: days in another may not be those of its clock. */
export function ownZone(): string {
  return new Intl.DateTimeFormat().resolvedOptions().timeZone;
}

/** A day so many calendar days later. */
export function addDays(day: string, count: number): string {
  return new Date(Date.parse(`${day}T00:00:00Z`) + count * DAY_MS).toISOString().slice(0, 10);
}

/** Calendar days from the first day to the second; negative when the second lies before. */
export function daysBetween(from: string, to: string): number {
  return Math.round((Date.parse(`${to}T00:00:00Z`) - Date.parse(`${from}T00:00:00Z`)) / DAY_MS);
}

/** A month `YYYY-MM` as people write it. */
export function writeMonth(month: string): string {
  return formOf(pageLocale(), { timeZone: "UTC", year: "numeric", month: "long" }).format(new Date(`${month}-01T00:00:00Z`));
}

/** The same with its year, whatever year it is: for paper that somebody keeps. */
export const writeFullDay = (day: string): string => writeDay(day, "");

/** "24 November 2026" or "2026年11月24日"; a year that is this year's is left out. */
export function writeDay(day: string, today: string): string {
  const date = new Date(`${day}T00:00:00Z`);
  if (Number.isNaN(date.getTime())) return day;
  const year = day.slice(0, 4) === today.slice(0, 4) ? undefined : "numeric";
  const options: Intl.DateTimeFormatOptions = { timeZone: "UTC", month: "short", day: "numeric" };
  if (year !== undefined) options.year = year;
  return formOf(pageLocale(), options).format(date);
}
