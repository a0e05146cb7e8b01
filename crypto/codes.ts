/** Codes that people read, type and say over a telephone: Crockford base32 (SPEC §1). */

import { type Bytes } from "./framing.js";
import { refuse } from "./errors.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BITS = 5;
/** Characters of a code with a check: nineteen of 5 bits, and the check. */
export const CODE_CHARACTERS = 20;
/** x^5 + x^2 + 1, by which GF(32) is reckoned. */
const FIELD = 0b100101;

/** The characters of a code as somebody typed it: upper case, without spaces and hyphens, `O`, `I` and `L` read as digits. */
function charactersOf(text: string): string {
  if (/[^\x00-\x7f]/.test(text)) refuse("schema", "not a code");
  return text.toUpperCase().replace(/[ -]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
}

/** Upper case, groups of four joined by `-`; unused bits are zero. */
export function writeCode(content: Uint8Array): string {
  let bits = 0;
  let held = 0;
  let out = "";
  for (const byte of content) {
    bits = ((bits << 8) | byte) & 0x1fff;
    held += 8;
    for (; held >= BITS; held -= BITS) out += ALPHABET.charAt((bits >> (held - BITS)) & 31);
  }
  if (held > 0) out += ALPHABET.charAt((bits << (BITS - held)) & 31);
  return (out.match(/.{1,4}/g) ?? []).join("-");
}

/** The `size` bytes behind a code as somebody typed it; refused at `schema`. */
export function readCode(text: string, size: number): Bytes {
  const chars = charactersOf(text);
  if (chars.length !== Math.ceil((size * 8) / BITS)) refuse("schema", "not a code of this length");
  const out = new Uint8Array(size);
  let bits = 0;
  let held = 0;
  let at = 0;
  for (const char of chars) {
    const value = ALPHABET.indexOf(char);
    if (value < 0) refuse("schema", "not a code");
    bits = ((bits << BITS) | value) & 0xfff;
    held += BITS;
    if (held < 8) continue;
    held -= 8;
    out[at] = (bits >> held) & 0xff;
    at += 1;
  }
  if ((bits & ((1 << held) - 1)) !== 0) refuse("schema", "unused bits are set");
  return out;
}

/** The sum of x^i times digit i in GF(32), by Horner's rule from the last one. */
function weighed(digits: readonly number[]): number {
  return digits.reduceRight((total, digit) => ((total << 1) ^ (total & 16 ? FIELD : 0)) ^ digit, 0);
}

function grouped(digits: readonly number[]): string {
  const chars = digits.map((digit) => ALPHABET.charAt(digit)).join("");
  return (chars.match(/.{1,4}/g) ?? []).join("-");
}

/** The first 95 bits of a hash as 19 characters and a check: `XXXX-XXXX-XXXX-XXXX-XXXX`. */
export function writeCheckedCode(digest: Uint8Array): string {
  const digits: number[] = [];
  for (let at = 0; at < CODE_CHARACTERS - 1; at += 1) {
    const [byte, shift] = [Math.floor((at * BITS) / 8), 16 - BITS - ((at * BITS) % 8)];
    digits.push(((((digest[byte] ?? 0) << 8) | (digest[byte + 1] ?? 0)) >> shift) & 31);
  }
  const check = digits.reduce((value) => (value ^ (value & 1 ? FIELD : 0)) >> 1, weighed(digits));
  return grouped([...digits, check]);
}

/**
 * A code with its check as somebody typed it, in its one spelling. Every code with one wrong character, and every one with two that
 * changed places, is refused at `schema`.
 */
export function readCheckedCode(text: string): string {
  const chars = charactersOf(text);
  if (chars.length !== CODE_CHARACTERS) refuse("schema", "not a code of this length");
  const digits = [...chars].map((char) => ALPHABET.indexOf(char));
  if (digits.includes(-1)) refuse("schema", "not a code");
  if (weighed(digits) !== 0) refuse("schema", "the check character does not fit");
  return grouped(digits);
}

/** Whether what was typed so far can no longer become a code: a sign that none has, or as many as one has and a check that does not fit. */
export function isMistyped(text: string): boolean {
  if (/[^\x00-\x7f]/.test(text)) return true;
  const chars = charactersOf(text);
  if ([...chars].some((char) => !ALPHABET.includes(char)) || chars.length > CODE_CHARACTERS) return true;
  return chars.length === CODE_CHARACTERS && weighed([...chars].map((char) => ALPHABET.indexOf(char))) !== 0;
}
