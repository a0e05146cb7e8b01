/** Time limits: a number and a unit (twin of `casework/deadlines/limits.py`). */

import type { Words } from "../words.js";

export const UNITS = ["minutes", "hours", "days", "weeks", "months", "years", "working-days"] as const;
export type Unit = (typeof UNITS)[number];

/** So many of a unit; the reader of rules has refused what nobody means. */
export interface Limit {
  readonly amount: number;
  readonly unit: Unit;
}

/** Beyond these a limit is a slip of the pen. */
export const MOST: Readonly<Record<Unit, number>> = {
  minutes: 100_000, hours: 10_000, days: 36_600, weeks: 5_200, months: 1_200, years: 100, "working-days": 10_000,
};

const IN_CHINESE: Readonly<Record<Unit, string>> = {
  minutes: "分钟", hours: "小时", days: "日", weeks: "周", months: "个月", years: "年", "working-days": "个工作日",
};

/** Whether such a limit ends at a moment rather than with a day. */
export function isClockTime(unit: Unit): boolean {
  return unit === "minutes" || unit === "hours";
}

/** `5 个工作日` and `5 working days`. */
export function limitWords(limit: Limit): Words {
  const unit = limit.unit.replace("-", " ");
  return { zh: `${limit.amount} ${IN_CHINESE[limit.unit]}`, en: `${limit.amount} ${limit.amount === 1 ? unit.slice(0, -1) : unit}` };
}
