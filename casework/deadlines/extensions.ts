/** Extensions of a clock: which hold, and to which day. */

import type { Office } from "./calendars.js";
import { DAY_MS, type Day, later } from "./days.js";
import { type Due, computeDeadline, isOver } from "./deadline.js";
import type { ClockTerms, Happening } from "./terms.js";

/** Why a clock is not extended. */
export type ExtensionRefusal = "not-here" | "too-often" | "too-late" | "no-day-told" | "not-later" | "beyond-cap";

/** The office as a clock sees it: a law knows no closure of the company. */
export function officeOf(terms: ClockTerms, office: Office): Office {
  return terms.statutory ? { ...office, calendar: office.calendar.official() } : office;
}

/** The last day to which a limit can be extended, by the law of the clock; null without a cap. */
export function capOf(terms: ClockTerms, before: Due, office: Office): Day | null {
  const { lastDay, extension } = terms;
  if (extension === null) return null;
  if (extension.whole !== null) {
    const whole = computeDeadline(extension.whole, before.begun ?? before.start, office, { lastDay }).day;
    return later(whole, Math.floor(before.paused / DAY_MS));
  }
  return extension.by === null ? null : computeDeadline(extension.by, before.moment ?? before.day, office, { lastDay }).day;
}

/** Why an extension would not hold for a limit that ends at `before`; `times` is how often it was extended already. */
export function extensionRefused(terms: ClockTerms, before: Due, times: number, told: Happening, office: Office): ExtensionRefusal | null {
  const { extension } = terms;
  if (extension === null || !extension.events.has(told.code)) return "not-here";
  if (extension.times !== null && times >= extension.times) return "too-often";
  if (isOver(before, told.day, told.moment)) return "too-late";
  const cap = capOf(terms, before, officeOf(terms, office));
  if (cap !== null && !extension.told) return null;
  if (told.until === null) return "no-day-told";
  if (told.until <= before.day) return "not-later";
  return cap !== null && told.until > cap ? "beyond-cap" : null;
}

/** The day to which an extension that holds leads. */
export function extendedDay(terms: ClockTerms, before: Due, told: Happening, office: Office): Day {
  const cap = terms.extension?.told === false ? capOf(terms, before, office) : null;
  return cap ?? told.until ?? before.day;
}
