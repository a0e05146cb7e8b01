/** What the worker owes to a record, and whether what it wrote follows from it (twin of `casework/obligations/case_schedule.py` and `casework/event_store/worker_events.py`). */

import type { Office } from "../deadlines/calendars.js";
import type { Case } from "../engine/case.js";
import type { ClockState } from "../deadlines/clock.js";
import { type Day, later, nextDay } from "../deadlines/days.js";
import { type StreamEntry, history } from "./history.js";
import { type CaseClock, caseClocks } from "../engine/policyclocks.js";
import type { Due } from "../deadlines/deadline.js";
import { type Rules, stageOf } from "../policy/document.js";
import { type Instant, dayAt, momentOf } from "../deadlines/zones.js";

export type WorkerKind = "reminded" | "overdue" | "escalated-by-clock" | "warning-open";

/** One event that the worker owes from `at` on, about the end `due` of a clock in seconds since 1970. */
export interface ScheduledEvent { readonly at: Instant; readonly kind: WorkerKind; readonly clock: string; readonly due: number }

/** One difference between the record and what follows from it; `n` is null for an event that is missing. */
export interface Difference { readonly how: "unfounded" | "twice" | "missing"; readonly kind: WorkerKind; readonly clock: string; readonly n: number | null }

const KINDS: readonly string[] = ["reminded", "overdue", "escalated-by-clock", "warning-open"] satisfies WorkerKind[];
const ACTIVE = ["running", "missed", "open"];
const REPORTER = "reporter";
const LONGEST_REST = 31;
const HOUR_MS = 3_600_000;
/** The last so-manieth part of a limit in hours is reminded of. */
const HOUR_PART = 4;
/** So long the worker may be away before it is told that it owes something. */
const PATIENCE_MS = 2 * 24 * HOUR_MS;

/** All that is owed to a case as long as nobody acts; throws `BeyondCalendar`. */
export function scheduledEvents(rules: Rules, found: Case, office: Office, now: Instant): ScheduledEvent[] {
  const ended = stageOf(rules, found.stage)?.end ?? false;
  return caseClocks(rules, found, office, now).flatMap((one) => {
    const { state } = one;
    if (state?.due == null || !(state.status === "late" || (ACTIVE.includes(state.status) && !ended))) return [];
    return eventsOf(one, state, state.due, office);
  });
}

function eventsOf({ clock }: CaseClock, state: ClockState, end: Due, office: Office): ScheduledEvent[] {
  const after = nextDay(end.day);
  const due = Math.floor((end.moment ?? startOfDay(after, office)) / 1000);
  const event = (kind: WorkerKind, day: Day): ScheduledEvent => ({ at: startOfDay(day, office), kind, clock: clock.id, due });
  const late = state.status === "late";
  // Of a reporter's limit, a not-before or a warning it is told that they are over, and nobody is late with them.
  if (clock.kind !== "deadline" || clock.who === REPORTER) return late ? [] : [event(clock.kind === "warning" ? "warning-open" : "reminded", after)];
  const before = late ? null : reminder(end, office);
  const grace = nextDay(worked(after, office, 1));
  const escalated = state.stopped === null || state.stopped >= grace;
  return [...(before === null ? [] : [event("reminded", before)]), event("overdue", after), ...(escalated ? [event("escalated-by-clock", grace)] : [])];
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

function startOfDay(day: Day, office: Office): Instant {
  return momentOf(day, "00:00", office.zone);
}

/** What the worker wrote without ground or twice, and what it owes since days; `rules` are those of the case as it stands. */
export function workerDifferences(policy: string, version: string, entries: readonly StreamEntry[], rules: Rules, office: Office, now: Instant): Difference[] {
  const found: Difference[] = [];
  const seen = new Set<string>();
  entries.forEach((entry, n) => {
    const written = workerEventOf(entry);
    if (written === null) return;
    const before = history(policy, version, entries.slice(0, n));
    const noon = momentOf(entry.event.day, "12:00", office.zone);
    const differs = (how: Difference["how"]): number => found.push({ how, kind: written.kind, clock: written.clock, n });
    if (seen.has(nameOf(written))) differs("twice");
    // Of a version that was left since, nothing is said.
    else if (before.version === rules.version && !eventsDueBy(rules, before, office, noon).some((one) => nameOf(one) === nameOf(written))) differs("unfounded");
    seen.add(nameOf(written));
  });
  const whole = history(policy, version, entries);
  const due = whole.version === rules.version ? eventsDueBy(rules, whole, office, now - PATIENCE_MS) : [];
  return [...found, ...due.filter((one) => !seen.has(nameOf(one))).map(({ kind, clock }): Difference => ({ how: "missing", kind, clock, n: null }))];
}

function eventsDueBy(rules: Rules, found: Case, office: Office, now: Instant): ScheduledEvent[] {
  return scheduledEvents(rules, found, office, now).filter((one) => one.at <= now);
}

function workerEventOf({ event, signed }: StreamEntry): Omit<ScheduledEvent, "at"> | null {
  const { clock, due } = event.data;
  if (signed || !isWorkerKind(event.kind) || typeof clock !== "string" || typeof due !== "number" || !Number.isInteger(due)) return null;
  return { kind: event.kind, clock, due };
}

/** Whether this is the worker's word on a time limit: it follows from the policy, and no member acts by it. */
export function isWorkerKind(kind: string): kind is WorkerKind {
  return KINDS.includes(kind);
}

function nameOf({ kind, clock, due }: Omit<ScheduledEvent, "at">): string {
  return `${kind} ${clock} ${due}`;
}
