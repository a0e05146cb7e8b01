/** What the charts show of the cases that a member reads: received by week and by category, and how long cases took that were closed. */

import { inLanguage } from "../../shared/officetext.js";
import { t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import { addDays, daysBetween } from "../days.js";
import type { DeskCase } from "../opened/model.js";
import type { Value } from "../queue/facts.js";
import { policiesOf } from "../queue/policynames.js";
import { isClosed } from "../queue/views.js";
import { textOf } from "../trusted/policy.js";

/** One bar: what it stands for, how long it is, and of how many cases where that is not its length. */
export interface Bar {
  readonly value: Value;
  readonly size: number;
  readonly cases?: number;
}

/** Weeks in one chart: more would be too narrow to tell apart. */
const WEEKS = 12;
const SUNDAY = 7;
const FIRST_STAGE = "received";

/** The Monday of the week in which a day lies. */
export function mondayOf(day: string): string {
  const at = new Date(`${day}T00:00:00Z`).getUTCDay() || SUNDAY;
  return addDays(day, 1 - at);
}

/** Cases by the week in which they were received: from the first with a case among the last twelve up to a day, empty ones after it too; keys are Mondays. */
export function byWeek(cases: readonly DeskCase[], first: string, last: string): Bar[] {
  const counted = new Map<string, number>();
  for (const { row } of cases) counted.set(mondayOf(row.day), (counted.get(mondayOf(row.day)) ?? 0) + 1);
  const end = mondayOf(last);
  const earliest = addDays(end, -7 * (WEEKS - 1));
  const bars: Bar[] = [];
  for (let week = mondayOf(first) > earliest ? mondayOf(first) : earliest; week <= end; week = addDays(week, 7)) bars.push({ value: { key: week, text: week }, size: counted.get(week) ?? 0 });
  const begins = bars.findIndex(({ size }) => size > 0);
  return begins < 0 ? [] : bars.slice(begins);
}

/** Cases by what they are about, most first; alike are categories of one name, in any policy, and each says of which. */
export function byCategory(cases: readonly DeskCase[], words: OfficeWords): Bar[] {
  const found = new Map<string, Bar>();
  const uses: (readonly [string, Value])[] = [];
  for (const { row, opened } of cases) {
    const id = opened?.report?.category ?? null;
    const name = opened?.report === null ? t("The report could not be read") : textOf(words.policies, row)?.categories.find((one) => one.id === id)?.name ?? id ?? t("Not specified");
    const key = typeof name === "string" ? name : `${name.zh}\n${name.en}`;
    uses.push([key, { key: row.policy, text: textOf(words.policies, row)?.title ?? row.policy }]);
    found.set(key, { value: { key, text: name }, size: (found.get(key)?.size ?? 0) + 1 });
  }
  const of = policiesOf(uses);
  return [...found.values()].map(({ value, size }) => ({ value: { ...value, of: of(value.key) }, size })).sort((a, b) => b.size - a.size);
}

/** The day on which a closed case was closed, by its own record; null while it is open. */
function closedOn(one: DeskCase): string | null {
  const found = one.opened?.ruled?.found;
  if (found === undefined || !isClosed(one)) return null;
  return found.events.find(({ n }) => n === found.entered)?.day ?? null;
}

function medianOf(sorted: readonly number[]): number {
  const half = Math.floor(sorted.length / 2);
  const [low = 0, high = 0] = sorted.length % 2 === 1 ? [sorted[half], sorted[half]] : [sorted[half - 1], sorted[half]];
  return (low + high) / 2;
}

/** Every stay of a case in a stage, in calendar days; the last one up to today, and none in a stage that ends it. */
function staysOf({ row, opened }: DeskCase, words: OfficeWords): (readonly [stage: string, days: number])[] {
  const { rules, found } = opened?.ruled ?? {};
  if (rules === undefined || found === undefined) return [];
  const moves = found.events.filter(({ n, to }) => n > 0 && to !== null && !found.uncounted.has(n));
  const begun = [{ to: FIRST_STAGE, day: row.day }, ...moves];
  const open = new Set(rules.stages.flatMap(({ id, end }) => (end ? [] : [id])));
  return begun.flatMap(({ to, day }, at) => (to !== null && open.has(to) ? [[to, Math.max(0, daysBetween(day, begun[at + 1]?.day ?? words.today(row.entity)))] as const] : []));
}

interface Stays {
  readonly value: Value;
  readonly days: number[];
}

/** The median of the days that cases stayed in each stage, the slowest first; alike are stages of one name. A case that came back counts again. */
export function daysInStages(cases: readonly DeskCase[], words: OfficeWords): Bar[] {
  const found = new Map<string, Stays>();
  for (const one of cases) {
    for (const [stage, days] of staysOf(one, words)) {
      const name = one.opened?.ruled?.rules.stages.find(({ id }) => id === stage)?.name ?? stage;
      const value = { key: typeof name === "string" ? name : inLanguage(name), text: name };
      const known: Stays = found.get(value.key) ?? { value, days: [] };
      known.days.push(days);
      found.set(value.key, known);
    }
  }
  return [...found.values()].map(({ value, days }) => ({ value, size: medianOf(days.sort((a, b) => a - b)), cases: days.length })).sort((a, b) => b.size - a.size);
}

/** The median of calendar days from receipt to closing, by the month of closing; keys are months. */
export function daysToClose(cases: readonly DeskCase[]): Bar[] {
  const found = new Map<string, number[]>();
  for (const one of cases) {
    const day = closedOn(one);
    if (day !== null) found.set(day.slice(0, 7), [...(found.get(day.slice(0, 7)) ?? []), daysBetween(one.row.day, day)]);
  }
  return [...found].sort(([a], [b]) => (a < b ? -1 : 1)).map(([key, days]) => ({ value: { key, text: key }, size: medianOf(days.sort((a, b) => a - b)), cases: days.length }));
}
