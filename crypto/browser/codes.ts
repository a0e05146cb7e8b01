/** Codes that people read, type and say over a telephone: Crockford base32 (SPEC §1). */

import { type Bytes } from "./bytes.js";
import { refuse } from "./errors.js";

const ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ";
const BITS = 5;

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
  if (/[^\x00-\x7f]/.test(text)) refuse("schema", "not a code");
  const chars = text.toUpperCase().replace(/[ -]/g, "").replaceAll("O", "0").replace(/[IL]/g, "1");
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
