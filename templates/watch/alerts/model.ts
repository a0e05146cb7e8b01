/** Alerts as the watch's host gives them: read strictly, since a host may give anything. */

import { refuse } from "../../../crypto/browser/errors.js";
import { type Read, type Shape, day, flag, id16, integer, list, maybe, name, oneOf, record, text } from "../../../crypto/browser/shapes.js";

const MOST_ALERTS = 1000;
const MOST_MEASURES = 1000;
const WEEKS = 52;

const amount: Shape<number> = (value) => (typeof value === "number" && Number.isFinite(value) && value >= 0 ? value : refuse("schema", "not an amount"));
const counts: Shape<Record<string, number>> = (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not counts");
  return Object.fromEntries(Object.entries(value).map(([kind, count]) => [text(32)(kind), integer()(count)]));
};

export const STATES = ["new", "checked", "hold", "closed"] as const;
export type State = (typeof STATES)[number];

const measure = record({ kind: text(32), zh: text(64), en: text(64), letter: text(1), recorded: day, effective: day, backdated: flag });
const week = record({ end: day, person: amount, cohort: amount });
const gap = record({ source: name, kind: maybe(text(64)), since: day });
const evidence = record({
  v: oneOf(1), level: oneOf("amber", "red"), day, observed: counts, expected: amount, cohort: integer(), placebos: integer(), odds: integer(), rate: amount,
  sentence: record({ zh: text(4096), en: text(4096) }), measures: list(measure, MOST_MEASURES), weeks: list(week, WEEKS), entity: name, gaps: list(gap, 1000),
});
const alert = record({ alert: id16, shown: day, state: oneOf(...STATES), evidence });
const answer = record({ alerts: list(alert, MOST_ALERTS) });

export type Measure = Read<typeof measure>;
export type Week = Read<typeof week>;
export type Gap = Read<typeof gap>;
export type Evidence = Read<typeof evidence>;
export type Alert = Read<typeof alert>;

/** The alerts of an answer; a CryptoError (`schema`) when it is none. */
export function readAlerts(value: unknown): readonly Alert[] {
  return answer(value).alerts;
}
