/** Protection packets: whom to protect, a check-in, and a link that only two sides open; dummies take the same work (SPEC §13). */

import { chacha20poly1305 } from "@noble/ciphers/chacha.js";
import { type B64, type Bytes, b64encode, concat, utf8 } from "../framing.js";
import { VerifiedDirectory } from "../office/directory.js";
import { seal } from "../sealing/age.js";
import { refuse } from "../errors.js";
import { padExactly } from "../padding.js";
import { sha256 } from "../primitives.js";
import type { Rng } from "../randomness.js";
import type { ReporterKeys } from "../keys/receipt.js";
import { type Day, type Name, type Read, type Shape, base64, distinct, id16, maybe, name, oneOf, record, text, version } from "../shape.js";
import { Identity, type Recipient, hpkeSeal } from "../sealing/xwing.js";

export const PROTECTION_SIZE = 16_384;
export const PERSON_LIMIT = 256;
export const EMPLOYEE_LIMIT = 128;
export const ANSWER_LIMIT = 1024;
export const CHECKIN_DAYS = [14, 30, 60, 90, 180, 365] as const;
export const LINK_INFO = "yanlu/v1/watch-link";
export const LINK_SLOTS = 6;
export const LINK_SLOT = 1200;
export const LINK_TEXT = 128;
export const LINK_BOX = 12 + LINK_TEXT + 16;
export const LINK_SIZE = LINK_BOX + LINK_SLOTS * LINK_SLOT;
/** 16,384 bytes less header (1,627), payload nonce (16) and tag (16) of an age file with one stanza. */
const TEXT = 14_725;
const SHARE = 64;

export const REQUEST_KINDS = ["protect", "end", "checkin"] as const;
/** Who the protected person is to the report. */
export const BONDS = ["reporter", "witness", "assistant", "relative"] as const;
export const ANSWERS = ["yes", "no", "unsure"] as const;
export const CHANGES = ["shifts", "tasks", "rating", "pay", "treatment"] as const;
export type Bond = (typeof BONDS)[number];

const checkinFields = record({ day: oneOf(...CHECKIN_DAYS), answer: oneOf(...ANSWERS), changes: distinct(oneOf(...CHANGES), CHANGES.length), text: text(ANSWER_LIMIT) });
export type Checkin = Read<typeof checkinFields>;
const fields = record({
  v: version, wish: oneOf(...REQUEST_KINDS), entity: name, handle: id16, bond: oneOf(...BONDS),
  name: text(PERSON_LIMIT), employee: text(EMPLOYEE_LIMIT), place: text(PERSON_LIMIT), checkin: maybe(checkinFields), link: base64(LINK_SIZE),
});
/** The text of a protection packet; `employee` is the number by which HR's records know the person. */
export type Protection = Read<typeof fields>;
export const protectionShape: Shape<Protection> = (value) => {
  const found = fields(value);
  if ((found.wish === "checkin") !== (found.checkin !== null)) refuse("schema", "an answer and no question, or none to one");
  return found.wish !== "checkin" && found.name === "" && found.employee === "" ? refuse("schema", "nobody is named") : found;
};

const linkText = record({ v: version, bond: oneOf(...BONDS, "cover"), case: maybe(id16) });
export type Linked = Read<typeof linkText>;
export const linkedShape = linkText;
export const sideShape = record({ v: version, link: base64(32), side: oneOf("inside", "outside"), string: base64(32) });


/** Whom a reporter asks to protect, or no longer to protect. */
export interface Person {
  readonly bond: Bond;
  readonly name: string;
  readonly employee: string;
  readonly place: string;
}

/** The watch of an entity, if it is switched on there. */
export function watchOf(directory: VerifiedDirectory, entity: Name): NonNullable<ReturnType<VerifiedDirectory["entity"]>["watch"]> | null {
  const { watch } = directory.entity(entity);
  return watch !== null && watch.active ? watch : null;
}

/** The days on which a mailbox asks how its reporter is treated: of every report where there is a watch, so that being asked tells nothing. */
export function checkinDays(directory: VerifiedDirectory, entity: Name): Day[] {
  const start = Date.parse(`${directory.today}T00:00:00Z`);
  return watchOf(directory, entity) === null ? [] : CHECKIN_DAYS.map((days) => new Date(start + days * 86_400_000).toISOString().slice(0, 10));
}

function writeLink(content: Bytes, sides: readonly (readonly Recipient[])[], spare: Recipient, rng: Rng): Bytes {
  const [key, nonce, mine] = [rng(32), rng(12), rng(32)];
  const box = concat(nonce, chacha20poly1305(key, nonce, utf8(LINK_INFO)).encrypt(content));
  const digest = sha256(box);
  const strings = [mine, key.map((byte, i) => byte ^ (mine[i] as number)) as Bytes];
  const slots = sides.flatMap((seats, side) => Array.from({ length: LINK_SLOTS / 2 }, (_, at) => {
    const seat = seats[at];
    const { enc, ct } = hpkeSeal(seat ?? spare, concat(seat === undefined ? rng(SHARE / 2) : (strings[side] as Bytes), digest), LINK_INFO, rng);
    return concat(enc, ct);
  }));
  return concat(box, ...slots);
}

function seats(directory: VerifiedDirectory, ids: readonly Name[]): Recipient[] {
  return ids.map((id) => (directory.validMember(id) ?? refuse("directory", "somebody who opens links is not in office")).recipient);
}

/** What the link of a protection packet tells: who the person is to which case. */
export interface Linking {
  readonly bond: Bond;
  readonly case: B64;
}

/** A link that one person of each side of the entity's watch open together; `cover` says nothing about the person. */
export function sealLink(directory: VerifiedDirectory, entity: Name, linked: Omit<Linked, "v">, rng: Rng): Bytes {
  VerifiedDirectory.checkCurrent(directory);
  const watch = watchOf(directory, entity) ?? refuse("directory", "nobody is watched over at this entity");
  const spare = Identity.draw(rng).recipient;
  const inner = padExactly(linkText({ v: 1, bond: linked.bond, case: linked.case }), LINK_TEXT);
  return writeLink(inner, [seats(directory, watch.inside), seats(directory, watch.outside)], spare, rng);
}

function sealWatchRequest(directory: VerifiedDirectory, entity: Name, linking: Linking, content: Omit<Protection, "v" | "entity" | "link" | "bond">, rng: Rng): Promise<Bytes> {
  const link = sealLink(directory, entity, linking, rng);
  const watch = watchOf(directory, entity) ?? refuse("directory", "nobody is watched over at this entity");
  const document = protectionShape({ v: 1, entity, bond: linking.bond, link: b64encode(link), ...content });
  return seal([watch.recipient], padExactly(document, TEXT), rng);
}

/** A packet that asks the watch to protect somebody, or to end that. */
export function sealProtection(directory: VerifiedDirectory, keys: ReporterKeys, at: { readonly entity: Name; readonly case: B64 }, wish: "protect" | "end", person: Person, rng: Rng): Promise<Bytes> {
  const { bond, name: called, employee, place } = person;
  const content = { wish, handle: b64encode(keys.watchHandle.reveal()), name: called, employee, place, checkin: null };
  return sealWatchRequest(directory, at.entity, { bond, case: at.case }, content, rng);
}

/** The answer of a check-in. */
export function sealCheckin(directory: VerifiedDirectory, keys: ReporterKeys, at: { readonly entity: Name; readonly case: B64 }, checkin: Checkin, rng: Rng): Promise<Bytes> {
  const content = { wish: "checkin" as const, handle: b64encode(keys.watchHandle.reveal()), name: "", employee: "", place: "", checkin };
  return sealWatchRequest(directory, at.entity, { bond: "reporter", case: at.case }, content, rng);
}

/** A packet that nobody opens; it takes the same work as a real one. */
export function dummyProtection(rng: Rng): Promise<Bytes> {
  const spare = Identity.draw(rng).recipient;
  const link = writeLink(rng(LINK_TEXT), [[], []], spare, rng);
  return seal([spare], padExactly({ link: b64encode(link) }, TEXT), rng);
}
