/** Padding of texts, SPEC §2. */

import { type Bytes, utf8 } from "./framing.js";
import { refuse } from "./errors.js";
import { type Json, readJson, writeJson } from "./text.js";

export const TEXT_SIZES: readonly number[] = [4096, 8192, 16_384, 32_768];
export const GRANT_SIZE = 8192;
export const MEMO_SIZE = 8192;
export const DRAFT_SIZE = 32_768;

/** JSON filled with spaces to exactly `size` bytes. */
export function padExactly(value: unknown, size: number): Bytes {
  return padBytes(writeJson(value), size);
}

/** The same of JSON that is written already. */
export function padBytes(content: Uint8Array, size: number): Bytes {
  if (content.length > size) refuse("padding", "the text is longer than its place");
  const out = new Uint8Array(size).fill(0x20);
  out.set(content);
  return out;
}

/** The padded size of a text of `length` bytes: 4, 8, 16 or 32 KiB; longer texts travel as an attachment. */
export function paddedSize(length: number): number {
  return TEXT_SIZES.find((size) => length <= size) ?? refuse("padding", "the text is longer than 32 KiB");
}

/** JSON filled up to its padded size. */
export function padText(value: unknown): Bytes {
  return padExactly(value, paddedSize(writeJson(value).length));
}

/** The JSON of a padded text of one of the given sizes. */
export function readPadded(bytes: Uint8Array, sizes: readonly number[] = TEXT_SIZES): Json {
  if (!sizes.includes(bytes.length)) refuse("padding", "a padded size that is not one of ours");
  return readJson(bytes, bytes.length);
}

/** The bytes that an account takes in a text, whose payload is JSON inside JSON; beyond its limit a page sends `account.txt`. */
export function textLength(text: string): number {
  return utf8(JSON.stringify(JSON.stringify(text))).length;
}
