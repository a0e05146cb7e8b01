/** X-Wing keys as text, checked without computing with them: all that a page needs that only verifies a directory. */

import { bech32 } from "@scure/base";
import type { Bytes } from "../framing.js";
import { atStage, refuse } from "../errors.js";
import type { Steps } from "../yielding.js";

/** `age1pq1…`: an X-Wing public key as age writes it. */
export type Recipient = string & { readonly __recipient: unique symbol };

export const RECIPIENT_SIZE = 1216;
const MLKEM_VECTOR_BYTES = 1152;
const MLKEM_PRIME = 3329;
const NOTHING = new Uint8Array(0);

/** The bytes behind bech32 of this prefix, lower case; refused at `schema`. */
function decodeBech32(prefix: string, text: string, size: number): Bytes {
  const bytes = atStage("schema", "not a key of this kind", () => {
    const found = bech32.decode(text as `${string}1${string}`, false);
    return found.prefix === prefix && text === text.toLowerCase() ? bech32.fromWords(found.words) : NOTHING;
  });
  return bytes.length === size ? (bytes as Bytes) : refuse("schema", "not a key of this kind");
}

/** FIPS 203 §7.2: every coefficient of an encapsulation key is below the prime. */
function coefficientsFit(key: Uint8Array): boolean {
  for (let at = 0; at < MLKEM_VECTOR_BYTES; at += 3) {
    const [a, b, c] = [key[at] as number, key[at + 1] as number, key[at + 2] as number];
    if ((a | ((b & 15) << 8)) >= MLKEM_PRIME || ((b >> 4) | (c << 4)) >= MLKEM_PRIME) return false;
  }
  return true;
}

/** The key behind `age1pq1…`, checked; refused at `schema`. */
export function publicKey(text: string): Bytes {
  const key = decodeBech32("age1pq", text, RECIPIENT_SIZE);
  return coefficientsFit(key) ? key : refuse("schema", "not an X-Wing public key");
}

const MOST_KNOWN = 1024;
const known = new Set<string>();

/** Reads and checks `age1pq1…`; any other kind of recipient is refused at `schema`. */
export function readRecipient(text: unknown): Recipient {
  if (typeof text !== "string") return refuse("schema", "not a recipient");
  if (!known.has(text)) publicKey(text);
  return text as Recipient;
}

/** Checks all recipients of a text that is going to be read, one in a turn, so that reading it holds up no page. Refuses nothing. */
export function* recipientsAhead(text: string): Steps<void> {
  if (known.size > MOST_KNOWN) known.clear();
  for (const [recipient] of text.matchAll(/age1pq1[0-9a-z]+/g)) {
    yield;
    if (isRecipient(recipient)) known.add(recipient);
  }
}

function isRecipient(text: string): boolean {
  try {
    publicKey(text);
    return true;
  } catch {
    return false;
  }
}

/** The seed behind `AGE-SECRET-KEY-PQ-1…`, upper case; refused at `schema`. */
export function identitySeed(text: string): Bytes {
  // Some letters outside of ASCII become one when they are folded.
  if (text !== text.toUpperCase() || /[^\x00-\x7f]/.test(text)) refuse("schema", "not an identity");
  return decodeBech32("age-secret-key-pq-", text.toLowerCase(), 32);
}

/** A secret key where a document has one, as it is written. */
export const identityShape = (value: unknown): string => {
  if (typeof value !== "string") return refuse("schema", "not an identity");
  identitySeed(value);
  return value;
};

/** A recipient where a document has one. */
export const recipientShape = (value: unknown): Recipient => readRecipient(value);
