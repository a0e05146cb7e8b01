// SPEC §9 and §6: the event stream, and who wrote a report down.
import { attempt, demand, equal, frame, fromB64, sha256, toB64, u64, utf8, zeros } from "./ground.js";
import { verifyDirectory } from "./directory.js";
import { signedWith } from "./regrants.js";
import { readJson } from "./strict_json.js";
import { b16, day, id, integer, object, oneOf, orNull, signature, text } from "./shape.js";

const MAX_EVENT = 16384;
const anything = (value) => {
  demand(value !== null && typeof value === "object" && !Array.isArray(value), "schema", "no object");
  return value;
};
const EVENT = object({ payload: text(MAX_EVENT), sig: orNull(signature) });
const PAYLOAD = object({ v: oneOf(1), case: b16, n: integer(), kind: id, day, actor: id, data: anything });

/** Reads an event as it is served; null where it is unreadable. */
export const readEvent = (raw) => attempt(() => {
  const event = EVENT(raw);
  return { ...event, ...PAYLOAD(readJson(utf8(event.payload), MAX_EVENT)) };
});

class Stream {
  constructor(directory, office, caseId) {
    Object.assign(this, { directory, office, case: caseId, head: zeros(32), latest: "", newest: new Map() });
  }

  read(raw, place) {
    const event = readEvent(raw);
    if (event === null) return "unreadable";
    const wrong = this.wrongWith(event, place);
    this.head = sha256(frame("yanlu/v1/event-hash", this.head, event.payload, event.sig ?? Buffer.alloc(0)));
    if (wrong === null && event.day > this.latest) this.latest = event.day;
    return wrong;
  }

  wrongWith(event, place) {
    if (!equal(event.case, this.case)) return "foreign";
    if (event.n !== place) return "out-of-order";
    if (event.actor === "worker") return event.sig === null ? null : "forged";
    return this.signed(event);
  }

  signed(event) {
    if (event.sig === null) return "unsigned";
    const member = this.directory.member(event.actor);
    if (member === null) return "removed-signer";
    const message = frame("yanlu/v1/event", this.office, event.case, u64(event.n), this.head, event.payload);
    const dated = event.day > this.latest ? event.day : this.latest;
    const found = signedWith(member, message, event.sig, (one) => one.until === null || dated <= one.until);
    if (found < (this.newest.get(event.actor) ?? 0)) return "forged";
    this.newest.set(event.actor, found);
    return null;
  }
}

/** Reads a record; gives the stream, and what is wrong with each event, null where nothing is. */
function readRecord(directory, caseId, events) {
  const stream = new Stream(directory, directory.office, caseId);
  return { stream, wrong: events.map((event, place) => stream.read(event, place)) };
}

/** The events of a record as they were read, and what is wrong with each. */
export function markedEvents(directory, caseId, events) {
  return { events: events.map(readEvent), wrong: readRecord(directory, caseId, events).wrong };
}

/** The events of a record with which nothing is wrong. */
export function verifiedEvents(directory, caseId, events) {
  const { wrong } = readRecord(directory, caseId, events);
  return events.filter((_, place) => wrong[place] === null).map(readEvent);
}

function verifyEvents({ office, case: caseId, events }) {
  const { stream, wrong } = readRecord(verifyDirectory(office), fromB64(caseId), events);
  return { wrong, head: toB64(stream.head) };
}

const STATEMENT = object({
  v: oneOf(1),
  channel: id,
  received: day,
  consent: oneOf(null, "minutes", "recording", "refused"),
  checked: oneOf(null, "agreed", "corrected", "not-yet"),
});

/** Reads who wrote a report down; null where nobody did. */
function readTakenDown({ office, case: caseId, account, answers }) {
  const directory = verifyDirectory(office);
  const own = answers.filter((answer) => answer.id === "taken-down");
  if (own.length === 0) return { statement: null };
  demand(own.length === 1 && Array.isArray(own[0].value) && own[0].value.length === 3, "schema", "no statement");
  const [statement, name, sig] = own[0].value;
  const [bytes, by] = [fromB64(sig, 64), id(name)];
  const { channel, received, consent, checked } = STATEMENT(readJson(utf8(statement), MAX_EVENT));
  const member = directory.member(by);
  demand(member !== null, "signature", "nobody of this office");
  const message = frame("yanlu/v1/taken-down", directory.office, fromB64(caseId), sha256(utf8(account)), statement);
  const found = signedWith(member, message, bytes, (one) => one.until === null || received <= one.until);
  demand(found >= 0, "signature", "another signature");
  return { statement: { member: by, channel, received, consent, checked } };
}

export const EVENTS = { verify_events: verifyEvents, read_taken_down: readTakenDown };
