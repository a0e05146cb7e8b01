/** A case is what its events say: nothing is kept that folding them would not give again (twin of `casework/engine/case.py`). */

import { type Act, type Attribute, type Codes, traitOf } from "../rules/acts.js";
import { type Day, FIRST_DAY, isDay } from "../deadlines/days.js";
import type { Instant } from "../deadlines/zones.js";

export const FIRST_STAGE = "received";
/** Between the departments of one code. */
export const SEPARATOR = ",";

/** One event. `by` is the member who signed it; `moment` only where staff caused it; `item` the hash of the sealed item. */
export interface Event {
  readonly n: number;
  readonly act: Act;
  readonly day: Day;
  readonly moment: Instant | null;
  readonly by: string | null;
  readonly role: string | null;
  readonly to: string | null;
  readonly codes: Codes;
  readonly item: string | null;
  readonly signed: boolean;
  /** The number of the request that this event takes back; only its own maker's event has one. */
  readonly withdraws?: number | null;
}

/** The projection of a stream. `entered` is the event that led into the stage; `uncounted` are shown, never counted. */
export interface Case {
  readonly policy: string;
  readonly version: string;
  readonly stage: string;
  readonly entered: number;
  readonly codes: Codes;
  readonly frozen: boolean;
  readonly held: boolean;
  readonly recused: ReadonlySet<string>;
  readonly extended: ReadonlyMap<string, Day>;
  readonly counts: ReadonlyMap<Act, number>;
  readonly events: readonly Event[];
  readonly uncounted: ReadonlySet<number>;
}

/** Events that do not begin with an arrival, leave a gap, or do not say what they move are the stream of no case. */
export class NotAHistory extends Error {}

const KEPT = ["kind", "classification", "grade", "departments", "handler", "deputy"] as const;

/** The first event of a case. */
export function opening(policy: string, version: string, day: Day): Event {
  return { n: 0, act: "received", day, moment: null, by: null, role: null, to: null, codes: { policy, version }, item: null, signed: false };
}

export function departmentsOf(found: Case): string[] {
  return (found.codes.departments ?? "").split(SEPARATOR).filter((one) => one !== "");
}

/** The counted events after the one that led into this stage. */
export function sinceEntry(found: Case): Event[] {
  return found.events.slice(found.entered + 1).filter((event) => !found.uncounted.has(event.n));
}

/** Whether an act was done in the case; where it was reopened, since then. What was asked for stays asked. */
export function happened(found: Case, wanted: Act): boolean {
  if (Object.values(ANSWERS).includes(wanted)) return (found.counts.get(wanted) ?? 0) > 0;
  const counted = found.events.filter(({ n }) => !found.uncounted.has(n));
  return counted.slice(counted.findLastIndex(({ act }) => act === "reopened") + 1).some(({ act }) => act === wanted);
}

/** The members who did an act, ever. */
export function doneBy(found: Case, act: Act): Set<string> {
  return new Set(found.events.flatMap((event) => (event.act === act && event.by !== null && !found.uncounted.has(event.n) ? [event.by] : [])));
}

/** Whether an event counts as an act: the arrival, and what was signed by anyone who did it. */
export function counts(event: Event): boolean {
  const { party } = traitOf(event.act);
  return party === "worker" || (event.signed && (party === "reporter" || event.by !== null));
}

/** Each act that has to be asked for, and what asks for it; a rule says so by naming that in `ever`. */
export const ANSWERS: { readonly [act in Act]?: Act } = {
  released: "release-asked", "export-approved": "export-asked", exported: "export-approved", "deletion-approved": "deletion-asked",
};
/** What ends the asking for an act: the answer to it, or what makes it another question. A hold ends one to release only where the case was under none: who sets it again wipes no request to end it. */
const ENDS: { readonly [act in Act]?: readonly Act[] } = {
  released: ["released", "held"], "export-approved": ["export-approved"], exported: ["exported", "export-asked"], "deletion-approved": ["deletion-approved", "held"],
};
/** Answers that the one who asked can't give. */
export const BY_TWO: ReadonlySet<Act> = new Set<Act>(["released", "export-approved", "deletion-approved"]);

/** The askings for an act that nothing has ended and nobody took back, the newest first. */
export function openAskings(events: readonly Event[], uncounted: ReadonlySet<number>, answer: Act): Event[] {
  const counted = events.filter(({ n }) => !uncounted.has(n));
  const ended = counted.findLastIndex(({ act }, at) => act !== ANSWERS[answer] && (ENDS[answer] ?? []).includes(act) && !(answer === "released" && holdsOn(counted.slice(0, at + 1))));
  const withdrawn = new Set(events.map(({ withdraws }) => withdraws));
  return counted.slice(ended + 1).filter(({ act, n }) => act === ANSWERS[answer] && !withdrawn.has(n)).reverse();
}

/** Whether the last of these counted events sets a hold in a case that was under one. */
function holdsOn(events: readonly Event[]): boolean {
  const [before, last] = events.filter(({ act }) => act === "held" || act === "released").slice(-2);
  return events.at(-1)?.act === "held" && before?.act === "held" && last?.act === "held";
}

/**
 * Whether the answer means an asking by another that waits: it names one, or none where nobody has asked again. `waiting` is what
 * `openAskings` gives of the stream before it. Where nothing waits there is no answer, whatever the rules: a reader of the record
 * cannot know which of them a server showed to who signed.
 */
export function answersWhatWaits({ codes: { asking }, by }: Pick<Event, "codes" | "by">, waiting: readonly Event[]): boolean {
  const [meant, ...more] = waiting.filter(({ n }) => asking === undefined || asking === String(n));
  return meant !== undefined && more.length === 0 && (by === null || meant.by !== by);
}

/** The case that a whole stream gives. */
export function fold(events: readonly Event[]): Case {
  const first = events[0];
  const { policy, version } = first?.act === "received" ? first.codes : {};
  if (policy === undefined || version === undefined) throw new NotAHistory();
  return applyEvents({
    policy, version, stage: FIRST_STAGE, entered: 0, codes: {}, frozen: false, held: false, recused: new Set(), extended: new Map(),
    counts: new Map(), events: [], uncounted: new Set(),
  }, events);
}

/** The case after further events, which must go on where its stream ends. */
export function applyEvents(found: Case, events: readonly Event[]): Case {
  const tally = new Map(found.counts);
  const uncounted = new Set(found.uncounted);
  let after = found;
  events.forEach((event, at) => {
    if (event.n !== found.events.length + at) throw new NotAHistory();
    const isOfAnother = BY_TWO.has(event.act) && !answersWhatWaits(event, openAskings([...found.events, ...events.slice(0, at)], uncounted, event.act));
    if (!counts(event) || isOfAnother) uncounted.add(event.n);
    else {
      tally.set(event.act, (tally.get(event.act) ?? 0) + 1);
      after = applied(after, event);
    }
  });
  return { ...after, counts: tally, uncounted, events: [...found.events, ...events] };
}

/** What such an event must name for the case to be what it says. */
const NEEDED: { readonly [act in Act]?: readonly Attribute[] } = { recused: ["member"], extended: ["clock", "until"], migrated: ["version"] };

/** After these nobody is the deputy, unless they name one: a deputy has the roles of that very handler. */
export const NAMES_HANDLER: ReadonlySet<Act> = new Set<Act>(["assigned", "reassigned"]);

function withoutHandlers({ handler: _handler, deputy: _deputy, ...rest }: Codes): Codes {
  return rest;
}

/** The members who took the case since somebody last named its handler, each once, the first in front. */
export function selfAssigned({ events, uncounted }: Case): string[] {
  const named = events.findLastIndex(({ act, n }) => NAMES_HANDLER.has(act) && !uncounted.has(n));
  const fresh = events.slice(named + 1).filter(({ act, n }) => act === "taken" && !uncounted.has(n));
  return [...new Set(fresh.flatMap(({ by }) => by ?? []))];
}

function applied(before: Case, event: Event): Case {
  if ((NEEDED[event.act] ?? []).some((code) => event.codes[code] === undefined) || !isDay(event.codes.until ?? FIRST_DAY)) throw new NotAHistory();
  const kept = KEPT.flatMap((code) => (event.codes[code] === undefined ? [] : [[code, event.codes[code]] as const]));
  const codes = NAMES_HANDLER.has(event.act) ? withoutHandlers(before.codes) : before.codes;
  let found = kept.length === 0 && codes === before.codes ? before : { ...before, codes: { ...codes, ...Object.fromEntries(kept) } };
  if (event.to !== null) found = { ...found, stage: event.to, entered: event.n };
  const { clock = "", until = "", member = "", version } = event.codes;
  switch (event.act) {
    case "handed-over": return { ...found, frozen: true };
    case "handed-back": return { ...found, frozen: false };
    case "held": return { ...found, held: true };
    case "released": return { ...found, held: false };
    case "recused": return { ...found, recused: new Set([...found.recused, member]) };
    case "extended": return { ...found, extended: new Map([...found.extended, [clock, until]]) };
    case "migrated": return { ...found, version: version ?? found.version };
    default: return found;
  }
}
