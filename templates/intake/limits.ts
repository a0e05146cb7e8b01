/** The last day for something, as reporters read it: the policy's own unit, what is left of it, and whether the day may move. */

import type { Day, PayloadOf } from "../../crypto/browser/index.js";
import { type Sentence, msg, pageLanguage, t } from "../shared/strings.js";

export type Until = NonNullable<PayloadOf<"notice">["until"]>;

const DAY = 86_400_000;
const UNITS: Readonly<Record<string, Sentence>> = {
  minute: msg("{n} minutes"), hour: msg("{n} hours"), day: msg("{n} days"), week: msg("{n} weeks"), month: msg("{n} months"), year: msg("{n} years"),
  "working day": msg("{n} working days"),
};
const ONE: Readonly<Record<string, Sentence>> = {
  minute: msg("1 minute"), hour: msg("1 hour"), day: msg("1 day"), week: msg("1 week"), month: msg("1 month"), year: msg("1 year"), "working day": msg("1 working day"),
};

function sayAmount(n: number, unit: string): string {
  const known = n === 1 ? ONE[unit] : UNITS[unit];
  return known ? t(known, { n }) : `${n} ${unit}`;
}

/** `5 working days` in the page's language. */
export function sayLimit(limit: string): string {
  const amount = Number.parseInt(limit, 10);
  return sayAmount(amount, limit.replace(/^[0-9]+ /, "").replace(/s$/, ""));
}

/** A day with its name: `Tuesday 1 December 2026`, `2026年12月1日星期二`. */
export function sayWholeDay(day: Day): string {
  const locale = pageLanguage() === "zh" ? "zh-CN" : "en-GB";
  return new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

/** What is left on a day, that day counted: working days where the office tells which they are, else days. */
export function leftOn(until: Until, day: Day): { readonly n: number; readonly unit: "day" | "working day" } {
  if (until.counts !== null) return { n: until.counts.filter((one) => one >= day).length, unit: "working day" };
  return { n: Math.max(0, Math.round((Date.parse(until.day) - Date.parse(day)) / DAY) + 1), unit: "day" };
}

/** The sentences of a limit: the last day, what is left, what may move. */
export function sayUntil(until: Until, day: Day): string[] {
  const last = t("The last day is {day}. The policy gives {limit}.", { day: sayWholeDay(until.day), limit: sayLimit(until.limit) });
  const { n, unit } = leftOn(until, day);
  const left = until.day < day
    ? t("By this device's clock that day has passed. You can still send it, but the office need not take up what comes later.")
    : t("Left, today included: {amount}.", { amount: sayAmount(n, unit) });
  const moves = t("This day is provisional: the official calendar of that year is not out yet. Do not wait for the last day.");
  return [last, left, ...(until.provisional ? [moves] : [])];
}
