/** What a policy leaves open to the reporter from now on, and until when (twin of `casework/engine/reporter_options.py`). */

import type { Declaration as Declared } from "../../crypto/case/documents.js";
import { type Act, traitOf } from "../rules/acts.js";
import { type Office, dayIn, officeWorks } from "../deadlines/calendars.js";
import { type Case, type Event, applyEvents } from "./case.js";
import { type Day, daysBetween } from "../deadlines/days.js";
import { allowed } from "./engine.js";
import { type Ruling, reporterNow } from "./ruling.js";
import { type Limit, limitWords } from "../deadlines/limits.js";
import { type CaseClock, caseClocks, isNoticeUnread } from "./policyclocks.js";
import { actsIn, stageOf } from "../policy/document.js";

/** The reporter's declarations that stand for an act of the policy (SPEC §6). */
export const SPOKEN: { readonly [act in Act]?: readonly Declared[] } = {
  "findings-confirmed": ["confirm"], "findings-contested": ["contest"], "plan-agreed": ["agree"], "plan-refused": ["refuse"],
  "information-supplied": ["supply"], "notice-received": ["seen"], appealed: ["appeal"], withdrawn: ["withdraw"], rated: ["satisfied", "unsatisfied"],
};

/** The act of the policy that a declaration stands for. */
export function meantBy(declared: unknown): Act | null {
  const found = (Object.entries(SPOKEN) as [Act, readonly Declared[]][]).find(([, words]) => (words as readonly unknown[]).includes(declared));
  return found?.[0] ?? null;
}

/** Acts that policies allow at any time, and what must have come first for somebody to be asked for them. */
const ANSWERED: { readonly [act in Act]?: Act } = { "information-supplied": "information-asked" };
const REPORTER = "reporter";
const READING: Act = "notice-received";
const LONGEST = 366;

/** The last day for what is asked; `counts` are the days that count towards a limit in working days. */
export interface LastDay {
  readonly day: Day;
  readonly provisional: boolean;
  readonly limit: Limit;
  readonly counts: readonly Day[] | null;
}

/** The acts of the reporter that are open now, or will be once the reporter has done another of them here. */
export function askedOfReporter(ruling: Ruling, before: Case): Act[] {
  const found: Act[] = [];
  const today = dayIn(ruling.office, ruling.now);
  let current = before;
  for (let fresh = open(ruling, current, found); fresh.length > 0; fresh = open(ruling, current, found)) {
    found.push(...fresh);
    const stays = fresh.filter((act) => !leadsOn(ruling, current, act));
    const first = current.events.length;
    current = applyEvents(current, stays.map((act, at) => done(act, first + at, today)));
  }
  return found;
}

/** An act of the reporter, as if it were on the record. */
function done(act: Act, n: number, day: Day): Event {
  return { n, act, day, moment: null, by: null, role: null, to: null, codes: {}, item: null, signed: true };
}

/** The ends of the reporter's clocks; of those alone that one of these acts stops, where they are given. */
function ends({ rules, office, now }: Ruling, found: Case, stops: readonly Act[] | null): LastDay[] {
  const clocks = caseClocks(rules, found, office, now).filter(({ clock }) => stops === null || clock.stop.some((act) => stops.includes(act)));
  return clocks.flatMap((one) => lastDay(one, office) ?? []);
}

function open(ruling: Ruling, found: Case, known: readonly Act[]): Act[] {
  const acts = allowed(ruling.rules, found, reporterNow(ruling, found)).filter((act) => traitOf(act).party === "reporter");
  return acts.filter((act) => !known.includes(act) && isAsked(found, act));
}

/** Whether the office has asked since the last answer; of what it need not ask for, always. */
function isAsked(found: Case, act: Act): boolean {
  if (act === READING) return isNoticeUnread(found);
  const asking = ANSWERED[act];
  if (asking === undefined) return true;
  return found.events.findLast((event) => !found.uncounted.has(event.n) && (event.act === act || event.act === asking))?.act === asking;
}

function leadsOn({ rules }: Ruling, found: Case, act: Act): boolean {
  const stage = stageOf(rules, found.stage);
  return stage !== null && actsIn(rules, stage).some((rule) => rule.act === act && rule.to.length > 0);
}

/**
 * Until when the reporter may do what is asked: the first end of the clocks that run for the reporter.
 * Where what is asked has a limit that begins when a notice is read, and nobody has said so yet, it is the end for
 * anyone who reads the notice today: the earliest there is. Where at most a withdrawal is open, no limit is for it:
 * only the time counts in which the office waits for the reporter's view.
 */
export function lastDayOf(ruling: Ruling, found: Case): LastDay | null {
  const asked = askedOfReporter(ruling, found);
  const running = ends(ruling, found, asked.every((one) => one === "withdrawn") ? ["view-heard"] : null);
  if (running.length === 0 && asked.includes(READING)) running.push(...ends(ruling, applyEvents(found, [done(READING, found.events.length, dayIn(ruling.office, ruling.now))]), asked));
  return running.sort((one, other) => (one.day < other.day ? -1 : one.day > other.day ? 1 : 0))[0] ?? null;
}

function lastDay({ clock, state }: CaseClock, office: Office): LastDay | null {
  if (clock.who !== REPORTER || clock.kind !== "deadline" || state === null) return null;
  const { status, due, length } = state;
  if (status !== "running" || due === null || length.kind !== "limit") return null;
  const plain = length.limit.unit === "working-days" && due.paused === 0 && due.beforeExtension === null;
  return { day: due.day, provisional: due.missing.length > 0, limit: length.limit, counts: plain ? counted(due.start, due.day, office) : null };
}

/** The days of work after the start, up to the end; null where they do not lead to it. */
function counted(start: Day, end: Day, office: Office): Day[] | null {
  const days = daysBetween(start, end).filter((one) => officeWorks(office, one));
  return days.at(-1) === end && days.length <= LONGEST ? days : null;
}

/** The declarations and the last day as a notice carries them. */
export function askedWords(ruling: Ruling, after: Case): { asks: Declared[]; until: { day: Day; provisional: boolean; limit: string; counts: Day[] | null } | null } {
  const asks = askedOfReporter(ruling, after).flatMap((act) => SPOKEN[act] ?? []);
  const last = lastDayOf(ruling, after);
  const until = last === null ? null : { day: last.day, provisional: last.provisional, limit: limitWords(last.limit).en, counts: last.counts === null ? null : [...last.counts] };
  return { asks, until };
}
