/** What an office owes again and again without a case, and where each duty stands (twin of `casework/obligations/recurring.py`). */

import { refuse } from "../../crypto/errors.js";
import { localized, withLanguage } from "../../crypto/localized.js";
import { type Day, type Name, type Read, type Shape, anything, day, distinct, flag, integer, list, maybe, name, oneOf, record, table, text } from "../../crypto/shape.js";
import { readJson } from "../../crypto/text.js";
import type { Office } from "../deadlines/calendars.js";
import { daysFrom } from "../deadlines/days.js";
import { computeDeadline, isOver } from "../deadlines/deadline.js";
import { type Limit, MOST, UNITS } from "../deadlines/limits.js";
import type { Words } from "../words.js";

const RULES_LIMIT = 512 * 1024;
const LONGEST_LIST = 512;
const DAILY: Limit = { amount: 1, unit: "days" };
export const RHYTHMS = ["statistics", "report", "evaluation", "revision", "assessment", "improvement", "publication"] as const;
export type Rhythm = (typeof RHYTHMS)[number];

const words = localized();
const ids = distinct(name, LONGEST_LIST);
const many = <T>(shape: Shape<T>): Shape<T[]> => list(shape, LONGEST_LIST);
const amount = record({ amount: integer(1, 1_000_000), unit: oneOf(...UNITS) });
const limit: Shape<Limit> = (value) => {
  const found = amount(value);
  return found.amount <= MOST[found.unit] ? found : refuse("schema", "no limit that anybody means");
};
// On what a rule rests is for its hash.
const named = { id: name, name: words, source: anything };
const tables = {
  language: text(), id: name, version: text(64), title: words, effective: maybe(day), holders: table(name, ids), every: table(oneOf(...RHYTHMS), limit),
  roles: many(record({ ...named, kind: text() })), channels: many(record({ ...named, kind: text(), to: ids, published: flag, daily: flag })),
  recurring: many(record({ what: oneOf(...RHYTHMS), text: words, source: anything, by: maybe(name), to: maybe(name), word: maybe(text()) })),
};
const read = record(tables);

/** The tables of a rules document by which its recurring duties are owed. */
export type DutyRules = Read<typeof read>;

/** A recurring duty: what, whose, to whom, how often. `every` null is a 定期 that nobody has bound yet. */
export interface OfficeDuty {
  readonly id: string;
  readonly text: Words;
  readonly by: Name | null;
  readonly to: Name | null;
  readonly every: Limit | null;
  readonly word: string | null;
}

/** Where a duty stands: `unbound` has no interval; `due` is the last day by which it is to be done again, `late` how many days it is late. */
export interface DutyState {
  readonly status: "unbound" | "done" | "due" | "overdue";
  readonly due: Day | null;
  readonly late: number;
}

/** What of a rules document its duties ask for; throws a refusal at `json` or `schema`. */
export function readDutyRules(bytes: Uint8Array): DutyRules {
  const value = readJson(bytes, RULES_LIMIT);
  if (typeof value !== "object" || value === null || Array.isArray(value)) return refuse("schema", "not an object");
  return withLanguage(read)(Object.fromEntries(Object.entries(value).filter(([key]) => Object.hasOwn(tables, key))));
}

/** Every recurring duty of a policy in its order, boxes that are emptied daily first. */
export function dutiesOf(rules: DutyRules): OfficeDuty[] {
  const boxes = rules.channels.filter(({ daily }) => daily).map(({ id, name: called, to }) => ({ id: `channel-${id}`, text: called, by: to[0] ?? null, to: null, every: DAILY, word: null }));
  const seen = new Map<Rhythm, number>();
  // A text may name one rhythm twice: the second is told apart by its number.
  const rhythms = rules.recurring.map(({ what, text: said, by, to, word }) => {
    const count = (seen.get(what) ?? 0) + 1;
    seen.set(what, count);
    return { id: count === 1 ? what : `${what}-${count}`, text: said, by, to, every: rules.every.get(what) ?? null, word };
  });
  return [...boxes, ...rhythms];
}

/** Whether a member may sign that a duty was done: it is their role's, or nobody's in particular. */
export function isTheirs(rules: DutyRules, duty: OfficeDuty, member: Name): boolean {
  return duty.by === null || (rules.holders.get(duty.by) ?? []).includes(member);
}

/** Where a duty stands on `today`, which it owes `since` (that day not counted) or since it was last done. */
export function dutyState(duty: OfficeDuty, since: Day, done: readonly Day[], office: Office, today: Day): DutyState {
  if (duty.every === null) return { status: "unbound", due: null, late: 0 };
  const last = counted(since, done, today).at(-1) ?? since;
  const end = computeDeadline(duty.every, last, office);
  if (isOver(end, today, null)) return { status: "overdue", due: end.day, late: daysFrom(end.day, today) };
  return { status: end.day === today ? "due" : "done", due: end.day, late: 0 };
}

/** Every last day that went by without the duty being done, in order: a day that was missed is owed once, and the next is counted from it. */
export function missedDays(duty: OfficeDuty, since: Day, done: readonly Day[], office: Office, today: Day): Day[] {
  if (duty.every === null) return [];
  const days = counted(since, done, today);
  const found: Day[] = [];
  for (let last = since; ;) {
    const end = computeDeadline(duty.every, last, office).day;
    if (end > today || (end === today && !days.includes(today))) return found;
    if (!days.some((one) => last < one && one <= end)) found.push(end);
    last = end;
  }
}

/** The days on which it was done since it is owed, in order. */
function counted(since: Day, done: readonly Day[], today: Day): Day[] {
  return [...new Set(done)].filter((one) => since <= one && one <= today).sort();
}
