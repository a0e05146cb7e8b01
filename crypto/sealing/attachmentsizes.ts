/** The few lengths that the age file of an attachment may have (SPEC §2). */

import { MAX_PARTS, PART_SIZE } from "./attachmentshape.js";
import { refuse } from "../errors.js";

const SMALLEST = 65_536;
const CHUNK = 65_536;
const TAG = 16;
/** Bytes of an age file before its first chunk: version line, MAC line and nonce, and each stanza. */
const headSize = (stanzas: number): number => 86 + 1557 * stanzas;

/** Whether an age file may have so many bytes: 64 KiB and its doublings up to a part, then whole parts. */
export function isBlobSize(size: number): boolean {
  if (size >= PART_SIZE) return size % PART_SIZE === 0 && size <= MAX_PARTS * PART_SIZE;
  return size >= SMALLEST && Number.isInteger(Math.log2(size));
}

/** Bytes of the age file of an attachment of `size` bytes for that many recipients. */
export function blobSize(size: number, stanzas: number): number {
  if (!Number.isSafeInteger(size) || size < 0) return refuse("schema", "not a length");
  const least = headSize(stanzas) + size + TAG * Math.max(1, Math.ceil(size / CHUNK));
  let found = SMALLEST;
  while (found < least && found < PART_SIZE) found *= 2;
  if (found < least) found = Math.ceil(least / PART_SIZE) * PART_SIZE;
  return isBlobSize(found) ? found : refuse("padding", "an attachment of more parts than any has");
}

/** Bytes of the plaintext, zeros included, that give a file of exactly `blobSize`. */
export function paddedAttachment(size: number, stanzas: number): number {
  const body = blobSize(size, stanzas) - headSize(stanzas);
  return body - TAG * Math.ceil(body / (CHUNK + TAG));
}
