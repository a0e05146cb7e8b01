/** The order of a list of cases: the usual one of its view, or the one that the member chose. */

import { CLAIMED } from "../../../crypto/staff.js";
import type { DeskCase } from "../opened/model.js";
import { type View, byView, dueOf, isByDue } from "./views.js";

export const SORTS = ["usual", "newest", "oldest", "due", "idle"] as const;
export type Sort = (typeof SORTS)[number];

type Compare = (a: DeskCase, b: DeskCase) => number;

/** Days and ids are plain letters and digits: no rules of a language are needed, which take their time. */
function plainly(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

const newest: Compare = (a, b) => plainly(b.row.day, a.row.day) || plainly(a.row.case, b.row.case);
const oldest: Compare = (a, b) => plainly(a.row.day, b.row.day) || plainly(a.row.case, b.row.case);
const urgent: Compare = (a, b) => Number(b.row.urgent) - Number(a.row.urgent);

/** The day of the last step that a member took in a case, by its record; the day of its arrival where there is none. */
export function lastAction({ row, opened }: DeskCase): string {
  return opened?.events.findLast(({ actor, kind, wrong }) => actor !== null && wrong === null && kind !== CLAIMED)?.day ?? row.day;
}

/** By a value that is computed once for each case, after `before`; equal ones the newest first. */
function by<T extends number | string>(rows: readonly DeskCase[], valueOf: (one: DeskCase) => T, before: Compare = () => 0): DeskCase[] {
  const values = new Map(rows.map((one) => [one, valueOf(one)]));
  return [...rows].sort((a, b) => {
    const [first, second] = [values.get(a) as T, values.get(b) as T];
    return before(a, b) || (first < second ? -1 : first > second ? 1 : urgent(a, b) || newest(a, b));
  });
}

/** The cases in order; what has no limit comes behind what has one. */
export function inOrder(rows: readonly DeskCase[], sort: Sort, view: View | null, now: Date): DeskCase[] {
  const dueAt = (one: DeskCase): number => dueOf(one, now)?.at ?? Infinity;
  switch (sort) {
    case "newest": return [...rows].sort(newest);
    case "oldest": return [...rows].sort(oldest);
    case "idle": return by(rows, lastAction);
    case "due": return by(rows, dueAt);
    case "usual": return by(rows, dueAt, isByDue(view) ? undefined : urgent);
  }
}

/** The cases of a view in its usual order. */
export function inView(view: View, shelf: Iterable<DeskCase>, me: string, now: Date): DeskCase[] {
  return inOrder(byView(shelf, me, now).get(view) ?? [], "usual", view, now);
}
