/** Alerts as the watch's host gives them: read strictly, since a host may give anything. */

import { refuse } from "../../../crypto/errors.js";
import { type Read, type Shape, day, flag, id16, integer, list, maybe, name, oneOf, record, text } from "../../../crypto/shape.js";
import { amount, code, letter } from "../codes.js";

const MOST_ALERTS = 1000;
const MOST_MEASURES = 1000;
const WEEKS = 52;
const MOST_TOLD = 1000;

const counts: Shape<Record<string, number>> = (value) => {
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not counts");
  return Object.fromEntries(Object.entries(value).sort().map(([kind, count]) => [code(kind), integer()(count)]));
};

export const STATES = ["new", "checked", "hold", "closed"] as const;
export type State = (typeof STATES)[number];

const measure = record({ kind: code, zh: text(64), en: text(64), letter, recorded: day, effective: day, backdated: flag });
/** `colleagues` worked there that week, and one of them met `cohort` on average; null where an older alert kept neither. */
const week = record({ end: day, person: amount, colleagues: maybe(integer()), cohort: maybe(amount) });
/** A year's weeks, of which there is always one. */
const weeks: Shape<Week[]> = (value) => {
  const found = list(week, WEEKS)(value);
  return found.length > 0 ? found : refuse("schema", "no week at all");
};
const gap = record({ source: name, kind: maybe(code), since: day });
export const WHY = ["crossed", "red", "grew", "stands"] as const;
/** What the alert said on a day, and why it was told then; `measures` in all since the first day that counts. */
const telling = record({ day, why: oneOf(...WHY), level: oneOf("amber", "red"), odds: integer(), measures: integer(), score: maybe(amount) });
/** As of `day`: the 91 days of the sentence end on `until`, when the evidence stood highest; `from` is the first day that counts. */
const evidence = record({
  v: oneOf(2), level: oneOf("amber", "red"), day, since: day, until: day, from: maybe(day), stands: flag, told: list(telling, MOST_TOLD),
  whole: maybe(record({ observed: integer(), expected: amount })), observed: counts, expected: amount, cohort: integer(), placebos: integer(), odds: integer(), rate: amount,
  sentence: record({ zh: text(4096), en: text(4096) }), measures: list(measure, MOST_MEASURES), weeks, entity: name, gaps: list(gap, 1000),
});
const alert = record({ alert: id16, shown: day, told: day, state: oneOf(...STATES), evidence });
/** `names`: how many more people may be named today. */
const answer = record({ alerts: list(alert, MOST_ALERTS), names: integer() });
const once: Shape<Read<typeof answer>> = (value) => {
  const found = answer(value);
  return new Set(found.alerts.map((one) => one.alert)).size === found.alerts.length ? found : refuse("schema", "an alert stands twice");
};

/** The evidence as it stands in a file. */
export const readEvidence: Shape<Read<typeof evidence>> = evidence;
export type Measure = Read<typeof measure>;
export type Week = Read<typeof week>;
export type AlertNotification = Read<typeof telling>;
export type Gap = Read<typeof gap>;
export type Evidence = Read<typeof evidence>;
export type Alert = Read<typeof alert>;

export type Alerts = Read<typeof answer>;
/** The alerts of an answer; a CryptoError (`schema`) when it is none. */
export const readAlerts: Shape<Alerts> = once;

const REFUSALS = ["daily-measure", "small-unit", "earlier-measure-unreviewed", "not-drawn", "ratio", "late"] as const;
/** One measure behind an alert: whether HR was asked about it, or why it must not be; `null` stands for infinite. */
const step = record({ kind: code, recorded: day, asked: maybe(day), refusal: maybe(oneOf(...REFUSALS)), adds: maybe(amount), whole: maybe(amount) });
/** `bound` holds for who reported alone; `together` is what reviews of all four people of one receipt tell. */
const ladder = record({ bound: amount, together: amount, whole: amount, steps: list(step, MOST_MEASURES) });
export type Step = Read<typeof step>;
export type ResponseOptions = Read<typeof ladder>;
export const readLadder: Shape<ResponseOptions> = ladder;

const named = record({ entity: name, employee: text(256), left: integer() });
/** Who is behind an alert of that entity; one of another entity is refused. */
export function namedAt(entity: string): Shape<Read<typeof named>> {
  return (value) => {
    const found = named(value);
    return found.entity === entity ? found : refuse("schema", "somebody of another entity");
  };
}
