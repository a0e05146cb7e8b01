/** Where a clock of a case stands: computed again from its terms, what happened, and the calendar (twin of `casework/deadlines/clock.py`). */

import { type Office, dayIn, openingAfter } from "./calendars.js";
import { type Day, daysFrom, nextDay } from "./days.js";
import { type Limit, isClockTime } from "./limits.js";
import { type Due, type Pause, type Point, computeDeadline, extendDeadline, hasPassed, isOver } from "./deadline.js";
import { type ClockTerms, type Facts, type Happening, type Length, type Otherwise, lengthFor } from "./terms.js";
import { type ExtensionRefusal, extensionRefused, officeOf, extendedDay } from "./extensions.js";
import type { Instant } from "./zones.js";

export const STATUSES = ["not-started", "running", "paused", "met", "missed", "late", "early", "open", "promptly", "unbound"] as const;
export type ClockStatus = (typeof STATUSES)[number];

/** Where a clock stands at a moment; the fields are those of the Python twin. */
export interface ClockState {
  readonly status: ClockStatus;
  readonly started: Day | null;
  readonly due: Due | null;
  readonly stopped: Day | null;
  readonly pausedSince: Day | null;
  readonly late: number;
  readonly extensions: readonly Happening[];
  readonly refused: readonly (readonly [Happening, ExtensionRefusal])[];
  readonly length: Length;
}

interface Run {
  readonly start: Happening;
  readonly plus: Limit | null;
  readonly within: readonly Happening[];
  readonly stop: Happening | null;
  readonly pauses: readonly Pause[];
  readonly pausedSince: Happening | null;
}

const NOTHING = { started: null, due: null, stopped: null, pausedSince: null, late: 0, extensions: [], refused: [] } as const;

/** The state of a clock at `now`, after `happenings` in the order of the record. */
export function clockState(terms: ClockTerms, happenings: readonly Happening[], facts: Facts, office: Office, now: Instant): ClockState {
  const seen = officeOf(terms, office);
  const length = lengthFor(terms, facts);
  const told = happenings.map((one) => (one.moment === null ? one : { ...one, day: dayIn(seen, one.moment) }));
  const run = runOf(terms, length, told, seen, now);
  if (length.kind !== "limit") return withoutNumber(length, run);
  if (run === null) return { ...NOTHING, status: "not-started", length };
  const { end, extensions, refused } = extended(terms, length.limit, run, seen);
  const status = statusOf(terms, end, run, seen, now);
  const overdueOn = run.stop?.day ?? dayIn(seen, now);
  const overdue = status === "late" || status === "missed";
  return {
    status, length, extensions, refused,
    started: run.start.day, due: end, stopped: run.stop?.day ?? null,
    pausedSince: status === "paused" ? (run.pausedSince?.day ?? null) : null,
    late: overdue ? Math.max(daysFrom(end.day, overdueOn), 0) : 0,
  };
}

/** A clock of a word, or of a number that nobody bound: it begins and stops, and is never overdue. */
function withoutNumber(length: Length, run: Run | null): ClockState {
  const started = run?.start.day ?? null;
  if (length.kind === "unbound") return { ...NOTHING, status: "unbound", started, length };
  if (run === null) return { ...NOTHING, status: "not-started", length };
  return { ...NOTHING, status: run.stop === null ? "promptly" : "met", started, stopped: run.stop?.day ?? null, length };
}

interface Begun {
  readonly at: number;
  readonly start: Happening;
  readonly plus: Limit | null;
}

function runOf(terms: ClockTerms, length: Length, happenings: readonly Happening[], office: Office, now: Instant): Run | null {
  const byMoment = length.kind === "limit" && isClockTime(length.limit.unit);
  const begun = begin(terms, length, happenings, office, now, byMoment);
  if (begun === null) return null;
  const after = happenings.slice(begun.at + 1);
  const stop = stopOf(terms, after);
  const within = stop === null ? after : after.slice(0, stop);
  const at = (one: Happening): Point => (byMoment ? pointOf(one, office) : one.day);
  const { pauses, since } = pausesOf(terms, within, at);
  const stopped = stop === null ? null : (after[stop] ?? null);
  if (since !== null) {
    const until = stopped === null ? now : pointOf(stopped, office);
    pauses.push({ begin: at(since), end: byMoment ? until : dayIn(office, until) });
  }
  return { start: begun.start, plus: begun.plus, within, stop: stopped, pauses, pausedSince: since };
}

function begin(terms: ClockTerms, length: Length, happenings: readonly Happening[], office: Office, now: Instant, byMoment: boolean): Begun | null {
  const needsMoment = length.kind === "limit" && length.limit.unit === "minutes";
  const starts = happenings.flatMap((one, at) => (terms.start.has(one.code) && (one.moment !== null || !needsMoment) ? [at] : []));
  const first = terms.restarts ? starts.at(-1) : starts[0];
  const own = first === undefined ? undefined : happenings[first];
  const waited = waitedFor(terms.otherwise, happenings, office, now, byMoment);
  if (waited !== null && (own === undefined || own.day > waited.end)) return waited;
  return first === undefined || own === undefined ? null : { at: first, start: own, plus: null };
}

/** Where the waiting for a start began, and its end as a start of its own, once it is over. */
function waitedFor(otherwise: Otherwise | null, happenings: readonly Happening[], office: Office, now: Instant, byMoment: boolean): (Begun & { readonly end: Day }) | null {
  if (otherwise === null) return null;
  const at = happenings.findIndex((one) => otherwise.start.has(one.code));
  const one = happenings[at];
  if (one === undefined) return null;
  const end = computeDeadline(otherwise.after, one.day, office, { lastDay: "stands" }).day;
  if (dayIn(office, now) <= end) return null;
  // The end of a waiting is nobody's act: hours and minutes run from the next opening.
  const start = { code: one.code, day: end, moment: byMoment ? openingAfter(office, end) : null, until: null };
  return otherwise.waitLast ? { at, end, start: one, plus: otherwise.after } : { at, end, start, plus: null };
}

/** The place of the happening that stops the clock: the first of its stops, or the one that completes them. */
function stopOf(terms: ClockTerms, after: readonly Happening[]): number | null {
  const firsts = new Map<string, number>();
  after.forEach((one, at) => {
    if (terms.stop.has(one.code) && !firsts.has(one.code)) firsts.set(one.code, at);
  });
  if (firsts.size === 0) return null;
  if (terms.anyStop) return Math.min(...firsts.values());
  return firsts.size === terms.stop.size ? Math.max(...firsts.values()) : null;
}

function pausesOf(terms: ClockTerms, within: readonly Happening[], at: (one: Happening) => Point): { pauses: Pause[]; since: Happening | null } {
  const pauses: Pause[] = [];
  let since: Happening | null = null;
  for (const one of within) {
    if (since === null && terms.pauses.has(one.code)) since = one;
    else if (since !== null && terms.resumes.has(one.code)) {
      pauses.push({ begin: at(since), end: at(one) });
      since = null;
    }
  }
  return { pauses, since };
}

/** The moment of what staff caused; for what a reporter caused, the next opening after its day. */
function pointOf(one: Happening, office: Office): Instant {
  return one.moment ?? openingAfter(office, one.day);
}

/** The end after all extensions that hold, each reckoned with the pauses that were before it. */
function extended(terms: ClockTerms, limit: Limit, run: Run, office: Office): { end: Due; extensions: Happening[]; refused: [Happening, ExtensionRefusal][] } {
  const { lastDay } = terms;
  const begun = run.start.moment ?? run.start.day;
  let reckon = (pauses: readonly Pause[]): Due => computeDeadline(limit, begun, office, { lastDay, pauses, plus: run.plus });
  let pauses = run.pauses;
  const held: Happening[] = [];
  const refused: [Happening, ExtensionRefusal][] = [];
  for (const told of run.within.filter((one) => terms.extension?.events.has(one.code) === true)) {
    const before = reckon(until(pauses, told, office));
    const reason = extensionRefused(terms, before, held.length, told, office);
    if (reason !== null) {
      refused.push([told, reason]);
      continue;
    }
    held.push(told);
    const day = extendedDay(terms, before, told, office);
    pauses = pausesSince(pauses, told, office);
    reckon = (later) => extendDeadline(before, day, office, lastDay, later);
  }
  return { end: reckon(pauses), extensions: held, refused };
}

/** The pauses as they stood when an extension was told. */
function until(pauses: readonly Pause[], told: Happening, office: Office): Pause[] {
  return pauses.flatMap((pause) => {
    const limit = typeof pause.begin === "number" ? pointOf(told, office) : told.day;
    return pause.begin <= limit ? [{ begin: pause.begin, end: pause.end < limit ? pause.end : limit }] : [];
  });
}

/** What of the pauses came after the day on which an extension was told, as days. */
function pausesSince(pauses: readonly Pause[], told: Happening, office: Office): Pause[] {
  const day = (when: Point): Day => (typeof when === "number" ? dayIn(office, when) : when);
  const first = nextDay(told.day);
  return pauses.flatMap((pause) => {
    const begin = day(pause.begin) > first ? day(pause.begin) : first;
    return day(pause.end) >= begin ? [{ begin, end: day(pause.end) }] : [];
  });
}

function statusOf(terms: ClockTerms, end: Due, run: Run, office: Office, now: Instant): ClockStatus {
  const going = run.pausedSince === null ? "running" : "paused";
  const today = dayIn(office, now);
  if (terms.kind === "not-before") {
    if (run.stop !== null) return hasPassed(end, run.stop.day, run.stop.moment) ? "met" : "early";
    return hasPassed(end, today, now) ? "open" : going;
  }
  if (run.stop !== null) return isOver(end, run.stop.day, run.stop.moment) ? "late" : "met";
  if (isOver(end, today, now)) return terms.kind === "warning" ? "open" : "missed";
  return going;
}
