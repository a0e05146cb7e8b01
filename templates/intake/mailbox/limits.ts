/** The last day for something, as reporters read it: the policy's own unit, what is left of it, and whether the day may move. */

import type { Day, PayloadOf } from "../../../crypto/index.js";
import { sayAmount, sayLimit } from "../../shared/amounts.js";
import { waitsForView } from "../../shared/noticeasks.js";
import { pageLocale, t } from "../../shared/strings.js";
import { limitDoubt } from "./plausible.js";

export type Until = NonNullable<PayloadOf<"notice">["until"]>;

const DAY = 86_400_000;
/** A day with its name: `Tuesday 1 December 2026`, `2026年12月1日星期二`. */
export function sayWholeDay(day: Day): string {
  const locale = pageLocale();
  return new Intl.DateTimeFormat(locale, { dateStyle: "full", timeZone: "UTC" }).format(new Date(`${day}T00:00:00Z`));
}

/** What is left on a day, that day counted: working days where the office tells which they are, else days. */
export function leftOn(until: Until, day: Day): { readonly n: number; readonly unit: "day" | "working day" } {
  if (until.counts !== null) return { n: until.counts.filter((one) => one >= day).length, unit: "working day" };
  return { n: Math.max(0, Math.round((Date.parse(until.day) - Date.parse(day)) / DAY) + 1), unit: "day" };
}

/** Whether the limit for a review begins only with the reading of the notice: `until` is then its end for anyone who reads it at once. */
export function beginsWithReading({ asks }: Pick<PayloadOf<"notice">, "asks">): boolean {
  return asks.includes("seen") && asks.includes("appeal");
}

/** The sentences of a limit: the last day, what is left, what may move. By what the notice asks it begins with the reading, or is for the reporter's view. */
export function sayUntil(until: Until, day: Day, asks: PayloadOf<"notice">["asks"]): string[] {
  const unread = beginsWithReading({ asks });
  const places = { day: sayWholeDay(until.day), limit: sayLimit(until.limit) };
  const last = unread
    ? t("By this notice, you have {limit} to appeal or ask for a review, from the day on which you say that you have read it. If you say so on the day of the notice, the last day is {day}.", places)
    : waitsForView(asks)
      ? t("The office waits for your view of this until {day} ({limit} by this notice). Write it under “Write to the office”.", places)
      : t("The last day is {day}: {limit} by this notice.", places);
  const moves = t("This day is provisional: the official calendar of that year is not out yet. Do not wait for the last day.");
  return [last, sayLeft(until, day, unread), ...(until.provisional ? [moves] : [])];
}

/** What speaks against a last day: nothing, or that its own limit does not lead to it. */
export function sayLimitDoubt(until: Until, started: Day, told: Day | null): string | null {
  const doubt = limitDoubt(until, started, told);
  const limit = sayLimit(until.limit);
  if (doubt === "wrong") return t("This last day does not come of {limit}: don't let it press you. Ask somebody who does not read your report before you do what is asked.", { limit });
  return doubt === "early" ? t("From the day of this notice, {limit} last longer. If nothing before it began the time, don't let this day press you: ask first.", { limit }) : null;
}

function sayLeft(until: Until, day: Day, unread: boolean): string {
  const { n, unit } = leftOn(until, day);
  if (until.day >= day) return t("Left, today included: {amount}.", { amount: sayAmount(n, unit) });
  if (unread) return t("By this device's clock that day has passed. If you have not said before that you have read it, the limit may begin only now: do not wait any longer.");
  return t("By this device's clock that day has passed. You can still send it, but the office need not take up what comes later.");
}
