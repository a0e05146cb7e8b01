/** How many cases a member reads: by stage, month of receipt, entity and outcome, counted in this browser from their own records. */

import { inLanguage, listed } from "../../shared/officetext.js";
import { type Sentence, msg, t } from "../../shared/strings.js";
import type { OfficeWords } from "../context.js";
import type { DeskCase } from "../opened/model.js";
import { type VerdictStatus, outcomeMeans, verdictOf } from "../opened/outcomes.js";
import { addDays } from "../days.js";
import { type Value, factsOf, nameOf } from "../queue/facts.js";
import { type Bar, byCategory, byWeek, daysInStages, daysToClose } from "./charting.js";
import { type Assessed, type TimelinessLine, byDeadline, byDepartment, byHandler } from "./timeliness.js";
import { policiesOf } from "../queue/policynames.js";
import { dueOf, isClosed, isShown } from "../queue/views.js";

/** Months `YYYY-MM`, the first and the last of them included. */
export interface Span {
  readonly first: string;
  readonly last: string;
}

/** What is counted of cases: all that were received, and how those stand now. */
export interface Counts {
  readonly received: number;
  readonly open: number;
  readonly overdue: number;
  readonly closed: number;
}

/** One line of a table: cases that are alike in one thing. */
export interface Line extends Counts {
  readonly value: Value;
}

export interface CaseFigures {
  readonly total: Counts;
  readonly stage: readonly Line[];
  readonly month: readonly Line[];
  readonly entity: readonly Line[];
  /** By what was decided; those in which no decision stands last, by why. */
  readonly outcome: readonly Line[];
  /** The charts: received by week and by category, and the days from receipt to closing. */
  readonly weeks: readonly Bar[];
  readonly categories: readonly Bar[];
  readonly closing: readonly Bar[];
  /** How long cases stayed in each stage, in days. */
  readonly stays: readonly Bar[];
  /** How deadlines were kept; by handler and department under policies that ask for an assessment. */
  readonly deadlines: readonly TimelinessLine[];
  readonly handlers: Assessed;
  readonly departments: Assessed;
  /** Cases of the list that could not be verified: nothing of them is counted. */
  readonly unverified: number;
}

const MONTHS = 12;

/** The month so many months later. */
export function addMonths(month: string, count: number): string {
  const at = Number(month.slice(0, 4)) * MONTHS + Number(month.slice(5, 7)) - 1 + count;
  return `${String(Math.floor(at / MONTHS)).padStart(4, "0")}-${String((at % MONTHS) + 1).padStart(2, "0")}`;
}

function monthOf({ row }: DeskCase): string {
  return row.day.slice(0, 7);
}

/** The months that can be chosen: from that of the earliest case, and a year back at least, to this one, which begins where it begins first. */
export function monthsOf(shelf: Iterable<DeskCase>, words: OfficeWords): string[] {
  const now = words.directory.content.entities.map(({ id }) => words.today(id).slice(0, 7)).sort().at(-1) ?? "";
  const earliest = [...shelf].filter(isShown).reduce((found, one) => (monthOf(one) < found ? monthOf(one) : found), addMonths(now, -MONTHS));
  const months: string[] = [];
  for (let month = earliest; month <= now; month = addMonths(month, 1)) months.push(month);
  return months;
}

function count(cases: readonly DeskCase[], now: Date): Counts {
  const closed = cases.filter(isClosed);
  const open = cases.filter((one) => !isClosed(one));
  return { received: cases.length, open: open.length, overdue: open.filter((one) => dueOf(one, now)?.missed === true).length, closed: closed.length };
}

/** The lines of one table, in the order of the first case of each. */
function linesOf(cases: readonly DeskCase[], valueOf: (one: DeskCase) => Value | undefined, now: Date): Line[] {
  const groups = new Map<string, { value: Value; cases: DeskCase[] }>();
  for (const one of cases) {
    const value = valueOf(one);
    if (value === undefined) continue;
    const group = groups.get(value.key) ?? { value, cases: [] };
    group.cases.push(one);
    groups.set(value.key, group);
  }
  return [...groups.values()].map((group) => ({ value: group.value, ...count(group.cases, now) }));
}

/** Where the stage of a case stands among those of its policy. */
function placeOf({ opened }: DeskCase): number {
  const { ruled } = opened ?? {};
  return ruled?.rules.stages.findIndex(({ id }) => id === ruled.found.stage) ?? -1;
}

/** Cases in which no decision stands, by why, in the order of their rows; the keys are such as no outcome is called. */
const WITHOUT: readonly (readonly [VerdictStatus, string, Sentence])[] = [
  ["open-again", "-again", msg("Decided before, open again")], ["undecided", "-", msg("No decision yet")],
  ["closed-undecided", "-closed", msg("Closed without a decision")], ["unjudged", "-unjudged", msg("Cannot be judged here")],
];

/** A case on which two things were decided, as acceptance and facts, is counted once, under both. */
function outcomeOf({ opened }: DeskCase): Value | undefined {
  if (opened === null) return undefined;
  const { outcomes, status } = verdictOf(opened);
  const [, key, sentence] = WITHOUT.find(([one]) => one === status) ?? [];
  if (key !== undefined && sentence !== undefined) return { key, text: t(sentence) };
  const name = listed(outcomes.map((one) => inLanguage(one.name)));
  const [only] = outcomes;
  return only === undefined || outcomes.length > 1 ? { key: name, text: name } : { key: name, text: only.name, means: outcomeMeans(only) };
}

/** Where a row of outcomes stands: outcomes first. */
function rankOf({ value }: Line): number {
  return WITHOUT.findIndex(([, key]) => key === value.key);
}

/** The last day of a month, or today where that comes first. */
function lastDayOf(month: string, words: OfficeWords): string {
  const end = addDays(`${addMonths(month, 1)}-01`, -1);
  return [...words.directory.content.entities.map(({ id }) => words.today(id)).sort().slice(-1), end].sort()[0] ?? end;
}

/** Counts what was received in these months. */
export function figuresOf(shelf: Iterable<DeskCase>, words: OfficeWords, span: Span, now: Date): CaseFigures {
  const within = [...shelf].filter((one) => isShown(one) && monthOf(one) >= span.first && monthOf(one) <= span.last);
  const cases = within.filter(({ opened }) => opened !== null).sort((a, b) => (a.row.day < b.row.day ? -1 : 1));
  const staged = [...cases].sort((a, b) => placeOf(a) - placeOf(b));
  const facts = cases.flatMap((one) => factsOf(one, words) ?? []);
  const of = policiesOf(facts.flatMap(({ stage: [stage], policy: [policy] }) => (stage === undefined || policy === undefined ? [] : [[stage.key, policy] as const])));
  return {
    total: count(cases, now),
    stage: linesOf(staged, (one) => factsOf(one, words)?.stage[0], now).map((line) => ({ ...line, value: { ...line.value, of: of(line.value.key) } })),
    month: linesOf(cases, (one) => ({ key: monthOf(one), text: monthOf(one) }), now),
    entity: linesOf(cases, (one) => factsOf(one, words)?.entity[0], now).sort((a, b) => (nameOf(a.value) < nameOf(b.value) ? -1 : 1)),
    outcome: linesOf(cases, outcomeOf, now).sort((a, b) => rankOf(a) - rankOf(b)),
    weeks: byWeek(cases, `${span.first}-01`, lastDayOf(span.last, words)), categories: byCategory(cases, words), closing: daysToClose(cases), stays: daysInStages(cases, words),
    deadlines: byDeadline(cases, words, now), handlers: byHandler(cases, words, now), departments: byDepartment(cases, now),
    unverified: within.length - cases.length,
  };
}
