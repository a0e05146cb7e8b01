/** Limits in words: `5 working days` as policies print it, in the language of the page. */

import { type Sentence, msg, t } from "./strings.js";

const UNITS: Readonly<Record<string, Sentence>> = {
  minute: msg("{n} minutes"), hour: msg("{n} hours"), day: msg("{n} days"), week: msg("{n} weeks"), month: msg("{n} months"), year: msg("{n} years"),
  "working day": msg("{n} working days"),
};
const ONE: Readonly<Record<string, Sentence>> = {
  minute: msg("1 minute"), hour: msg("1 hour"), day: msg("1 day"), week: msg("1 week"), month: msg("1 month"), year: msg("1 year"), "working day": msg("1 working day"),
};

/** A number of a unit. */
export function sayAmount(n: number, unit: string): string {
  const known = n === 1 ? ONE[unit] : UNITS[unit];
  return known ? t(known, { n }) : `${n} ${unit}`;
}

/** `5 working days` in the page's language. */
export function sayLimit(limit: string): string {
  const amount = Number.parseInt(limit, 10);
  return sayAmount(amount, limit.replace(/^[0-9]+ /, "").replace(/s$/, ""));
}
