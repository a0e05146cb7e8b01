/** What the worker owes to a record, and whether what it wrote follows from it (twin of `casework/upkeep/dues.py` and `casework/record/worker_events.py`). */

import type { Office } from "./calendars.js";
import type { Case } from "./case.js";
import type { ClockState } from "./clock.js";
import { type Day, later, nextDay } from "./days.js";
import { type Entry, history } from "./history.js";
import { type CaseClock, caseClocks } from "./policyclocks.js";
import type { Due } from "./reckoning.js";
import { type Rules, stageOf } from "./rules.js";
import { type Moment, dayAt, momentOf } from "./zones.js";

export type WorkerKind = "reminded" | "overdue" | "escalated-by-clock" | "warning-open";

/** One event that the worker owes from `at` on, about the end `due` of a clock in seconds since 1970. */
export interface Owed { readonly at: Moment; readonly kind: WorkerKind; readonly clock: string; readonly due: number }

/** One difference between the record and what follows from it; `n` is null for an event that is missing. */
export interface Difference { readonly how: "unfounded" | "twice" | "missing"; readonly kind: WorkerKind; readonly clock: string; readonly n: number | null }

const KINDS: readonly string[] = ["reminded", "overdue", "escalated-by-clock", "warning-open"] satisfies WorkerKind[];
const STANDING = ["running", "missed", "open"];
const REPORTER = "reporter";
const LONGEST_REST = 31;
const HOUR_MS = 3_600_000;
/** The last so-manieth part of a limit in hours is reminded of. */
const HOUR_PART = 4;
/** So long the worker may be away before it is told that it owes something. */
const PATIENCE_MS = 2 * 24 * HOUR_MS;

/** All that is owed to a case as long as nobody acts; throws `BeyondCalendar`. */
export function owedTo(rules: Rules, found: Case, office: Office, now: Moment): Owed[] {
  const ended = stageOf(rules, found.stage)?.end ?? false;
  return caseClocks(rules, found, office, now).flatMap((one) => {
    const { state } = one;
    if (state?.due == null || !(state.status === "late" || (STANDING.includes(state.status) && !ended))) return [];
    return owedOf(one, state, state.due, office);
  });
}

function owedOf({ clock }: CaseClock, state: ClockState, end: Due, office: Office): Owed[] {
  const after = nextDay(end.day);
  const due = Math.floor((end.moment ?? turnOf(after, office)) / 1000);
  const owes = (kind: WorkerKind, day: Day): Owed => ({ at: turnOf(day, office), kind, clock: clock.id, due });
  const late = state.status === "late";
  // Of a reporter's limit, a not-before or a warning it is told that they are over, and nobody is late with them.
  if (clock.kind !== "deadline" || clock.who === REPORTER) return late ? [] : [owes(clock.kind === "warning" ? "warning-open" : "reminded", after)];
  const before = late ? null : reminder(end, office);
  const grace = nextDay(worked(after, office, 1));
  const escalated = state.stopped === null || state.stopped >= grace;
  return [...(before === null ? [] : [owes("reminded", before)]), owes("overdue", after), ...(escalated ? [owes("escalated-by-clock", grace)] : [])];
}

/** The day of work before the last day, of hours that in which the last quarter begins; never that of the start. */
function reminder(end: Due, office: Office): Day | null {
  const hours = end.limit.unit === "hours" ? (end.limit.amount * HOUR_MS) / HOUR_PART : 0;
  const day = end.moment === null ? worked(later(end.day, -1), office, -1) : dayAt(end.moment - hours, office.zone);
  return day > (end.begun === null ? end.start : dayAt(end.begun, office.zone)) ? day : null;
}

/** The first day of work from here, forward or back; the last one looked at where nobody works for a month. */
function worked(from: Day, office: Office, step: number): Day {
  let day = from;
  for (let looked = 0; looked < LONGEST_REST; looked += 1) {
    if (["working", "make-up"].includes(office.calendar.day(day).kind)) break;
    day = later(day, step);
  }
  return day;
}

function turnOf(day: Day, office: Office): Moment {
  return momentOf(day, "00:00", office.zone);
}

/** What the worker wrote without ground or twice, and what it owes since days; `rules` are those of the case as it stands. */
export function workerDifferences(policy: string, version: string, entries: readonly Entry[], rules: Rules, office: Office, now: Moment): Difference[] {
  const found: Difference[] = [];
  const seen = new Set<string>();
  entries.forEach((entry, n) => {
    const told = toldBy(entry);
    if (told === null) return;
    const before = history(policy, version, entries.slice(0, n));
    const noon = momentOf(entry.event.day, "12:00", office.zone);
    const differs = (how: Difference["how"]): number => found.push({ how, kind: told.kind, clock: told.clock, n });
    if (seen.has(nameOf(told))) differs("twice");
    // Of a version that was left since, nothing is said.
    else if (before.version === rules.version && !owedBy(rules, before, office, noon).some((one) => nameOf(one) === nameOf(told))) differs("unfounded");
    seen.add(nameOf(told));
  });
  const whole = history(policy, version, entries);
  const owed = whole.version === rules.version ? owedBy(rules, whole, office, now - PATIENCE_MS) : [];
  return [...found, ...owed.filter((one) => !seen.has(nameOf(one))).map(({ kind, clock }): Difference => ({ how: "missing", kind, clock, n: null }))];
}

function owedBy(rules: Rules, found: Case, office: Office, now: Moment): Owed[] {
  return owedTo(rules, found, office, now).filter((one) => one.at <= now);
}

function toldBy({ event, signed }: Entry): Omit<Owed, "at"> | null {
  const { clock, due } = event.data;
  if (signed || !isWorkerKind(event.kind) || typeof clock !== "string" || typeof due !== "number" || !Number.isInteger(due)) return null;
  return { kind: event.kind, clock, due };
}

function isWorkerKind(kind: string): kind is WorkerKind {
  return KINDS.includes(kind);
}

function nameOf({ kind, clock, due }: Omit<Owed, "at">): string {
  return `${kind} ${clock} ${due}`;
}
