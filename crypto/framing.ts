/** Bytes as the wire format writes them: strict base64url, big-endian integers, length-prefixed frames. */

import { refuse } from "./errors.js";

export type Bytes = Uint8Array<ArrayBuffer>;
/** base64url without padding (SPEC §1). */
export type B64 = string;

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
const PIECE = 0x8000;
const encoder = new TextEncoder();
const VALUES = (() => {
  const values = new Uint8Array(128).fill(255);
  for (let i = 0; i < 64; i += 1) values[ALPHABET.charCodeAt(i)] = i;
  return values;
})();

/** UTF-8 bytes of a text. */
export function utf8(text: string): Bytes {
  return encoder.encode(text) as Bytes;
}

/** Joins byte strings. */
export function concat(...parts: readonly Uint8Array[]): Bytes {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    out.set(part, at);
    at += part.length;
  }
  return out;
}

/** Compares without stopping at the first difference. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false;
  let difference = 0;
  for (let i = 0; i < a.length; i += 1) difference |= (a[i] as number) ^ (b[i] as number);
  return difference === 0;
}

type Encoder = (bytes: Uint8Array) => B64 | null;
let byBrowser: Encoder | undefined;

/** Has base64url written by another; what it gives null for, the script writes. */
export function encodeBy(found: Encoder): void {
  byBrowser = found;
}

/** base64url without padding. */
export function b64encode(bytes: Uint8Array): B64 {
  return byBrowser?.(bytes) ?? encodeByScript(bytes);
}

function encodeByScript(bytes: Uint8Array): B64 {
  const pieces: string[] = [];
  for (let at = 0; at < bytes.length; at += PIECE) {
    // A call with too many arguments overflows the stack, so a long string is made in pieces.
    pieces.push(String.fromCharCode(...bytes.subarray(at, at + PIECE)));
  }
  return btoa(pieces.join("")).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");
}

/** How many bytes a base64url text stands for. */
export function b64length(text: B64): number {
  return Math.floor((text.length * 3) / 4);
}

/** Strict base64url: no padding, no white space, unused bits zero; `size` is demanded when given. */
export function b64decode(text: string, size?: number): Bytes {
  const length = b64length(text);
  if (text.length % 4 === 1 || (size !== undefined && length !== size)) refuse("schema", "base64url of a wrong length");
  return decoder?.(text, length) ?? decodeByScript(text, length);
}

type Decoder = (text: string, length: number) => Bytes | null;
let decoder: Decoder | undefined;

/** Has base64url decoded by another; what it gives null for, the script decodes or refuses. */
export function decodeBy(found: Decoder): void {
  decoder = found;
}

function decodeByScript(text: string, length: number): Bytes {
  const out = new Uint8Array(length);
  let bits = 0;
  let held = 0;
  let at = 0;
  let bad = 0;
  for (let i = 0; i < text.length; i += 1) {
    const value = VALUES[text.charCodeAt(i)] ?? 255;
    bad |= value;
    bits = ((bits << 6) | value) & 0xfff;
    held += 6;
    if (held < 8) continue;
    held -= 8;
    out[at] = (bits >> held) & 0xff;
    at += 1;
  }
  if (bad > 63) refuse("schema", "not base64url");
  if ((bits & ((1 << held) - 1)) !== 0) refuse("schema", "unused bits of base64url are not zero");
  return out;
}

/** 8 bytes, big-endian. */
export function u64(value: number): Bytes {
  if (!Number.isSafeInteger(value) || value < 0) refuse("schema", "not an unsigned integer");
  const out = new Uint8Array(8);
  new DataView(out.buffer).setBigUint64(0, BigInt(value));
  return out;
}

/** 4 bytes, big-endian. */
export function u32(value: number): Bytes {
  if (!Number.isInteger(value) || value < 0 || value > 0xffffffff) refuse("schema", "not a 32-bit integer");
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** Reads 8 bytes, big-endian; more than 2^53 − 1 is refused. */
export function readU64(bytes: Uint8Array, at = 0): number {
  const value = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength).getBigUint64(at);
  return value > BigInt(Number.MAX_SAFE_INTEGER) ? refuse("schema", "integer too large") : Number(value);
}

/** The one builder of MAC and signature inputs: for the label and each field, its length (4 bytes) and its bytes. */
export function frame(label: string, ...fields: readonly Uint8Array[]): Bytes {
  if (!/^yanlu\/v1\/[\x21-\x7e]+$/.test(label)) refuse("schema", "a label begins with yanlu/v1/");
  return concat(...[utf8(label), ...fields].flatMap((field) => [u32(field.length), field]));
}
