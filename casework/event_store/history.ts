/** The stream of a case as the engine's history: one number of the stream is one number of the history (twin of `casework/event_store/history.py`). */

import { type B64, b64decode } from "../../crypto/framing.js";
import type { CaseEvent, ReadEvent, WrongEvent } from "../../crypto/case/events.js";
import { type Act, type Attribute, CODES, type Codes, isAct, traitOf } from "../rules/acts.js";
import { ANSWERS, BY_TWO, type Case, type Event, NotAHistory, fold, opening } from "../engine/case.js";
import type { Instant } from "../deadlines/zones.js";

export const ACT_READ = "act-read";
export const STEP_DECLINED = "step-declined";
const MESSAGE = "message-received";
const WORKER = "worker";
/** Who may open a case is no matter of the policy: a change of keys is never held up by it, and moves nothing else. */
const BY_ANYBODY: readonly Act[] = ["regranted"];
const MOMENT = /^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}Z$/;

/** An event of the stream, and whether it carries the signature of the member whom it names. */
export interface StreamEntry {
  readonly event: CaseEvent;
  readonly signed: boolean;
}

/** Whether an event that does not count has its place in the record all the same. */
export function standsInPlace(wrong: WrongEvent): boolean {
  return wrong === "removed-signer" || wrong === "non-reader";
}

/** The stream as it was verified; who can't be checked, or could not read the case, has not signed. Throws `NotAHistory` where anything else is wrong with any of it. */
export function verifiedEntries(read: readonly ReadEvent[]): StreamEntry[] {
  return read.map(({ event, wrong }) => {
    if (event === null || (wrong !== null && !standsInPlace(wrong))) throw new NotAHistory();
    return { event, signed: wrong === null && event.actor !== WORKER };
  });
}

/** The case that a stream gives; policy and version are those of its opening, where the stream names none. */
export function history(policy: string, version: string, entries: readonly StreamEntry[]): Case {
  if (entries[0]?.event.kind !== "received") throw new NotAHistory();
  const first = firstMessages(entries);
  return fold(entries.map((_, n) => engineEvent(policy, version, entries, n, first)));
}

function engineEvent(policy: string, version: string, entries: readonly StreamEntry[], n: number, first: FirstMessages): Event {
  const { event, signed } = entries[n] as StreamEntry;
  if (event.n !== n) throw new NotAHistory();
  const item = itemOf(event);
  if (n === 0) return { ...opening(textOf(event, "policy") ?? policy, textOf(event, "version") ?? version, event.day), item };
  const bare = { n, by: null, role: null, codes: {}, moment: null, to: null };
  const act = actOf(entries, n, first);
  // Of no party and without signature: it has its place and counts as nothing.
  if (act === null) return { ...bare, act: "noted", day: event.day, item: null, signed: false, withdraws: withdrawnBy(entries, n) };
  const to = textOf(event, "to");
  if (event.kind === ACT_READ) return { ...bare, act, day: (messageOf(entries, event) ?? event).day, to, item, signed };
  if (BY_ANYBODY.includes(act)) return { ...bare, act, day: event.day, by: event.actor, item, signed };
  return { n, act, day: event.day, moment: momentOfEvent(event), by: event.actor, role: textOf(event, "role"), to, codes: codesOf(event), item, signed };
}

/** The request that the event at `n` takes back: by the no of its own maker, each under a signature. */
export function withdrawnBy(entries: readonly StreamEntry[], n: number): number | null {
  const { event, signed } = entries[n] as StreamEntry;
  const asking = event.kind === STEP_DECLINED ? event.data["n"] : null;
  if (typeof asking !== "number" || asking >= n || !signed) return null;
  const made = entries[asking];
  const isOwn = made?.signed === true && made.event.actor === event.actor;
  return isOwn && [...BY_TWO].some((answer) => ANSWERS[answer] === made.event.kind) ? asking : null;
}

/** For each message whose act was told, the number of the first event that tells of it: that one counts. */
type FirstMessages = ReadonlyMap<unknown, number>;

function firstMessages(entries: readonly StreamEntry[]): FirstMessages {
  const found = new Map<unknown, number>();
  entries.forEach(({ event }, at) => {
    const n = event.kind === ACT_READ ? event.data["n"] : null;
    if (typeof n === "number" && n < at && !found.has(n)) found.set(n, at);
  });
  return found;
}

/** The act that an event stands for; null for one that is none. */
export function actOf(entries: readonly StreamEntry[], n: number, first: FirstMessages = firstMessages(entries)): Act | null {
  const { event } = entries[n] as StreamEntry;
  if (event.kind === ACT_READ) {
    const told = messageOf(entries, event);
    return told !== null && first.get(told.n) === n ? readAct(event) : null;
  }
  if (n === 0) return "received";
  return isAct(event.kind) && event.actor !== WORKER && traitOf(event.kind).party === "member" ? event.kind : null;
}

/** The reporter's act that an `act-read` names; null where it names none of theirs. */
export function readAct(event: CaseEvent): Act | null {
  const act = event.data["act"];
  return isAct(act) && traitOf(act).party === "reporter" ? act : null;
}

/** The arrival of the message that an `act-read` tells of: before it, and with the very same item. */
export function messageOf(entries: readonly StreamEntry[], event: CaseEvent): CaseEvent | null {
  const n = event.data["n"];
  if (typeof n !== "number" || !Number.isInteger(n) || n <= 0 || n >= event.n) return null;
  const found = entries[n]?.event;
  const same = found?.kind === MESSAGE && found.actor === WORKER && found.data["item"] === event.data["item"];
  return found !== undefined && same ? found : null;
}

/** Whether the act in a message was told already: the first telling counts. */
export function isRead(entries: readonly StreamEntry[], message: number): boolean {
  return entries.some(({ event }) => event.n > message && event.kind === ACT_READ && event.data["n"] === message);
}

function codesOf(event: CaseEvent): Codes {
  return Object.fromEntries(Object.entries(event.data).filter(([name, value]) => (CODES as readonly string[]).includes(name) && typeof value === "string")) as { [code in Attribute]?: string };
}

/** The minute that a member's event tells, UTC; null where it tells none or no such minute exists. */
function momentOfEvent(event: CaseEvent): Instant | null {
  const value = textOf(event, "at");
  if (value === null || !MOMENT.test(value)) return null;
  const moment = Date.parse(value);
  return Number.isNaN(moment) || minuteOf(moment) !== value ? null : moment;
}

/** A moment as an event tells it: `2026-11-25T10:33Z`. */
export function minuteOf(moment: Instant): string {
  return `${new Date(moment).toISOString().slice(0, 16)}Z`;
}

function itemOf(event: CaseEvent): B64 | null {
  const value = textOf(event, "item");
  if (value === null) return null;
  try {
    b64decode(value, 32);
    return value;
  } catch {
    return null;
  }
}

function textOf(event: CaseEvent, name: string): string | null {
  const value = event.data[name];
  return typeof value === "string" ? value : null;
}
