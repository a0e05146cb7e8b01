/** The signed, chained event stream of a case (SPEC §9). */

import { type B64, type Bytes, b64decode, b64encode, frame, u64, utf8 } from "../framing.js";
import type { VerifiedDirectory } from "../office/directory.js";
import { CryptoError, refuse } from "../errors.js";
import { signedWithSteps } from "../keys/former.js";
import { ZERO_HASH, sha256 } from "../primitives.js";
import { type Day, type Name, type Read, type Shape, base64, day, id16, integer, maybe, name, record, text, version } from "../shape.js";
import type { StaffKeys } from "../keys/staff.js";
import type { Thread } from "./thread.js";
import { type Json, readJson, writeJsonText } from "../text.js";
import { type Steps, atOnce, inTurns } from "../yielding.js";

const EVENT_LIMIT = 16_384;
export const WORKER = "worker";
/** The kind that brings nothing: the item that it names came before (SPEC §9). */
export const CLAIMED = "claimed";

/** What is wrong with an event; `non-reader`: verified, and signed by a member who could not read the case then (`markNonReaders`). */
export type WrongEvent = "unreadable" | "out-of-order" | "foreign" | "unsigned" | "forged" | "removed-signer" | "non-reader";

const object: Shape<{ readonly [key: string]: Json }> = (value) =>
  typeof value === "object" && value !== null && !Array.isArray(value) ? (value as { readonly [key: string]: Json }) : refuse("schema", "an event's data is an object");
const eventShape = record({ v: version, case: id16, n: integer(), kind: name, day, actor: name, data: object });
export const signedShape = record({ payload: text(EVENT_LIMIT), sig: maybe(base64(64)) });
/** An event as its payload says it. */
export type CaseEvent = Read<typeof eventShape>;
/** An event as it travels: payload string and signature, null for the worker's. */
export type SignedEvent = Read<typeof signedShape>;

/** An event as verified; `wrong` null is the only value that says so. */
export interface ReadEvent {
  readonly event: CaseEvent | null;
  readonly hash: B64;
  readonly wrong: WrongEvent | null;
  readonly formerMember: boolean;
}

/** Where the stream stands: how many events there are, and the last one's hash. */
export interface EventHead {
  readonly n: number;
  readonly hash: B64;
}
export const FIRST_EVENT: EventHead = { n: 0, hash: b64encode(ZERO_HASH) };

/** What a member records. */
export interface EventText {
  readonly case: B64;
  readonly kind: Name;
  readonly day: Day;
  readonly data: { readonly [key: string]: Json };
}

/** The hash that the next event builds on. */
export function eventHash(prev: B64, event: SignedEvent): B64 {
  const sig = event.sig === null ? new Uint8Array(0) : b64decode(event.sig);
  return b64encode(sha256(frame("yanlu/v1/event-hash", b64decode(prev), utf8(event.payload), sig)));
}

function signedFrame(office: B64, event: CaseEvent, prev: B64, payload: string): Bytes {
  return frame("yanlu/v1/event", b64decode(office), b64decode(event.case), u64(event.n), b64decode(prev), utf8(payload));
}

function readEvent(payload: string): CaseEvent {
  return eventShape(readJson(utf8(payload), EVENT_LIMIT));
}

/** A member's next event. `head.n` is the number it gets: 0 for the first of a case. */
export function signEvent(staff: StaffKeys, event: EventText, head: EventHead): { event: SignedEvent; head: EventHead } {
  const whole = eventShape({ v: 1, n: head.n, actor: staff.member, ...event });
  const payload = writeJsonText(whole);
  const signed = { payload, sig: b64encode(staff.sign(signedFrame(staff.office, whole, head.hash, payload))) };
  return { event: signed, head: { n: head.n + 1, hash: eventHash(head.hash, signed) } };
}

/** The newest day that a stream has come to, and the newest key that each member signed with. */
class Order {
  #day: Day = "";
  readonly #keys = new Map<Name, number>();

  constructor(readonly directory: VerifiedDirectory) {}

  /** What is wrong with the next event. A former key counts up to its last day: by what the event says, and by all that stands before it. */
  *follow(event: CaseEvent, signed: SignedEvent, prev: B64): Steps<WrongEvent | null> {
    const day = event.day > this.#day ? event.day : this.#day;
    if (event.actor === WORKER) {
      if (signed.sig === null) this.#day = day;
      return signed.sig === null ? null : "forged";
    }
    if (signed.sig === null) return "unsigned";
    const member = this.directory.member(event.actor);
    if (member === null) return "removed-signer";
    const key = yield* signedWithSteps(member, signedFrame(this.directory.office, event, prev, signed.payload), b64decode(signed.sig), { day });
    if (key === null || key < (this.#keys.get(event.actor) ?? 0)) return "forged";
    this.#day = day;
    this.#keys.set(event.actor, key);
    return null;
  }
}

function* readOne(order: Order, caseId: B64, head: EventHead, value: unknown): Steps<ReadEvent> {
  let signed: SignedEvent;
  let event: CaseEvent;
  try {
    signed = signedShape(value);
    event = readEvent(signed.payload);
  } catch (error) {
    if (error instanceof CryptoError) return { event: null, hash: head.hash, wrong: "unreadable", formerMember: false };
    throw error;
  }
  const hash = eventHash(head.hash, signed);
  if (event.case !== caseId) return { event, hash, wrong: "foreign", formerMember: false };
  if (event.n !== head.n) return { event, hash, wrong: "out-of-order", formerMember: false };
  const formerMember = event.actor !== WORKER && order.directory.validMember(event.actor) === null;
  return { event, hash, wrong: yield* order.follow(event, signed, head.hash), formerMember };
}

/** A member's event by itself, at its number after the event of that hash; refused at `event`. A former key counts up to its last day. */
export function checkPlaced(directory: VerifiedDirectory, caseId: B64, { n, hash }: EventHead, signed: SignedEvent): CaseEvent {
  const event = readEvent(signed.payload);
  if (event.case !== caseId || event.n !== n || event.actor === WORKER) refuse("event", "not a member's event of this case and number");
  const wrong = atOnce(new Order(directory).follow(event, signed, hash));
  return wrong === null ? event : refuse("event", wrong);
}

/** Every event of a case with what is wrong with it; never throws for an event. */
export function verifyEvents(directory: VerifiedDirectory, caseId: B64, events: readonly unknown[]): ReadEvent[] {
  return atOnce(eventSteps(directory, caseId, events));
}

/** The same, by the browser's own Ed25519 where it has one: for a desk that opens many cases. */
export function verifyManyEvents(directory: VerifiedDirectory, caseId: B64, events: readonly unknown[]): Promise<ReadEvent[]> {
  return inTurns(eventSteps(directory, caseId, events));
}

function* eventSteps(directory: VerifiedDirectory, caseId: B64, events: readonly unknown[]): Steps<ReadEvent[]> {
  const read: ReadEvent[] = [];
  const order = new Order(directory);
  let head = FIRST_EVENT;
  for (const value of events) {
    const entry = yield* readOne(order, caseId, head, value);
    read.push(entry);
    head = { n: head.n + 1, hash: entry.hash };
  }
  return read;
}

/** The item that a verified event names as its own; a server has to deliver that of a non-reader too. */
function broughtBy({ event, wrong }: ReadEvent): Json {
  return event === null || (wrong !== null && wrong !== "non-reader") || event.kind === CLAIMED ? null : (event.data["item"] ?? null);
}

/** The hashes of the items that verified events of members bring: those have their places in the thread. */
export function namedItems(events: readonly ReadEvent[]): Set<B64> {
  const ours = events.filter(({ event }) => event?.actor !== WORKER).map(broughtBy);
  return new Set(ours.filter((item) => typeof item === "string"));
}

/** The numbers of the events that bring an item which is not among the thread's: a server that withholds the newest item must withhold its event too. */
export function unserved(read: readonly ReadEvent[], { entries }: Pick<Thread, "entries">): number[] {
  const there = new Set<unknown>(entries.map(({ hash }) => hash));
  return read.flatMap((entry, n) => (broughtBy(entry) === null || there.has(broughtBy(entry)) ? [] : [n]));
}
