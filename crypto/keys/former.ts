/** Former keys of a member: proven by both keys, good for what is from before the change (SPEC §4, §8). */

import { type B64, type Bytes, b64decode, frame, utf8 } from "../framing.js";
import { refuse } from "../errors.js";
import { checkSignature, sha256 } from "../primitives.js";
import { readRecipient } from "../sealing/recipients.js";
import { type Day, type Name, type Read, base64, day, hash32, integer, ordered, record } from "../shape.js";
import { signatureSteps } from "../signatures.js";
import { type Steps, atOnce } from "../yielding.js";

export const FORMER_LIMIT = 8;

export const formerKey = ordered({ recipient: hash32, signing: hash32, until: day, sequence: integer(1), expires: day, by_former: base64(64), by_new: base64(64) });
/** A key that a member had: the hash of its recipient, its last day, and number and last day of the last directory that named it. */
export type FormerKey = Read<typeof formerKey>;

export const nextKeysShape = record({ recipient: (value: unknown) => readRecipient(value), signing: hash32, by_former: base64(64), by_new: base64(64) });
/** Public keys that wait for the keepers' signature, signed by the key before and by themselves. */
export type NextKeys = Read<typeof nextKeysShape>;

/** What is known of a member's keys. */
export interface KeyHistory {
  readonly id: Name;
  readonly recipient: string;
  readonly signing: B64;
  readonly former: readonly FormerKey[];
}

const hashOfRecipient = (recipient: string): Bytes => sha256(utf8(recipient));

/** What both keys sign: the former signing key, the hash of the new recipient, the new signing key. */
function newKeysFrame(office: B64, member: Name, former: B64, recipient: Uint8Array, signing: B64): Bytes {
  return frame("yanlu/v1/new-keys", b64decode(office), utf8(member), b64decode(former), recipient, b64decode(signing));
}

/** The message under a change to these keys, for both to sign. */
export function changeOfKeys(office: B64, member: Name, former: B64, keys: { readonly recipient: string; readonly signing: B64 }): Bytes {
  return newKeysFrame(office, member, former, hashOfRecipient(keys.recipient), keys.signing);
}

/** Refused at `signature` unless the member's signing key `former` and the new one both signed the change. */
export function checkNextKeys(office: B64, member: Name, former: B64, keys: NextKeys): void {
  const message = changeOfKeys(office, member, former, keys);
  checkSignature(b64decode(former, 32), message, b64decode(keys.by_former));
  checkSignature(b64decode(keys.signing), message, b64decode(keys.by_new));
}

/** Refused at `signature` or `schema` unless each key, the oldest first, handed over to the one behind it. */
export function checkFormerKeys(office: B64, { id, recipient, signing, former }: KeyHistory, sequence: number): void {
  const numbers = [...former.map((key) => key.sequence), sequence];
  const days = former.map((key) => key.until);
  const ordered = numbers.every((one, at) => at === 0 || (numbers[at - 1] as number) < one) && days.every((one, at) => at === 0 || (days[at - 1] as Day) <= one);
  if (!ordered) refuse("schema", "former keys that do not stand in their order");
  const behind = [...former.slice(1).map((key) => [b64decode(key.recipient), key.signing] as const), [hashOfRecipient(recipient), signing] as const];
  former.forEach((key, at) => {
    const [then, newer] = behind[at] as readonly [Bytes, B64];
    const message = newKeysFrame(office, id, key.signing, then, newer);
    checkSignature(b64decode(key.signing), message, b64decode(key.by_former));
    checkSignature(b64decode(newer), message, b64decode(key.by_new));
  });
}

/** What bounds a former key: the earliest day that the signed thing can be from, the directory that it was made by. */
export interface Dated {
  readonly day?: Day;
  readonly sequence?: number;
}

/**
 * Which key of this member signed a frame: its place among all, the newest last; null where none did. A former key counts
 * for nothing that is dated after its `until`, and for nothing made by a directory that no longer named it.
 */
export function signedWith(member: KeyHistory, message: Uint8Array, sig: Uint8Array, dated: Dated = {}): number | null {
  return atOnce(signedWithSteps(member, message, sig, dated));
}

/** The same, by the browser's own Ed25519 where it has one. */
export function* signedWithSteps(member: KeyHistory, message: Uint8Array, sig: Uint8Array, { day: dated, sequence }: Dated = {}): Steps<number | null> {
  const there = (key: FormerKey): boolean => (dated === undefined || dated <= key.until) && (sequence === undefined || sequence <= key.sequence);
  for (const [place, key] of member.former.entries()) {
    if (there(key) && (yield* signatureSteps(b64decode(key.signing), message, sig))) return place;
  }
  return (yield* signatureSteps(b64decode(member.signing), message, sig)) ? member.former.length : null;
}

/** The same, refused at `signature`. */
export function checkSigned(member: KeyHistory, message: Uint8Array, sig: Uint8Array, dated: Dated = {}): void {
  if (signedWith(member, message, sig, dated) === null) refuse("signature", "the signature does not verify");
}

/** Which of its keys each member has come to in a thread, by direction and by announced epoch; never back. */
export class KeyOrder {
  readonly #directions = new Map<string, number>();
  readonly #epochs: { readonly member: Name; readonly from: number; readonly key: number }[] = [];

  /** Whether that key is none older than one that the member has used before this place. */
  fits(member: Name, dir: string, epoch: number, key: number): boolean {
    const announced = this.#epochs.filter((one) => one.member === member && one.from <= epoch).map((one) => one.key);
    return key >= Math.max(this.#directions.get(`${dir} ${member}`) ?? 0, ...announced);
  }

  /** A verified item of that member: what comes behind it in that direction has this key or a newer one. */
  follow(member: Name, dir: string, key: number): void {
    this.#directions.set(`${dir} ${member}`, key);
  }

  /** A verified re-grant that the member signed: from that epoch on everything has this key or a newer one. */
  announce(member: Name, key: number, epoch: number): void {
    this.#epochs.push({ member, from: epoch, key });
  }
}
